"""Where a file's codes stand today: communes merged, delegated, cut into arrondissements municipaux, overseas; nothing
is lost from one level to the next, and no 0 stands where the file could not have counted.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.conftest import Home, case_file, real_file
from tests.support.warehouse_parts import Part

pytestmark = [pytest.mark.xdist_group("places"), pytest.mark.long]

COG = "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT"
MOVED = (
    "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,"
    "LIBELLE_AP"
)
OLD = "Num_Acc,an,mois,jour,hrmn,lum,agg,int,atm,col,com,adr,gps,lat,long,dep"
NEW = "Num_Acc;jour;mois;an;hrmn;lum;dep;com;agg;int;atm;col;adr;lat;long"


def text(header: str, rows: Iterable[Iterable[object]], separator: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(header.split(separator))
    writer.writerows(rows)
    return out.getvalue().encode()


def cog(*rows: tuple[str, str, str, str]) -> bytes:
    """(type, code, arrondissement, what it is a part of) of each line."""
    return text(COG, [
        [kind, code, "", code[:3] if code[:2] in {"97", "98"} else code[:2] if kind == "COM" else "", "", arr, "0",
         code, code, f"Lieu {code}", "", parent]
        for kind, code, arr, parent in rows
    ])  # fmt: skip


def moved(*rows: tuple[str, str, str, str]) -> bytes:
    """(kind, day, code before, code after) of communes, as the Insee tells them."""
    name = ["0", "X", "X", "X"]
    return text(MOVED, [[kind, day, "COM", before, *name, "COM", after, *name] for kind, day, before, after in rows])


def accidents(year: int, places: Iterable[tuple[str, str]]) -> bytes:
    """One accident on 7 May for each (département, commune) as the file of that year writes them."""
    numbered = [(f"{year}{n:08d}", *place) for n, place in enumerate(places, start=1)]
    if year < 2019:
        return text(OLD, [[n, year % 100, 5, 7, 1200, 1, 1, 1, 1, 3, com, "", "M", "", "", dep]
                          for n, dep, com in numbered])  # fmt: skip
    return text(NEW, [[n, 7, 5, year, "12:00", 1, dep, com, 1, 1, 1, 3, "", "44,4", "1,4"]
                      for n, dep, com in numbered], ";")  # fmt: skip


# ---- from a code and a day to today's commune


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Part:
    known = cog(
        ("COM", "46001", "461", ""), ("COM", "46002", "461", ""), ("COM", "46003", "461", ""),
        ("COM", "46010", "462", ""), ("COMD", "46011", "", "46010"), ("COMA", "46012", "", "46010"),
        ("COM", "44180", "441", ""), ("COM", "75056", "751", ""), ("ARM", "75105", "", "75056"),
    )  # fmt: skip
    older = cog(("COM", "46001", "461", ""), ("COM", "46020", "461", ""), ("COMD", "46021", "", "46020"))
    movements = moved(
        ("33", "1973-01-01", "46031", "46002"), ("33", "1973-01-01", "46002", "46002"),
        ("21", "2008-01-01", "46002", "46002"), ("21", "2008-01-01", "46002", "46031"),
        ("32", "2016-01-01", "46031", "46010"), ("32", "2016-01-01", "46010", "46010"),
        ("50", "2014-01-07", "46040", "46041"), ("32", "2017-01-01", "46041", "46010"),
        ("41", "2018-01-01", "49144", "44225"), ("32", "2018-01-01", "44225", "44180"),
        ("32", "2018-01-01", "44180", "44180"),
        ("30", "2012-01-01", "46050", "46001"), ("30", "2012-01-01", "46050", "46002"),
        ("10", "2011-01-01", "46001", "46001"), ("32", "2020-01-01", "46020", "46001"),
        ("21", "2024-01-01", "46001", "46001"), ("21", "2024-01-01", "46001", "46003"),
    )  # fmt: skip
    files = {"v_commune_2025.csv": known, "v_commune_2019.csv": older, "v_mvtcommune_2025.csv": movements}
    return Part(tmp_path_factory.mktemp("paths"), files, ["int_communes_comptables", "int_communes"], "46")


@pytest.mark.parametrize(
    ("code", "day", "today"),
    [
        ("46001", "2015-05-07", "46001"),  # itself
        ("46011", "2023-05-07", "46010"),  # delegated
        ("46012", "2023-05-07", "46010"),  # associated
        ("75105", "2023-05-07", "75056"),  # arrondissement municipal
        ("46031", "2010-05-07", "46010"),  # re-established in 2008, then merged in 2016 …
        ("46031", "2023-05-07", "46010"),  # … whose code is still written
        ("46031", "1970-05-07", "46002"),  # the merger of before
        ("46040", "2010-05-07", "46010"),  # another code, then a merger
        ("49144", "2013-05-07", "44180"),  # another département and a merger, on one day
        ("46050", "2010-05-07", None),  # shared between two: neither
        ("46021", "2018-05-07", "46001"),  # a part of what was, in an older file, then merged
        ("46003", "2015-05-07", "46003"),
    ],
)
def test_a_code_of_any_year_leads_to_one_commune_or_to_none(
    paths: Part, code: str, day: str, today: str | None
) -> None:
    found = paths.sql(
        "select code_actuel from intermediaire.int_passages_communes "
        f"where code_commune = '{code}' and date '{day}' between valide_de and valide_a"
    )
    assert found == [(today,)]


def test_a_code_has_one_meaning_a_day(paths: Part) -> None:
    assert paths.sql(
        "select a.code_commune from intermediaire.int_passages_communes as a "
        "join intermediaire.int_passages_communes as b on b.code_commune = a.code_commune "
        "and b.valide_de > a.valide_de and b.valide_de <= a.valide_a"
    ) == []  # fmt: skip


def test_a_commune_that_was_not_there_is_known_as_such(paths: Part) -> None:
    assert paths.sql(
        "select cause, du::text, au::text from intermediaire.int_communes_comptables where code_commune = '46003'"
    ) == [("absente", "1900-01-01", "2023-12-31")]
    causes = paths.sql(
        "select code_commune, cause, au::text from intermediaire.int_communes_comptables "
        "where cause <> 'absente' order by all"
    )
    assert ("46001", "plus_grande", "2023-12-31") in causes
    assert ("46001", "partagee", "2011-12-31") in causes
    assert ("44180", "ailleurs", "2017-12-31") in causes


def test_the_latest_vintage_is_the_reference_and_the_older_stays(paths: Part) -> None:
    assert paths.sql("select count(*) from intermediaire.int_communes where code_commune = '46020'") == [(0,)]
    assert sorted(d["nom"] for d in paths.deliveries) == [
        "v_commune_2019.csv", "v_commune_2025.csv", "v_mvtcommune_2025.csv",
    ]  # fmt: skip


# ---- accidents


def _cog_of(departement: str) -> list[dict[str, str]]:
    with real_file("insee", "v_commune_2025.csv").open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["COM"].startswith(departement)]


def _written(departement: str, code: str, year: int) -> tuple[str, str]:
    """How the file of that year writes a commune's code, as its documentation says."""
    if year >= 2019:
        return departement, code
    if len(departement) == 3:
        return departement, f"0{code[3:]}"
    return {"2A": "201", "2B": "202"}.get(departement) or f"{int(departement)}0", code[2:]


