"""The queries of docs/requetes.md, each against the plan's print or against the received files read by hand; and
those of docs/entrepot.md."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.base.wording import plain
from pipelines.publication.reading import opened_file
from pipelines.settings.model import SEEDS
from tests.conftest import PROJECT, Home
from tests.integration.test_demonstration import TABLE_A_LOT, TABLE_D, TABLE_D_KNOWN
from tests.support import neighbours_recomputed as again
from tests.support import received
from tests.support.queries import queries
from tests.support.recomputed import INDEXES
from tests.support.tables import rows

pytestmark = pytest.mark.xdist_group("demo")

LOT = {"46"}
METROPOLE = [f"{n:02}" for n in range(1, 96) if n != 20] + ["2A", "2B"]


def answers(home: Home, number: int) -> list[tuple]:
    """What the block of that number gives, as plain values."""
    (query,) = (q for q in queries() if q.number == number)
    with opened_file(home.warehouse) as db:
        return [tuple(plain(v) for v in row) for row in db.execute(query.sql).fetchall()]


def table_d(_: Path) -> list[tuple]:
    years = [str(y) for y in range(2014, 2020)]
    return [(n, y, v) for n, row in enumerate(TABLE_D_KNOWN.values()) for y, v in zip(years, row, strict=True)]


def forces(landing: Path) -> list[tuple]:
    counts = received.workbook_4001(landing, 2019, {7})
    police = sum(v for k, v in counts.items() if k.startswith("CIAT"))
    other = sum(counts.values()) - police
    return [
        ("ZGN-46", other, round(100 * other / sum(counts.values()), 1)),
        ("ZPN-46", police, round(100 * police / sum(counts.values()), 1)),
    ]


def burglaries_by_service(landing: Path) -> list[int]:
    squadron = sum(
        r["faits_constates"]
        for r in received.records(landing, "retours-services-2019", "Faits")
        if r["service"] == "EDSR DU LOT" and r["code_index"] in {27, 28, 29, 30}
    )
    return sorted([*received.workbook_4001(landing, 2019, {27, 28, 29, 30}).values(), squadron], reverse=True)


def of_the_lot(landing: Path) -> dict[str, dict]:
    return {r["Num_Acc"]: r for r in received.lines(landing, "caracteristiques-2019") if r["dep"] in LOT}


def killed(landing: Path) -> list[dict]:
    there = of_the_lot(landing)
    return [r for r in received.lines(landing, "usagers-2019") if r["grav"] == "2" and r["Num_Acc"] in there]


def accidents_by_month(landing: Path) -> list[tuple]:
    counts = Counter(int(r["mois"]) for r in of_the_lot(landing).values())
    return [(f"2019-{m:02}", counts[m]) for m in range(1, 13)]


def share_of_minors(landing: Path) -> list[tuple]:
    rows = received.records(landing, "retours-services-2019", "Faits")
    minors, all_of_them = (sum(r[c] for r in rows) for c in ("mis_en_cause_mineurs", "mis_en_cause"))
    return [("2019", round(100 * minors / all_of_them, 2))]


def domestic_violence(landing: Path) -> list[tuple]:
    told = [
        sum(
            r["faits_vif"]
            for r in received.records(landing, f"retours-services-{y}", "Faits")
            if r["force"] == "police"
        )
        for y in (2018, 2019)
    ]
    return [("2018", told[0], None, "D"), ("2019", told[1], told[1] - told[0], "D")]


def states(landing: Path) -> list[tuple]:
    rows = received.records(landing, "suivi-actions-2023", "Actions à mener")
    return sorted(Counter(r["etat"] for r in rows if r["trimestre"] == 4).items())


def grants(landing: Path) -> list[tuple]:
    totals: Counter = Counter()
    for r in received.records(landing, "suivi-actions-2023", "Financements"):
        totals[r["fonds"]] += r["accorde_eur"]
    return sorted(totals.items())


def pupils(landing: Path) -> list[tuple]:
    told = []
    for year in (2022, 2023, 2024):
        rows = received.records(landing, f"suivi-actions-{year}", "Indicateurs")
        number = sum(r["valeur"] for r in rows if r["indicateur_code"] == "P1.A2.I1")
        told.append((str(year), number, 1579, "atteinte" if number >= 1579 else "non_atteinte"))
    return told


def vintages(landing: Path) -> list[tuple]:
    """The unit of count is that of each file, which the warehouse writes in the plural and without a capital."""
    old, old_unit = next(
        (int(r["faits"]), r["unité.de.compte"])
        for r in received.lines(landing, "donnee-dep-2022")
        if (r["classe"], r["annee"], r["Code.département"]) == ("Cambriolages de logement", "19", "46")
    )
    new, new_unit = next(
        (int(r["nombre"]), r["unite_de_compte"])
        for r in received.lines(landing, "donnee-dep-2024")
        if (r["indicateur"], r["annee"], r["code_departement"]) == ("Cambriolages de logement", "2019", "46")
    )
    return [
        ("2019", "2022", old, f"{old_unit.lower()}s", old - new, False),
        ("2019", "2024", new, f"{new_unit.lower()}s", 0, True),
    ]


def by_sex(landing: Path) -> list[tuple]:
    rows = [
        r
        for r in received.records(landing, "retours-iscg-2022", "Activité ISCG")
        if (r["mesure"], r["ventilation"]) == ("personnes", "sexe")
    ]
    told = {
        code: sum(
            r["valeur"] for r in rows if (r["mesure"], r["ventilation"], r["modalite"]) == ("personnes", "sexe", code)
        )
        for code in ("femmes", "hommes")
    }
    return [(code, round(number / 12, 2), "personnes en moyenne par mois") for code, number in told.items()]


def rising_indexes(landing: Path) -> list[tuple]:
    """Perceval, open since the 9th of June 2018, takes the frauds of indexes 90 and 91 from the counters."""
    before, after = (received.monthly_4001(landing, y) for y in (2018, 2019))
    up = [(i, before[i], n, n - before[i]) for i, n in after.items() if n > before[i] and i not in {90, 91}]
    return sorted(up, key=lambda row: (-row[3], row[0]))[:10]


def alike(landing: Path) -> list[tuple]:
    """Rank, burglaries and rate, of the départements of 100 000 to 250 000 inhabitants."""
    rows = received.lines(landing, "donnee-dep-2024")
    people = {r["code_departement"]: float(r["insee_pop"]) for r in rows if r["insee_pop_millesime"] == "2021"}
    dwellings = {r["code_departement"]: float(r["insee_log"]) for r in rows if r["insee_log_millesime"] == "2021"}
    rates = sorted(
        (
            (int(r["nombre"]), 1000 * int(r["nombre"]) / dwellings[r["code_departement"]])
            for r in rows
            if (r["indicateur"], r["annee"]) == ("Cambriolages de logement", "2021")
            and 100_000 <= people[r["code_departement"]] <= 250_000
        ),
        key=lambda one: -one[1],
    )
    return [(rank, number, round(rate, 2)) for rank, (number, rate) in enumerate(rates, start=1)]


def of_cahors(landing: Path) -> list[tuple]:
    """Accidents and victims of three years, read from the users' records."""
    told = []
    for year, start in ((2022, "caracteristiques-2022"), (2023, "caract-2023"), (2024, "caract-2024")):
        # The characteristics of 2022 name their key otherwise.
        key = "Accident_Id" if year == 2022 else "Num_Acc"
        there = {r[key] for r in received.lines(landing, start) if r["com"] == "46042"}
        users = [r for r in received.lines(landing, f"usagers-{year}") if r["Num_Acc"] in there]
        told.append(("ACCIDENTS", str(year), len(there)))
        for code, severity in (("TUES", "2"), ("BLESSES_HOSPITALISES", "3"), ("BLESSES_LEGERS", "4")):
            told.append((code, str(year), sum(r["grav"] == severity for r in users)))
    return sorted(told)


