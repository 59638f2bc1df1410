"""The twenty queries of docs/requetes.md, each against the plan's print or against the received files read by hand; and
those of docs/entrepot.md."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.publication.reading import opened_file
from pipelines.wording import plain
from tests import received
from tests.conftest import PROJECT, Home
from tests.integration.test_demonstration import TABLE_A_LOT, TABLE_D, TABLE_D_KNOWN
from tests.queries import queries

pytestmark = pytest.mark.xdist_group("demo")

LOT = {"46"}


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
}  # fmt: skip


def _as_compared(number: int, rows: list[tuple]) -> list:
    """Where the received files do not say as much as the answer: what both say."""
    if number == 4:
        order = {name: n for n, name in enumerate(dict.fromkeys(r[0] for r in rows))}
        return [(order[r[0]], *r[1:]) for r in rows]
    if number == 6:
        return [v for _, v in rows]
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


def test_the_page_asks_twenty_questions_and_each_is_answered_for() -> None:
    assert [q.number for q in queries()] == list(range(1, 21))
    assert set(EXPECTED) == {q.number for q in queries()}
    assert len({q.question for q in queries()}) == 20


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
