"""`make verify-numbers`: a figure never says more than its source covers: perimeter, place, denominator, break."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.conftest import real_path
from tests.integration import test_recomputed as recomputed
from tests.support.postgresql import programs
from tests.support.queries import queries
from tests.support.warehouse_parts import Part
from tests.verify.harness import Verification, described, loaded_demonstration, run_together

DEPARTEMENTS = ("46", "49", "13", "69", "75", "2A", "971")
_TESTS = (
    ("Le classeur par service seul, puis avec le fichier complet", ("test_perimeters",)),
    ("Populations du Lot et d'ailleurs ; une somme sans garantie n'en est pas une", ("test_populations",)),
    ("Lieux, lieux qui en contiennent d'autres, services selon la date",
     ("test_places", "test_nested_places", "test_places_named", "test_services_by_date",
      "test_services_joined_by_date")),
    ("Chaque règle attrape son mutant, et elle seule", ("test_mutants", "test_silent_numbers")),
    ("Les fichiers publics et la démonstration, sans fausse alerte", ("test_no_false_alarm",)),
    ("Ruptures : déclarées, citées, mois par mois", ("test_breaks", "test_breaks_table")),
    ("Les formules : ruptures, parts, cibles, cumuls", ("test_dbt_units",)),
    ("Le plan contre l'entrepôt", ("test_plan", "test_plan_readings", "test_coherence", "test_coherence_rules")),
    ("Ce qui est demandé est montré", ("test_shown", "test_demonstration", "test_dictionary")),
    ("Chaque question a la réponse du plan ou des fichiers, et les mêmes lignes sur PostgreSQL",
     ("test_queries", "test_postgresql")),
)  # fmt: skip


def main() -> int:
    if real_path() is None:
        print("Les fichiers publics ne sont pas là : VIGIE_DONNEES dit où les trouver.")
        return 1
    v = Verification("Un chiffre ne dit pas plus que sa source")
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        run_together(v, _TESTS)
        for departement in DEPARTEMENTS:
            _recomputed(v, Path(scratch), departement)
        _questions(v, Path(scratch))
    return v.close()


def _recomputed(v: Verification, scratch: Path, departement: str) -> None:
    """Every figure of a département, by code that shares nothing with Vigie; what each level's parts make."""
    part = recomputed.built(scratch / departement, departement)
    expected = sum(len(values) for values in recomputed.expected().values())
    v.check(
        f"Département {departement} : {expected} valeurs recalculées ; parties et tout ; taux ; populations ; "
        "année précédente",
        f"python -m pytest tests/integration/test_recomputed.py, pour {departement}",
        lambda: [found[:3] for found in (
            recomputed.differing_values(part), recomputed.differing_parts(part), recomputed.differing_rates(part),
            recomputed.differing_populations(part), recomputed.differing_evolutions(part),
        )],
        [[], [], [], [], []],
    )  # fmt: skip
    if departement == "46":
        people = "select valeur::int from reference.populations where territoire_code = 'DEP-46' and millesime = 2016"
        v.check("Lot, 2016 : la population de l'Insee", people, lambda: part.sql(f"{people} and nature = 'population'"),
                [(173_347,)])  # fmt: skip
    if departement == "49":
        v.check("Maine-et-Loire : le taux suit les faits, à ce que varie une population", "indicateurs.taux",
                lambda: _jumps(part), [])  # fmt: skip


def _jumps(part: Part) -> list[tuple]:
    """Years between which a rate moves otherwise than its facts, by more than any population moves in a year."""
    return part.sql(
        """
        select t.indicateur_code, t.periode, t.taux, p.taux, t.numerateur, p.numerateur
        from indicateurs.taux as t
        inner join indicateurs.taux as p
            on p.indicateur_code = t.indicateur_code and p.territoire_code = t.territoire_code and p.source = t.source
            and p.periode::int = t.periode::int - 1
        where t.territoire_code = 'DEP-49' and p.taux > 0 and p.numerateur > 0
            and abs((t.taux / p.taux) / (t.numerateur / p.numerateur) - 1) > 0.02
        """
    )


def _questions(v: Verification, scratch: Path) -> None:
    home = loaded_demonstration(v, scratch / "demonstration")
    blocking = "select regle_code, message from qualite.controles where severite = 'bloquant' and resultat = 'ecart'"
    v.check("Aucun constat bloquant", f'vigie sql "{blocking}"', lambda: home.sql(blocking), [])
    v.demand("Trente questions", "docs/requetes.md", len(queries()), 30)

    @described("PostgreSQL est installé")
    def installed(found: object) -> bool:
        return found is not None

    v.demand("PostgreSQL 15", "apt-get install postgresql", programs(), installed)


if __name__ == "__main__":
    sys.exit(main())
