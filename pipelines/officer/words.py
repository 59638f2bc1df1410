"""A slice, a row and a cell of a return, in the words of the form."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from pipelines.base.periods import Period
from pipelines.base.wording import figure, printable
from pipelines.catalogue.model import Catalogue, Column, Layout
from pipelines.catalogue.places import REGISTER
from pipelines.catalogue.schema import schema_of
from pipelines.reception.proposals import Difference
from pipelines.templates.lists import codes
from pipelines.templates.names import period_in_words

_MOST_LABEL = 80
# Already in the period, or known to a reader of this département.
_SAID_ELSEWHERE = {"annee", "mois", "trimestre", "code_departement", "force"}
# Lists whose labels are enough without their codes.
_NAMES = {"services"}


def slice_in_words(catalogue: Catalogue, source_name: str, table_name: str, tranche: str, period: str) -> str:
    """Write `46|gendarmerie|CGD CAHORS|2019|03` as « CGD CAHORS, mars 2019 »."""
    source = catalogue.source(source_name)
    columns = {c.name: c for k in source.layouts if k.table == table_name for c in k.columns}
    parts = [p.columns[0] for p in source.tables[table_name].slice_parts]
    values = tranche.split("|")
    if len(parts) != len(values):
        return tranche.replace("|", " ")
    department = dict(zip(parts, values, strict=True)).get("code_departement", "")
    named = [
        label(columns[name], value, department, catalogue)
        for name, value in zip(parts, values, strict=True)
        if name not in _SAID_ELSEWHERE
    ]
    when = [period_in_words(Period.read(period))] if period else []
    return ", ".join([*(named or [f"département {department}"]), *when])


def label(column: Column, code: str | None, department: str, catalogue: Catalogue) -> str:
    """Write `37` as « vols à la roulotte (37) »; a code that no list names stays as it is."""
    if column.type == "lieu":
        return _place(code, catalogue) if code else "le département"
    if code is None:
        return "sans " + column.name.replace("_", " ")
    if column.choices:
        return code.replace("_", " ")
    words = _labels(column.code_list, department).get(code, "") if column.code_list else ""
    return f"{_lowered(words)} ({code})" if words else printable(code)


def _lowered(words: str) -> str:
    short = words if len(words) <= _MOST_LABEL else words[:_MOST_LABEL].rsplit(" ", 1)[0] + "…"
    return short if short[:2].isupper() else short[:1].lower() + short[1:]


@lru_cache(maxsize=64)
def _labels(reference: str, department: str) -> dict[str, str]:
    return {c.code: c.label for c in codes(reference, department)}


def _place(code: str, catalogue: Catalogue) -> str:
    found = (r["libelle"] for r in catalogue.lists[REGISTER] if r["territoire_code"] == code)
    name = next(found, "")
    return f"{name} ({code})" if name else code


def cell_in_words(
    catalogue: Catalogue, source_name: str, table_name: str, tranche: str, keys: tuple[Column, ...], cell: Difference
) -> str:
    """Write a cell as « vols à la roulotte (37), faits constatés »."""
    source = catalogue.source(source_name)
    layout = next(k for k in source.layouts if k.table == table_name and k.own_format)
    parts = [p.columns[0] for p in source.tables[table_name].slice_parts]
    department = dict(zip(parts, tranche.split("|"), strict=False)).get("code_departement", "")
    row = [label(c, v, department, catalogue) for c, v in zip(keys, cell.key, strict=True)]
    return ", ".join([*row, _titles(layout)[cell.column.name]])


@lru_cache(maxsize=64)
def _titles(layout: Layout) -> dict[str, str]:
    return {f.name: _lowered(f.title) for f in schema_of(layout).fields}


def value_in_words(column: Column, value: str | None, absent: bool = False) -> str:
    """Write `7650.00` as « 7 650 », an empty cell as « vide », a cell of an absent row as « absente »."""
    if value is None:
        return "absente" if absent else "vide"
    return figure(Decimal(value)) if column.type in {"nombre", "decimal"} else printable(value).replace("_", " ")
