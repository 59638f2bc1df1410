"""The demonstration's files, read back with openpyxl and csv: the totals they promise, and nothing contradictory.

The expected figures are typed here from the plan 2020-2024, and not taken from the tables the writers use.
"""

import csv
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from pipelines.demo import DEMONSTRATION_MONTHLY_NAME, DEMONSTRATION_WORKBOOK_NAME, write_demonstration

# 2019, 2018, 2017, 2016, as printed in the France column of table A.
FRANCE = {
    "Homicides": [880, 845, 825, 892],
    "Violences sexuelles": [53_200, 47_400, 39_800, 35_800],
    "Vols avec armes": [7_500, 7_500, 8_400, 8_600],
    "Vols violents sans arme": [78_700, 80_500, 86_200, 90_500],
    "Vols sans violence contre des personnes": [715_700, 695_400, 705_800, 699_800],
    "Cambriolages de logement": [68_700, 65_400, 67_000, 69_900],
    "Vols de véhicule": [137_700, 140_300, 151_800, 161_500],
    "Vols dans les véhicules": [262_800, 260_600, 262_900, 262_700],
    "Destructions et dégradations volontaires": [602_600, 607_300, 617_100, 623_300],
    "Escroqueries et fraudes aux moyens de paiement": [359_900, 323_100, 319_200, 311_800],
}
FRANCE_CBV = [258_400, 238_600, 221_300, 213_200]
TOWNS = {
    "46042": 19_878,
    "46102": 9_792,
    "46127": 4_094,
    "46128": 3_528,
    "46224": 3_467,
    "46251": 3_462,
    "46309": 3_284,
}
POLICE_ZONE = ["46042", "46224", "46191", "46095", "46156"]
IN_WORKBOOK = ["CIAT DE CAHORS", "CGD CAHORS", "CGD FIGEAC", "CGD GOURDON"]
SQUADRON = "EDSR DU LOT"  # in the monthly workbook and in the returns, in no column of the workbook by service
SERVICES = [*IN_WORKBOOK, SQUADRON]
RETURN_YEARS = range(2018, 2025)


def table(path: Path, name: str | None = None, **reading) -> list[dict]:
    """The rows of a sheet, or of a CSV, by header."""
    if path.suffix == ".csv":
        with path.open(newline="", encoding=reading.pop("encoding", "utf-8")) as stream:
            assert stream.readline().strip("\ufeff\r\n") == "DONNÉES DE DÉMONSTRATION"
            return list(csv.DictReader(stream, **reading))
    book = openpyxl.load_workbook(path, read_only=True)
    header, *rows = book[name].iter_rows(values_only=True)
    book.close()
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def folder(demo_files: Path) -> Path:
    return demo_files


@pytest.fixture(scope="module")
def yearly(folder) -> dict[tuple[int, str, int], int]:
    """(year, service, index) of the workbook by service."""
    found = {}
    book = openpyxl.load_workbook(folder / DEMONSTRATION_WORKBOOK_NAME, read_only=True)
    for sheet in book:
        if sheet.title == "Présentation":
            continue
        _, force, year = sheet.title.split()
        rows = list(sheet.iter_rows(values_only=True))[2 if force == "PN" else 1 :]
        for row in rows[1:]:
            for service, value in zip(rows[0][2:], row[2:], strict=True):
                found[int(year), service, row[0]] = value or 0
    return found


@pytest.fixture(scope="module")
def returns(folder) -> dict[int, list[dict]]:
    """Year → the rows of facts, numbers as numbers."""
    found = {}
    for year in RETURN_YEARS:
        if year == 2020:
            path = folder / "retours-services-faits-2020-demonstration.csv"
            rows = table(path, encoding="cp1252", delimiter=";")
            words = ("force", "service", "code_departement")
            found[year] = [{k: v if k in words else int(v) for k, v in row.items()} for row in rows]
        else:
            found[year] = table(folder / f"retours-services-{year}-demonstration.xlsx", "Faits")
    return found


