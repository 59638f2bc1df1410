"""One verdict a figure: the family that it is decided in, the parts that wait for their whole, and what is withheld."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from pipelines.base.periods import Period
from pipelines.snapshots import outward
from pipelines.snapshots.comparisons import compare_period
from pipelines.statistics.changes import compare
from tests.support.small_series import (
    FALL,
    NOT_SHOWN,
    Q4,
    RISE,
    SHARES,
    compared,
    frame,
    quarters,
    reference,
    row,
    yearly,
)

TREE = pd.DataFrame(
    [("somme", "TOUT", "PART"), ("somme", "TOUT", "AUTRE"), ("partie", "PART", "PETITE")],
    columns=["nature", "ensemble_code", "membre_code"],
)
TREE = pd.concat([TREE, SHARES], ignore_index=True)


def tree(whole: tuple, part: tuple, other: tuple, small: tuple, **more: object) -> pd.DataFrame:
    rows = [
        r
        for code, pair in (("TOUT", whole), ("PART", part), ("AUTRE", other), ("PETITE", small))
        for r in yearly(*pair, code)
    ]
    found = compared(rows, heads=["TOUT"], relations=TREE, **more)
    return found.xs("annee", level="periode_type")


def test_a_part_speaks_once_its_whole_has() -> None:
    found = tree((200, 300), (100, 190), (100, 110), (20, 60))
    assert found["portee"].to_dict() == {"TOUT": "tete", "PART": "partie", "AUTRE": "partie", "PETITE": "partie"}
    assert found["mot"].to_dict() == {"TOUT": RISE, "PART": RISE, "AUTRE": NOT_SHOWN, "PETITE": RISE}


def test_the_part_of_a_whole_that_is_silent_is_explored() -> None:
    found = tree((200, 210), (100, 190), (100, 20), (20, 21))
    assert found["portee"].to_dict() == {"TOUT": "tete"} | dict.fromkeys(("PART", "AUTRE", "PETITE"), "exploration")
    silent = {"TOUT": NOT_SHOWN, "PETITE": NOT_SHOWN}
    assert found["mot"].to_dict() == silent | {"PART": "à explorer", "AUTRE": "à explorer"}
    assert set(found["lecture"]) == {"neutre"}


def test_a_part_of_a_part_that_is_silent_is_explored() -> None:
    found = tree((200, 300), (100, 101), (100, 199), (10, 90))
    assert found.loc["PETITE", ["portee", "mot"]].tolist() == ["exploration", "à explorer"]


def test_what_has_no_head_above_it_is_explored() -> None:
    found = compared(yearly(9, 90), heads=[]).loc[("TUES", "annee")]
    assert (found["portee"], found["mot"], found["verdict"]) == ("exploration", "à explorer", "a_explorer")


def test_nothing_then_nothing_is_no_test() -> None:
    found = compared([*yearly(0, 0), *yearly(9, 21, "X")])
    assert pd.isna(found.loc[("TUES", "annee"), "p_valeur"])
    assert (found.loc[("TUES", "annee"), "verdict"], found.loc[("X", "annee"), "mot"]) == ("zero", RISE)


def test_the_cumul_the_twelve_months_and_the_year_are_one_test() -> None:
    rows = [*quarters(2018, [20, 20, 20, 20]), *quarters(2019, [28, 29, 28, 28]), row("2018", 80), row("2019", 113)]
    crowd = [r for n in range(3) for r in yearly(50, 51, f"X{n}")]
    found = compared(rows + crowd).loc["TUES"]
    assert found.loc[["annee", "douze_mois", "cumul"], "mot"].tolist() == [RISE] * 3
    assert found.loc[["annee", "douze_mois", "cumul"], "p_valeur"].nunique() == 1
    assert found.loc["trimestre", "mot"] == NOT_SHOWN, "the quarter is another figure"
    # One test, four in the family: p 0.018 is under 0.10 × 1 / 4, and would not be under 0.10 × 1 / 6 were it of six.
    assert 0.10 / 6 < found.loc["annee", "p_valeur"] < 0.10 / 4


def test_a_first_quarter_and_the_year_to_date_are_one_test() -> None:
    rows = [*quarters(2018, [9]), *quarters(2019, [21])]
    found = compared(rows, period=Period.read("2019-T1")).loc["TUES"]
    assert found.loc[["trimestre", "cumul"], "mot"].tolist() == [RISE, RISE]


def test_a_mean_is_tested_as_the_sum_under_it() -> None:
    rows = [r | {"unite": "personnes en moyenne par mois"} for r in yearly(10, 15)]
    found = compared(rows, cumul="moyenne").loc[("TUES", "annee")]
    assert (found["mot"], found["p_valeur"]) == (RISE, pytest.approx(compare([120], [180]).p_value[0]))
    assert compared(yearly(10, 15)).loc[("TUES", "annee"), "mot"] == NOT_SHOWN
    alone = compared(rows, cumul="moyenne").loc[("TUES", "annee")]
    assert (alone["borne_basse"], alone["borne_haute"]) == pytest.approx((155 / 12, 208 / 12), abs=0.05)


def test_the_dispersion_is_that_of_the_past_of_the_series() -> None:
    past = [100, 160, 110, 170, 105]
    rows = [row(str(2014 + n), v) for n, v in enumerate(past)]
    found = compared([*rows, row("2019", 140)]).loc[("TUES", "annee")]
    z2 = [(b - a) ** 2 / (a + b) for a, b in pairwise(past)]
    pool = sum(z2) / 4
    assert found["dispersion"] == pytest.approx((sum(z2) + 4 * pool) / 8)
    assert (found["dispersion_n"], found["dispersion_famille"], found["mot"]) == (4, 4, NOT_SHOWN)
    assert compared(yearly(105, 140)).loc[("TUES", "annee"), "mot"] == RISE, "without a past chance alone is known"
    broken = [*rows[:-1], rows[-1] | {"rupture": True}, row("2019", 140)]
    assert compared(broken).loc[("TUES", "annee"), "dispersion_n"] == 3


def test_a_series_without_a_past_has_the_dispersion_of_its_family() -> None:
    rows = [row(str(2014 + n), v, "X") for n, v in enumerate([100, 160, 110, 170, 105, 140])]
    found = compared([*rows, *yearly(105, 140)]).xs("annee", level=1)
    assert found.loc["TUES", "dispersion"] == pytest.approx(found.loc["X", "dispersion"])
    assert found["dispersion_n"].to_dict() == {"TUES": 0, "X": 4}


HIDDEN = {"non_publiee": True}
OPEN = {"non_publiee": False, "hors_edition": False}


def published(rows: list[dict], **more: object) -> pd.DataFrame:
    series = frame([OPEN | r for r in rows])
    by = reference(series, relations=TREE, **more)
    return outward.public(compare_period(series, by, Q4), by.rates)


def with_secrets(low: list[int]) -> list[dict]:
    """Published and withheld series tied in every way: a withheld head, a withheld year of a published series, a
    withheld part of a published whole, withheld quarters.
    """
    a, b, c, d, e, f = low
    rows = [*yearly(100, 160, "TOUT"), *yearly(60, 99, "AUTRE"), *yearly(40, 40, "X")]
    rows += [row("2018", 30, "Y"), row("2019", a, "Y", **HIDDEN), row("2018", b, "Z", **HIDDEN), row("2019", 30, "Z")]
    rows += [row("2018", c, "PART", **HIDDEN), row("2019", d, "PART", **HIDDEN), *yearly(5, 30, "PETITE")]
    rows += [row(str(2015 + n), v, "W", non_publiee=v < 9) for n, v in enumerate([30, e, 40, 60, 70])]
    many = [f, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11, 10, 30]
    quarterly = [row(f"{2016 + (n + 2) // 4}-T{(n + 2) % 4 + 1}", v, "V") for n, v in enumerate(many)]
    quarterly[0]["non_publiee"] = True
    return [*rows, *quarterly, row("2018-T4", c, "U", **HIDDEN), row("2019-T4", 20, "U")]


@pytest.mark.parametrize("heads", [["TOUT", "X", "Y", "Z", "W"], ["PART", "X", "V"], None])
def test_no_public_cell_depends_on_a_withheld_value(heads: list[str] | None) -> None:
    one = published(with_secrets([1, 2, 3, 4, 1, 2]), heads=heads)
    other = published(with_secrets([4, 1, 1, 2, 4, 4]), heads=heads)
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert (one["confidentialite"] == "C").sum() == 2, "Y and PART; Z, U and W rest on what is withheld"
    assert "avant_non_publie" in set(one["verdict"])
    spoken = one.set_index(["indicateur_code", "periode_type"])
    assert spoken.loc[("W", "annee"), "tendance"] == "non_calculable"
    assert spoken.loc[("V", "trimestre"), "signal"] == "non_calculable", "its first point is of the baseline"
    free = published([r | {"non_publiee": False} for r in with_secrets([1, 2, 3, 4, 1, 2])], heads=heads)
    spoken = free.set_index(["indicateur_code", "periode_type"])
    assert spoken.loc[("V", "trimestre"), "signal"] == "haut"


def test_how_much_a_break_touches_a_withheld_value_is_not_said() -> None:
    def told(**touched: object) -> pd.DataFrame:
        hidden = [row("2018", 3, "A", **HIDDEN, **touched), row("2019", 2, "A", **HIDDEN, **touched)]
        after = [row("2018", 3, "B", **HIDDEN), row("2019", 40, "B", **(touched | {"statut": "A"}))]
        return published([*yearly(9, 21), *hidden, *after])

    large = told(rupture=True, rupture_part_pct=50.0, statut="B")
    pd.testing.assert_frame_equal(large, told(rupture=False, rupture_part_pct=3.0), check_exact=True)


def test_the_public_word_is_the_restricted_one_or_none() -> None:
    series = frame([OPEN | r for r in with_secrets([1, 2, 3, 4, 1, 2])])
    by = reference(series, relations=TREE)
    made = compare_period(series, by, Q4)
    keys = ["indicateur_code", "periode_type"]
    whole, outside = (f.set_index(keys) for f in (outward.restricted(made), outward.public(made, by.rates)))
    told = outside["mot"].notna()
    assert told.any()
    assert (outside.loc[told, "mot"] == whole.loc[outside.index[told], "mot"]).all()
    assert whole.loc[("Y", "annee"), "mot"] == FALL, "what the public edition withholds speaks in the restricted one"


def test_a_withheld_family_takes_no_place_in_the_published_one() -> None:
    """Twenty withheld heads that do not move would silence 9 → 21 if they were of its family."""
    crowd = [r | HIDDEN for n in range(20) for r in yearly(4, 4, f"X{n}")]
    assert published([*yearly(9, 21), *crowd]).set_index("indicateur_code").loc["TUES", "mot"] == RISE
