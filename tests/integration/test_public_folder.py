"""The public folder stands alone: it says what it is, names nobody, can be checked, and its open data can be read."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import frictionless
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pyshacl
import pytest
import rdflib

from pipelines.report.codes import codes
from pipelines.report.open_package import TABLES
from pipelines.report.open_tables import columns
from pipelines.snapshots.contents import contents
from tests.conftest import Home
from tests.integration.conftest import QUARTER
from tests.support.typed import as_typed, shown_wrong
from tests.unit.report.test_open_catalogue import SHAPES

pytestmark = pytest.mark.xdist_group("cliches")
LATER = "2023-T4"
ADDED = ("LISEZ-MOI.txt", "manifest.json", "manifest.sha256")
KEY = ["indicateur_code", "territoire_code", "periode_type"]


@pytest.fixture(scope="module")
def public(given: Home) -> Path:
    return given.folder / "snapshots" / LATER / "publique"


def manifest(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def files(folder: Path) -> dict[str, Path]:
    return {f.relative_to(folder).as_posix(): f for f in folder.rglob("*") if f.is_file()}


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def opened(public: Path, name: str) -> list[dict[str, str]]:
    """A CSV as whoever opens it sees it."""
    with (public / "donnees_ouvertes" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def held(public: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(public / "donnees" / f"{name}.parquet")


def test_every_file_can_be_checked_with_the_tool_of_the_system(public: Path, tmp_path: Path) -> None:
    def checked(folder: Path) -> int:
        return subprocess.run(
            ["sha256sum", "-c", "--quiet", "--strict", "manifest.sha256"], cwd=folder, check=False, capture_output=True
        ).returncode

    summed = {line.split("  ", 1)[1] for line in (public / "manifest.sha256").read_text("utf-8").splitlines()}
    assert summed == set(files(public)) - {"manifest.sha256"}
    assert checked(public) == 0
    for name in sorted(summed):
        copied = shutil.copytree(public, tmp_path / "dossier")
        file = copied / name
        file.parent.chmod(0o755)
        file.chmod(0o644)
        file.write_bytes(file.read_bytes() + b" ")
        assert checked(copied) != 0, f"a change of {name} is not seen"
        shutil.rmtree(copied)


def test_the_manifest_says_what_the_folder_is_and_each_file(public: Path) -> None:
    said = manifest(public)
    assert (said["edition"], said["cliche"], said["periode"], said["revision"], said["nature"]) == (
        "publique", LATER, LATER, 1, "demonstration",
    )  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T.*", said["fait_le"])
    there = {name: file for name, file in files(public).items() if name not in ("manifest.json", "manifest.sha256")}
    assert set(said["fichiers"]) == set(there)
    for name, file in there.items():
        about = said["fichiers"][name]
        assert (about["sha256"], about["octets"]) == (sha256(file), file.stat().st_size)
        assert about["quoi"], name
        if file.suffix == ".parquet":
            assert about["lignes"] == pq.read_metadata(file).num_rows, name
        elif file.suffix == ".csv":
            assert about["lignes"] == len(opened(public, file.stem)), name
        else:
            assert "lignes" not in about, name


def test_nothing_in_it_names_a_delivery_a_debtor_an_excuse_or_a_restricted_file(public: Path) -> None:
    whole = manifest(public.parent)
    missing = pd.read_parquet(public.parent / "restreinte" / "donnees" / "manquants.parquet")
    never = {text for d in whole["livraisons"] for text in (d["nom"], d["livraison_id"], d["sha256"])}
    never |= {
        f["sha256"]
        for name, f in whole["fichiers"].items()
        if name.startswith("restreinte/")
        and f["sha256"] not in {g["sha256"] for n, g in whole["fichiers"].items() if n.startswith("publique/")}
    }
    never |= {text for column in ("debiteur", "phrase") for text in missing[column].dropna() if len(text) > 6}
    never |= {"restreinte/", '"livraisons"', '"excuses"', '"debiteur', '"excuse_motif'}
    assert len(never) > 200
    own = [public / name for name in ADDED] + sorted(f for f in (public / "donnees_ouvertes").rglob("*") if f.is_file())
    for file in own:
        text = file.read_bytes().decode("utf-8", errors="replace")
        assert [word for word in never if word in text] == [], file.name


def test_the_warnings_count_the_public_figures_alone(public: Path) -> None:
    statuses = held(public, "comparaisons")["statut"].tolist()
    said = " ".join(manifest(public)["avertissements"])
    assert said.startswith(f"{statuses.count('P')} valeurs de la période sont provisoires")
    assert f" {statuses.count('M')} valeurs de la période manquent" in said
    assert manifest(public)["avertissements"] != manifest(public.parent)["avertissements"]


def test_everyone_may_read_it_and_nobody_else_the_rest(given: Home, public: Path) -> None:
    snapshot = public.parent
    for path in (snapshot.parent, snapshot, public, *(p for p in public.rglob("*") if p.is_dir())):
        assert path.stat().st_mode & 0o005 == 0o005, path
    assert all(f.stat().st_mode & 0o777 == 0o444 for f in files(public).values())
    closed = [snapshot / "manifest.json", snapshot / "manifest.sha256", *(snapshot / "restreinte").rglob("*")]
    assert not any(path.stat().st_mode & 0o007 for path in [*closed, snapshot / "restreinte"])


def test_the_readme_tells_a_person_who_has_nothing_else(public: Path) -> None:
    text = (public / "LISEZ-MOI.txt").read_text(encoding="utf-8")
    assert shown_wrong(text) == []
    told = as_typed(text)
    for name in files(public):
        assert f"- {name.rpartition('/')[2]} : {contents()[name]}" in told
    for wanted in (LATER, "Lot", "4e trimestre 2023", "inventés", "« non publié »", "« manque »", "« provisoire »",
                   "Aucune licence", "sha256sum -c manifest.sha256", "certutil", "À la préfecture", "double clic",
                   *manifest(public)["avertissements"]):  # fmt: skip
        assert wanted in told, wanted
    assert max(map(len, text.splitlines())) <= 90
    assert not re.search(r"[{}]|None|NULL|\bDEP-", text)


def test_the_public_folder_alone_is_drawn_again_the_same(given: Home, public: Path, tmp_path: Path) -> None:
    alone = shutil.copytree(public, tmp_path / "recu")
    done = given.run("report", str(alone), "--dossier", str(tmp_path / "pages"), "--json")
    assert done.returncode == 0, done.stderr
    drawn = [Path(f) for f in json.loads(done.stdout)["fichiers"]]
    assert len(drawn) > 20
    for file in drawn:
        assert file.read_bytes() == (public / file.relative_to(tmp_path / "pages" / "publique")).read_bytes(), file.name


@pytest.mark.long
def test_a_snapshot_of_before_is_still_read(given: Home, tmp_path: Path) -> None:
    """One that has no public manifest, sums or README, and fewer files of open data."""
    home = Home(shutil.copytree(given.folder, tmp_path / "home"))
    snapshot = home.folder / "snapshots" / QUARTER
    gone = [f"publique/{name}" for name in ADDED]
    gone += [
        f"publique/donnees_ouvertes/{n}.{e}" for n in ("comparaisons", "taux", "ruptures") for e in ("csv", "parquet")
    ]
    for folder in (snapshot, snapshot / "publique", snapshot / "publique" / "donnees_ouvertes"):
        folder.chmod(0o755)
    for name in gone:
        (snapshot / name).unlink()
    said = manifest(snapshot)
    said["fichiers"] = {name: about for name, about in said["fichiers"].items() if name not in gone}
    (snapshot / "manifest.json").chmod(0o644)
    (snapshot / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    (home.folder / "cliches.json").unlink()  # no list of what was given either
    verified = home.run("verify", "--json")
    assert (verified.returncode, json.loads(verified.stdout)["defauts"]) == (0, [])
    assert home.run("snapshots").stdout.count("donné le") == 2
    again = home.run("report", QUARTER, "--dossier", str(tmp_path / "pages"))
    assert again.returncode == 0, again.stderr
    assert "20" in (tmp_path / "pages" / "publique" / "LISEZ-MOI.txt").read_text(encoding="utf-8")
    later = home.run("snapshot", "2020-T4")
    assert later.returncode == 0, later.stderr


def test_the_open_data_is_what_frictionless_expects(public: Path) -> None:
    folder = public / "donnees_ouvertes"
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["name", "fieldName", "type", "note"])[:5]
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    resources = {r["path"]: r for r in package["resources"]}
    tables = {f"{name}.{end}" for name in TABLES for end in ("csv", "parquet")}
    assert set(resources) == tables | {"series.sdmx.csv", "lieux.gpkg"}
    for path, resource in resources.items():
        assert resource["hash"] == f"sha256:{sha256(folder / path)}"
        assert resource["bytes"] == (folder / path).stat().st_size
        assert path not in tables or all(f["description"].strip() for f in resource["schema"]["fields"]), path
    links = {
        (name, key["fields"][0], key["reference"]["resource"])
        for name in TABLES
        for key in resources[f"{name}.csv"]["schema"].get("foreignKeys", [])
    }
    for name in ("comparaisons", "series", "taux"):
        assert {(name, "indicateur_code", "indicateurs"), (name, "territoire_code", "territoires"),
                (name, "source", "sources"), (name, "motif_code", "motifs"),
                (name, "perimetre", "perimetres")} <= links  # fmt: skip
    catalogue = json.loads((folder / "catalogue.jsonld").read_text(encoding="utf-8"))
    assert {(d["dcat:downloadURL"]["@id"], int(d["dcat:byteSize"]["@value"]),
             d["spdx:checksum"]["spdx:checksumValue"]["@value"])
            for dataset in catalogue["dcat:dataset"] for d in dataset["dcat:distribution"]} == {
        (path, r["bytes"], r["hash"].removeprefix("sha256:")) for path, r in resources.items()
    }  # fmt: skip


def test_a_harvester_finds_no_violation_of_the_official_shapes(public: Path) -> None:
    graph = rdflib.Graph().parse(public / "donnees_ouvertes" / "catalogue.jsonld", publicID="https://exemple.fr/")
    for shapes in ("shapes", "range"):
        conforms, _, text = pyshacl.validate(graph, shacl_graph=str(SHAPES / f"{shapes}.ttl"))
        assert conforms, text


def test_sdmx_and_the_places_hold_the_public_figures_and_nothing_else(public: Path) -> None:
    folder = public / "donnees_ouvertes"
    with (folder / "series.sdmx.csv").open(encoding="utf-8", newline="") as stream:
        seen = list(csv.DictReader(stream))
    whole = held(public, "series")
    whole = whole[whole["periode_type"].isin(["annee", "trimestre", "mois"])]
    wanted = {
        (r.indicateur_code, r.territoire_code, r.periode, r.ventilation_type, r.ventilation_code):
            None if pd.isna(r.valeur) else float(r.valeur)
        for r in whole.itertuples()
    }  # fmt: skip
    read = {
        (r["INDICATOR"], r["REF_AREA"], r["TIME_PERIOD"].replace("-Q", "-T"), r["BREAKDOWN_TYPE"], r["BREAKDOWN"]):
            float(r["OBS_VALUE"]) if r["OBS_VALUE"] else None
        for r in seen
    }  # fmt: skip
    assert len(seen) == len(read) == len(wanted)
    assert read.keys() == wanted.keys()
    assert {k for k, v in wanted.items() if (v is None) != (read[k] is None)} == set()
    # By the law of rounding: half of the last decimal that is written.
    assert {k for k, v in wanted.items() if v is not None and abs(v - read[k]) > 0.005001} == set()
    assert {r["OBS_STATUS"] for r in seen if not r["OBS_VALUE"]} <= {"O", "Q"}
    withheld = {r["TIME_PERIOD"] for r in seen if r["CONF_STATUS"] == "C"}
    assert withheld
    assert {r["OBS_VALUE"] for r in seen if r["CONF_STATUS"] == "C"} == {""}
    rates = pyogrio.read_arrow(folder / "lieux.gpkg", layer="taux")[1].to_pylist()
    ours = held(public, "taux_lieux")
    assert len(rates) == len(ours)
    key = ["indicateur_code", "territoire_code", "periode", "source"]
    public_rates = {tuple(r[k] for k in key): r["taux"] for r in ours.to_dict("records")}
    assert {k for r in rates if (k := tuple(r[n] for n in key)) not in public_rates
            or (r["taux"] is None) != pd.isna(public_rates[k])
            or (r["taux"] is not None and abs(r["taux"] - float(public_rates[k])) > 1e-9)} == set()  # fmt: skip


@pytest.mark.parametrize("name", list(TABLES))
def test_both_files_hold_the_rows_of_the_public_table_in_the_same_cells(public: Path, name: str) -> None:
    texts, whole = opened(public, name), held(public, name)
    kept = pq.read_table(public / "donnees_ouvertes" / f"{name}.parquet")
    assert len(texts) == len(whole) == kept.num_rows
    assert {row["nature"] for row in texts} == {"demonstration"}
    for column in kept.column_names:
        values, cells = kept[column].to_pylist(), [row[column] for row in texts]
        assert all((value is None) == (cell == "") for value, cell in zip(values, cells, strict=True)), column
        if isinstance(next((v for v in values if v is not None), None), float):
            assert all(re.fullmatch(r"-?\d+(,\d*[1-9])?|INF", cell) for cell in cells if cell), column
            read = [float(cell.replace(",", ".")) for cell in cells if cell]
            assert read == [v for v in values if v is not None], column


@pytest.mark.parametrize("name", list(TABLES))
def test_every_column_of_a_public_table_is_written_or_left_out_on_purpose(public: Path, name: str) -> None:
    known = {c.source for c in columns(name)}
    assert set(held(public, name).columns) - known == set(), "open_data.csv does not know them"


def test_a_line_says_what_the_public_edition_says_and_no_more(public: Path) -> None:
    texts = pd.DataFrame(opened(public, "comparaisons")).set_index(KEY)
    whole = held(public, "comparaisons").set_index(KEY).loc[texts.index]
    assert (texts["mot"] == whole["mot"].fillna("")).all()
    assert set(texts["mot"]) >= {"", "pas d'évolution établie"}
    for column in ("valeur", "valeur_precedente", "ecart", "borne_basse", "borne_haute", "taux", "p_valeur"):
        true, read = whole[column].astype(float), pd.to_numeric(texts[column].str.replace(",", "."))
        assert (true.isna() == read.isna()).all(), column
        # By the law of rounding: half of the last decimal that is written.
        assert ((true - read).abs().dropna() <= (0.00005001 if column in ("taux", "p_valeur") else 0.005001)).all()
    secret = whole["confidentialite"] != "F"
    assert secret.sum() > 5
    assert set(texts.loc[secret, "etat"]) == {"non publiée"}
    for column in ("valeur", "ecart", "borne_basse", "borne_haute", "evolution_pct", "rapport", "p_valeur", "taux"):
        assert set(texts.loc[secret, column]) == {""}, column
    missing = ~secret & whole["valeur"].isna()
    assert set(texts.loc[missing, "etat"]) == {"manque"}
    assert (texts.loc[missing, "motif_libelle"] != "").all(), "what is missing says why"


@pytest.mark.parametrize("name", ["comparaisons", "series", "taux"])
def test_no_figure_of_the_open_data_is_other_than_the_public_one(public: Path, name: str) -> None:
    texts, whole = pd.DataFrame(opened(public, name)), held(public, name)
    figures = [c for c in columns(name) if c.kept and c.form == "nombre" and c.name in texts]
    assert len(figures) > 2
    for column in figures:
        true, read = whole[column.source].astype(float), pd.to_numeric(texts[column.name].str.replace(",", "."))
        assert (true.isna() == read.isna()).all(), column.name
        finite = true.notna() & (true.abs() != float("inf"))
        half = 0.5 * 10.0 ** -(2 if column.digits == "unite" else int(column.digits))
        assert ((true - read)[finite].abs() <= half * 1.001).all(), column.name


def test_every_code_has_its_words_beside_it(public: Path) -> None:
    pairs = [("indicateur_code", "indicateur"), ("territoire_code", "territoire"), ("source", "source_libelle"),
             ("perimetre", "perimetre_libelle"), ("motif_code", "motif_libelle"), ("niveau", "niveau_libelle"),
             ("periode_type", "periode_type_libelle"), ("periode", "periode_libelle"),
             ("ventilation_code", "ventilation_libelle"), ("ventilation_type", "ventilation_type_libelle"),
             ("comparaison_motif", "comparaison_motif_libelle"),
             ("tendance", "tendance_libelle"), ("signal", "signal_libelle")]  # fmt: skip
    labels = dict(held(public, "indicateurs")[["indicateur_code", "libelle"]].to_numpy())
    for name in ("comparaisons", "series", "taux"):
        rows = pd.DataFrame(opened(public, name))
        assert (rows["indicateur"] == rows["indicateur_code"].map(labels)).all()
        for code, label in pairs:
            if code in rows and label in rows:
                assert ((rows[code] != "") == (rows[label] != "")).all(), (name, code)
                assert not rows[label].str.contains("_").any(), (name, label)
        for code in {"niveau", "periode_type", "statut", "ventilation_type"} & set(rows):
            assert set(rows[code]) <= set(codes(code)), (name, code)


def test_a_french_spreadsheet_opens_it_by_itself(public: Path, tmp_path: Path) -> None:
    """What LibreOffice reads of the file with the settings of France: figures are figures, accents are accents."""
    if shutil.which("libreoffice") is None:
        pytest.skip("LibreOffice n'est pas installé : apt-get install libreoffice-calc")
    # 59: semicolon; 34: quote; 76: UTF-8; 1: from the first line; 1036: French of France; then, as it looks.
    command = ["libreoffice", f"-env:UserInstallation=file://{tmp_path}/profil", "--headless",
               "--infilter=CSV:59,34,76,1,,1036,false,true", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
               "--outdir", tmp_path, public / "donnees_ouvertes" / "comparaisons.csv"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    sheet = openpyxl.load_workbook(tmp_path / "comparaisons.xlsx").active
    head = [c.value for c in sheet[1]]
    assert head[0] == "nature", "the mark of the encoding is not a part of the first header"
    rows = pd.DataFrame([[c.value for c in row] for row in sheet.iter_rows(min_row=2)], columns=head)
    whole = held(public, "comparaisons")
    assert len(rows) == len(whole)
    for column in ("valeur", "ecart", "evolution_pct", "borne_basse", "taux"):
        assert rows[column].notna().sum() == whole[column].notna().sum(), column
        assert {type(v) for v in rows[column].dropna()} <= {int, float}, column
    assert any(value % 1 for value in rows["taux"].dropna())
    assert rows["territoire"].isin(held(public, "territoires")["libelle"]).all()
    assert rows["periode_libelle"].str.contains("année 2023").any()