@pytest.fixture(scope="module")
def baac(folder) -> dict[int, dict[str, list[dict]]]:
    found = {}
    for year in range(2015, 2025):
        sep = "_" if year <= 2016 else "-"
        names = {"caracteristiques": {2021: "carcteristiques", 2023: "caract", 2024: "caract"}.get(year)}
        reading = {"delimiter": ","} | {"encoding": "latin-1"} if year < 2019 else {"delimiter": ";"}
        found[year] = {
            name: table(folder / f"{names.get(name) or name}{sep}{year}-demonstration.csv", **reading)
            for name in ("caracteristiques", "lieux", "vehicules", "usagers")
        }
    return found


@pytest.fixture(scope="module")
def barometer(folder) -> dict[int, list[dict]]:
    return {
        year: table(folder / f"barometre-securite-routiere-{year}-demonstration.xlsx", "Baromètre")
        for year in RETURN_YEARS
    }


@pytest.fixture(scope="module")
def followup(folder) -> dict[int, dict[str, list[dict]]]:
    names = ("Indicateurs", "Actions à mener", "Financements")
    return {
        year: {name: table(folder / f"suivi-actions-{year}-demonstration.xlsx", name) for name in names}
        for year in range(2021, 2025)
    }


@pytest.mark.long
def test_same_seed_same_bytes_other_seed_other_bytes(folder, tmp_path):
    again = write_demonstration(tmp_path / "encore", 46)
    assert sorted(path.name for path in again) == sorted(path.name for path in folder.iterdir())
    assert len({path.name for path in again}) == len(again)
    assert sum(path.stat().st_size for path in again) < 12_000_000
    for path in again:
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name
        assert path.stat().st_mtime == (folder / path.name).stat().st_mtime
    other = write_demonstration(tmp_path / "autre", 47)
    same = [path.name for path in other if path.read_bytes() == (folder / path.name).read_bytes()]
    # Real names and no population: the only files without anything invented.
    assert same == ["v_commune_2024-demonstration.csv", "v_mvtcommune_2024-demonstration.csv"]


def test_every_file_says_what_it_is(folder):
    for path in folder.iterdir():
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path, read_only=True)
            lines = [row[0] for row in book["Présentation"].iter_rows(values_only=True)]
            book.close()
            assert lines[0].startswith("DONNÉES DE DÉMONSTRATION")
            assert any("inventés" in line and "graine 46" in line for line in lines)
        else:
            assert path.name.endswith("-demonstration.csv")
            first = path.read_bytes().split(b"\n")[0]
            assert "DONNÉES DE DÉMONSTRATION" in {
                first.decode(e, "replace").strip("\ufeff\r") for e in ("utf-8", "latin-1")
            }


@pytest.fixture(scope="module")
def returned(returns) -> Counter:
    """Facts of the returns, by (year, service, index)."""
    found = Counter()
    for year, rows in returns.items():
        for row in rows:
            found[year, row["service"], row["code_index"]] += row["faits_constates"]
    return found


def test_months_of_a_year_add_up_to_the_services_and_the_squadron(folder, yearly, returned):
    rows = table(folder / DEMONSTRATION_MONTHLY_NAME, "46")
    months = list(rows[0])[2:]
    assert list(rows[0])[:2] == ["Index", "libellé index"]
    assert (months[0], months[-1]) == ("2022_08", "2012_01")
    assert months == sorted(months, reverse=True)
    assert len(months) == 10 * 12 + 8
    assert [row["Index"] for row in rows] == list(range(1, 108))
    for row in rows:
        for year in range(2012, 2023):
            listed = sum(yearly[year, service, row["Index"]] for service in IN_WORKBOOK)
            squadron = returned[year, SQUADRON, row["Index"]]
            counted = sum(row[month] for month in months if month.startswith(str(year)))
            if year < 2018:
                assert counted >= listed
            elif year < 2022:
                assert counted == listed + squadron
            else:
                assert counted <= listed + squadron


