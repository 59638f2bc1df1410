"""`make verify-snapshots`: each demand on quarters given once, honest statistics, and what committees read."""

from __future__ import annotations

import sys

from tests.verify.harness import Verification, run_together

_TESTS = (
    ("9 → 21, seul dans sa famille, est une hausse ; rien par-dessus une rupture ; les valeurs d'or",
     ("test_comparisons", "test_statistics")),
    ("La page s'ouvre sans réseau, s'imprime, dit ce que dit le cliché, se redessine la même ; axe n'y trouve rien de "
     "grave ; un chiffre se lit pareil dans le classeur", ("test_report", "test_figures")),
    ("Le dossier public se comprend et se vérifie seul, ne nomme personne ; frictionless accepte les données ouvertes "
     "; une démonstration le dit dans chaque fichier", ("test_public_folder", "test_open_data")),
    ("Un trimestre clos se donne une fois, se refait depuis l'archive aux mêmes octets ; 9 → 15 tués n'est pas une "
     "évolution établie ; le second cliché montre exactement sa correction ; le mois pour l'état-major, le bilan de "
     "l'année ; l'attaquant ne retrouve rien, et retrouve sans la suppression secondaire",
     ("test_snapshots", "test_disclosure")),
    ("Une seule source reçue, quelle qu'elle soit : l'édition, le mois, le bilan et l'observatoire s'écrivent",
     ("test_poor_editions",)),
    ("Un trimestre se clôt à son jour, quand rien de dû ne manque ou que c'est excusé", ("test_closure",)),
    ("Le premier et le dernier mot, la révision moyenne et absolue par source", ("test_vintages",)),
)  # fmt: skip


def main() -> int:
    v = Verification("Des trimestres donnés une fois, des mots honnêtes, et personne que l'on reconnaisse")
    run_together(v, _TESTS)
    return v.close()


if __name__ == "__main__":
    sys.exit(main())
