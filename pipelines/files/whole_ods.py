"""Every part of a .ods that can hold a text: cells, annotations, pages' headers, properties, deleted content."""

from __future__ import annotations

import posixpath
import zipfile
from urllib.parse import unquote

from pipelines.base.refusal import column_letter
from pipelines.files.whole_xlsx import COMMENT, DRAWING, LINK, PROPERTIES
from pipelines.files.whole_xml import Texts, local, read_part
from pipelines.personal.detect import CELL, sheet_shown
from pipelines.personal.findings import Places

# Element in which texts stand → where a reader finds them; the innermost counts.
_WHERE = {
    "annotation": COMMENT,
    "table-cell": CELL,
    "covered-table-cell": CELL,
    "tracked-changes": "le suivi des modifications",
    "content-validation": "un message ou une liste de saisie",
    "meta": PROPERTIES,
    "master-page": "l'en-tête ou le pied de page",
    "frame": DRAWING,
    "custom-shape": DRAWING,
    "shapes": DRAWING,
    "chart": DRAWING,
}
_WRITTEN_BY_PROGRAMS = {"creator", "initial-creator", "generator", "printed-by", "sender-firstname", "sender-lastname"}
_TYPED = {"title", "description", "display-list", "name", "condition", "string-value", "formula", "expression"}
# Styles and settings name themselves.
_NAMED = {"table", "named-range", "named-expression", "user-defined", "database-range"}
_ELSEWHERE = "une partie du classeur qui n'est pas une feuille"


def look_at_ods(archive: zipfile.ZipFile, places: Places) -> None:
    """Look at every XML part of the archive."""
    for name in sorted(archive.namelist()):
        if name.lower().endswith((".xml", ".rdf")) and posixpath.basename(name) != "manifest.xml":
            reader = _Part(places)
            texts = Texts(reader.take, reader.start, reader.end, blocks={"p", "h"})
            read_part(archive, name, texts, lambda text: places.see(text, _ELSEWHERE))


class _Part:
    """Follows sheets, lines and columns, whose repeats count."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._sheets = 0
        self._sheet: str | None = None
        self._line = self._column = 0
        self._repeated_line = self._repeated_cell = 1
        self._within: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        found = local(attributes)
        if tag == "table":
            self._sheets, self._line, self._repeated_line = self._sheets + 1, 0, 1
            name = found.get("name", "")
            self._sheet = sheet_shown(name, self._sheets)
            self.places.see_name(name, "le nom d'une feuille", self._sheet)
        elif tag == "table-row":
            self._line, self._repeated_line = self._line + self._repeated_line, _repeats(found, "number-rows-repeated")
            self._column, self._repeated_cell = 0, 1
        elif tag in {"table-cell", "covered-table-cell"}:
            self._column += self._repeated_cell
            self._repeated_cell = _repeats(found, "number-columns-repeated")
            self._value(found)
        if tag in _WHERE:
            self._within.append(tag)
        if "href" in found and not found["href"].startswith("#"):
            link = unquote(found["href"]).removeprefix("mailto:").removeprefix("tel:")
            self.places.see(link, LINK, *self._place())
        for name in _TYPED & found.keys():
            if name != "name" or tag in _NAMED - {"table"}:
                self.places.see(found[name], self._where(), *self._place())

    def end(self, tag: str) -> None:
        if tag in _WHERE and self._within:
            self._within.pop()
        if tag == "table":
            self._sheet, self._line, self._column = None, 0, 0

    def take(self, tag: str, text: str) -> None:
        where = self._where()
        if where == CELL:
            self.places.see_cell(text, *self._place())
        else:
            self.places.see(text, where, *self._place(), names=tag not in _WRITTEN_BY_PROGRAMS)

    def _value(self, found: dict[str, str]) -> None:
        try:
            if found.get("value-type") == "float":
                self.places.see_number(float(found.get("value", "")), *self._place())
            elif found.get("value-type") == "date":
                self.places.see_cell(found.get("date-value", "")[:10], *self._place())
        except ValueError:
            pass

    def _where(self) -> str:
        return _WHERE[self._within[-1]] if self._within else _ELSEWHERE

    def _place(self) -> tuple[str | None, int | None, str | None]:
        if not {"table-cell", "covered-table-cell"} & set(self._within) and self._column == 0:
            return self._sheet, None, None
        return self._sheet, self._line or None, column_letter(self._column) or None


def _repeats(attributes: dict[str, str], name: str) -> int:
    written = attributes.get(name, "1")
    return int(written) if written.isdigit() and len(written) < 9 else 1