@pytest.mark.parametrize("year", RETURN_YEARS)
def test_returns_add_up_to_the_workbook(returns, returned, yearly, year):
    rows = returns[year]
    keys = {(row["mois"], row["service"], row["code_index"]) for row in rows}
    assert len(keys) == len(rows) == 12 * len(SERVICES) * 107
    for row in rows:
        assert row["force"] == ("police" if row["service"] == "CIAT DE CAHORS" else "gendarmerie")
    for service in IN_WORKBOOK:
        for code in range(1, 108):
            assert returned[year, service, code] == yearly[year, service, code]


def test_returns_hold_no_contradiction(returns):
    rows = [row for rows in returns.values() for row in rows]
    assert all(0 <= row["mis_en_cause_mineurs"] <= row["mis_en_cause"] for row in rows)
    assert all(0 <= row["faits_vif"] <= row["faits_constates"] for row in rows)
    assert all(row["mis_en_cause"] >= row["faits_elucides"] >= 0 for row in rows)
    beyond = sum(row["faits_elucides"] > row["faits_constates"] for row in rows)
    assert 0 < beyond < 0.01 * sum(row["faits_constates"] > 0 for row in rows)


def test_domestic_violence_of_the_police_zone(returns):
    totals = [sum(row["faits_vif"] for row in returns[year] if row["force"] == "police") for year in RETURN_YEARS]
    assert 33 < totals[0] < totals[1] == 72
    assert all(before < after for before, after in pairwise(totals))


def test_the_gendarmerie_recorded_more_of_the_rise_of_2020(returns):
    part = {
        force: [sum(row["faits_vif"] for row in returns[year] if row["force"] == force) for year in (2019, 2020)]
        for force in ("police", "gendarmerie")
    }
    assert part["gendarmerie"][1] / part["gendarmerie"][0] > part["police"][1] / part["police"][0] > 1


def test_csv_returns_are_what_a_french_spreadsheet_saves(folder):
    for name in ("faits", "tranquillite"):
        content = (folder / f"retours-services-{name}-2020-demonstration.csv").read_bytes()
        assert content.count(b"\r\n") == content.count(b"\n")
        mark, header = content.decode("cp1252").split("\r\n")[:2]
        assert mark == "DONNÉES DE DÉMONSTRATION"
        assert header.startswith("edition;annee;mois;code_departement;force;service;")


def test_public_order(folder):
    totals = {}
    for year in RETURN_YEARS:
        if year == 2020:
            rows = table(
                folder / "retours-services-tranquillite-2020-demonstration.csv", encoding="cp1252", delimiter=";"
            )
        else:
            rows = table(folder / f"retours-services-{year}-demonstration.xlsx", "Tranquillité publique")
        assert len(rows) == 12 * len(SERVICES) * 4
        assert {row["nature"] for row in rows} == {"tapages", "ivresses_publiques", "occupations", "rassemblements"}
        totals[year] = sum(int(row["faits"]) for row in rows)
    assert totals[2018] < totals[2019]


def sums(rows: list[dict], *measures: str) -> int:
    return sum(row["valeur"] for row in rows if row["mesure"] in measures)


@pytest.mark.parametrize(("year", "accidents", "killed", "hurt"), [(2018, 71, 9, 75), (2019, 87, 15, 95)])
def test_barometer_as_printed(barometer, baac, year, accidents, killed, hurt):
    rows = barometer[year]
    assert sums(rows, "accidents") == accidents
    assert sums(rows, "tues") == killed
    assert sums(rows, "blesses_hospitalises", "blesses_legers") == hurt
    assert national(baac[year]) == (accidents, killed, hurt)


def test_barometer_is_provisional_in_one_later_year(barometer, baac):
    differing = {
        year: tuple(
            a - b
            for a, b in zip(
                national(baac[year]),
                (
                    sums(barometer[year], "accidents"),
                    sums(barometer[year], "tues"),
                    sums(barometer[year], "blesses_hospitalises", "blesses_legers"),
                ),
                strict=True,
            )
        )
        for year in RETURN_YEARS
    }
    assert {year for year, gaps in differing.items() if any(gaps)} == {2022}
    assert differing[2022][0] == 1


