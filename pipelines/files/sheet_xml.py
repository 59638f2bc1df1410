"""The XML of a workbook's sheets: cells in error, formulas that nothing computed. Readers show both as empty."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from xml.parsers import expat

from pipelines.base.refusal import MAX_SHOWN, Defect, Refused
from pipelines.files.refusals import damaged, of_a_document_type

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
# The last row of a workbook (ECMA-376, 18.3.1.73), and more characters than any program gives to the name of a sheet.
LAST_ROW, _LONGEST_NAME = 1_048_576, 255
_ROW = re.compile(r"[0-9]{1,7}")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# What no faulty cell can be written without: a formula, the type of an error, or a way to hide either.
_FORMULA = re.compile(rb"[<:]f[\s/>]")
_TYPE = re.compile(rb"""\bt\s*=\s*["']e["']""")
_UTF8 = re.compile(rb"""encoding\s*=\s*["'](?:utf-8|us-ascii)["']""", re.IGNORECASE)

ERROR = (
    "cellule_en_erreur",
    "la cellule porte une erreur de tableur (#REF!, #DIV/0!, #N/A…)",
    "corriger la formule, ou laisser la cellule vide si la valeur n'est pas connue",
)
UNCOMPUTED = (
    "formule_non_calculee",
    "la cellule porte une formule dont le résultat n'est pas enregistré",
    "rouvrir le classeur dans un tableur, l'enregistrer, ou coller les valeurs à la place des formules",
)

_LONG_NAME = Defect(
    "nom_de_feuille",
    "le nom d'une feuille est trop long",
    "renommer cette feuille comme le format le demande, et redéposer le fichier",
    attendu=f"un nom de {_LONGEST_NAME} caractères au plus",
)


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of each sheet → the part that holds it. Raises Refused for XML that does not hold together."""
    parts = {name.lower(): name for name in archive.namelist()}
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            own = next((v for k, v in attributes.items() if local_name(k) == "id"), "")
            sheets.append((attributes.get("name", ""), own))

    for wanted, start in ((_RELATIONS, relation), (_WORKBOOK, sheet)):
        if wanted in parts:
            parse(archive.read(parts[wanted]), start)
    found = {}
    for name, own in sheets:
        if len(name) > _LONGEST_NAME:
            raise Refused(_LONG_NAME)
        target = posixpath.normpath(posixpath.join("/xl", targets.get(own, ""))).lstrip("/").lower()
        if target in parts:
            found[name] = parts[target]
    return found


def cell_faults(sheet: str, content: bytes) -> list[Defect]:
    """A defect for each faulty cell of a sheet's XML, as many as are worth showing."""
    head = content[:200]
    plain = b"\0" not in head and (b"encoding" not in head or _UTF8.search(head) is not None)
    if plain and b"&#" not in content and not _FORMULA.search(content) and not _TYPE.search(content):
        return []
    reader = _Cells(sheet)
    parse(content, reader.start, reader.end, reader.text)
    return reader.defects


class _Cells:
    """Follows the cells of a sheet, whatever the prefix of their names and the quotes of their attributes."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.defects: list[Defect] = []
        self._row = self._column = 0
        self._place, self._kind, self._formula, self._value, self._within = "", "", False, False, ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self._row, self._column = _row(attributes.get("r", ""), self._row + 1), 0
        elif tag == "c":
            self._column += 1
            self._place, self._kind = attributes.get("r", ""), attributes.get("t", "")
            self._formula = self._value = False
        elif tag == "f":
            self._formula = True
        self._within = tag

    def text(self, data: str) -> None:
        if self._within in {"v", "t"} and data.strip():
            self._value = True

    def end(self, tag: str) -> None:
        self._within = ""
        if tag != "c" or len(self.defects) >= MAX_SHOWN:
            return
        if self._kind == "e":
            self._note(ERROR)
        elif self._formula and not self._value and self._kind != "str":  # a formula may well give an empty text
            self._note(UNCOMPUTED)

    def _note(self, fault: tuple[str, str, str]) -> None:
        place = _REFERENCE.fullmatch(self._place)
        code, found, remedy = fault
        self.defects.append(
            Defect(
                code, found, remedy,
                feuille=self.sheet,
                ligne=int(place[2]) if place else self._row or None,
                colonne=place[1] if place else None,
                attendu="un nombre, ou une cellule vide",
            )
        )  # fmt: skip


def parse(
    content: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] = lambda tag: None,
    text: Callable[[str], None] = lambda data: None,
) -> None:
    """Parse XML, local names given to the handlers. Raises Refused where it is damaged, and for a document type."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: start(local_name(tag), attributes)
    parser.EndElementHandler = lambda tag: end(local_name(tag))
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_type
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise damaged() from error


def _refuse_type(*_: object) -> None:
    raise of_a_document_type("une feuille")


def _row(written: str, following: int) -> int:
    """The number that a row says it has, where it is one; else the one that follows."""
    return int(written) if _ROW.fullmatch(written) and int(written) <= LAST_ROW else following


def local_name(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]