def shares(landing: Path, year: int, part: str, whole: str, lists: dict[str, set[int] | None]) -> list[tuple]:
    """Indicator, both terms and their share, from the services' returns."""
    rows = received.records(landing, f"retours-services-{year}", "Faits")
    told = []
    for code, indexes in lists.items():
        own = [r for r in rows if indexes is None or r["code_index"] in indexes]
        a, b = sum(r[part] for r in own), sum(r[whole] for r in own)
        told.append((code, a, b, round(100 * a / b, 2), None))
    return sorted(told)


def on_foot_or_by_bicycle(landing: Path) -> list[tuple]:
    there = {n: int(r["mois"]) for n, r in of_the_lot(landing).items()}
    kinds = {(r["Num_Acc"], r["num_veh"]): r["catv"] for r in received.lines(landing, "vehicules-2019")}
    hit = {
        (there[r["Num_Acc"]], "pieton" if r["catu"] == "3" else "velo", r["Num_Acc"])
        for r in received.lines(landing, "usagers-2019")
        if r["Num_Acc"] in there and (r["catu"] == "3" or kinds[r["Num_Acc"], r["num_veh"]] in {"1", "01"})
    }
    counts = Counter((month, user) for month, user, _ in hit)
    return [(f"2019-{month:02}", user, n) for (month, user), n in sorted(counts.items())]