def test_barometer_holds_no_contradiction(barometer):
    for year, rows in barometer.items():
        assert len(rows) == 12 * 14
        months = defaultdict(dict)
        for row in rows:
            assert (row["force"] == "ensemble") is not row["mesure"].startswith("conduites_")
            months[row["mois"]][row["mesure"], row["force"]] = row["valeur"]
        for values in months.values():
            accidents = values["accidents", "ensemble"]
            for part in ("graves", "alcool", "stupefiants", "vitesse", "distracteur"):
                assert values[f"accidents_{part}", "ensemble"] <= accidents
        assert sums(rows, "suspensions_permis") > (1000 if year == 2019 else 800)


def lot(tables: dict[str, list[dict]]) -> set[str]:
    return {
        row.get("Num_Acc") or row["Accident_Id"] for row in tables["caracteristiques"] if row["dep"] in {"46", "460"}
    }


def national(tables: dict[str, list[dict]]) -> tuple[int, int, int]:
    """Accidents, killed, injured of the Lot."""
    known = lot(tables)
    grave = Counter(row["grav"] for row in tables["usagers"] if row["Num_Acc"] in known)
    return len(known), grave["2"], grave["3"] + grave["4"]


@pytest.mark.parametrize("year", range(2015, 2025))
def test_the_four_files_of_a_year_hold_together(baac, folder, year):
    tables = baac[year]
    first = "Accident_Id" if year == 2022 else "Num_Acc"
    known = {row[first] for row in tables["caracteristiques"]}
    assert len(known) == len(tables["caracteristiques"])
    assert {row["Num_Acc"] for row in tables["lieux"]} == known == {row["Num_Acc"] for row in tables["vehicules"]}
    assert {number[:4] for number in known} == {str(year)}
    vehicles = Counter((row["Num_Acc"], row["num_veh"]) for row in tables["vehicules"])
    assert set(vehicles.values()) == {1}
    hurt = Counter()
    for row in tables["usagers"]:
        assert (row["Num_Acc"], row["num_veh"]) in vehicles
        hurt[row["Num_Acc"]] += row["grav"] != "1"
        born = row["an_nais"]
        assert born in {"", "-1"} or 0 < year - int(born) < 100
        if row["catu"] == "1" and born not in {"", "-1"}:
            assert year - int(born) >= 9
        assert row["trajet"] in {"1", "2", "3", "4", "5"}
    assert all(hurt[number] for number in known), "an accident without a victim"
    drivers = Counter((row["Num_Acc"], row["num_veh"]) for row in tables["usagers"] if row["catu"] == "1")
    assert drivers == vehicles
    departments = Counter(row["dep"].removesuffix("0") for row in tables["caracteristiques"])
    # Every national file since 2019 holds the collectivities overseas.
    assert set(departments) == {"46", "12", "82"} | ({"975"} if year >= 2019 else set())
    assert (len(tables["lieux"]) > len(known)) == (year >= 2023)
    geography = table(folder / "lot46-communes-arrondissements-epci-demonstration.csv")
    communes = {row["CODGEO"] for row in geography if row["MILLESIME"] == str(max(year, 2016))}
    for row in tables["caracteristiques"]:
        code = row["com"] if year >= 2019 else row["dep"][:2] + row["com"]
        assert len(code) == 5
        assert code in communes or not code.startswith("46")