@pytest.mark.parametrize("departement", ["75", "2A", "13", "69", "971"])
def test_nothing_is_lost_between_communes_arrondissements_and_departement(departement: str, tmp_path: Path) -> None:
    rows = _cog_of(departement)
    today = {row["COM"]: row["COMPARENT"] or row["COM"] for row in rows if row["TYPECOM"] != "COM"}
    today |= {row["COM"]: row["COM"] for row in rows if row["TYPECOM"] == "COM"}
    arrondissements = {row["COM"]: row["ARR"] for row in rows if row["TYPECOM"] == "COM"}
    codes = sorted(today)[: 40 if departement == "13" else None]
    codes += [c for c in today if today[c] != c]
    lost = [f"{departement}{'9' * (5 - len(departement))}"] * 2
    expected = Counter(today[code] for code in codes)
    files = {
        f"caract-{year}.csv": accidents(year, [_written(departement, code, year) for code in [*codes, *lost]])
        for year in (2013, 2023)
    }
    files["v_commune_2025.csv"] = real_file("insee", "v_commune_2025.csv")
    part = Part(tmp_path, files, ["int_valeurs_route", "int_territoires"], departement)
    assert part.refused == []
    values: dict[tuple[str, str], dict[str, tuple[int | None, str]]] = defaultdict(dict)
    for place, level, year, value, status in part.sql(
        "select territoire_code, niveau, substr(periode, 1, 4), sum(valeur)::int, min(statut) "
        "from intermediaire.int_valeurs_route join intermediaire.int_territoires using (territoire_code) "
        "where indicateur_code = 'ACCIDENTS' group by all"
    ):
        values[level, year][place] = (value, status)
    for year in ("2013", "2023"):
        communes, larger = values["commune", year], values["arrondissement", year]
        assert {c: v for c, (v, _) in communes.items() if v and "NR" not in c} == {
            f"COM-{c}": n for c, n in expected.items()
        }
        assert communes[f"COM-{departement}-NR"] == (2, "A")
        of_arrondissement = Counter()
        for code, n in expected.items():
            of_arrondissement[f"ARR-{arrondissements[code]}"] += n
        of_arrondissement[f"ARR-{departement}-NR"] = 2
        assert {a: v for a, (v, _) in larger.items() if v} == dict(of_arrondissement)
        whole = values["departement", year][f"DEP-{departement}"][0]
        assert whole == len(codes) + 2 == sum(v for v, _ in communes.values()) == sum(v for v, _ in larger.values())


