"""The tables of `sources/`: who owes what, and how files are written. Format lives there, not here."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from pipelines.intake.periods import Period
from pipelines.settings import CODE_LISTS, SOURCES

PLACES = {"feuille", "titre", "entete", "gauche", "cellule"}
TYPES = {"annee", "code", "texte", "nombre"}


class CatalogueError(Exception):
    """A table of `sources/` does not hold together. The text is French: it is edited by statisticians."""


def tidy(text: str) -> str:
    """One spelling for what the eye cannot tell apart: composed accents, single plain spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@dataclass(frozen=True)
class Column:
    """One canonical column of a layout and where a received file writes it."""

    name: str
    place: str
    row: int
    position: int
    header: str
    type: str
    code_list: str
    coverage: str

    def pattern(self) -> re.Pattern[str]:
        """The received header; `{annee}` stands for the values it carries."""
        return _pattern(self.header)


@dataclass(frozen=True)
class Layout:
    """One dated way of writing one table of one source."""

    name: str
    source: str
    table: str
    format: str
    shape: str
    sheet: str
    valid_from: str
    valid_to: str
    columns: tuple[Column, ...]

    def sheet_pattern(self) -> re.Pattern[str]:
        return _pattern(self.sheet)

    def at(self, place: str) -> list[Column]:
        return [c for c in self.columns if c.place == place]

    def labels(self) -> list[Column]:
        """The columns whose header stands in the file: the signature."""
        return [c for c in self.columns if c.place in {"titre", "entete", "gauche"}]

    def header_rows(self) -> int:
        return max(c.row for c in self.labels())

    def left_columns(self) -> int:
        return max(c.position for c in self.labels())

    def covers(self, year: str) -> bool:
        return (self.valid_from or "0") <= year <= (self.valid_to or "9999")


@dataclass(frozen=True)
class Crosswalk:
    """Several received columns that must together stand in a list, within the scope that the list knows."""

    code_list: str
    keys: dict[str, str]
    constants: dict[str, str]
    scope: str


@dataclass(frozen=True)
class Source:
    """One producer's series: its calendar, its slice and its layouts."""

    name: str
    label: str
    producer: str
    statistic: str
    cadence: str
    first_period: str
    last_period: str
    due: dict[str, int]
    table: str
    slice_column: str
    edition: str
    keys: tuple[str, ...]
    layouts: tuple[Layout, ...]
    crosswalks: tuple[Crosswalk, ...] = field(default=())

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


@dataclass(frozen=True)
class IgnoredSheet:
    name: str
    demonstration_mark: str


@dataclass(frozen=True)
class Catalogue:
    sources: tuple[Source, ...]
    ignored_sheets: tuple[IgnoredSheet, ...]
    fingerprint: str

    def layouts(self, format: str) -> list[Layout]:
        return [layout for s in self.sources for layout in s.layouts if layout.format == format]

    def source(self, name: str) -> Source:
        return next(s for s in self.sources if s.name == name)

    def owed_periods(self, today: dt.date) -> list[tuple[str, str]]:
        """(source, period) whose due date has passed."""
        return [(s.name, period) for s in self.sources for period in s.owed_periods(today)]


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str]:
    escaped = re.escape(tidy(text)).replace(r"\ ", " ")
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\d{4})", escaped))


def load_catalogue(root: Path = SOURCES, code_lists: Path = CODE_LISTS) -> Catalogue:
    """Read every source under `root`; raises CatalogueError when a table contradicts itself."""
    sources = tuple(_source(folder.parent) for folder in sorted(root.glob("*/source.yml")))
    ignored = tuple(
        IgnoredSheet(row["feuille"], row["marque_demonstration"]) for row in _rows(root / "ignored_sheets.csv")
    )
    digest = hashlib.sha256()
    for file in sorted([*root.rglob("*.csv"), *root.rglob("*.yml"), *code_lists.glob("*.csv")]):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return Catalogue(sources, ignored, digest.hexdigest())


def code_list(reference: str, root: Path = CODE_LISTS) -> list[str]:
    """`departements.code_departement` → the codes of that column of that seed, in order."""
    table, column = reference.split(".")
    return [row[column] for row in _rows(root / f"{table}.csv")]


def code_table(name: str, root: Path = CODE_LISTS) -> list[dict[str, str]]:
    return _rows(root / f"{name}.csv")


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _rows_if_any(file: Path) -> list[dict[str, str]]:
    """A source may be owed before its format is described: it is then awaited, and nothing is recognised as it."""
    return _rows(file) if file.exists() else []


def _source(folder: Path) -> Source:
    described = yaml.safe_load((folder / "source.yml").read_text(encoding="utf-8"))
    columns: dict[str, list[Column]] = {}
    for number, row in enumerate(_rows_if_any(folder / "columns.csv"), start=2):
        if row["emplacement"] not in PLACES or row["type"] not in TYPES:
            raise CatalogueError(
                f"sources/{folder.name}/columns.csv, ligne {number} : emplacement ou type inconnu. "
                f"Emplacements : {', '.join(sorted(PLACES))} ; types : {', '.join(sorted(TYPES))}."
            )
        columns.setdefault(row["layout"], []).append(
            Column(
                name=row["colonne"],
                place=row["emplacement"],
                row=int(row["ligne"] or 0),
                position=int(row["position"] or 0),
                header=row["entete"],
                type=row["type"],
                code_list=row["liste"],
                coverage=row["couverture"],
            )
        )
    layouts = []
    for number, row in enumerate(_rows_if_any(folder / "layouts.csv"), start=2):
        if row["layout"] not in columns:
            raise CatalogueError(
                f"sources/{folder.name}/layouts.csv, ligne {number} : le layout {row['layout']} "
                "n'a aucune colonne dans columns.csv."
            )
        layouts.append(
            Layout(
                name=row["layout"],
                source=described["source"],
                table=row["table"],
                format=row["format"],
                shape=row["forme"],
                sheet=row["feuille"],
                valid_from=row["valide_de"],
                valid_to=row["valide_a"],
                columns=tuple(columns.pop(row["layout"])),
            )
        )
    if columns:
        raise CatalogueError(
            f"sources/{folder.name}/columns.csv : layout absent de layouts.csv : {', '.join(columns)}."
        )
    return Source(
        name=described["source"],
        label=described["libelle"],
        producer=described["producteur"],
        statistic=described["statistique"],
        cadence=described["cadence"],
        first_period=described["premiere_periode"],
        last_period=described.get("derniere_periode", ""),
        due=described["echeance"],
        table=described.get("table", ""),
        slice_column=described.get("tranche", ""),
        edition=described.get("edition", ""),
        keys=tuple(described.get("cles", [])),
        layouts=tuple(layouts),
        crosswalks=tuple(
            Crosswalk(c["liste"], c["cles"], c.get("constantes", {}), c["portee"])
            for c in described.get("correspondances", [])
        ),
    )
