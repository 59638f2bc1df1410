"""Whose return it is: one that says another département than the home is refused for that reason, before any other."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from pipelines.base.refusal import Defect, Refused
from pipelines.catalogue.model import Catalogue, Column, Layout
from pipelines.reading.received import Records
from pipelines.reading.types import tidied

_DEPARTEMENT = "code_departement"


def refuse_of_another(records: Records, layout: Layout, catalogue: Catalogue, own: str | None) -> None:
    """Raise Refused where a return in Vigie's own format names another département, or somebody who is of another one
    alone. `own` is the home's; None, and anyone's is taken.
    """
    if own is None or not layout.own_format:
        return
    for column, others in _telling(layout, catalogue, own):
        if column.place == "colonne" and column.name not in records.headers.positions:
            continue
        values = tidied(records.received(column).cast(pa.string())).to_pylist()
        wrong = [(i, others[v]) for i, v in enumerate(values) if v in others]
        if wrong:
            first, theirs = wrong[0]
            more = f" ({len(wrong)} lignes)" if len(wrong) > 1 else ""
            raise Refused(_defect(records, layout, column, first, theirs, own, more))


def _telling(layout: Layout, catalogue: Catalogue, own: str) -> Iterator[tuple[Column, dict[str, str]]]:
    """Yield the columns that say a département, each with what it says of another one: value → its département."""
    for column in layout.columns:
        if not column.kept or not column.code_list:
            continue
        name, field = column.code_list.split(".")
        held: dict[str, set[str]] = {}
        for row in catalogue.lists[name]:
            # Only the lists of places tell a département: a plan has the same codes everywhere.
            if _DEPARTEMENT in row and (column.name == _DEPARTEMENT or "territoire_code" in row):
                held.setdefault(row[field], set()).add(row[_DEPARTEMENT])
        others = {value: min(theirs) for value, theirs in held.items() if own not in theirs}
        if column.name == _DEPARTEMENT:  # a spreadsheet takes the zero away: 1 is 01
            others |= {value.lstrip("0"): theirs for value, theirs in others.items()}
        yield column, others


def _defect(records: Records, layout: Layout, column: Column, i: int, theirs: str, own: str, more: str) -> Defect:
    return Defect(
        "autre_departement",
        f"ce retour est celui du département {theirs}, ce dossier est celui du {own}{more}",
        f"le rendre à la préfecture du département {theirs} ; s'il est bien du {own}, prendre le modèle du {own} et y "
        "reporter les chiffres",
        feuille=records.sheet,
        ligne=records.lines[i].as_py(),
        colonne=records.place(column, layout),
        attendu=own if column.name == _DEPARTEMENT else f"un code du département {own}",
    )
