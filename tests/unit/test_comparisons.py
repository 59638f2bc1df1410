"""A quarter's figures beside those they are compared with: the golden cases, and what must not be compared."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipelines.intake.periods import Period
from pipelines.report.wording import broken_part
from pipelines.snapshots.comparisons import compare_period
from pipelines.snapshots.windows import before, kinds_of, last_year, parts_of, window
from pipelines.statistics.words import RISE, STABLE, UNKNOWN
from tests.small_series import Q4, SHARES, compared, quarters, row, yearly, years


def test_nine_to_fifteen_is_no_trend_whatever_its_percentage() -> None:
    found = compared(yearly(9, 15)).loc[("TUES", "annee")]
    assert (found["mot"], found["lecture"]) == (STABLE, "neutre")
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
    assert compared(yearly(9, 21) + others).loc[("TUES", "annee"), "mot"] == STABLE


def test_another_level_is_another_family() -> None:
    others = [r | {"niveau": "service", "territoire_code": f"SRV-{n}"} for n in range(20) for r in yearly(50, 51)]
    found = compared(yearly(9, 21) + others)
    assert found[found["territoire_code"] == "DEP-46"].loc[("TUES", "annee"), "mot"] == RISE


def test_what_measures_activity_is_never_coloured() -> None:
    assert compared(yearly(9, 21), polarity="ambigue").loc[("TUES", "annee"), "lecture"] == "neutre"


def test_what_the_plan_does_is_not_tested() -> None:
    found = compared(yearly(9, 21), law="aucune").loc[("TUES", "annee")]
    assert found["mot"] == UNKNOWN
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
    series = pd.DataFrame(rows).astype({"valeur": float})
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
    [one] = window(pd.DataFrame(rows), {"TUES": "somme"}, "douze_mois", Q4).to_dict("records")
    assert (one["statut"], one["perimetre"]) == (of_the_whole, "partie")


def test_a_window_over_a_withheld_quarter_is_withheld_not_missing() -> None:
    rows = quarters(2019, [5, 6, None, 8])
    rows[2] |= {"statut": "A", "confidentialite": "C", "motif_code": "secret_statistique", "motif": "Petit nombre"}
    [one] = window(pd.DataFrame(rows).astype({"valeur": float}), {"TUES": "somme"}, "cumul", Q4).to_dict("records")
    assert (one["confidentialite"], one["statut"], one["motif_code"]) == ("C", "A", "secret_statistique")
    assert pd.isna(one["valeur"])


@pytest.mark.parametrize(("rule", "value"), [("somme", 26), ("moyenne", 6.5), ("dernier", 8)])
def test_quarters_add_up_as_the_catalogue_says(rule: str, value: float) -> None:
    series = pd.DataFrame(quarters(2019, [5, 6, 7, 8])).astype({"valeur": float})
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


def test_rates_stand_beside_the_countrys_with_the_ratio_of_the_two() -> None:
    def rate(territory: str, x: float, n: float) -> list:
        return ["TUES", territory, "2019", "baac", 1000 * x / n, "pour 1 000 habitants", x, n, 2017]

    rows = [*yearly(300, 329), *(r | {"niveau": "france", "territoire_code": "FRA"} for r in yearly(90_000, 100_000))]
    found = compared(rows, rates=[rate("DEP-46", 329, 173_828), rate("FRA", 100_000, 66_000_000)])
    here = found[found["territoire_code"] == "DEP-46"].loc[("TUES", "annee")]
    assert here["taux"] == pytest.approx(1000 * 329 / 173_828)
    assert here["taux_bas"] < here["taux"] < here["taux_haut"]
    assert here["rapport_france"] == pytest.approx((329 / 173_828) / (100_000 / 66_000_000))
    assert pd.isna(here["rapport_region"])


def test_a_share_has_wilsons_interval_and_fishers_test() -> None:
    def both(year: str, share: float, count: float) -> list[dict]:
        return [row(year, share, "PART"), row(year, count, "PARTIE")]

    series = pd.DataFrame(both("2018", 10.0, 50) + both("2019", 20.0, 100)).astype({"valeur": float})
    indicators = pd.DataFrame(
        [
            {"indicateur_code": i, "cumul": "aucun", "polarite": "hausse_defavorable"}
            for i in set(series["indicateur_code"])
        ]
    )
    rules = pd.DataFrame(
        [
            {"source": "baac", "indicateur_code": i, "loi": law, "protection": "libre", "seuil": 0}
            for i, law in (("PART", "proportion"), ("PARTIE", "poisson"))
        ]
    )
    rates = pd.DataFrame(columns=["indicateur_code", "territoire_code", "periode", "source", "taux", "unite",
                                  "numerateur", "denominateur_valeur", "denominateur_millesime"])  # fmt: skip
    found = compare_period(series, rates, indicators, rules, SHARES, Q4).set_index(["indicateur_code", "periode_type"])
    share = found.loc[("PART", "annee")]
    # Wilson for 100 of 500: 16.73 % to 23.73 %.
    assert (round(share["borne_basse"], 2), round(share["borne_haute"], 2)) == (16.73, 23.73)
    assert share["p_valeur"] < 1e-4
    assert share["mot"] == RISE


def test_a_trend_needs_five_whole_years_without_a_break() -> None:
    rising = [100, 140, 190, 240, 300]
    assert compared(years(rising)).loc[("TUES", "annee"), "tendance"] == "hausse"
    assert compared(years(rising[1:])).loc[("TUES", "annee"), "tendance"] == UNKNOWN.replace(" ", "_")
    broken = years(rising)
    broken[2]["rupture"] = True
    assert compared(broken).loc[("TUES", "annee"), "tendance"] == "non_calculable"
    assert compared(years([100, 140, None, 240, 300])).loc[("TUES", "annee"), "tendance"] == "non_calculable"


# Twelve quarters that move by little, then one that does not: mean 10,17, mean moving range 1,09, limits 7,3 to 13,1.
CALM = [10, 11, 10, 9, 10, 11, 10, 9, 10, 11, 10]


def three_years(values: list[float | None], **changes: dict) -> list[dict]:
    rows = [r for n in range(3) for r in quarters(2017 + n, values[4 * n : 4 * n + 4])]
    for place, change in changes.items():
        rows[int(place.removeprefix("at"))] |= change
    return rows


@pytest.mark.parametrize(("last", "said"), [(30, "haut"), (0, "bas"), (10, "aucun")])
def test_a_quarter_beyond_what_the_series_does_is_a_signal(last: float, said: str) -> None:
    found = compared(three_years([*CALM, last]))
    assert found.loc[("TUES", "trimestre"), "signal"] == said
    assert found.loc[("TUES", "douze_mois"), "signal"] == "non_calculable", "windows that overlap are no control chart"


@pytest.mark.parametrize(
    "change", [{"at4": {"rupture": True}}, {"at4": {"source": "barometre_odsr"}}, {"at4": {"valeur": None}}]
)
def test_a_control_chart_begins_after_the_last_break_hole_or_change_of_source(change: dict) -> None:
    found = compared(three_years([*CALM, 30], **change))
    assert found[found["source"] == "baac"].loc[("TUES", "trimestre"), "signal"] == "non_calculable"


def test_a_control_chart_begins_on_the_first_day_after_a_break() -> None:
    """A break on 2016-12-01: the quarters of 2017 do not compare with those of 2016, and compare with one another."""
    since = dt.date(2016, 12, 1)
    broken = [{"rupture": n < 4, "comparable_depuis": since} for n in range(12)]
    rows = three_years([*CALM, 30], **{f"at{n}": change for n, change in enumerate(broken)})
    assert compared([*quarters(2016, [90, 95, 92, 91]), *rows]).loc[("TUES", "trimestre"), "signal"] == "haut"
    since = dt.date(2018, 2, 1)
    later = [{"rupture": 4 <= n < 9, "comparable_depuis": since if n >= 4 else None} for n in range(12)]
    rows = three_years([*CALM, 30], **{f"at{n}": change for n, change in enumerate(later)})
    assert compared(rows).loc[("TUES", "trimestre"), "signal"] == "non_calculable", "seven quarters since the mixed one"


def test_a_small_broken_part_is_said_beside_the_change_that_it_does_not_silence() -> None:
    rows = yearly(100, 200, rupture_part_pct=4.2)
    found = compared(rows).loc[("TUES", "annee")]
    assert (found["mot"], found["ecart"], found["rupture_part_pct"]) == (RISE, 100, 4.2)
    sums = compared([*quarters(2018, [10, 11, 12, 13]), *quarters(2019, [30, 31, 32, 33], rupture_part_pct=2.5)])
    assert sums.loc[("TUES", "cumul"), "rupture_part_pct"] == 2.5
    assert broken_part(4.25) == "une rupture de série touche 4,2\N{NARROW NO-BREAK SPACE}% de cette valeur"


def test_a_mean_says_so_in_its_unit() -> None:
    series = pd.DataFrame(quarters(2019, [10, 12, 14, 16])).astype({"valeur": float})
    [whole] = window(series, {"TUES": "moyenne"}, "cumul", Q4).to_dict("records")
    assert (whole["valeur"], whole["unite"]) == (13, "personnes en moyenne par trimestre")
    monthly = series.assign(unite="personnes en moyenne par mois")
    [whole] = window(monthly, {"TUES": "moyenne"}, "cumul", Q4).to_dict("records")
    assert whole["unite"] == "personnes en moyenne par mois"
    [sum_] = window(series, {"TUES": "somme"}, "cumul", Q4).to_dict("records")
    assert (sum_["valeur"], sum_["unite"]) == (52, "personnes")


def test_a_quarter_that_has_no_row_is_a_hole_too() -> None:
    rows = three_years([*CALM, 30])
    del rows[5]
    rows = [*quarters(2016, [10, 11, 10, 9]), *rows]
    assert compared(rows).loc[("TUES", "trimestre"), "signal"] == "non_calculable"


def test_what_the_plan_does_has_no_control_chart() -> None:
    assert compared(three_years([*CALM, 30]), law="aucune").loc[("TUES", "trimestre"), "signal"] == "non_calculable"