def test_no_zero_stands_for_a_commune_that_the_file_could_not_count(tmp_path: Path) -> None:
    known = cog(("COM", "46001", "461", ""), ("COM", "46003", "461", ""), ("COM", "46004", "461", ""))
    movements = moved(("21", "2024-01-01", "46001", "46001"), ("21", "2024-01-01", "46001", "46003"),
                      ("41", "2024-01-01", "46099", "12099"))  # fmt: skip
    files = {
        "v_commune_2025.csv": known, "v_mvtcommune_2025.csv": movements,
        "caract-2023.csv": accidents(2023, [("46", "46001"), ("46", "46003"), ("46", "46099"), ("46", "12001")]),
        "caract-2024.csv": accidents(2024, [("46", "46001"), ("46", "46003")]),
        "caract-2022.csv": accidents(2022, [("12", "12001")]),
    }  # fmt: skip
    part = Part(tmp_path, files, ["int_valeurs_route", "ctl_route"], "46")
    found = {
        (code, year): (value, status, reason)
        for code, year, value, status, reason in part.sql(
            "select territoire_code, periode, valeur::int, statut, motif_code from intermediaire.int_valeurs_route "
            "where indicateur_code = 'ACCIDENTS' and periode_type = 'annee'"
        )
    }
    assert found["COM-46003", "2023"] == (None, "M", "commune_sans_code")
    assert found["COM-46001", "2023"] == (1, "D", None)  # larger than it is today
    assert found["COM-46004", "2023"] == (0, "A", None)
    assert found["COM-46-NR", "2023"] == (3, "A", None)
    assert (found["COM-46003", "2024"], found["COM-46001", "2024"]) == ((1, "A", None), (1, "A", None))
    # A file that does not hold the département counted nothing in it.
    assert not [place for place in found if place[1] == "2022"]
    said = part.sql(
        "select periode, observe, attendu from controles.ctl_route where regle_code = 'ACCIDENTS_NON_RATTACHES'"
    )
    assert sorted(said) == [("2023", 3, 4), ("2024", 0, 2)]


