"""What a tester with bad intentions found, one promise after the other: none may break again."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Home
from tests.support.reading import defects

SHEET = "Services PN 2015"


def cbv(home: Home) -> list:
    return home.sql(
        "select valeur, statut, motif_code from indicateurs.valeurs where indicateur_code = 'CBV_4001' "
        "and territoire_code = 'DEP-46' and periode = '2019' and source = 'etat4001_services'"
    )


@pytest.fixture
def loaded(home: Home, workbook_home: Home) -> Home:
    """A home of its own, copied from a loaded one so that it need not be loaded again."""
    shutil.copytree(workbook_home.folder, home.folder, dirs_exist_ok=True)
    return home


def the_delivery(home: Home) -> dict:
    [delivery] = json.loads(home.run("deliveries", "--json").stdout)["livraisons"]
    return delivery


@pytest.mark.long
def test_withdrawing_everything_leaves_nothing_published_of_it_even_without_the_register(loaded: Home) -> None:
    delivery = the_delivery(loaded)
    assert loaded.run("withdraw", delivery["livraison_id"], "--motif", "essai").returncode == 0
    assert loaded.load()["resultat"] == "publié"
    assert cbv(loaded) == [[None, "M", "non_recu"]]
    # The archive is the truth: the register, lost, takes the withdrawal up again.
    for file in loaded.folder.glob("register.sqlite*"):
        file.unlink()
    shutil.rmtree(loaded.landing)
    loaded.landing.mkdir()
    loaded.load()
    assert the_delivery(loaded)["statut"] == "retiree"
    assert cbv(loaded) == [[None, "M", "non_recu"]]


@pytest.mark.long
def test_what_is_withdrawn_goes_even_when_all_the_rest_is_set_aside(loaded: Home, demo_workbook: Path, amended) -> None:
    # A barometer is accepted, and breaks a model: nothing is left to publish.
    delivery = the_delivery(loaded)
    model = amended / "dbt_project" / "models" / "intermediate" / "route" / "int_valeurs_barometre.sql"
    sql = model.read_text(encoding="utf-8")
    before = "b on b.mesure = m.mesure\n"
    assert before in sql
    broken = "    where cast('illisible ' || m.valeur::string as bigint) > 0\n"
    model.write_text(sql.replace(before, before + broken, 1), encoding="utf-8")
    loaded.drop(demo_workbook.with_name("barometre-securite-routiere-2019-demonstration.xlsx"))
    assert loaded.run("withdraw", delivery["livraison_id"], "--motif", "essai").returncode == 0
    told = loaded.load(PYTHONPATH=str(amended))
    assert (told["code_sortie"], len(told["mises_a_l_ecart"])) == (1, 1)
    assert cbv(loaded) == [[None, "M", "non_recu"]]


@pytest.mark.long
def test_a_flipped_archive_is_never_read_again(loaded: Home) -> None:
    delivery = the_delivery(loaded)
    content = loaded.folder / "archive" / delivery["sha256"] / "contenu"
    content.chmod(0o640)
    content.write_bytes(content.read_bytes()[:-1] + b"x")
    (loaded.folder / "raw" / "police" / "services" / f"{delivery['livraison_id']}.parquet").unlink()
    before = cbv(loaded)
    told = loaded.load()
    assert told["code_sortie"] == 4
    assert delivery["livraison_id"] in told["incident"]
    assert "n'a plus les octets" in told["incident"]
    assert cbv(loaded) == before


@pytest.mark.long
def test_a_fault_of_the_machine_is_no_verdict_on_the_file(home: Home, demo_workbook: Path) -> None:
    raw = home.folder / "raw"
    raw.mkdir(parents=True)
    (raw / "police").write_text("in the way")
    home.drop(demo_workbook)
    told = home.load()
    assert told["code_sortie"] == 4
    assert "n'est pas jugée" in told["incident"]
    assert told["refusees"] == []
    (raw / "police").unlink()
    assert home.load()["resultat"] == "publié"


@pytest.mark.long
def test_a_limit_that_is_raised_gives_the_file_another_reading(home: Home, demo_workbook: Path) -> None:
    home.drop(demo_workbook)
    told = home.load(VIGIE_MAX_CELLS="100")
    assert told["refusees"][0]["defauts"][0]["code"] == "trop_de_cellules"
    (home.folder / "vigie.toml").write_text("max_cells = 5000000\n")
    assert home.load()["resultat"] == "publié"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("1 2", "valeur_illisible"), ("10\n20", "valeur_illisible"), ("٣٤", "valeur_illisible"),
        (True, "valeur_illisible"), (False, "valeur_illisible"), (9e18, "valeur_illisible"),
        (1e300, "valeur_illisible"), ("#REF!", "cellule_en_erreur"), ("=1+1", "formule_non_calculee"),
    ],
)  # fmt: skip
def test_what_looks_like_a_number_and_is_none(
    damaged: Callable[[Callable[[openpyxl.Workbook], None]], Path], tmp_path: Path, value: object, code: str
) -> None:
    def only(book: openpyxl.Workbook) -> None:
        for name in set(book.sheetnames) - {SHEET}:
            del book[name]
        book[SHEET]["C10"] = value

    [defect] = defects(damaged(only), tmp_path)
    assert (defect.code, defect.ligne, defect.colonne) == (code, 10, "C")


def test_a_year_to_come_does_not_outrank_the_true_ones(damaged, tmp_path: Path) -> None:
    def ahead(book: openpyxl.Workbook) -> None:
        sheet = book["Services PN 2020"]
        sheet.title = "Services PN 2098"
        sheet["A1"] = str(sheet["A1"].value).replace("2020", "2098")

    assert defects(damaged(ahead), tmp_path)[0].code == "periode_a_venir"


@pytest.mark.long
def test_a_correction_that_gives_way_is_said(loaded: Home, damaged) -> None:
    def only_one(book: openpyxl.Workbook) -> None:
        for name in book.sheetnames:
            if name not in {"Présentation", SHEET}:
                del book[name]
        book[SHEET]["C10"] = 777

    loaded.drop(damaged(only_one))
    told = loaded.load()
    assert [(a["source"], a["tranche"], a["edition"]) for a in told["ecartees"]] == [("police", "2015", "2015")]


@pytest.mark.long
def test_a_demonstration_without_its_notice_is_still_one(home: Home, damaged) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        del book["Présentation"]
        book.create_sheet("Feuil1")

    home.drop(damaged(hide))
    home.load()
    assert the_delivery(home)["nature"] == "demonstration"


@pytest.mark.long
def test_a_home_emptied_of_its_demonstration_takes_real_data(loaded: Home, damaged) -> None:
    loaded.run("withdraw", the_delivery(loaded)["livraison_id"], "--motif", "essai terminé")

    def real(book: openpyxl.Workbook) -> None:
        del book["Présentation"]
        book.properties.title = "Crimes et délits"

    for file in loaded.landing.iterdir():
        file.unlink()
    loaded.drop(damaged(real))
    assert loaded.load()["resultat"] == "publié"
    assert loaded.sql("select nature from reference.publication") == [["reelle"]]


def test_a_folder_that_is_linked_or_hidden_is_said(home: Home, tmp_path: Path) -> None:
    (tmp_path / "ailleurs").mkdir()
    (home.landing / "lien").symlink_to(tmp_path / "ailleurs")
    (home.landing / ".cache").mkdir()
    assert [i.split(" ")[0] for i in home.load()["ignores"]] == [".cache", "lien"]


@pytest.mark.long
def test_a_cell_at_the_end_of_the_sheet_is_refused_by_its_sheet(home: Home, demo_workbook: Path) -> None:
    file = home.landing / "loin.xlsx"
    with zipfile.ZipFile(demo_workbook) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == "xl/worksheets/sheet2.xml":
                data = re.sub(
                    rb"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>', data
                )
            target.writestr(item, data)
    done = home.run("load", "--json")
    told = json.loads(done.stdout)
    assert told["refusees"][0]["defauts"][0]["feuille"]
    assert "Traceback" not in done.stderr
    assert "panicked" not in done.stderr


def test_names_do_not_speak_to_the_terminal(home: Home, tmp_path: Path) -> None:
    (home.landing / "a\nPublié. [red]99[red] \x1b[31m:cat:.xlsx").write_bytes(b"nothing")
    done = home.run("load")
    assert done.returncode == 2
    assert "\x1b" not in done.stderr
    assert "\nPublié" not in done.stderr
    assert ":cat:" in done.stderr


@pytest.mark.xdist_group("demo")
@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("", 64, "requête est vide"), ("/* rien */", 64, "requête est vide"),
        ("set threads = 1", 64, "rien d'autre"), ("call enable_logging()", 64, "rien d'autre"),
        ("create table t as select 1", 64, "rien d'autre"), ('select 1 as "[/red]"', 0, ""),
        ("select * from read_text('/etc/passwd')", 64, "n'a pas abouti"),
    ],
)  # fmt: skip
def test_sql_reads_and_does_nothing_else(demo_home: Home, query: str, code: int, words: str) -> None:
    done = demo_home.run("sql", query)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.xdist_group("demo")
def test_a_text_that_a_spreadsheet_would_run_is_a_text_in_the_csv(demo_home: Home) -> None:
    query = (
        "select '=1+1' as a, '+1' as b, '-1' as c, '@x' as d, chr(9) || 'x' as e, -1 as f, "
        "-1.5::decimal(4, 1) as g, 'a=1' as h"
    )
    done = demo_home.run("sql", query, "--format", "csv")
    assert done.stdout.splitlines()[1] == "'=1+1,'+1,'-1,'@x,'\tx,-1,-1.5,a=1"


@pytest.mark.xdist_group("demo")
def test_json_stays_json(demo_home: Home) -> None:
    assert demo_home.sql("select 'nan'::double, 'inf'::double") == [[None, None]]
    for arguments in (["deliveries", "zz", "--json"], ["sql", "selec", "--json"], ["plan", "P9", "--json"]):
        done = demo_home.run(*arguments)
        told = json.load(io.StringIO(done.stdout))
        assert told["code_sortie"] == done.returncode != 0
        assert told["erreur"]
