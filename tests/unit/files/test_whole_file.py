"""Every place of a return is looked at, and nothing that is found there is said again."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from functools import partial
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.comments import Comment

from pipelines.files.whole_file import look_at_text, look_at_workbook
from pipelines.personal.findings import Places
from pipelines.reading.parse import parse_texts
from tests.support.canaries import FILES, FORMS, SHEET, TEXT, WORKBOOK, book, open_document, rows, saved, text_file
from tests.support.reading import CATALOGUE, LIMITS, read

PLACES = [(kind, place) for kind, (_, places) in FILES.items() for place in places]
# A link says nothing more than where it goes; a name is no address of one.
_IN_A_LINK = {"téléphone", "téléphone à l'étranger", "téléphone en 00", "téléphone d'un trait", "courriel"}


def verdict_on(content: bytes, name: str, folder: Path):
    file = folder / name
    file.write_bytes(content)
    return read(file, folder)


@pytest.mark.parametrize(("kind", "place"), PLACES, ids=lambda v: v)
def test_a_person_is_found_wherever_a_text_may_stand(kind: str, place: str, tmp_path: Path) -> None:
    suffix, places = FILES[kind]
    for form, text in FORMS.items():
        if place == "dans un lien" and form not in _IN_A_LINK:
            continue
        content = places[place](text)
        if suffix == ".csv":
            defects = look_at_text(partial(io.BytesIO, content))
        else:
            (tmp_path / "r").write_bytes(content)
            defects = look_at_workbook(tmp_path / "r")
        assert {d.code for d in defects} == {"donnees_personnelles"}, form
        assert not any(word in str(defects).lower() for word in ("quatrebarbes", "739", text.lower())), form


@pytest.mark.parametrize(("number", "kind", "place"), [(i, *p) for i, p in enumerate(PLACES)], ids=lambda v: str(v))
def test_a_file_in_which_a_person_is_found_is_refused_for_that_alone(number, kind, place, tmp_path: Path) -> None:
    """Every place through a whole reading, each with another form."""
    suffix, places = FILES[kind]
    text = FORMS["courriel"] if place == "dans un lien" else list(FORMS.values())[number % len(FORMS)]
    verdict = verdict_on(places[place](text), f"essai{suffix}", tmp_path)
    assert {d.code for d in verdict.defects} == {"donnees_personnelles"}
    assert (verdict.parts, verdict.lectures, verdict.remarks) == ([], [], [])
    assert not any(word in str(verdict).lower() for word in ("quatrebarbes", "739", text.lower()))
    assert not list(tmp_path.glob("brut/*/*/*.parquet"))


@pytest.mark.parametrize("content", [(saved(book()), "r.xlsx"), (text_file(), "r.csv")], ids=["classeur", "texte"])
def test_the_same_return_without_a_person_is_accepted(content: tuple[bytes, str], tmp_path: Path) -> None:
    verdict = verdict_on(*content, tmp_path)
    assert verdict.defects == []
    assert len(verdict.parts) == 1


def test_the_same_open_document_without_a_person_is_not_accused(tmp_path: Path) -> None:
    file = tmp_path / "r.ods"
    file.write_bytes(open_document())
    assert look_at_workbook(file) == []


@pytest.mark.parametrize(("place", "sheet", "line", "column", "word"), [
    ("sous le tableau", SHEET, 9, "A", "une cellule"),
    ("sous le tableau, comme Excel l'écrit", SHEET, 9, "A", "une cellule"),
    ("à droite du tableau", SHEET, 3, "K", "une cellule"),
    ("dans la notice", "Notice", 20, "A", "une cellule"),
    ("dans une feuille très masquée", "Listes", 7, "B", "une cellule"),
    ("dans un commentaire", SHEET, 4, "C", "un commentaire"),
    ("dans le titre du document", None, None, None, "propriétés"),
    ("dans l'en-tête de page", SHEET, None, None, "en-tête ou le pied de page"),
    ("dans un lien", SHEET, None, None, "lien"),
    ("dans un message de saisie", SHEET, 2, "H", "saisie"),
    ("dans le titre d'un graphique", SHEET, None, None, "graphique"),
    ("dans un texte qu'aucune cellule ne montre", None, None, None, "aucune cellule ne montre plus"),
])  # fmt: skip
def test_the_place_is_named(place, sheet, line, column, word, tmp_path: Path) -> None:
    [defect] = verdict_on(WORKBOOK[place]("06 39 98 76 54"), "r.xlsx", tmp_path).defects
    assert (defect.feuille, defect.ligne, defect.colonne) == (sheet, line, column)
    assert word in defect.constat
    assert "un numéro de téléphone" in defect.constat
    assert "détruire la copie déposée" in defect.remede


def test_the_line_of_a_text_is_named(tmp_path: Path) -> None:
    [defect] = verdict_on(TEXT["dans une cellule de texte"]("QUATREBARBES Jean"), "r.csv", tmp_path).defects[:1]
    assert (defect.ligne, defect.colonne) == (3, "service")


def test_a_sheet_named_after_a_person_is_told_by_its_number(tmp_path: Path) -> None:
    made = book()
    made.create_sheet("QUATREBARBES Jean")["A1"] = "06 39 98 76 54"
    defects = verdict_on(saved(made), "r.xlsx", tmp_path).defects
    assert {d.feuille for d in defects} == {"n° 3"}
    assert "QUATREBARBES" not in str(defects)


def test_who_saved_the_file_is_no_reason_to_refuse_it(tmp_path: Path) -> None:
    """Every program writes it by itself, in every file: of the document, and of each comment."""
    made = book()
    made.properties.creator = made.properties.lastModifiedBy = "Jean QUATREBARBES"
    made[SHEET]["H2"].comment = Comment("Jean QUATREBARBES:\nchiffre provisoire", "Jean QUATREBARBES")
    verdict = verdict_on(saved(made), "r.xlsx", tmp_path)
    assert verdict.defects == []
    assert "QUATREBARBES" not in str(verdict)


def test_who_saved_the_file_says_no_more_than_a_name(tmp_path: Path) -> None:
    made = book()
    made.properties.creator = "06 39 98 76 54"
    [defect] = verdict_on(saved(made), "r.xlsx", tmp_path).defects
    assert defect.code == "donnees_personnelles"


def test_what_else_is_wrong_is_not_said(tmp_path: Path) -> None:
    """A misspelt code beside a name could be the rest of it."""
    made = book()
    made[SHEET]["F2"], made[SHEET]["H3"], made[SHEET]["I1"] = "Quatrebarbes", "Zéphyrine", "Quatrebarbes"
    made[SHEET]["A12"] = "06 39 98 76 54"
    [defect] = verdict_on(saved(made), "r.xlsx", tmp_path).defects
    assert (defect.code, defect.ligne) == ("donnees_personnelles", 12)


def test_numbers_that_a_spreadsheet_made_of_a_telephone(tmp_path: Path) -> None:
    made = book()
    made["Notice"]["C4"] = 639987654
    [defect] = verdict_on(saved(made), "r.xlsx", tmp_path).defects
    assert (defect.feuille, defect.ligne, defect.colonne) == ("Notice", 4, "C")


@pytest.mark.parametrize(("words", "accused"), [
    (("QUATREBARBES", "Jean"), True), (("Jean", "Quatrebarbes"), True), (("Jean", "jean"), False),
    (("Police", "Cahors"), False), (("CGD", "Figeac"), False), (("Collège", "Jean"), False),
])  # fmt: skip
def test_a_name_in_two_cells(words: tuple[str, str], accused: bool, tmp_path: Path) -> None:
    made = book()
    made["Notice"]["B4"], made["Notice"]["C4"] = words
    (tmp_path / "r.xlsx").write_bytes(saved(made))
    assert bool(look_at_workbook(tmp_path / "r.xlsx")) is accused


def test_a_birth_stored_as_a_date(tmp_path: Path) -> None:
    made = book()
    made["Notice"]["C4"] = dt.date(1987, 7, 14)
    made["Notice"]["C5"] = dt.date(2021, 4, 6)
    [defect] = verdict_on(saved(made), "r.xlsx", tmp_path).defects
    assert (defect.ligne, "une naissance" in defect.constat) == (4, True)


def test_a_column_of_dates_and_a_list_of_places_are_no_persons_where_no_form_is() -> None:
    header = "mod;date_eff;nom_majuscules\n"
    body = "".join(f"{i};19{40 + i % 50}-07-{1 + i % 28:02d};VILLE {i}\n" for i in range(200))
    content = (header + body + "201;1950-01-01;METZ ROBERT\n").encode()
    assert look_at_text(lambda: io.BytesIO(content), own=False) == []
    assert look_at_text(lambda: io.BytesIO(content), own=True) != []


def test_public_files_are_not_looked_at(tmp_path: Path) -> None:
    """The address of an accident is the producer's; the same words in a return are not."""
    header = "Num_Acc;jour;mois;an;hrmn;lum;dep;com;agg;int;atm;col;adr;lat;long"
    line = "202100000001;1;3;2021;10:00;1;46;46042;2;1;1;6;12 rue des Lilas;44,44;1,44"
    verdict = verdict_on(f"{header}\n{line}\n".encode(), "caracteristiques-2021.csv", tmp_path)
    assert verdict.defects == []
    renamed = verdict_on(f"{header.replace('lum', 'lumiere')}\n{line}\n".encode(), "c.csv", tmp_path)
    assert {d.code for d in renamed.defects} == {"donnees_personnelles"}


