"""What the tables of `sources/` say, as values: who owes what, how it is cut, how files are written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType

from pipelines.base.periods import Period
from pipelines.base.spelling import folded, tidy
from pipelines.settings.tables import CatalogueError as CatalogueError  # what `sources/` does wrong, for who reads it

# What `{annee}` and the like stand for in a header or a sheet's name.
PLACEHOLDERS = {"annee": r"\d{4}", "annee_2": r"\d{2}", "code_departement": r"[0-9AB]{2,3}"}
# The same as a person reads them.
_SHOWN = {"annee": "AAAA", "annee_2": "AA", "code_departement": "code du département"}


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+|[0-9]+", folded(name)))


@dataclass(frozen=True)
class Column:
    """One canonical column of a layout and where a received file writes it.

    `header` is its first spelling and `synonyms` the others. `marks` holds (mark of a missing value, code of the reason
    or nothing). `width` is the least number of characters of a code, 0 when it has no such number. `units` are what may
    be written after a number. `decimals` is the most decimals that a number takes, None without a limit; where that
    depends on another column, `decimals_by` names it and `decimals_of` says (its value, most decimals). `choice_words`
    are (word, choice) that people write for a choice. `groups` names the list of the groups that may stand in place of
    one code. `cumulates` is the measure of which the column is the running total since January, `year_before` when it
    is that of the year before. `may_lack`: a file may come without it.
    """

    name: str
    place: str
    header: str
    type: str
    row: int = 0
    position: int = 0
    code_list: str = ""
    coverage: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    synonyms: tuple[str, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    width: int = 0
    decimal: str = ""
    units: tuple[str, ...] = ()
    decimals: int | None = None
    decimals_by: str = ""
    decimals_of: tuple[tuple[str, int], ...] = ()
    choice_words: tuple[tuple[str, str], ...] = ()
    groups: str = ""
    cumulates: str = ""
    year_before: bool = False
    may_lack: bool = False
    line: int = field(default=0, compare=False, repr=False)  # of columns.csv, for who has to put it right

    @property
    def kept(self) -> bool:
        """Whether Vigie keeps what this column holds."""
        return self.type != "ignoree"

    @property
    def optional(self) -> bool:
        """Whether a file may come without this column: nobody has to number what he sends."""
        return self.may_lack or (self.type == "edition" and not self.required)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every header that a file may write for this column."""
        return self.header, *self.synonyms

    @property
    def mark_columns(self) -> list[str]:
        """The raw columns that say which mark a missing value carries, and why it is missing where the mark says so."""
        names = [f"{self.name}_marque"] if self.marks else []
        return names + ([f"{self.name}_motif"] if any(reason for _, reason in self.marks) else [])

    def match(self, received: str, exactly: bool = True) -> dict[str, str] | None:
        """What a received header carries where the layout has `{annee}`; None when it is another header.

        `exactly` false: neither case nor accents count.
        """
        for spelling in self.spellings:
            wanted = spelling if exactly else folded(spelling)
            if hit := _pattern(wanted).fullmatch(received if exactly else folded(received)):
                return hit.groupdict()
        return None


@dataclass(frozen=True)
class Layout:
    """One dated way of writing one table of one source, as a `matrice` or a `liste`."""

    name: str
    source: str
    table: str
    formats: tuple[str, ...]
    shape: str
    sheet: str
    separator: str
    valid_from: str
    valid_to: str
    columns: tuple[Column, ...]
    schema: str = ""  # the file of its Table Schema, for a format of Vigie's own
    # Whether `vigie templates` writes it: a form that a service has of its own is only read.
    templated: bool = False
    # The word of a file's name without which its content, alike in every header, is read by another layout.
    name_word: str = ""
    other_separators: tuple[str, ...] = ()
    # Headers, folded, of what a form shows beside the boxes (a label, last month): read past.
    passed: tuple[str, ...] = ()

    @property
    def own_format(self) -> bool:
        """Whether Vigie defines it."""
        return bool(self.schema)

    @property
    def separators(self) -> tuple[str, ...]:
        """What may stand between the cells of a text file."""
        return self.separator, *self.other_separators

    def sheet_shown(self, captured: Mapping[str, str] = MappingProxyType({})) -> str:
        """The sheet's name as a person would write it; what stands in it in place of a value is said in words."""
        return re.sub(r"\{(\w+)\}", lambda m: captured.get(m[1], _SHOWN[m[1]]), self.sheet)

    def sheet_pattern(self) -> re.Pattern[str]:
        return _pattern(self.sheet)

    def at(self, place: str) -> list[Column]:
        return [c for c in self.columns if c.place == place]

    def carrier(self, column: Column) -> Column:
        """The column of a list whose header carries the value of `column`, which is written in no column of its own."""
        return next(c for c in self.at("colonne") if c.header == column.header)

    @cached_property
    def sought(self) -> list[tuple[frozenset[str], tuple[Column, ...]]]:
        """For each column of a list: the spellings of its header, folded, and itself where some carry a value."""
        columns = self.at("colonne")
        plain = [frozenset(folded(s) for s in c.spellings if "{" not in s) for c in columns]
        return [(p, (c,) if len(p) < len(c.spellings) else ()) for p, c in zip(plain, columns, strict=True)]

    def signature(self) -> tuple[object, ...]:
        """What of a received table is looked at to recognise it: layouts of one signature differ by the file's name."""
        seen = ((c.place, c.row, c.position, c.header) for c in self.columns if c.place != "nom")
        return self.shape, self.sheet, *seen

    def labels(self) -> list[Column]:
        """The columns whose header stands in a matrix: its signature."""
        return [c for c in self.columns if c.place in {"titre", "entete", "gauche"}]

    def header_rows(self) -> int:
        return max(c.row for c in self.labels())

    def left_columns(self) -> int:
        return max(c.position for c in self.labels())

    def covers(self, period: str) -> bool:
        """Whether the layout was in use in the period's year; a layout without dates covers all."""
        year = period[:4]
        return not year or (self.valid_from or "0") <= year <= (self.valid_to or "9999")


