"""A document type is found wherever it stands in any XML part of a workbook, and nothing sound is taken for one."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from pipelines.base.refusal import Refused
from pipelines.files.guard import check_workbook
from pipelines.files.xml_parts import check_pieces, pieces_of
from tests.support.processor import processor_seconds

TYPE = '<!DOCTYPE a [<!ENTITY b "c">]>'
XML = '<?xml version="1.0"?>'
OVERRIDE = '<Override PartName="/{part}" ContentType="{kind}"/></Types>'
SHEET = "xl/worksheets/sheet1.xml"


def workbook(target: Path, parts: dict[str, bytes], declared: dict[str, str] | None = None) -> Path:
    """A workbook of three rows with these parts added or replaced, of these declared types."""
    book = openpyxl.Workbook()
    for row in (["code", "valeur"], ["46", 12], ["12", "a<b"]):
        book.active.append(row)
    plain = target.with_name("plain.xlsx")
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "[Content_Types].xml":
                for part, kind in (declared or {}).items():
                    content = content.replace(b"</Types>", OVERRIDE.format(part=part, kind=kind).encode())
            if name not in parts:
                new.writestr(name, content)
        for name, content in parts.items():
            new.writestr(name, content)
    return target


def code_of(file: Path) -> str | None:
    """The code of the refusal, None when the workbook passes."""
    try:
        check_workbook(file, 256)
    except Refused as refused:
        return refused.defects[0].code
    return None


PLACES = {
    "at the head": XML + TYPE + "<a/>",
    "behind spaces": XML + " \n" * 40_000 + TYPE + "<a/>",
    "behind a comment": XML + "<!--" + "x" * 100_000 + "-->" + TYPE + "<a/>",
    "behind a processing instruction": XML + "<?mso " + "x" * 70_000 + "?>" + TYPE + "<a/>",
    "without a declaration": TYPE + "<a/>",
    "behind the root": XML + "<a/>" + TYPE,
    # Across the end of the mebibyte that is read at once.
    "between two pieces": XML + " " * ((1 << 20) - len(XML) - 4) + TYPE + "<a/>",
}
PARTS = {
    "xl/sharedStrings.xml": None,
    "xl/styles.xml": None,
    SHEET: None,
    "xl/_rels/workbook.xml.rels": None,
    "xl/drawings/vmlDrawing1.vml": None,
    "xl/worksheets/_rels/sheet1.xml.rels": None,
    "customXml/item1.xml": None,
    "docProps/app.xml": None,
    "xl/pivotCache/definition.data": "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCache+xml",
    "xl/autre.bin": "application/xml",
    "xl/sans_type.dat": None,
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("part", PARTS)
def test_it_is_found_in_every_part_wherever_it_stands(part: str, place: str, tmp_path: Path) -> None:
    kind = PARTS[part]
    file = workbook(tmp_path / "f.xlsx", {part: PLACES[place].encode()}, {part: kind} if kind else None)
    assert code_of(file) in {"entites_xml"} | ({"classeur_tronque"} if place == "behind the root" else set())


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_it_is_found_in_every_encoding(encoding: str, place: str, tmp_path: Path) -> None:
    for part in ("xl/sharedStrings.xml", SHEET):
        written = PLACES[place].replace(XML, f'<?xml version="1.0" encoding="{encoding[:6].rstrip("-")}"?>')
        assert code_of(workbook(tmp_path / "f.xlsx", {part: written.encode(encoding)})) == "entites_xml"


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "IBM500", "hz", "x-inconnu"])
def test_an_encoding_that_could_hide_it_is_refused(encoding: str, tmp_path: Path) -> None:
    for spaces in ("", " " * 1000):
        written = f'<?xml version="1.0" {spaces}encoding="{encoding}"?><sst/>'.encode()
        assert code_of(workbook(tmp_path / "f.xlsx", {"xl/sharedStrings.xml": written})) == "encodage_inconnu"
    ebcdic = '<?xml version="1.0" encoding="cp037"?>' + TYPE + "<sst/>"
    assert code_of(workbook(tmp_path / "f.xlsx", {"xl/styles.xml": ebcdic.encode("cp037")})) == "encodage_inconnu"


def test_what_is_no_document_type_passes(tmp_path: Path) -> None:
    sound = {
        "xl/media/logo.svg": (XML + '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" ""><svg/>').encode(),
        "xl/media/photo.png": b"\x89PNG<!DOCTYPE" + bytes(range(256)),
        "customXml/item1.xml": (XML + "<a>&lt;!DOCTYPE html&gt; doctype !</a>").encode(),
        "customXml/item2.xml": b"",
        "customXml/item3.xml": ('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>').encode("latin-1"),
        "customXml/item4.xml": ('<?xml version="1.0" encoding="UTF-16"?><a>é</a>').encode("utf-16"),
    }
    kinds = {"xl/media/logo.svg": "image/svg+xml", "xl/media/photo.png": "image/png"}
    assert code_of(workbook(tmp_path / "f.xlsx", sound, kinds)) is None


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    file = workbook(tmp_path / "f.xlsx", {})
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(SHEET, b"<worksheet/>")
    assert code_of(file) == "parties_en_double"


@pytest.mark.parametrize("row", ["9" * 5000, "99999999999999999999", "-4", "x", "1e9", "٣", ""])
def test_a_row_that_says_no_row_is_counted(row: str, tmp_path: Path) -> None:
    sheet = f'<worksheet><sheetData><row r="1"/><row r="{row}"><c t="e"><v>#N/A</v></c></row></sheetData></worksheet>'
    [[defect]] = check_workbook(workbook(tmp_path / "f.xlsx", {SHEET: sheet.encode()}), 64).values()
    assert (defect.code, defect.ligne) == ("cellule_en_erreur", 2)


def test_a_name_of_a_sheet_that_no_program_gives_is_refused(tmp_path: Path) -> None:
    book = workbook(tmp_path / "f.xlsx", {})
    with zipfile.ZipFile(book) as archive:
        content = archive.read("xl/workbook.xml").replace(b'name="Sheet"', b'name="' + b"a" * 300 + b'"')
    assert code_of(workbook(tmp_path / "g.xlsx", {"xl/workbook.xml": content})) == "nom_de_feuille"


def test_it_costs_little() -> None:
    """Looking through 128 MiB costs a second at most: twenty times less than parsing them."""
    content = b"<a>" + b"<row><c><v>12345</v></c></row>" * 4_500_000
    assert processor_seconds(lambda: check_pieces("a.xml", "application/xml", pieces_of(content))) < 1