def test_each_era_is_written_as_it_was(folder):
    def head(name: str) -> list[bytes]:
        return (folder / f"{name}-demonstration.csv").read_bytes().split(b"\n")[1:3]

    header, row = head("caracteristiques_2016")
    assert header == b"Num_Acc,an,mois,jour,hrmn,lum,agg,int,atm,col,com,adr,gps,lat,long,dep"
    assert row.startswith(b"201600000001,16,")
    assert head("caracteristiques-2018")[0] == header
    assert head("caracteristiques-2022")[0].startswith(b'"Accident_Id";"jour"')
    assert head("caract-2023")[0].startswith(b'"Num_Acc";"jour"')
    assert b'"id_usager"' not in head("usagers-2021")[0]
    assert b'"id_usager"' in head("usagers-2022")[0]
    assert "\u00a0".encode() in head("vehicules-2019")[1]


def france(rows: list[dict], label: str, value: str, name: str, year: str) -> int:
    return sum(int(row[value]) for row in rows if row[label] == name and row["annee"] == year)


@pytest.fixture(scope="module")
def bases(folder) -> tuple[list[dict], list[dict]]:
    old, new = (
        table(folder / f"donnee-dep-{vintage}-demonstration.csv", encoding="utf-8-sig", delimiter=";")
        for vintage in ("2022-geographie2022", "2024-geographie2025")
    )
    return old, new


def test_france_adds_up_to_table_a(bases):
    old, new = bases
    for name, printed in FRANCE.items():
        assert [france(new, "indicateur", "nombre", name, y) for y in ("2019", "2018", "2017", "2016")] == printed
    cbv = [france(old, "classe", "faits", "Coups et blessures volontaires", y) for y in ("19", "18", "17", "16")]
    assert cbv == FRANCE_CBV


def test_the_base_is_whole(bases):
    old, new = bases
    assert len(new) == 101 * 9 * 18
    assert len(old) == 101 * 7 * 12
    assert len({row["code_departement"] for row in new}) == 101
    assert {"1", "2A", "971", "46"} <= {row["code_departement"] for row in new}
    assert {"01", "2A", "971", "46"} <= {row["Code.département"] for row in old}
    assert all(int(row["nombre"]) >= 0 for row in new)
    [row] = [
        row
        for row in new
        if (row["code_departement"], row["annee"], row["indicateur"]) == ("46", "2019", "Cambriolages de logement")
    ]
    assert (row["insee_pop"], row["insee_pop_millesime"]) == ("173828", "2017")
    assert 100_000 < int(row["insee_log"]) < 140_000
    assert {(r["POP"], r["millPOP"]) for r in old if r["Code.département"] == "46" and r["annee"] == "19"} == {
        ("173828", "17")
    }


def test_parts_of_a_class_add_up(bases):
    old, new = bases
    values = {(r["indicateur"], r["annee"], r["code_departement"]): int(r["nombre"]) for r in new}
    for (name, year, code), value in values.items():
        if name == "Usage de stupéfiants":
            parts = [values[f"{name} ({part})", year, code] for part in ("AFD", "hors AFD")]
            assert sum(parts) == value
            assert parts[0] == 0 or year >= "2020"
    values = {(r["classe"], r["annee"], r["Code.département"]): int(r["faits"]) for r in old}
    for (name, year, code), value in values.items():
        if name == "Coups et blessures volontaires":
            within, other = values[f"{name} intrafamiliaux", year, code], values[f"Autres {name.lower()}", year, code]
            assert within + other == value


def test_an_older_vintage_says_a_little_else_of_the_lot(bases):
    old, new = bases
    later = {(r["indicateur"], r["annee"][2:]): int(r["nombre"]) for r in new if r["code_departement"] == "46"}
    gaps = [
        abs(int(r["faits"]) - later[r["classe"], r["annee"]]) / max(later[r["classe"], r["annee"]], 1)
        for r in old
        if r["Code.département"] == "46" and (r["classe"], r["annee"]) in later
    ]
    assert 0 < max(gaps) < 0.06
    assert sum(gap > 0 for gap in gaps) > len(gaps) / 2