@dataclass(frozen=True)
class Crosswalk:
    """Several received columns that must together stand in a list, within the scope that the list knows."""

    code_list: str
    keys: dict[str, str]
    constants: dict[str, str]
    scope: str


@dataclass(frozen=True)
class Part:
    """A piece of a slice's name: the first `length` characters (all when 0) of the first of `columns` that is there."""

    columns: tuple[str, ...]
    length: int = 0

    @classmethod
    def read(cls, text: str) -> Part:
        """`annee`, `num_acc:4`, `annee|annee_2`."""
        names, _, length = text.partition(":")
        return cls(tuple(names.split("|")), int(length or 0))


@dataclass(frozen=True)
class SourceTable:
    """One table of a source: the slice that a delivery replaces, the period that it answers, its keys."""

    name: str
    slice_parts: tuple[Part, ...]
    period_parts: tuple[Part, ...]
    edition: str
    keys: tuple[Part, ...]
    complete: tuple[str, ...]
    crosswalks: tuple[Crosswalk, ...]
    absence: str
    optional: bool = False
    dates: tuple[tuple[Part, ...], ...] = ()  # year, month and day of a date that must exist
    territory: str = ""  # the column of the territory, when a home keeps its own and those it is compared with

    @property
    def key_names(self) -> set[str]:
        return {name for part in self.keys for name in part.columns}

    @property
    def placing_names(self) -> set[str]:
        """The columns that say of which slice and which period a record is."""
        return {name for part in (*self.slice_parts, *self.period_parts) for name in part.columns}


@dataclass(frozen=True)
class FileName:
    """What a producer writes in the names of its files; it dates a publication and never recognises one."""

    publication: re.Pattern[str] | None
    geography: re.Pattern[str] | None

    @classmethod
    def read(cls, text: str) -> FileName:
        """`produit-le{date}` or `geographie{annee}`. Raises CatalogueError."""
        for kind, digits in (("date", r"\d{4}-\d{2}-\d{2}"), ("annee", r"\d{4}")):
            before, found, after = text.partition(f"{{{kind}}}")
            if found:
                pattern = re.compile(f"{re.escape(before)}(?<!\\d)({digits})(?!\\d){re.escape(after)}", re.IGNORECASE)
                return cls(pattern if kind == "date" else None, pattern if kind == "annee" else None)
        raise CatalogueError(f"noms : {text} ne dit ni {{date}} ni {{annee}}.")


