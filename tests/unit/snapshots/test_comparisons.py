"""A quarter's figures beside those they are compared with: the golden cases, and what must not be compared."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipelines.base.periods import Period
from pipelines.report.wording import broken_part
from pipelines.snapshots.comparisons import compare_period
from pipelines.snapshots.windows import before, kinds_of, last_year, parts_of, window
from tests.support.small_series import (
    NOT_SHOWN,
    Q4,
    RISE,
    UNKNOWN,
    compared,
    frame,
    quarters,
    reference,
    row,
    yearly,
    years,
)


def plain(rows: list[dict]) -> pd.DataFrame:
    return frame(rows).assign(non_publiee=False, hors_edition=False)


def test_nine_to_fifteen_is_no_trend_whatever_its_percentage() -> None:
    found = compared(yearly(9, 15)).loc[("TUES", "annee")]
    assert (found["mot"], found["lecture"]) == (NOT_SHOWN, "neutre")
    assert found["p_valeur"] == pytest.approx(0.3075, abs=1e-4)
    assert (round(found["borne_basse"], 3), round(found["borne_haute"], 3)) == (8.389, 24.742)
    assert (round(found["rapport_bas"], 3), round(found["rapport_haut"], 3)) == (0.683, 4.319)
    assert pd.isna(found["evolution_pct"]), "9 is under ten: both counts, no percentage"


def test_nine_to_twenty_one_alone_in_its_family_is_a_rise() -> None:
    found = compared(yearly(9, 21)).loc[("TUES", "annee")]
    assert (found["mot"], found["lecture"]) == (RISE, "defavorable")
    assert found["p_valeur"] == pytest.approx(0.043, abs=1e-3)


def test_among_twenty_others_it_is_one_that_chance_gives() -> None:
    others = [r for n in range(20) for r in yearly(50, 51, f"X{n}")]
    assert compared(yearly(9, 21) + others).loc[("TUES", "annee"), "mot"] == NOT_SHOWN


def test_another_level_is_described_and_not_tested() -> None:
    others = [r | {"niveau": "service", "territoire_code": f"SRV-{n}"} for n in range(20) for r in yearly(9, 21)]
    above = [r | {"niveau": "france", "territoire_code": "FRA"} for r in yearly(9000, 21000)]
    found = compared(yearly(9, 21) + others + above).reset_index().set_index("territoire_code")
    assert found.loc["DEP-46", "mot"] == RISE
    for place in ("SRV-3", "FRA"):
        one = found.loc[place]
        assert (pd.isna(one["mot"]), one["portee"], pd.isna(one["p_valeur"])) == (True, "description", True)
        assert one["rapport_bas"] < one["rapport"] < one["rapport_haut"]


def test_what_measures_activity_is_never_coloured() -> None:
    assert compared(yearly(9, 21), polarity="ambigue").loc[("TUES", "annee"), "lecture"] == "neutre"


def test_what_the_plan_does_is_not_tested() -> None:
    found = compared(yearly(9, 21), law="aucune").loc[("TUES", "annee")]
    assert (pd.isna(found["mot"]), found["portee"], found["verdict"]) == (True, "description", "plan")
    assert pd.isna(found["p_valeur"])
    assert pd.isna(found["borne_basse"])
    assert found["ecart"] == 12


def test_nothing_is_compared_across_a_break() -> None:
    found = compared(yearly(100, 200, rupture=True)).loc[("TUES", "annee")]
    assert (found["mot"], found["comparaison_motif"]) == (UNKNOWN, "rupture_de_serie")
    assert pd.isna(found["ecart"])
    assert pd.isna(found["evolution_pct"])
    assert found["valeur_precedente"] == 100


def test_nothing_is_compared_with_nothing() -> None:
    found = compared([row("2018", None), row("2019", 200)]).loc[("TUES", "annee")]
    assert (found["mot"], found["comparaison_motif"]) == (UNKNOWN, "periode_precedente_manquante")


def test_nothing_is_compared_with_another_source() -> None:
    found = compared(yearly(100, 200, source="barometre_odsr")).loc[("TUES", "annee")]
    assert found["comparaison_motif"] == "autre_source"
    assert pd.isna(found["valeur_precedente"])


def test_the_year_to_date_and_the_last_twelve_months_are_whole_or_missing() -> None:
    found = compared([*quarters(2018, [1, 2, 3, 4]), *quarters(2019, [5, None, 7, 8])])
    for kind in ("cumul", "douze_mois"):
        one = found.loc[("TUES", kind)]
        assert pd.isna(one["valeur"])
        assert (one["statut"], one["motif_code"], one["valeur_precedente"]) == ("M", "non_recu", 10)
    assert found.loc[("TUES", "trimestre"), "valeur"] == 8
    whole = compared([*quarters(2018, [1, 2, 3, 4]), *quarters(2019, [5, 6, 7, 8])])
    assert whole.loc[("TUES", "douze_mois"), "valeur"] == 26


def test_parts_of_two_sources_are_not_added() -> None:
    rows = [*quarters(2019, [5, 6, 7, 8])]
    rows[3]["source"] = "barometre_odsr"
    series = plain(rows)
    [one] = window(series, {"TUES": "somme"}, "douze_mois", Q4).to_dict("records")
    assert pd.isna(one["valeur"])
    assert one["motif"] == "La période est à cheval sur deux sources"


@pytest.mark.parametrize(
    ("statuses", "of_the_whole"),
    [("AAAA", "A"), ("AABA", "B"), ("ABDA", "D"), ("AEAB", "E"), ("PDDD", "P"), ("DDDD", "D")],
)
def test_a_window_is_no_surer_than_its_parts(statuses: str, of_the_whole: str) -> None:
    rows = [
        r | {"statut": s, "perimetre": "partie"} for r, s in zip(quarters(2019, [5, 6, 7, 8]), statuses, strict=True)
    ]
    [one] = window(plain(rows), {"TUES": "somme"}, "douze_mois", Q4).to_dict("records")
    assert (one["statut"], one["perimetre"]) == (of_the_whole, "partie")


def test_a_window_over_a_withheld_quarter_is_withheld() -> None:
    rows = quarters(2019, [5, 6, 7, 8], non_publiee=False, hors_edition=False)
    rows[2]["non_publiee"] = True
    [one] = window(frame(rows), {"TUES": "somme"}, "cumul", Q4).to_dict("records")
    assert (one["valeur"], one["non_publiee"]) == (26, True)


@pytest.mark.parametrize(("rule", "value"), [("somme", 26), ("moyenne", 6.5), ("dernier", 8)])
def test_quarters_add_up_as_the_catalogue_says(rule: str, value: float) -> None:
    series = plain(quarters(2019, [5, 6, 7, 8]))
    assert window(series, {"TUES": rule}, "cumul", Q4)["valeur"].tolist() == [value]
    assert window(series, {"TUES": "aucun"}, "cumul", Q4).empty


def test_the_windows_of_a_quarter() -> None:
    q2 = Period.read("2019-T2")
    assert [str(p) for p in parts_of("cumul", q2)] == ["2019-T1", "2019-T2"]
    assert [str(p) for p in parts_of("douze_mois", q2)] == ["2018-T3", "2018-T4", "2019-T1", "2019-T2"]
    assert (str(last_year(q2)), str(last_year(Q4)), str(before(q2))) == ("2018", "2019", "2018-T2")


def test_the_windows_of_a_month_and_of_a_year() -> None:
    march, year = Period.read("2019-03"), Period.read("2019")
    assert [str(p) for p in parts_of("cumul", march)] == ["2019-01", "2019-02", "2019-03"]
    rolling = [str(p) for p in parts_of("douze_mois", march)]
    assert (rolling[0], rolling[-1], len(rolling)) == ("2018-04", "2019-03", 12)
    assert (str(last_year(march)), str(last_year(Period.read("2019-12"))), str(last_year(year))) == (
        "2018",
        "2019",
        "2019",
    )
    assert (kinds_of(march)[0], kinds_of(year)) == ("mois", ("annee",))


def test_a_rate_is_compared_with_that_of_the_country_without_the_territory() -> None:
    def rate(territory: str, x: float, n: float) -> list:
        return ["TUES", territory, "2019", "baac", 1000 * x / n, "pour 1 000 habitants", x, n, 2017]

    rows = [*yearly(300, 329), *(r | {"niveau": "france", "territoire_code": "FRA"} for r in yearly(90_000, 100_000))]
    found = compared(rows, rates=[rate("DEP-46", 329, 173_828), rate("FRA", 100_000, 66_000_000)])
    here = found[found["territoire_code"] == "DEP-46"].loc[("TUES", "annee")]
    assert here["taux"] == pytest.approx(1000 * 329 / 173_828)
    assert here["taux_bas"] < here["taux"] < here["taux_haut"]
    assert here["rapport_france"] == pytest.approx((329 / 173_828) / (99_671 / 65_826_172))
    assert pd.isna(here["rapport_region"])
    alone = compared(rows, rates=[rate("DEP-46", 329, 173_828), rate("FRA", 329, 173_828)])
    assert alone["rapport_france"].isna().all(), "a whole that is the territory itself has no rest"


def test_a_share_has_wilsons_interval_and_fishers_test() -> None:
    def both(year: str, share: float, count: float) -> list[dict]:
        return [row(year, share, "PART"), row(year, count, "PARTIE")]

    series = frame(both("2018", 10.0, 50) + both("2019", 20.0, 100))
    by = reference(series, cumul="aucun")
    by.rules.loc[by.rules["indicateur_code"] == "PART", "loi"] = "proportion"
    found = compare_period(series, by, Q4).set_index(["indicateur_code", "periode_type"])
    share = found.loc[("PART", "annee")]
    # Wilson for 100 of 500: 16.73 % to 23.73 %.
    assert (round(share["borne_basse"], 2), round(share["borne_haute"], 2)) == (16.73, 23.73)
    assert share["p_valeur"] < 1e-4
    assert share["mot"] == RISE


def test_a_trend_needs_five_whole_years_without_a_break() -> None:
    rising = [100, 140, 190, 240, 300]
    assert compared(years(rising)).loc[("TUES", "annee"), "tendance"] == "hausse"
    assert compared(years(rising[1:])).loc[("TUES", "annee"), "tendance"] == "non_calculable"
    broken = years(rising)
    broken[2]["rupture"] = True
    assert compared(broken).loc[("TUES", "annee"), "tendance"] == "non_calculable"
    assert compared(years([100, 140, None, 240, 300])).loc[("TUES", "annee"), "tendance"] == "non_calculable"


# Twelve quarters that move by little, and judge the thirteenth.
CALM = [10, 11, 10, 9, 10, 11, 10, 9, 11, 10, 9, 10]


def since_2016(values: list[float | None], **changes: dict) -> list[dict]:
    """Quarters up to 2019-T4, the last being the last value."""
    back = reversed(range(len(values)))
    rows = [row(f"{2019 - n // 4}-T{4 - n % 4}", v) for n, v in zip(back, values, strict=True)]
    for place, change in changes.items():
        rows[int(place.removeprefix("at"))] |= change
    return rows


def signal(rows: list[dict], kind: str = "trimestre", **more: object) -> str:
    return compared(rows, **more).loc[("TUES", kind), "signal"]


@pytest.mark.parametrize(("last", "said"), [(30, "haut"), (0, "bas"), (10, "aucun")])
def test_a_quarter_beyond_what_the_series_does_is_a_signal(last: float, said: str) -> None:
    rows = since_2016([*CALM, last])
    assert signal(rows) == said
    assert signal(rows, "douze_mois") == "non_calculable", "windows that overlap are no control chart"
    assert signal(since_2016([*CALM[1:], last])) == "non_calculable", "the twelve that judge are not judged"


def test_the_season_is_no_signal_and_a_shift_is_one() -> None:
    season = [20, 40, 80, 30] * 5
    assert [signal(since_2016(season[: n + 1])) for n in range(12, 20)] == ["aucun"] * 8
    moved = [*season[:13], *(v + 12 for v in season[13:])]
    moved = [v + n % 3 for n, v in enumerate(moved)]
    assert signal(since_2016(moved)) == "haut"


def test_a_month_is_judged_by_the_same_month_of_three_years() -> None:
    days = [(y, m) for y in range(2016, 2020) for m in range(1, 13)]
    months = [row(f"{y}-{m:02d}", 50 + 40 * (m in (7, 8)) + (y + m) % 2) for y, m in days]
    august, december = Period.read("2019-08"), Period.read("2019-12")
    assert signal([r for r in months if r["periode"] <= "2019-08"], "mois", period=august) == "aucun"
    assert signal([*months[:-1], months[-1] | {"valeur": 95.0}], "mois", period=december) == "haut"


def test_the_baseline_stays_until_it_is_drawn_again_on_purpose() -> None:
    """A level that lasts is no new ordinary: only a line of the table makes it so."""
    high = [v + 10 for v in CALM]
    rows = since_2016([*CALM, *high, 21])
    assert signal(rows) == "haut"
    line = {"indicateur_code": "TUES", "territoire_code": "DEP-46", "periode_type": "trimestre"}
    assert signal(rows, baselines=[line | {"depuis": dt.date(2016, 10, 1)}]) == "aucun"
    assert signal(rows, baselines=[line | {"depuis": dt.date(2019, 1, 1)}]) == "non_calculable"


@pytest.mark.parametrize(
    "change", [{"at4": {"rupture": True}}, {"at4": {"source": "barometre_odsr"}}, {"at4": {"valeur": None}}]
)
def test_a_control_chart_begins_after_the_last_break_hole_or_change_of_source(change: dict) -> None:
    found = compared(since_2016([*CALM, 30], **change))
    assert found[found["source"] == "baac"].loc[("TUES", "trimestre"), "signal"] == "non_calculable"


def test_a_control_chart_begins_on_the_first_day_after_a_break() -> None:
    """A break on 2016-09-01: the quarters of a year do not compare with the year before, and do with one another."""
    since = dt.date(2016, 9, 1)
    broken = {f"at{n}": {"rupture": n < 4, "comparable_depuis": since} for n in range(13)}
    before_it = [row("2016-T2", 90), row("2016-T3", 95)]
    assert signal([*before_it, *since_2016([*CALM, 30], **broken)]) == "haut"
    since = dt.date(2018, 2, 1)
    later = {f"at{n}": {"rupture": 5 <= n < 10, "comparable_depuis": since if n >= 5 else None} for n in range(13)}
    assert signal(since_2016([*CALM, 30], **later)) == "non_calculable", "seven quarters since the mixed one"


def test_a_small_broken_part_is_said_beside_the_change_that_it_does_not_silence() -> None:
    rows = yearly(100, 200, rupture_part_pct=4.2)
    found = compared(rows).loc[("TUES", "annee")]
    assert (found["mot"], found["ecart"], found["rupture_part_pct"]) == (RISE, 100, 4.2)
    sums = compared([*quarters(2018, [10, 11, 12, 13]), *quarters(2019, [30, 31, 32, 33], rupture_part_pct=2.5)])
    assert sums.loc[("TUES", "cumul"), "rupture_part_pct"] == 2.5
    assert broken_part(4.25) == "une rupture de série touche 4,2 % de cette valeur"


def test_a_mean_says_so_in_its_unit() -> None:
    series = plain(quarters(2019, [10, 12, 14, 16]))
    [whole] = window(series, {"TUES": "moyenne"}, "cumul", Q4).to_dict("records")
    assert (whole["valeur"], whole["unite"]) == (13, "personnes en moyenne par trimestre")
    monthly = series.assign(unite="personnes en moyenne par mois")
    [whole] = window(monthly, {"TUES": "moyenne"}, "cumul", Q4).to_dict("records")
    assert whole["unite"] == "personnes en moyenne par mois"
    [sum_] = window(series, {"TUES": "somme"}, "cumul", Q4).to_dict("records")
    assert (sum_["valeur"], sum_["unite"]) == (52, "personnes")


def test_a_quarter_that_has_no_row_is_a_hole_too() -> None:
    rows = since_2016([10, 11, 10, 9, *CALM, 30])
    assert signal(rows) == "haut"
    assert signal([*rows[:9], *rows[10:]]) == "non_calculable"


def test_what_the_plan_does_has_no_control_chart() -> None:
    assert signal(since_2016([*CALM, 30]), law="aucune") == "non_calculable"
