"""However a program writes a sheet's XML, an error and a formula without its result are found where they are."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from pipelines.base.refusal import Refused
from pipelines.files.guard import check_workbook
from pipelines.files.opening import Workbook
from pipelines.files.sheet_xml import cell_faults

ROWS = [["code", "valeur"], ["46", 12], ["12", 7]]
SHEET = "xl/worksheets/sheet1.xml"


def prefixed(xml: str) -> str:
    """The same document with every element under the prefix `x`."""
    xml = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", xml)
    return xml.replace('xmlns="', 'xmlns:x="')


WRITINGS = {
    "as it is": lambda xml: xml,
    "prefix": prefixed,
    "single quotes": lambda xml: xml.replace('"', "'"),
    "prefix and single quotes": lambda xml: prefixed(xml).replace('"', "'"),
    "spaces": lambda xml: xml.replace('t="', 't = "').replace("<f>", "<f >").replace("<f/>", "<f />"),
    "spread": lambda xml: xml.replace("><", ">\n  <"),
    "other order": lambda xml: re.sub(r'<c (r="[^"]*") (t="[^"]*")', r"<c \2 \1", xml),
    "references": lambda xml: xml.replace('t="e"', 't="&#101;"'),
    "utf-16": lambda xml: xml,
}
FAULTS = {
    "error": ('<c r="B2" t="e"><v>#REF!</v></c>', "cellule_en_erreur"),
    "error of a formula": ('<c r="B2" t="e"><f>A1/0</f><v>#DIV/0!</v></c>', "cellule_en_erreur"),
    "uncomputed": ('<c r="B2"><f>1+1</f></c>', "formule_non_calculee"),
    "uncomputed, empty value": ('<c r="B2"><f>1+1</f><v></v></c>', "formule_non_calculee"),
    "uncomputed, closed": ('<c r="B2"><f>1+1</f><v/></c>', "formule_non_calculee"),
    "shared formula": ('<c r="B2"><f t="shared" si="0"/></c>', "formule_non_calculee"),
    "uncomputed number": ('<c r="B2" t="n"><f>1+1</f></c>', "formule_non_calculee"),
}
SOUND = {
    "number": ('<c r="B2"><v>12</v></c>', 12.0),
    "formula": ('<c r="B2"><f>6+6</f><v>12</v></c>', 12.0),
    "formula of an empty text": ('<c r="B2" t="str"><f>""</f><v></v></c>', ""),
    "text": ('<c r="B2" t="inlineStr"><is><t>&lt;f&gt;</t></is></c>', "<f>"),
}


def workbook(folder: Path, cell: str, writing: str) -> Path:
    """A workbook whose B2 is `cell`, its sheet written so."""
    book = openpyxl.Workbook()
    book.active.title = "Relevé d'été"
    for row in ROWS:
        book.active.append(row)
    book.save(folder / "plain.xlsx")
    target = folder / "f.xlsx"
    with zipfile.ZipFile(folder / "plain.xlsx") as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == SHEET:
                xml = re.sub(r'<c r="B2"[^>]*>.*?</c>', lambda _: cell, content.decode(), count=1)
                xml = WRITINGS[writing](xml)
                content = xml.encode()
                if writing == "utf-16":
                    content = ('<?xml version="1.0" encoding="UTF-16"?>' + re.sub(r"<\?.*?\?>", "", xml)).encode(
                        "utf-16"
                    )
            new.writestr(name, content)
    return target


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_cell_is_found_with_its_place(fault: str, writing: str, tmp_path: Path) -> None:
    cell, code = FAULTS[fault]
    found = check_workbook(workbook(tmp_path, cell, writing), 64)
    assert [(d.code, d.feuille, d.ligne, d.colonne) for d in found["Relevé d'été"]] == [(code, "Relevé d'été", 2, "B")]


@pytest.mark.parametrize("writing", [w for w in WRITINGS if w != "utf-16"])
@pytest.mark.parametrize("cell", SOUND)
def test_a_sound_cell_is_read(cell: str, writing: str, tmp_path: Path) -> None:
    written, value = SOUND[cell]
    book = Workbook(workbook(tmp_path, written, writing), 64)
    book.refuse_faults("Relevé d'été")
    got = book.grid("Relevé d'été")[1][1]
    assert (got.strip() if isinstance(got, str) else got) == value


def test_a_sheet_that_is_not_read_may_hold_errors(tmp_path: Path) -> None:
    book = Workbook(workbook(tmp_path, FAULTS["error"][0], "as it is"), 64)
    with pytest.raises(Refused):
        book.refuse_faults("Relevé d'été")
    book.refuse_faults("Notes")


@pytest.mark.parametrize("size", [10_000, 1_000_000])
def test_the_search_is_linear(size: int) -> None:
    rows = b'<c r="A1"><v>1</v></c>' * (size // 22) + b"<c " + b" " * size + b"<f " * 3
    with pytest.raises(Refused):
        cell_faults("s", b"<worksheet><sheetData><row>" + rows)


def test_an_entity_is_refused() -> None:
    xml = '<!DOCTYPE a [<!ENTITY b "t">]><worksheet><row><c r="A1"><f>&b;</f></c></row></worksheet>'
    with pytest.raises(Refused) as caught:
        cell_faults("s", xml.encode())
    assert caught.value.defects[0].code == "entites_xml"