@dataclass(frozen=True)
class Source:
    """One producer's series: its calendar, its tables and their layouts."""

    name: str
    label: str
    producer: str
    statistic: str
    cadence: str
    first_period: str
    last_period: str
    due: dict[str, int]
    debtors: str
    tables: dict[str, SourceTable]
    layouts: tuple[Layout, ...]
    names: tuple[FileName, ...] = ()
    starts_when_due: bool = False  # a home's start is compared with the day when a period is due, not with the period
    in_house: bool = False  # the préfecture makes it itself: there is nobody to write to
    kept_for_memory: tuple[str, ...] = ()  # columns that nothing reads
    optional_columns: tuple[str, ...] = ()  # columns that some layouts lack
    form_name: str = ""  # how the files of its forms begin; empty for a source that has none

    @property
    def optional(self) -> bool:
        """Whether nothing of it is owed: what does not come is not missing."""
        return all(table.optional for table in self.tables.values())

    def due_date(self, period: str) -> dt.date:
        """When the period's delivery must be in."""
        return Period.read(period).due(self.due["mois_apres"], self.due["jour"])

    def owed_periods(self, today: dt.date) -> Iterator[str]:
        """From the first period to the last whose due date has passed."""
        period = Period.read(self.first_period)
        last = Period.read(self.last_period).end if self.last_period else dt.date.max
        while self.due_date(str(period)) < today and period.end <= last:
            yield str(period)
            period = period.following()

    def is_owed(self, period: str, start: dt.date | None) -> bool:
        """Whether a home that starts on this day is owed the period: one that began before it is not."""
        begins = self.due_date(period) if self.starts_when_due else Period.read(period).start
        return start is None or begins >= start

    def kept_columns(self, table: str) -> list[str]:
        """The canonical columns of a table, whatever the layout: the same in every raw file."""
        columns = [c for k in self.layouts if k.table == table for c in k.columns if c.kept]
        names = [c.name for c in columns] + [name for c in columns for name in c.mark_columns]
        return list(dict.fromkeys(names))


@dataclass(frozen=True)
class IgnoredSheet:
    """A sheet without data; `unless_table`: it is one of data all the same when it holds a table of numbers."""

    name: str
    demonstration_mark: str
    unless_table: bool = False


@dataclass(frozen=True)
class UnusedFile:
    """A file that Vigie knows and does not read: some of its headers, folded, its name, and what to bring instead."""

    headers: frozenset[str]
    name: str
    instead: str


@dataclass(frozen=True)
class Catalogue:
    sources: tuple[Source, ...]
    ignored_sheets: tuple[IgnoredSheet, ...]
    lists: dict[str, list[dict[str, str]]] = field(repr=False)
    fingerprint: str
    # Headers that a portal adds to what a producer publishes, as they are compared.
    ignored_columns: frozenset[str] = frozenset()
    unused: tuple[UnusedFile, ...] = ()
    # What a word means in the place of a number, folded: a number, `vide` or `ambigu`.
    answers: dict[str, str] = field(default_factory=dict)

    def layouts(self, format: str, shape: str | None = None, name: str = "") -> list[Layout]:
        """Every layout a file of this format may be written in. Where several have the same headers, the file's `name`
        tells them apart: one that asks for a word of it, or else the one that asks for none.
        """
        words, found = _words(name), self._of_format(format, shape)
        named = {layout.signature() for layout in found if layout.name_word in words}
        return [k for k in found if (k.name_word in words if k.name_word else k.signature() not in named)]

    def unnamed(self, format: str, name: str) -> list[Layout]:
        """Layouts that the file's `name` should tell apart and does not: no twin of theirs reads such a name."""
        read = {layout.signature() for layout in self.layouts(format, name=name)}
        return [k for k in self._of_format(format) if k.name_word and k.signature() not in read]

    def _of_format(self, format: str, shape: str | None = None) -> list[Layout]:
        return [
            layout
            for s in self.sources
            for layout in s.layouts
            if (format in layout.formats or layout.shape == "liste") and shape in {None, layout.shape}
        ]

    def words(self, name: str) -> set[str]:
        """Those of a file's name by which a layout is told from its twins."""
        wanted = {k.name_word for s in self.sources for k in s.layouts if k.name_word}
        return wanted & _words(name)

    def source(self, name: str) -> Source:
        return next(s for s in self.sources if s.name == name)

    def table(self, layout: Layout) -> SourceTable:
        return self.source(layout.source).tables[layout.table]

    def codes(self, reference: str) -> list[str]:
        """`departements.code_departement` → the codes of that column of that list, in order."""
        name, column = reference.split(".")
        return [row[column] for row in self.lists[name]]

    def groups(self, column: Column) -> dict[str, tuple[str, ...]]:
        """The groups that may stand in a column in place of one code: group → its codes."""
        code = column.code_list.partition(".")[2]
        found: dict[str, tuple[str, ...]] = {}
        for row in self.lists[column.groups] if column.groups else ():
            found[row["groupe"]] = (*found.get(row["groupe"], ()), row[code])
        return found

    def owed_periods(self, today: dt.date) -> list[tuple[str, str]]:
        """(source, period) whose due date has passed."""
        return [(s.name, period) for s in self.sources for period in s.owed_periods(today)]


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    escaped = re.escape(tidy(text)).replace(r"\ ", " ")
    return re.compile(re.sub(r"\\\{(\w+)\\\}", _group, escaped))


def _group(placeholder: re.Match[str]) -> str:
    return f"(?P<{placeholder[1]}>{PLACEHOLDERS[placeholder[1]]})"
