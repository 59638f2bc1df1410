"""The tables of the open data: those of the public edition, with a label beside each code and figures without a tail.

What each column is, where it comes from and how it is rounded is in open_data.csv.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from pipelines.report import figures, wording
from pipelines.report.codes import codes
from pipelines.report.edition import Edition
from pipelines.settings.model import SEEDS
from pipelines.settings.tables import read_rows

_BY_UNIT = "unite"
_KEYS = {
    "indicateurs": "indicateur_code",
    "territoires": "territoire_code",
    "sources": "source",
    "motifs": "motif_code",
    "perimetres": "perimetre",
    "actions": "action_code",
}
_WORDS = {"lecture": wording.READINGS, "tendance": wording.TRENDS, "signal": wording.SIGNALS}


@dataclass(frozen=True)
class Column:
    """One line of open_data.csv. `form` is texte, entier, nombre, date or oui_non; `source` is the column that it is
    made of; `labels` is where its words are; `digits` is a number of decimals or `unite`.
    """

    table: str
    name: str
    kept: bool
    form: str
    digits: str
    source: str
    labels: str
    description: str


@cache
def columns(table: str) -> tuple[Column, ...]:
    """List the columns that open_data.csv gives to a table, in the order of the files."""
    return tuple(
        Column(
            r["ressource"], r["colonne"], r["gardee"] == "oui", r["forme"], r["decimales"],
            r["depuis"] or r["colonne"], r["libelles"], r["description"],
        )
        for r in read_rows(Path(__file__).with_name("open_data.csv"))
        if r["ressource"] == table
    )  # fmt: skip


def columns_of(edition: Edition, table: str) -> list[Column]:
    """List those that an edition has: snapshots of earlier versions lack some."""
    held = edition.tables[table].columns
    return [c for c in columns(table) if c.kept and (c.source in held or c.labels in _MADE)]


def rows_of(edition: Edition, table: str) -> pd.DataFrame:
    """The rows, one column for each of `columns_of`: texts, whole numbers, rounded numbers, dates, booleans; an absent
    cell is None.
    """
    rows = edition.tables[table]
    made = {c.name: _cells(edition, rows, c) for c in columns_of(edition, table)}
    return pd.DataFrame(made, index=rows.index, dtype=object)


def _cells(edition: Edition, rows: pd.DataFrame, column: Column) -> list:
    if column.labels in _MADE:
        return _MADE[column.labels](edition, rows, column)
    held = rows[column.source]
    values = held.astype(object).where(held.notna(), None).tolist()
    if column.labels:
        words = _labels(edition, column.labels)
        return [None if v is None else words.get(v, str(v).replace("_", " ")) or None for v in values]
    if column.form == "entier":
        return [None if v is None else int(v) for v in values]
    if column.form == "nombre":
        pairs = list(zip(values, rows["unite"] if column.digits == _BY_UNIT else [None] * len(rows), strict=True))
        made = {pair: None if pair[0] is None else _rounded(*pair, column) for pair in set(pairs)}
        return [made[pair] for pair in pairs]
    return values


def _rounded(value: float, unit: object, column: Column) -> float:
    kept = figures.rounded(value, unit) if column.digits == _BY_UNIT else round(float(value), int(column.digits))
    return kept + 0.0  # no minus before a zero


def _labels(edition: Edition, name: str) -> dict[str, str]:
    """Map codes to labels: of a table of the edition, of a list of codes.csv, or of the words of the pages."""
    kind, _, listed = name.partition(":")
    if kind == "code":
        return codes(listed)
    if kind == "mots":
        return _WORDS[listed]
    return edition.labels(name, _KEYS[name]) if name in edition.tables else {}


def _said(edition: Edition, rows: pd.DataFrame, column: Column) -> list:
    """The same on every line: the name of the snapshot, whether its figures are real."""
    return [edition.manifest[column.name]] * len(rows)


def _periods(_: Edition, rows: pd.DataFrame, column: Column) -> list:
    return [wording.period(p, k) for p, k in zip(rows[column.source], rows["periode_type"], strict=True)]


def _states(_: Edition, rows: pd.DataFrame, __: Column) -> list:
    """Tell apart what is withheld and what is missing."""
    words, secret = codes("statut"), codes("confidentialite")
    withheld = rows["confidentialite"] if "confidentialite" in rows else ["F"] * len(rows)
    return [words[s] if c == "F" else secret["C"] for s, c in zip(rows["statut"], withheld, strict=True)]


def _breakdowns(_: Edition, rows: pd.DataFrame, __: Column) -> list:
    words = _breakdown_words()
    keys = zip(rows["source"], rows["ventilation_type"], rows["ventilation_code"], strict=True)
    return [words.get(key, key[2]) for key in keys]


@cache
def _breakdown_words() -> dict[tuple[str, str, str], str]:
    lines = read_rows(SEEDS / "indicateurs" / "ventilations.csv")
    return {(r["source"], r["ventilation_type"], r["ventilation_code"]): r["libelle"] for r in lines}


_MADE: dict[str, Callable[[Edition, pd.DataFrame, Column], list]] = {
    "cliche": _said,
    "periodes": _periods,
    "etat": _states,
    "ventilations": _breakdowns,
}
