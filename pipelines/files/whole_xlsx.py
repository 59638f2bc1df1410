"""Every part of a .xlsx that can hold a text: sheets, shown or not, and all that stands beside the cells."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from urllib.parse import unquote

from pipelines.files.sheet_xml import sheet_parts
from pipelines.files.whole_xml import Texts, local, read_part
from pipelines.personal.detect import CELL, personal_sign, sheet_shown
from pipelines.personal.findings import Places

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
# In a header or a footer: what the page writes by itself, and how.
_QUOTED = re.compile(r'"[^"]{0,200}"|\[[^\]]{0,50}\]|\\.')
_DATE_FORMATS = {str(i) for i in (*range(14, 18), 22, *range(27, 32), 36, *range(50, 59))}
_DAY_ZERO = dt.date(1899, 12, 30)
_FIRST_DAY, _LAST_DAY = 1, 73_050  # 1900 to 2099
_PAGE_CODES = re.compile(r'&(?:"[^"]{0,200}"|K[0-9A-F]{6}|[0-9]{1,3}|[A-Z+-])')

PROPERTIES = "les propriétés du document"
COMMENT = "un commentaire"
DRAWING = "une zone de texte, une image ou un graphique"
LINK = "un lien"
_PAGE = "l'en-tête ou le pied de page"
_VALIDATION = "un message ou une liste de saisie"
_SHEET_NAME = "le nom d'une feuille"
_DEFINED = "un nom défini"
_UNUSED = "un texte du classeur qu'aucune cellule ne montre plus"
_FORMULA = "une formule"
_HIDDEN = "une partie du classeur qui n'est pas une feuille"

# Part of the archive, by how its name begins → where a reader finds what it holds.
_PARTS = {
    "docprops/": PROPERTIES,
    "xl/comments": COMMENT,
    "xl/threadedcomments/": COMMENT,
    "xl/drawings/": DRAWING,
    "xl/charts/": DRAWING,
    "xl/diagrams/": DRAWING,
    "xl/tables/": "un tableau",
    "xl/pivotcache/": "un tableau croisé",
    "xl/pivottables/": "un tableau croisé",
}
# What Excel writes of whoever saved: no reason to refuse, unless there is more than a name in it.
_WRITTEN_BY_PROGRAMS = {"creator", "lastModifiedBy", "author", "DisplayName"}
_LABELS = "MSIP_Label"  # the properties of a sensitivity label say who set it
_PERSONS = "xl/persons/"
# Attributes that hold what someone typed.
_TYPED = {
    "name", "title", "descr", "prompt", "promptTitle", "error", "errorTitle", "tooltip", "display", "v", "caption",
    "comment", "description", "alt", "string", "text",
}  # fmt: skip
# A larger document joined to a return is none that its form asks for.
_JOINED = 64 << 20
_TEXT_BLOCKS = {"si", "is", "p", "text"}


def look_at_xlsx(archive: zipfile.ZipFile, places: Places, within: bool = False) -> None:
    """Look at every part of the archive; `within` another, what it joins in its turn is left aside."""
    book = _Book(archive, places, within)
    book.look_at_names()
    book.look_at_shared()
    for name in sorted(archive.namelist()):
        low = name.lower()
        if low.endswith(".rels"):
            book.look_at_links(name)
        elif name in book.sheets:
            book.look_at_sheet(name)
        elif low.startswith(("xl/comments", "xl/threadedcomments/")):
            book.look_at_comments(name)
        elif low.startswith("xl/embeddings/"):
            book.look_at_joined(name)
        elif low.endswith((".xml", ".vml")) and name not in book.known:
            book.look_at_part(name)
    book.tell_unused()


class _Book:
    def __init__(self, archive: zipfile.ZipFile, places: Places, within: bool) -> None:
        self.archive, self.places, self.within = archive, places, within
        parts = sheet_parts(archive)
        # A sheet whose own name is personal is told by its number.
        shown = {n: sheet_shown(n, i) for i, n in enumerate(parts, start=1)}
        self.sheets = {part: shown[name] for name, part in parts.items()}
        self.names = list(parts)
        self.known = {n for n in archive.namelist() if n.lower() in {"xl/workbook.xml", "xl/sharedstrings.xml"}}
        self._dated = self._date_styles()
        self._shared: set[int] = set()
        self._texts: list[str] = []
        self._shown: set[int] = set()
        self._beside = self._owners()

    def _owners(self) -> dict[str, str]:
        """Part that belongs to a sheet → the sheet as it is shown."""
        found: dict[str, str] = {}
        for part, sheet in self.sheets.items():
            folder, base = posixpath.split(part)
            for target in self._targets(f"{folder}/_rels/{base}.rels"):
                found[posixpath.normpath(posixpath.join(f"/{folder}", target)).lstrip("/").lower()] = sheet
        for part, sheet in list(found.items()):  # the charts of a drawing
            folder, base = posixpath.split(part)
            for target in self._targets(f"{folder}/_rels/{base}.rels"):
                found.setdefault(posixpath.normpath(posixpath.join(f"/{folder}", target)).lstrip("/").lower(), sheet)
        return found

    def _date_styles(self) -> set[str]:
        """The styles under which a number is shown as a day."""
        own: dict[str, str] = {}
        styles: list[str] = []
        within = ""

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal within
            if tag == "numFmt":
                own[attributes.get("numFmtId", "")] = _QUOTED.sub("", attributes.get("formatCode", "").lower())
            elif tag in {"cellStyleXfs", "cellXfs"}:
                within = tag
            elif tag == "xf" and within == "cellXfs":
                styles.append(attributes.get("numFmtId", ""))

        for part in (n for n in self.archive.namelist() if n.lower() == "xl/styles.xml"):
            read_part(self.archive, part, Texts(lambda tag, text: None, start), lambda text: None)
        dated = {
            i for i, code in own.items() if "y" in code or "d" in code or ("a" in code and "j" in code)
        } | _DATE_FORMATS
        return {str(i) for i, code in enumerate(styles) if code in dated}

    def _targets(self, name: str) -> list[str]:
        real = next((n for n in self.archive.namelist() if n.lower() == name.lower()), None)
        targets: list[str] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                targets.append(attributes.get("Target", ""))

        if real:
            read_part(self.archive, real, Texts(lambda tag, text: None, start), lambda text: None)
        return targets

    def look_at_names(self) -> None:
        for number, name in enumerate(self.names, start=1):
            self.places.see_name(name, _SHEET_NAME, sheet_shown(name, number))
        for part in (n for n in self.known if n.lower() == "xl/workbook.xml"):

            def start(tag: str, attributes: dict[str, str]) -> None:
                if tag == "definedName":
                    self.places.see_name(attributes.get("name", ""), _DEFINED)
                    self.places.see(attributes.get("comment", ""), _DEFINED)

            texts = Texts(lambda tag, text: self.places.see(text, _DEFINED), start)
            read_part(self.archive, part, texts, lambda text: self.places.see(text, _DEFINED))

    def look_at_shared(self) -> None:
        """Note which shared texts are personal; where they stand is known with the cells."""
        for part in (n for n in self.known if n.lower() == "xl/sharedstrings.xml"):
            read_part(self.archive, part, Texts(self._add, self._begin, blocks={"si"}), self._texts.append)
        self._shared = {i for i, text in enumerate(self._texts) if personal_sign(text)}

    def _begin(self, tag: str, _: dict[str, str]) -> None:
        if tag == "si":
            self._texts.append("")

    def _add(self, _: str, text: str) -> None:
        if self._texts:
            self._texts[-1] += text

    def look_at_sheet(self, part: str) -> None:
        reader = _Sheet(self.places, self.sheets[part], self._text_of, self._dated)
        texts = Texts(reader.take, reader.start, reader.end, blocks={"is"})
        read_part(self.archive, part, texts, lambda text: self.places.see(text, CELL, self.sheets[part]))

    def _text_of(self, number: str) -> str:
        """The shared text of a cell."""
        if not number.strip().isdigit() or int(number) >= len(self._texts):
            return ""
        self._shown.add(int(number))
        return self._texts[int(number)]

    def look_at_links(self, name: str) -> None:
        folder, base = posixpath.split(posixpath.dirname(name))[0], posixpath.basename(name)[: -len(".rels")]
        owner = posixpath.join(folder, base)
        sheet = self.sheets.get(owner) or self._beside.get(owner.lower())

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") == "External":
                target = unquote(attributes.get("Target", ""))
                self.places.see(target.removeprefix("mailto:").removeprefix("tel:"), LINK, sheet)

        read_part(self.archive, name, Texts(lambda tag, text: None, start), lambda text: None)

    def look_at_comments(self, part: str) -> None:
        sheet = self._beside.get(part.lower())
        authors: list[str] = []
        place: list[tuple[int | None, str | None]] = [(None, None)]

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag in {"comment", "threadedComment"}:
                place[0] = _place(attributes.get("ref", ""))

        def take(tag: str, text: str) -> None:
            if tag == "author":
                authors.append(text.strip())
                self.places.see(text, COMMENT, sheet, names=False)
                return
            # Excel begins a note with the name of whoever writes it.
            for author in authors:
                if text.lstrip().startswith(f"{author}:"):
                    text = text.lstrip()[len(author) + 1 :]
            self.places.see(text, COMMENT, sheet, *place[0])

        texts = Texts(take, start, blocks={"text"})
        read_part(self.archive, part, texts, lambda text: self.places.see(text, COMMENT, sheet))

    def look_at_joined(self, part: str) -> None:
        """A document kept within the workbook: its own parts, and no further."""
        if self.within or self.archive.getinfo(part).file_size > _JOINED:
            return
        inside = Places()
        with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(self.archive.read(part))) as joined:
            look_at_xlsx(joined, inside, within=True)
        for what in {d.constat.partition("(")[2].partition(")")[0] for d in inside.defects()}:
            self.places.note("un document joint au classeur", what, self._beside.get(part.lower()))

    def look_at_part(self, part: str) -> None:
        low = part.lower()
        where = next((w for start, w in _PARTS.items() if low.startswith(start)), _HIDDEN)
        sheet = self._beside.get(low)
        persons = low.startswith(_PERSONS)
        labelled = False

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal labelled
            labelled = attributes.get("name", "").startswith(_LABELS) if tag == "property" else labelled
            for name, value in local(attributes).items():
                if name in _TYPED:
                    self.places.see(value, where, sheet, names=not persons)
                elif persons and name == "displayName":
                    self.places.see(value, COMMENT, names=False)

        def take(tag: str, text: str) -> None:
            self.places.see(text, where, sheet, names=not labelled and tag not in _WRITTEN_BY_PROGRAMS)

        texts = Texts(take, start, blocks=_TEXT_BLOCKS)
        read_part(self.archive, part, texts, lambda text: self.places.see(text, where, sheet))

    def tell_unused(self) -> None:
        for number in sorted(self._shared - self._shown):
            self.places.see(self._texts[number], _UNUSED)


class _Sheet:
    """Follows the cells of one sheet, and what its XML holds besides."""

    def __init__(self, places: Places, sheet: str, text_of: Callable[[str], str], dated: set[str]) -> None:
        self.places, self.sheet, self.text_of, self.dated = places, sheet, text_of, dated
        self._line = 0
        self._reference = ""
        self._kind, self._within_cell, self._is_date = "", False, False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self._line = int(attributes["r"]) if attributes.get("r", "").isdigit() else self._line + 1
        elif tag == "c":
            self._reference = attributes.get("r", "")
            self._kind, self._within_cell = attributes.get("t", ""), True
            self._is_date = attributes.get("s") in self.dated
        elif tag == "dataValidation":
            line, column = _place(attributes.get("sqref", ""))
            for name in ("promptTitle", "prompt", "errorTitle", "error"):
                self.places.see(attributes.get(name, ""), _VALIDATION, self.sheet, line, column)
        elif tag == "hyperlink":
            line, column = _place(attributes.get("ref", ""))
            for name in ("display", "tooltip", "location"):
                self.places.see(attributes.get(name, ""), LINK, self.sheet, line, column)

    def end(self, tag: str) -> None:
        if tag == "c":
            self._within_cell = False

    def take(self, tag: str, text: str) -> None:
        if not self._within_cell:
            where = _PAGE if tag.endswith(("Header", "Footer")) else _VALIDATION
            self.places.see(_PAGE_CODES.sub(" ", text) if where == _PAGE else text, where, self.sheet)
        elif tag == "f":
            self.places.see(text, _FORMULA, self.sheet, *self._here())
        elif tag == "v" and self._kind == "s":
            self.places.see_cell(self.text_of(text), self.sheet, *self._here())
        elif tag == "v" and self._kind in {"", "n"}:
            self._number(text)
        else:
            self.places.see_cell(text, self.sheet, *self._here())

    def _here(self) -> tuple[int | None, str | None]:
        line, column = _place(self._reference)
        return line or self._line or None, column

    def _number(self, text: str) -> None:
        if not self._is_date and len(text) < 9:
            return
        try:
            value = float(text)
        except ValueError:
            self.places.see_cell(text, self.sheet, *self._here())
            return
        if self._is_date and _FIRST_DAY <= value <= _LAST_DAY:
            day = _DAY_ZERO + dt.timedelta(days=int(value))
            self.places.see_cell(day.isoformat(), self.sheet, *self._here())
        else:
            self.places.see_number(value, self.sheet, *self._here())


def _place(reference: str) -> tuple[int | None, str | None]:
    """(line, column) of the first cell of a reference."""
    found = _REFERENCE.match(reference)
    return (int(found[2]), found[1]) if found else (None, None)