def test_a_return_in_parquet(tmp_path: Path) -> None:
    names = ["edition", "annee", "mois", "code_departement", "force", "service", "nature", "faits"]
    columns = dict(zip(names, map(list, zip(*rows(), strict=True)), strict=True))
    pq.write_table(pa.table(columns), tmp_path / "r.parquet")
    assert read(tmp_path / "r.parquet", tmp_path).defects == []
    columns["force"][2] = "QUATREBARBES Jean"
    pq.write_table(pa.table(columns), tmp_path / "r.parquet")
    defects = read(tmp_path / "r.parquet", tmp_path).defects
    assert {d.code for d in defects} == {"donnees_personnelles"}
    assert "QUATREBARBES" not in str(defects)


def test_parts_that_are_no_xml_or_declare_a_type_are_read_as_text(tmp_path: Path) -> None:
    for part in ("<a><b>06 39 98 76 54", '<!DOCTYPE a [<!ENTITY e "x">]><a>06 39 98 76 54 &e;</a>'):
        out = io.BytesIO(saved(book()))
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr("customXml/item7.xml", part)
        file = tmp_path / "r.xlsx"
        file.write_bytes(out.getvalue())
        assert [d.code for d in look_at_workbook(file)] == ["donnees_personnelles"]


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "zzzzzzzzzz">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    out = io.BytesIO(saved(book()))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("customXml/item7.xml", f"{bomb}]><a>&i;</a>")
    file = tmp_path / "r.xlsx"
    file.write_bytes(out.getvalue())
    assert look_at_workbook(file) == []