def test_populations_of_the_plan(folder):
    rows = table(folder / "population-municipale-communes-demonstration.xlsx", "III_1_insee_population_fr_commu")
    assert list(rows[0])[:6] == ["objectid", "reg", "dep", "cv", "codgeo", "libgeo"]
    assert list(rows[0])[6:] == [f"p{census}_pop" for census in range(13, 22)]
    given = table(folder / "populations-de-reference-demonstration.csv", delimiter=";")
    for line in given:
        census = f"p{int(line['TIME_PERIOD']) % 100}_pop"
        assert (line["GEO_OBJECT"], int(line["OBS_VALUE"])) == ("DEP", sum(row[census] for row in rows))
    people = {row["codgeo"]: row["p17_pop"] for row in rows}
    assert sum(people.values()) == 173_828
    assert {code: people[code] for code in TOWNS} == TOWNS
    assert 26_000 < sum(people[code] for code in POLICE_ZONE) < 28_000
    assert {code for code, count in people.items() if count > 3000} == set(TOWNS)


def test_geography(folder):
    rows = table(folder / "lot46-communes-arrondissements-epci-demonstration.csv")
    years = Counter(row["MILLESIME"] for row in rows)
    assert (years["2016"], years["2017"], years["2018"], years["2019"], years["2024"]) == (326, 322, 320, 313, 313)
    assert sum(float(row["POP"]) for row in rows if row["MILLESIME"] == "2019") == 173_828
    assert all(float(row["POP"]) > 0 for row in rows)
    latest = {row["CODGEO"]: row for row in rows if row["MILLESIME"] == "2024"}
    assert {code: latest[code]["LIB_ARR"] for code in ("46042", "46102", "46127")} == {
        "46042": "Cahors",
        "46102": "Figeac",
        "46127": "Gourdon",
    }
    known = table(folder / "v_commune_2024-demonstration.csv")
    assert {row["COM"] for row in known if row["TYPECOM"] == "COM"} == set(latest)
    assert {row["COMPARENT"] for row in known if row["TYPECOM"] == "COMD"} <= set(latest)
    moved = table(folder / "v_mvtcommune_2024-demonstration.csv")
    gone = {
        row["COM_AV"]: row["COM_AP"] for row in moved if row["TYPECOM_AP"] == "COM" and row["COM_AV"] != row["COM_AP"]
    }
    assert gone == {row["COM"]: row["COMPARENT"] for row in known if row["TYPECOM"] == "COMD"}
    [gourdon] = [row for row in known if row["COM"] == "46127"]
    assert (gourdon["ARR"], gourdon["NCC"], gourdon["LIBELLE"]) == ("463", "GOURDON", "Gourdon")


def test_social_workers(folder):
    met, opened, levels = Counter(), {}, defaultdict(list)
    for year in range(2021, 2025):
        rows = table(folder / f"retours-iscg-{year}-demonstration.xlsx", "Activité ISCG")
        assert len({tuple(list(row.values())[:-1]) for row in rows}) == len(rows)
        months = defaultdict(list)
        for row in rows:
            months[row["poste"], row["mois"]].append(row)
        for (post, month), of_month in months.items():
            opened[post] = min(opened.get(post, "9999"), f"{year}-{month:02d}")
            people, parts = None, Counter()
            for row in of_month:
                if row["mesure"] == "personnes" and row["ventilation"] == "total":
                    people = row["valeur"]
                elif row["mesure"] == "personnes":
                    parts[row["ventilation"]] += row["valeur"]
                elif row["mesure"] == "etp":
                    levels[post].append(row["valeur"])
                else:
                    met[year] += row["valeur"]
            assert set(parts) == {"anciennete", "sexe", "age", "origine", "probleme", "suite"}
            assert set(parts.values()) == {people}
    assert opened == {"POSTE-46-CIAT-CAHORS": "2021-01", "POSTE-46-CGD-FIGEAC": "2022-07"}
    assert all(values == sorted(values) and set(values) == {0.5, 1} for values in levels.values())
    assert all(9 <= count < 12 for count in met.values())


