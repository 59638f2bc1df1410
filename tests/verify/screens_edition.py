"""The demands of `make verify-screens` on the edition: the sentences, the pages that it prints, the comments."""

from __future__ import annotations

from tests.verify.harness import Verification, run_together

_TESTS = (
    ("Une phrase pour une hausse, une baisse, rien d'établi, un trou, une rupture, une cible atteinte ou manquée",
     ("test_headlines",)),
    ("Chaque nombre de la page est un chiffre de ses tables, un compte de leurs lignes, une période ou un mot",
     ("test_edition_numbers",)),
    ("L'édition et la page de qualité, à 1280, 800 et 390 pixels, au clavier, jugées par axe, imprimées ; l'Info "
     "rapide en deux pages, le classeur en moins de quinze", ("test_edition_browser",)),
    ("Des contours déposés servent aux cartes, jusqu'à leur retrait ; ce qui ne se dessine pas est refusé",
     ("test_delivered_contours", "test_delivered_maps")),
    ("La dernière valeur est écrite dans chaque dessin, en lettres d'au moins 11 pixels", ("test_figures",)),
    ("La page, le classeur et leurs nombres ; 12 pages A4 au plus ; axe ne trouve rien", ("test_report",)),
    ("Un commentaire est gardé version par version, et refusé s'il parle d'une personne", ("test_comments",)),
)  # fmt: skip


def main() -> int:
    v = Verification("L'édition : ce que lisent les comités")
    run_together(v, _TESTS)
    return v.close()


if __name__ == "__main__":
    raise SystemExit(main())
