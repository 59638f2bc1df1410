"""What a line of columns.csv may say of a column: its spellings, what its header carries, its marks, its width."""

from __future__ import annotations

import datetime as dt
import shutil
import unicodedata
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Catalogue, CatalogueError
from pipelines.reading.parse import Limits, Verdict, parse_file
from pipelines.settings.model import SOURCES

COLUMNS = """layout,colonne,emplacement,ligne,position,entete,type,liste,couverture,manquants,largeur
essai,code_commune,colonne,,,CODGEO_{annee}|codgeo,code,,,,5
essai,geographie,entete,,,CODGEO_{annee}|codgeo,annee,,,,
essai,annee,colonne,,,annee,annee,,,,
essai,faits,colonne,,,unité.de.compte|nombre,nombre,,,NA|ndiff=secret_statistique,
essai,taux,colonne,,,taux,decimal,,,NA,
croix,annee,titre,1,1,Essai {annee},annee,,,,
croix,code_commune,gauche,2,1,Commune,code,,,,5
croix,rang,entete,2,1,Commune,code,,,,
croix,faits,cellule,,,,nombre,,,NA|ndiff=secret_statistique,
"""
LAYOUTS = """layout,table,format,forme,feuille,separateur,schema,valide_de,valide_a,note,decimale
essai,faits,csv,liste,,;,,,,,","
croix,croisements,xlsx,matrice,Essai,,,,,,
"""
SOURCE = """source: essai
libelle: Essai
producteur: Essai
statistique: essai
cadence: annuelle
premiere_periode: "2019"
echeance: {mois_apres: 1, jour: 31}
absence: livraison
tables:
  faits: {tranche: [annee], periode: [annee], edition: derniere_tranche, cles: [annee, code_commune]}
  croisements: {tranche: [annee], periode: [annee], edition: derniere_tranche, cles: [annee, code_commune]}
"""


def sources(folder: Path, columns: str = COLUMNS, layouts: str = LAYOUTS) -> Path:
    """A folder of sources with one more than the project's."""
    root = folder / "sources"
    if not root.exists():
        shutil.copytree(SOURCES, root)
        (root / "essai").mkdir()
    (root / "essai" / "source.yml").write_text(SOURCE, encoding="utf-8")
    (root / "essai" / "columns.csv").write_text(columns, encoding="utf-8")
    (root / "essai" / "layouts.csv").write_text(layouts, encoding="utf-8")
    return root


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return load_catalogue(sources(tmp_path), models=None)


def read(folder: Path, text: str | bytes, catalogue: Catalogue, name: str = "f.csv") -> Verdict:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return parse_file(file, "abcabcabcabc", folder / "raw", catalogue, Limits(64, 1_000_000, dt.date(2030, 1, 1)))


def raw(folder: Path, table: str = "faits") -> list[dict]:
    return pq.read_table(folder / "raw" / "essai" / table / "abcabcabcabc.parquet").to_pylist()


@pytest.mark.parametrize("year", ["2019", "2026"])
def test_a_header_that_carries_a_year_gives_it_to_each_line(year: str, tmp_path: Path, catalogue: Catalogue) -> None:
    text = f"CODGEO_{year};annee;nombre;taux\n46042;2022;12;0,5\n46102;2022;3;1,5\n"
    assert read(tmp_path, text, catalogue).defects == []
    assert [(r["geographie"], r["code_commune"]) for r in raw(tmp_path)] == [(year, "46042"), (year, "46102")]


def test_a_header_that_carries_no_year_leaves_it_unknown(tmp_path: Path, catalogue: Catalogue) -> None:
    assert read(tmp_path, "codgeo;annee;nombre;taux\n46042;2022;12;0,5\n", catalogue).defects == []
    assert raw(tmp_path)[0]["geographie"] is None


@pytest.mark.parametrize(
    "header",
    [
        '"CODGEO_2026";"annee";"nombre";"taux"',
        "Taux;ANNEE;Nombre;Codgeo",
        unicodedata.normalize("NFD", "codgeo;annee;unité.de.compte;taux"),
        "codgeo;annee;Unite.de.compte;taux",
        "__id;codgeo;annee;nombre;taux",
    ],
)
def test_spellings_of_one_layout(header: str, tmp_path: Path, catalogue: Catalogue) -> None:
    cells = {"codgeo": "46042", "annee": "2022", "nombre": "12", "taux": "0,5", "__id": "1"}
    names = [h.strip('"').lower() for h in header.split(";")]
    line = ";".join(
        cells.get("codgeo" if n.startswith("codgeo") else "nombre" if n.startswith("un") else n) for n in names
    )
    assert read(tmp_path, f"{header}\n{line}\n", catalogue).defects == []
    assert {k: raw(tmp_path)[0][k] for k in ("code_commune", "faits", "taux")} == {
        "code_commune": "46042", "faits": "12", "taux": "0.5",
    }  # fmt: skip


def test_a_mark_is_no_value_and_stays_beside_it(tmp_path: Path, catalogue: Catalogue) -> None:
    lines = ["46001;2022;NA;NA", "46002;2022;ndiff;1,5", "46003;2022;;", "46004;2022;0;0,0"]
    verdict = read(tmp_path, "\n".join(["codgeo;annee;nombre;taux", *lines, ""]), catalogue)
    assert verdict.defects == []
    got = [(r["faits"], r["faits_marque"], r["faits_motif"], r["taux"], r["taux_marque"]) for r in raw(tmp_path)]
    assert got == [
        (None, "NA", None, None, "NA"),
        (None, "ndiff", "secret_statistique", "1.5", None),
        (None, None, None, None, None),
        ("0", None, None, "0.0", None),
    ]
    assert "taux_motif" not in raw(tmp_path)[0]


