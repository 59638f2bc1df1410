"""`make verify-plan`: the plan as data, demand by demand."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.conftest import PROJECT, real_path
from tests.verify.harness import Verification, loaded_demonstration, run_together

WORKBOOK = ("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")
_TESTS = (
    ("Chaque nombre de la prose, chaque case des tableaux, chaque fiche du plan a sa ligne ; une ligne effacée rougit",
     ("test_plan_document",)),
    ("Le plan contre lui-même : les contradictions lues à la main, ni plus ni moins ; ce que chaque règle doit voir",
     ("test_coherence", "test_coherence_rules", "test_coherence_tables")),
    ("Le plan contre le classeur réel et la démonstration ; les quatre priorités ; le terminal ; un avenant",
     ("test_plan", "test_demonstration", "test_plan_readings")),
)  # fmt: skip


def main() -> int:
    if real_path(*WORKBOOK) is None:
        print("Le classeur public du ministère n'est pas là : VIGIE_DONNEES dit où le trouver.")
        return 1
    v = Verification("Le plan comme données")
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        demo = loaded_demonstration(v, Path(scratch))
        v.sql(
            "4 priorités, 15 actions, 63 actions à mener, 25 indicateurs de suivi, 10 cibles et références", demo,
            "select (select count(*) from plan.priorites), (select count(*) from plan.actions), "
            "(select count(*) from plan.actions_a_mener), "
            "(select count(*) from reference.indicateurs where nature = 'suivi'), (select count(*) from plan.cibles)",
            [[4, 15, 63, 25, 10]],
        )  # fmt: skip
        v.sql(
            "Chaque action a ses pilotes, chaque indicateur sa définition, sa polarité et son grain", demo,
            "select count(*) from plan.actions where pilotes is null union all "
            "select count(*) from reference.indicateurs where definition is null or polarite is null or grain is null",
            [[0], [0]],
        )  # fmt: skip
        v.sql(
            "Ce que le plan dit et ce que Vigie a lu sont distingués (cibles)", demo,
            "select origine, count(*) from plan.cibles group by 1 order by 1", [["plan", 7], ["vigie", 3]],
        )  # fmt: skip
        v.sql(
            "Chaque action à mener a son état, ou qui le doit et pourquoi", demo,
            "select count(*) > 0, count(*) filter (where statut = 'M' and (motif is null or doit is null)) "
            "from indicateurs.actions_a_mener",
            [[True, 0]],
        )  # fmt: skip
    v.demand("make run finit sur les quatre priorités", "grep 'vigie plan' Makefile",
             "@$(BIN)/vigie plan\n" in (PROJECT / "Makefile").read_text(encoding="utf-8"), True)  # fmt: skip
    run_together(v, _TESTS)
    return v.close()


if __name__ == "__main__":
    sys.exit(main())