def grants_by_action(landing: Path) -> list[tuple]:
    totals: dict[tuple[str, str], list[int]] = {}
    for r in received.records(landing, "suivi-actions-2023", "Financements"):
        told = totals.setdefault((r["action_code"], r["fonds"]), [0, 0])
        told[0] += r["accorde_eur"]
        told[1] += r["paye_eur"]
    return [(*key, *told) for key, told in sorted(totals.items())]


def behind(landing: Path) -> list[tuple]:
    """Action, indicator, year, value and target: what the plan asks in figures, and what the returns say."""
    told = []
    for year in (2022, 2023, 2024):
        iscg = received.records(landing, f"retours-iscg-{year}", "Activité ISCG")
        totals = [r for r in iscg if r["ventilation"] == "total"]
        met = [
            max(r["valeur"] for r in totals if (r["mesure"], r["mois"]) == ("reunions_cellule", month))
            for month in range(1, 13)
        ]
        told.append(("P2.A1", "P2.A1.I2", year, sum(met), 12))
        last = [r["valeur"] for r in totals if (r["mesure"], r["mois"]) == ("etp", 12)]
        told += [("P2.A1", "ISCG_ETP", year, sum(last), 2), ("P2.A1", "ISCG_POSTES", year, sum(v > 0 for v in last), 2)]
        rows = received.records(landing, f"suivi-actions-{year}", "Indicateurs")
        equipped = max((r["trimestre"], r["valeur"]) for r in rows if r["indicateur_code"] == "COMMUNES_3000_EQUIPEES")
        told.append(("P3.A1", "COMMUNES_3000_EQUIPEES", year, equipped[1], 7))
        told.append(("P1.A2", "P1.A2.I1", year, pupils(landing)[year - 2022][1], 1579))
    return sorted((a, code, str(year), value, target) for a, code, year, value, target in told if value < target)


def drug_offences_by_source(landing: Path) -> list[tuple]:
    drugs = {55, 56, 57, 58}
    returns = received.records(landing, "retours-services-2019", "Faits")
    return [
        ("etat4001_departements", sum(n for i, n in received.monthly_4001(landing, 2019).items() if i in drugs), True),
        ("etat4001_services", sum(received.workbook_4001(landing, 2019, drugs).values()), False),
        ("retours_services", sum(r["faits_constates"] for r in returns if r["code_index"] in drugs), False),
    ]


def broken_by_the_fine(landing: Path) -> list[tuple]:
    """Use of drugs is index 57; what it weighs in the four indexes is told of the year where it weighs the most."""
    years = {y: received.monthly_4001(landing, y) for y in (2019, 2020, 2021)}
    weight = max(100 * n[57] / sum(n[i] for i in (55, 56, 57, 58)) for n in years.values())
    total = sum(years[2020][i] for i in (55, 56, 57, 58))
    return [
        ("STUPEFIANTS_4001", total, "2020-09-01", round(weight, 1)),
        ("STUPEFIANTS_USAGE_4001", years[2020][57], "2020-09-01", 100),
    ]