def test_another_mark_is_another_content(tmp_path: Path, catalogue: Catalogue) -> None:
    prints = [
        read(tmp_path, f"codgeo;annee;nombre;taux\n46001;2022;{mark};1,5\n", catalogue).parts[0].empreinte
        for mark in ("NA", "ndiff", "", "0")
    ]
    assert len(set(prints)) == 4


@pytest.mark.parametrize("mark", ["N/A", "na", "nd", "diff"])
def test_a_mark_that_the_layout_does_not_list_is_refused(mark: str, tmp_path: Path, catalogue: Catalogue) -> None:
    [defect] = read(tmp_path, f"codgeo;annee;nombre;taux\n46001;2022;{mark};1,5\n", catalogue).defects
    assert (defect.code, defect.ligne, defect.colonne) == ("valeur_illisible", 2, "nombre")


def workbook(folder: Path, rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Essai"
    for row in rows:
        book.active.append(row)
    book.save(folder / "f.xlsx")
    return (folder / "f.xlsx").read_bytes()


def test_marks_and_lost_zeros_in_a_matrix(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [["Essai 2022"], ["Commune", "a", "b"], ["46001", 3, "NA"], ["46002", "ndiff", None]]
    assert read(tmp_path, workbook(tmp_path, rows), catalogue, "f.xlsx").defects == []
    got = [(r["faits"], r["faits_marque"], r["faits_motif"]) for r in raw(tmp_path, "croisements")]
    assert got == [("3", None, None), (None, "NA", None), (None, "ndiff", "secret_statistique"), (None, None, None)]
    rows = [["Essai 2022"], ["Commune", "a"], [1001, 3], [46002, 4]]
    verdict = read(tmp_path, workbook(tmp_path, rows), catalogue, "f.xlsx")
    assert [r["code_commune"] for r in raw(tmp_path, "croisements")] == ["01001", "46002"]
    assert [(r.code, r.ligne, r.colonne) for r in verdict.remarks] == [("zero_rendu", 3, "A")]
    rows[2][0] = 101
    [defect] = read(tmp_path, workbook(tmp_path, rows), catalogue, "f.xlsx").defects
    assert (defect.code, defect.ligne, defect.colonne) == ("code_trop_court", 3, "A")


def test_lost_zeros_are_given_back_and_said(tmp_path: Path, catalogue: Catalogue) -> None:
    text = "codgeo;annee;nombre;taux\n1001;2022;1;1,5\n1002;2022;1;1,5\n46042;2022;1;1,5\n2A004;2022;1;1,5\n"
    verdict = read(tmp_path, text, catalogue)
    assert [r["code_commune"] for r in raw(tmp_path)] == ["01001", "01002", "46042", "2A004"]
    [remark] = verdict.remarks
    assert (remark.code, remark.ligne, remark.colonne) == ("zero_rendu", 2, "codgeo")
    assert "2 codes" in remark.constat


@pytest.mark.parametrize("codes", [("1001", "01002"), ("46042", "101"), ("46042", "A001")])
def test_a_short_code_that_no_spreadsheet_explains_is_refused(codes, tmp_path: Path, catalogue: Catalogue) -> None:
    lines = "".join(f"{code};2022;1;1,5\n" for code in codes)
    defects = read(tmp_path, f"codgeo;annee;nombre;taux\n{lines}", catalogue).defects
    assert {d.code for d in defects} == {"code_trop_court"}
    assert "tableur" in defects[0].remede


@pytest.mark.parametrize(("declared", "rate", "sound"), [(",", "0.5", False), (".", "0,5", False), ("", "0.5", True)])
def test_the_decimal_separator_is_the_layouts(declared: str, rate: str, sound: bool, tmp_path: Path) -> None:
    catalogue = load_catalogue(sources(tmp_path, layouts=LAYOUTS.replace('","', f'"{declared}"')), models=None)
    defects = read(tmp_path, f"codgeo;annee;nombre;taux\n46042;2022;1;{rate}\n", catalogue).defects
    assert [d.code for d in defects] == ([] if sound else ["valeur_illisible"])


@pytest.mark.parametrize(("count", "value"), [("8.0", "8"), ("8,0", "8"), ("1 234", "1234"), ("1.000", None)])
def test_a_count_that_may_be_two_numbers_is_refused(count: str, value, tmp_path: Path, catalogue: Catalogue) -> None:
    verdict = read(tmp_path, f"codgeo;annee;nombre;taux\n46042;2022;{count};1,5\n", catalogue)
    assert (raw(tmp_path)[0]["faits"] if not verdict.defects else None) == value


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [("{annee}", "{an}", "{an}"), (",5\n", ",cinq\n", "largeur"), ('","', "x", "decimale")],
)
def test_a_line_that_says_nothing_known_stops_with_its_place(before, after, word, tmp_path: Path) -> None:
    root = sources(tmp_path, COLUMNS.replace(before, after), LAYOUTS.replace(before, after))
    with pytest.raises(CatalogueError, match=r"sources/essai/(columns|layouts)\.csv, ligne 2 : ") as caught:
        load_catalogue(root, models=None)
    assert word in str(caught.value)