def test_follow_up_indicators(followup):
    codes, missing = set(), 0
    cameras, equipped = [], []
    for year, sheets in followup.items():
        seen = Counter()
        for row in sheets["Indicateurs"]:
            assert (row["valeur"] is None) is (row["statut"] == "non_communique")
            assert row["statut"] in {"realise", "provisoire", "non_communique"}
            missing += row["valeur"] is None
            if row["territoire_code"] is None:
                seen[row["trimestre"], row["indicateur_code"]] += 1
                codes.add(row["indicateur_code"])
                if row["indicateur_code"] == "CAMERAS":
                    cameras.append(row["valeur"])
                if row["indicateur_code"] == "COMMUNES_3000_EQUIPEES":
                    equipped.append(row["valeur"])
        assert set(seen.values()) == {1}
        assert len(seen) == 4 * 29, year
        by_place = Counter()
        for row in sheets["Indicateurs"]:
            if row["valeur"] is not None and row["indicateur_code"] in {"P3.A2.I3", "P3.A1.I1"}:
                sign = 1 if row["territoire_code"] is None else -1
                by_place[row["trimestre"], row["indicateur_code"]] += sign * row["valeur"]
        assert not any(by_place.values())
    assert len([code for code in codes if code.startswith("P")]) == 25
    assert codes - {code for code in codes if code.startswith("P")} == {
        "CAMERAS",
        "COMMUNES_3000_EQUIPEES",
        "TRANSPORTS_INCIDENTS",
        "TRANSPORTS_BUS_EQUIPES",
    }
    assert cameras[0] == 134
    assert cameras == sorted(cameras)
    assert equipped == sorted(equipped)
    assert equipped[-1] == len(TOWNS)
    assert 5 < missing < 20


def test_states_only_move_forward(followup):
    order = {"non_commence": 0, "en_cours": 1, "fait": 2, "abandonne": 2}
    path = defaultdict(list)
    for year, sheets in followup.items():
        assert len(sheets["Actions à mener"]) == 4 * 63
        for row in sheets["Actions à mener"]:
            path[row["action_a_mener_code"]].append(order[row["etat"]])
            assert (row["etat_date"] is None) is (row["etat"] == "non_commence")
            assert row["etat_date"] is None or row["etat_date"] <= f"{year}-{3 * row['trimestre']:02d}-31"
    assert len(path) == 63
    assert all(states == sorted(states) and len(states) == 16 for states in path.values())
    first, last = Counter(s[0] for s in path.values()), Counter(s[-1] for s in path.values())
    assert first[0] > 40
    assert last[2] > 40


def test_funds_keep_to_their_rules(followup):
    ceilings, seen = {"FIPDR": 0.5, "MILDECA": 0.8}, Counter()
    for sheets in followup.values():
        for row in sheets["Financements"]:
            seen[row["fonds"]] += 1
            assert (row["accorde_eur"] == 0) is (row["decision"] == "refusee")
            assert 0 <= row["accorde_eur"] <= row["demande_eur"] <= row["cout_total_eur"]
            assert row["accorde_eur"] <= ceilings.get(row["fonds"], 1) * row["cout_total_eur"]
            assert 0 <= row["paye_eur"] <= row["accorde_eur"]
    assert set(seen) == {"FIPDR", "MILDECA", "PDASR", "DILCRAH", "DETR"}


def test_the_meetings_and_people_followed_are_those_of_the_social_workers(folder, followup):
    for year, sheets in followup.items():
        rows = table(folder / f"retours-iscg-{year}-demonstration.xlsx", "Activité ISCG")
        told = {(r["trimestre"], r["indicateur_code"]): r["valeur"] for r in sheets["Indicateurs"]}
        for quarter in range(1, 5):
            months = range(3 * quarter - 2, 3 * quarter + 1)
            met = sum(r["valeur"] for r in rows if r["mesure"] == "reunions_cellule" and r["mois"] in months)
            new = sum(r["valeur"] for r in rows if r["modalite"] == "nouvelles" and r["mois"] in months)
            assert told[quarter, "P2.A1.I2"] == met
            assert told[quarter, "P2.A1.I1"] >= new