def ranks_of_2019(landing: Path) -> list[tuple]:
    counts, people, homes = again.ssmsi(received.lines(landing, "donnee-dep-2024"))
    near = [code for code, _ in again.neighbours(SEEDS / "comparaison", "46", set(METROPOLE))[:10]]
    classes = {r["classe"]: r["indicateur_code"] for r in rows(SEEDS / "reference" / "ssmsi_classes.csv")}
    told = {}
    for name, facts in counts.items():
        homes_of = name.startswith("Cambriolages")
        by = {c: (homes[c, 2019] if homes_of else people[c, 2017]) for c in ("46", *near)}
        rank = again.rank(facts, by, "46", near, 2019)
        told[classes[name]] = (classes[name], rank.place, rank.low, rank.high, 11)
    return [told[code] for code in sorted(told)]


CLEARED = ("AVIP", "CBV", "VIOLENCES_SEXUELLES", "VOLS_VIOLENCE", "CAMBRIOLAGES", "VOLS_LIES_VEHICULES", "DEGRADATIONS",
           "AAB", "ESCROQUERIES", "STUPEFIANTS")  # fmt: skip

# By number: what the plan prints, typed, or what the received files say.
EXPECTED: dict[int, Callable[[Path], list[tuple]]] = {
    1: lambda _: [
        ("2016", 319, None, "rupture_de_serie"), ("2017", 329, 3.13, None), ("2018", 395, 20.06, None),
        ("2019", 421, 6.58, None),
    ],
    2: lambda _: [(833, 173828, 2017, 4.79, "pour 1 000 habitants")],
    3: lambda _: sorted((code, *values) for code, values in TABLE_A_LOT.items()),
    4: table_d,
    5: forces,
    6: burglaries_by_service,
    7: lambda _: [("ACCIDENTS", 71, 87), ("TUES", 9, 15)],
    8: killed,
    9: accidents_by_month,
    10: share_of_minors,
    11: domestic_violence,
    12: states,
    13: lambda _: [("D", None, 1), ("M", "territoire_absent", 12)],
    14: grants,
    15: pupils,
    16: table_d,
    17: lambda _: [("2018", 71, 71, "signal"), ("2019", 87, 87, "signal")],
    18: lambda landing: [
        ("tableaux-4001-ts-demonstration.xlsx", received.sha256(landing, "tableaux-4001-ts"))
    ],
    19: vintages,
    20: by_sex,
    21: rising_indexes,
    22: alike,
    23: of_cahors,
    24: lambda landing: shares(
        landing, 2023, "faits_elucides", "faits_constates",
        {f"ELUCIDATION_{family}": INDEXES[f"{family}_4001"] for family in CLEARED},
    ),
    25: on_foot_or_by_bicycle,
    26: grants_by_action,
    27: behind,
    28: lambda landing: shares(
        landing, 2019, "mis_en_cause_mineurs", "mis_en_cause",
        {"MINEURS_MEC_PART": None, "MINEURS_MEC_DEGRADATIONS_PART": INDEXES["DEGRADATIONS_4001"],
         "MINEURS_MEC_CAMBRIOLAGES_PART": INDEXES["CAMBRIOLAGES_4001"],
         "MINEURS_MEC_VIOLENCES_PART": INDEXES["AVIP_4001"]},
    ),
    29: drug_offences_by_source,
    30: broken_by_the_fine,
    31: ranks_of_2019,
}  # fmt: skip


def _as_compared(number: int, rows: list[tuple]) -> list:
    """Where the received files do not say as much as the answer: what both say."""
    if number == 4:
        order = {name: n for n, name in enumerate(dict.fromkeys(r[0] for r in rows))}
        return [(order[r[0]], *r[1:]) for r in rows]
    if number == 6:
        return [v for _, v in rows]
    if number == 31:  # the last publication has these no more
        return [row[:5] for row in rows if not row[0].startswith("CBV_")]
    kept = {21: (0, 2, 3, 4), 22: (0, 2, 3), 26: (0, 2, 3, 4), 27: (0, 1, 2, 3, 4), 29: (0, 1, 4)}.get(number)
    if kept:
        return [tuple(row[n] for n in kept) for row in rows]
    if number == 23:  # the other indicators are made of these
        return [row for row in rows if row[0] in {"ACCIDENTS", "TUES", "BLESSES_HOSPITALISES", "BLESSES_LEGERS"}]
    if number == 30:
        return [(code, value, str(day), part) for code, value, day, part in rows]
    return rows


