"""Deliveries of one edition that do not say the same, and what differs: what a person has to choose between."""

# ruff: noqa: S608  (the names put into a query are those of the catalogue)

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipelines.base.rows import slice_of
from pipelines.base.sql import literal
from pipelines.base.wording import file_named, plural
from pipelines.catalogue.model import Catalogue
from pipelines.home.raw import file_of
from pipelines.home.register import Register
from pipelines.reception.contents import is_return
from pipelines.settings.model import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

IN_USE, ASIDE, WAITING = "en usage", "écartée", "en attente d'un choix"
_MEASURES = ("nombre", "decimal")
_SHOWN = 3
# Compare the cells of so many slices at most: a workbook may bring a hundred.
_COMPARED = 5
_PLACE = {"livraison_id", "tranche", "feuille", "ligne", "colonne"}
_BOTH = """
with a as (select * from read_parquet({first}) where livraison_id = $a and tranche = $tranche),
b as (select * from read_parquet({second}) where livraison_id = $b and tranche = $tranche)
"""


def conflicts(settings: Settings, register: Register, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Describe each slice in conflict: `source`, `table_nom`, `tranche`, `edition`, `livraisons` (id, name, state),
    `n_differences` and the first `differences` (`9 → 99`) between the first two that differ.
    """
    disputes: list[dict[str, Any]] = []
    disputed = (s for s in register.disputed() if s["conflit"])
    for (source, table, tranche), rows in groupby(disputed, slice_of):
        rivals = list(rows)
        other = next(s for s in rivals[1:] if s["empreinte"] != rivals[0]["empreinte"])
        compared = len(disputes) < _COMPARED
        differences = _differences(settings, register, catalogue, rivals[0], other) if compared else []
        disputes.append(
            {
                "source": source,
                "table_nom": table,
                "tranche": tranche,
                "edition": rivals[0]["edition"],
                "commande": "confirm" if is_return(catalogue.source(source), table) else "choose",
                "livraisons": [{"livraison_id": s["livraison_id"], "nom": s["nom"], "etat": state(s)} for s in rivals],
                "n_differences": len(differences),
                "differences": differences[:_SHOWN],
            }
        )
    return disputes


def state(row: sqlite3.Row) -> str:
    """Say what becomes of a delivery of a slice in conflict."""
    if row["indecise"]:
        return WAITING
    return IN_USE if row["rang"] == 1 else ASIDE


def _differences(
    settings: Settings, register: Register, catalogue: Catalogue, first: sqlite3.Row, other: sqlite3.Row
) -> list[str]:
    """List each cell that differs, from what the first says to the other; without keys, the rows of one alone."""
    import duckdb

    stems = register.raw_stems()
    files = [
        file_of(settings.paths.raw, s["source"], s["table_nom"], stems[s["livraison_id"]][0]) for s in (first, other)
    ]
    if not all(f.exists() for f in files):
        return []
    source = catalogue.source(first["source"])
    with duckdb.connect() as db:
        base = _BOTH.format(first=literal(files[0]), second=literal(files[1]))
        parameters = {"a": first["livraison_id"], "b": other["livraison_id"], "tranche": first["tranche"]}
        held = {r[0] for r in db.execute(f"describe select * from read_parquet({literal(files[0])})").fetchall()}
        key_names = source.tables[first["table_nom"]].key_names
        columns = [c for k in source.layouts if k.table == first["table_nom"] for c in k.columns if c.name in held]
        keys = sorted({c.name for c in columns if c.name in key_names})
        # What is counted, where there is such a thing: rates and populations follow from it.
        measures = next(
            (m for kind in _MEASURES if (m := {c.name for c in columns if c.type == kind} - key_names)), set()
        )
        if not keys or not measures:
            return _rows_apart(db, base, parameters, sorted(held - _PLACE), (file_named(first), file_named(other)))
        label = f"concat_ws(' · ', {', '.join(f'coalesce(a.{k}, b.{k})' for k in keys)})"
        on = " and ".join(f"a.{k} is not distinct from b.{k}" for k in keys)
        each = " union all ".join(
            f"select {label} as place, '{m}' as mesure, a.{m} as avant, b.{m} as apres,"
            f" a.livraison_id is null as nouvelle, b.livraison_id is null as partie from a full join b on {on}"
            f" where a.{m} is distinct from b.{m}"
            for m in sorted(measures)
        )
        rows = db.execute(f"{base} select * from ({each}) order by place, mesure", parameters).fetchall()
    return [
        f"{place} ({name}) : {_said(before, new)} → {_said(after, gone)}"
        for place, name, before, after, new, gone in rows
    ]


def _rows_apart(
    db: DuckDBPyConnection, base: str, parameters: dict[str, str], names: list[str], files: tuple[str, str]
) -> list[str]:
    columns = ", ".join(names)
    [(only_first,)], [(only_other,)] = (
        db.execute(
            f"{base} select count(*) from (select {columns} from {x} except all select {columns} from {y})", parameters
        ).fetchall()
        for x, y in (("a", "b"), ("b", "a"))
    )
    return [
        f"{plural(n, 'ligne ne se trouve', 'lignes ne se trouvent')} que dans {file}"
        for n, file in zip((only_first, only_other), files, strict=True)
        if n
    ]


def _said(value: str | None, absent: bool) -> str:
    return "absente" if absent else value if value is not None else "vide"


def lines(disputes: Iterable[dict[str, Any]]) -> list[str]:
    """Say the same in French, a line or more a slice, ending with the command that chooses."""
    sentences, disputes = [], list(disputes)
    for c in disputes[:_COMPARED]:
        edition = f", édition {c['edition']}" if c["edition"] else ""
        sentences.append(f"{c['source']} {c['tranche'].replace('|', ' ')}{edition} :")
        sentences += [f"  {file_named(d)}, {d['etat']}" for d in c["livraisons"]]
        more = c["n_differences"] - len(c["differences"])
        sentences += [f"  diffère : {d}" for d in c["differences"]]
        sentences += [f"  … et {more} autres valeurs"] if more > 0 else []
    if left := disputes[_COMPARED:]:
        sentences.append(f"… et {plural(len(left), 'autre tranche', 'autres tranches')} (vigie deliveries)")
    for command in sorted({c["commande"] for c in disputes}):
        sentences.append(f'Choisir celle qui compte : vigie {command} FICHIER --motif "…", puis vigie load.')
    return sentences
