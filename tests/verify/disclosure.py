"""`make verify-disclosure`: the public edition discloses nobody, its words are the same everywhere, and nobody gives a
quarter but the officer.
"""

from __future__ import annotations

import sys

from tests.disclosure.attack import Attacked, attacked
from tests.verify import simulated_families
from tests.verify.harness import Verification, described, run_together

HOMES = 300
_TESTS = (
    ("La règle rejouée sur tous les jeux de nombres possibles n'apprend rien", ("test_disclosure",)),
    ("Foyers hostiles, moyennes et parties comprises ; τ-ARGUS est du même avis", ("test_hostile_homes",)),
    ("Un foyer hostile écrit sur les modèles de Vigie, ses éditions et leur correction", ("test_hostile_edition",)),
    ("La démonstration : rien de tu ne se retrouve ; --refaire rend les mêmes octets", ("test_snapshots",)),
    ("Un chiffre, un verdict : éditions, fenêtres, page, classeur, données ouvertes", ("test_one_verdict",)),
    ("Les mots, leur table et ses exemples ; les familles ; les valeurs d'or",
     ("test_verdicts", "test_families", "test_head_indicators", "test_comparisons", "test_statistics",
      "test_provisional", "test_simulated_families")),
    ("Les données ouvertes et le dossier public se suffisent ; les anciens clichés se lisent",
     ("test_open_data", "test_public_folder")),
    ("Les chiffres se lisent selon leur unité, dans la page et le classeur", ("test_figures", "test_report")),
    ("Personne ne donne un trimestre que le chargé de mission : requêtes, navigateur, autre compte",
     ("test_web_guard", "test_web_keys", "test_web_attacks", "test_web_browser", "test_web_service")),
)  # fmt: skip


def main() -> int:
    v = Verification("L'édition publique ne dévoile personne, et ses mots sont partout les mêmes")
    _attacks(v)
    simulated_families.main()
    run_together(v, _TESTS)
    return v.close()


def _attacks(v: Verification) -> None:
    whole, bare = Attacked(), Attacked()
    for seed in range(HOMES):
        whole.add(attacked(seed))
        if seed < HOMES // 10:
            bare.add(attacked(seed, secondary=False))

    @described("des nombres tus ; 0 retrouvé, 0 resserré")
    def safe(told: Attacked) -> bool:
        return told.withheld > HOMES and told.found == told.narrowed == 0

    @described("des nombres retrouvés et resserrés")
    def attacker_works(told: Attacked) -> bool:
        return told.found > 0 and told.narrowed > 0

    command = f"python -m tests.disclosure.attack {HOMES}"
    v.demand(f"L'attaquant sur {HOMES} foyers tirés au sort", command, whole, safe)
    v.demand("Le même, quand seuls les petits nombres sont tus", command, bare, attacker_works)


if __name__ == "__main__":
    sys.exit(main())