@pytest.mark.parametrize("number", [n for n in EXPECTED if n not in (8, 16)])
def test_the_answer_is_the_one_of_the_plan_or_of_the_files(demo_home: Home, number: int) -> None:
    assert _as_compared(number, answers(demo_home, number)) == EXPECTED[number](demo_home.landing)


def test_8_every_killed_user_is_in_one_class(demo_home: Home) -> None:
    told, dead = dict(answers(demo_home, 8)), killed(demo_home.landing)
    assert sum(told.values()) == len(dead) == 15  # the plan prints 15
    assert told["pieton"] == sum(r["catu"] == "3" for r in dead)
    vehicles = {(r["Num_Acc"], r["num_veh"]): r["catv"] for r in received.lines(demo_home.landing, "vehicules-2019")}
    assert told["velo"] == sum(r["catu"] != "3" and vehicles[r["Num_Acc"], r["num_veh"]] in {"1", "01"} for r in dead)


def test_16_every_printed_cell_of_table_d_is_found_again(demo_home: Home) -> None:
    rows = answers(demo_home, 16)
    assert Counter(r[1] for r in rows) == Counter(v for row in TABLE_D.values() for v in row)
    assert Counter(r[2] for r in rows) == Counter(v for row in TABLE_D_KNOWN.values() for v in row)
    assert {r[0] for r in rows if r[2] is None} == {f"I.D-{u}-{y}" for u in ("EDSR", "GGD") for y in range(2014, 2018)}
    assert {(r[2] is None, r[3]) for r in rows} == {(False, "egal"), (True, "non_calculable")}


def test_the_page_asks_its_questions_in_order_and_each_is_answered_for() -> None:
    assert [q.number for q in queries()] == list(range(1, len(queries()) + 1))
    assert set(EXPECTED) == {q.number for q in queries()}
    assert len({q.question for q in queries()}) == len(queries()) >= 30


def test_a_wrong_figure_is_caught(demo_home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "autre")
    other.warehouse.parent.mkdir(parents=True)
    other.warehouse.write_bytes(demo_home.warehouse.read_bytes())
    with duckdb.connect(str(other.warehouse)) as db:
        db.execute("update indicateurs.taux set numerateur = 834 where indicateur_code = 'CAMBRIOLAGES_4001'")
    assert answers(other, 2) != EXPECTED[2](demo_home.landing)


def test_the_queries_of_the_map_say_what_the_page_says(demo_home: Home) -> None:
    blocks = re.findall(r"^```sql\n(.*?)^```", (PROJECT / "docs" / "entrepot.md").read_text("utf-8"), re.M | re.S)
    with opened_file(demo_home.warehouse) as db:
        service, breaks, cyclists, indexes, sources, given = (db.execute(block).fetchall() for block in blocks)
    counts = {row[0]: row[1] for row in service}
    assert counts["2019"] == received.workbook_4001(demo_home.landing, 2019, {27, 28, 29, 30})["CGD CAHORS"]
    assert [row[0] for row in cyclists] == [f"2019-{month:02d}" for month in range(1, 13)]
    facts = {row[0]: row[3] for row in indexes}
    assert len(facts) == 103
    assert facts[7] == TABLE_A_LOT["CBV_4001"][3]
    # Complainants before March 2015, victims since: 2015 mixes them.
    assert [row[0] for row in breaks if row[3] == "rupture_de_serie"] == ["2015", "2016"]
    assert {str(row[5]) for row in breaks if row[0] >= "2016"} == {"2015-03-01"}
    # One source is in use, the others are seen beside it.
    assert [row[-1] for row in sources].count(True) == 1
    assert len(sources) > 1
    assert given == []  # no snapshot of the demonstration was given