def test_the_cases_of_the_collectivities_and_of_every_year_are_read(tmp_path: Path) -> None:
    names = ("caracteristiques_2008.csv", "caracteristiques_2009_virgule.csv", "carcteristiques-2021.csv",
             "usagers-2021.csv", "usagers-2021-sans-id_usager.csv", "vehicules-2021.csv", "lieux-2023.csv",
             "caract-min-975.csv")  # fmt: skip
    files = {name: case_file("baac", name) for name in names}
    part = Part(tmp_path, files, ["int_valeurs_route", "int_territoires"], "975")
    assert part.refused == []
    assert [s for s in part.slices if s["conflit"]] == []  # two editions of one year's users say the same
    totals = dict(part.sql(
        "select territoire_code || ' ' || substr(periode, 1, 4), sum(valeur)::int from intermediaire.int_valeurs_route "
        "where indicateur_code = 'ACCIDENTS' and periode_type = 'mois' group by all"
    ))  # fmt: skip
    assert (totals["DEP-46 2023"], totals["DEP-975 2023"]) == (2, 1)
    assert (totals["DEP-46 2008"], sum(n for k, n in totals.items() if k.endswith("2008"))) == (2, 11)
    assert sum(n for k, n in totals.items() if k.endswith("2009")) == 11
    assert part.sql(
        "select count(*) from intermediaire.int_valeurs_route left join intermediaire.int_territoires as t "
        "using (territoire_code) where t.territoire_code is null"
    ) == [(0,)]  # fmt: skip


def test_merged_communes_are_counted_where_they_are_today(tmp_path: Path) -> None:
    files = {f"{name}-2023.csv": case_file("merge", f"{name}-2023.csv") for name in ("caract", "usagers", "vehicules")}
    files["v_commune_2025.csv"] = real_file("insee", "v_commune_2025.csv")
    part = Part(tmp_path, files, ["int_valeurs_route"], "46")
    found = dict(part.sql(
        "select territoire_code || ' ' || indicateur_code, valeur::int from intermediaire.int_valeurs_route "
        "where periode = '2023' and valeur > 0 and indicateur_code in ('ACCIDENTS', 'TUES')"
    ))  # fmt: skip
    assert found == {"COM-46156 ACCIDENTS": 3, "COM-46156 TUES": 1, "COM-46042 ACCIDENTS": 1}


def test_a_load_of_marseille_publishes_its_arrondissements_in_one_commune_and_the_collectivities(home: Home) -> None:
    for name in ("caract-2023.csv", "lieux-2023.csv", "vehicules-2023.csv", "usagers-2023.csv"):
        home.drop(case_file("baac", name))
    home.drop(real_file("insee", "v_commune_2025.csv"))
    home.drop(case_file("insee", "v_mvtcommune_2026.csv"))
    ici = {"VIGIE_DEPARTEMENT": "13", "VIGIE_TODAY": "2026-06-01"}
    told = home.load(**ici)
    assert (told["code_sortie"], told["refusees"]) == (0, [])
    query = (
        "select territoire_code, valeur, statut from indicateurs.valeurs where indicateur_code = 'ACCIDENTS' "
        "and periode = '2023' and source = 'baac' and valeur > 0 and ventilation_type = 'total' order by 1"
    )
    found = {place: (value, status) for place, value, status in home.sql(query)}
    assert found["COM-13055"] == found["DEP-13"] == found["ARR-133"] == (4, "A")
    assert {"DEP-978", "DEP-986", "DEP-987", "DEP-988", "DEP-976"} <= found.keys()
    assert home.sql(
        "select count(*) from indicateurs.valeurs where territoire_code = 'COM-13-NR' and valeur = 0 and statut = 'A'"
    )[0][0] > 0  # fmt: skip
    assert home.sql("select count(*) from qualite.constats where regle_code = 'CONSERVATION'") == [[0]]
    # Back to the lines, through the whole country's register of places and its movements.
    walked = home.run("explain", "ACCIDENTS", "COM-13055", "2023", "--json", **ici)
    assert walked.returncode == 0, walked.stderr
    cells = json.loads(walked.stdout)["cellules"]
    assert (cells["nombre"], cells["concorde"]) == (4, True)
