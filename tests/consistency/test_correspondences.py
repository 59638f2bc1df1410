"""What counts the same thing elsewhere says in what it differs, and the neighbour of a rate is one of these."""

from __future__ import annotations

from pipelines.settings.model import PROJECT, SEEDS
from tests.support.tables import rows

NATIONAL = rows(SEEDS / "indicateurs" / "correspondances_nationales.csv")
CORE = rows(SEEDS / "indicateurs" / "socle_commun_mesures.csv")
PLAN = rows(SEEDS / "plan" / "correspondances_indicateurs.csv")


def test_what_is_near_says_in_what_it_differs() -> None:
    near = [r for r in [*NATIONAL, *CORE] if r["correspondance"] == "proche"]
    assert near
    assert [r for r in near if not r["difference"]] == []
    assert [r for r in PLAN if r["nature"] == "proche" and not r["note"]] == []


def test_a_measure_of_the_core_has_a_word_when_it_has_an_indicator() -> None:
    assert [r["mesure_code"] for r in CORE if bool(r["indicateur_code"]) != bool(r["correspondance"])] == []


def test_the_neighbour_whose_rate_is_shown_is_told_as_one() -> None:
    neighbours = rows(PROJECT / "pipelines" / "report" / "neighbours.csv")
    told = {(r["indicateur_code"], r["national_code"]) for r in NATIONAL}
    assert {(r["indicateur_code"], r["voisin_code"]) for r in neighbours} <= told