def test_a_damaged_archive_is_left_to_its_reader(tmp_path: Path) -> None:
    whole = saved(book())
    file = tmp_path / "r.xlsx"
    for cut in (10, len(whole) // 2, len(whole) - 5):
        file.write_bytes(whole[:cut])
        assert look_at_workbook(file) == []


def test_no_more_places_than_anybody_reads() -> None:
    places = Places()
    for line in range(500):
        places.see_cell("06 39 98 76 54", None, line, "A")
    assert len(places.defects()) == 20


def test_a_workbook_of_an_older_excel_without_a_person(tmp_path: Path) -> None:
    file = tmp_path / "r.xls"
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert look_at_workbook(file) == []


def test_openpyxl_writes_what_these_tests_need() -> None:
    with zipfile.ZipFile(io.BytesIO(WORKBOOK["dans un commentaire"]("x"))) as archive:
        assert any(name.startswith("xl/comments") for name in archive.namelist())
    assert isinstance(book(), openpyxl.Workbook)


def test_one_file_among_those_read_together_is_refused_alone(tmp_path: Path) -> None:
    files = []
    for month in range(1, 6):
        content = text_file(below="vu avec Mme Quatrebarbes" if month == 3 else "").decode()
        file = tmp_path / f"{month}.csv"
        file.write_bytes(content.replace(";2021;3;", f";2021;{month};").encode())
        files.append((file, f"mois{month}"))
    verdicts = parse_texts(files, tmp_path / "brut", CATALOGUE, LIMITS)
    assert {name for name, v in verdicts.items() if v.defects} == {"mois3"}
    assert {d.code for d in verdicts["mois3"].defects} == {"donnees_personnelles"}
    assert all(len(v.parts) == 1 for name, v in verdicts.items() if name != "mois3")
