"""Whether the tables of `sources/` fit what reads them: a wrong name there would empty a source without a word."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.catalogue.model import CatalogueError, Column, Layout, Source, SourceTable

_COMMENT = re.compile(r"--[^\n]*")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\(.*?%\}(.*?)\{%-?\s*endmacro", re.DOTALL)
_CLAUSE = re.compile(r"\b(?:select|from|join|on|where|qualify|group by|order by)\b")


@dataclass(frozen=True)
class Readers:
    """What the models that read a raw table name: `words`, and `together`, the words of each piece of their queries."""

    words: frozenset[str]
    together: tuple[frozenset[str], ...]


def check_reads(sources: Collection[Source], models: Path, expectations: Path, reasons: Collection[str]) -> None:
    """Raise CatalogueError, with its file and line, for the first column that does not fit its readers.

    Every key is in every layout. Every column is read by a model, a rule or Vigie itself, or is said to be kept without
    (`colonnes_gardees`). A column that a model reads is in every layout, unless another of the same expression stands
    for it or it is said to be missing at times (`colonnes_facultatives`).
    """
    macros = dict(pair for f in sorted((models.parent / "macros").glob("*.sql")) for pair in _MACRO.findall(_sql(f)))
    queries = [_expanded(_sql(f), macros) for f in sorted((models / "staging").rglob("*.sql"))]
    for source in sources:
        judged = _judged(expectations / "reception" / f"{source.name}.json")
        for table in source.tables.values():
            layouts = [k for k in source.layouts if k.table == table.name]
            for layout in layouts:
                _check_layout(source, table, layout, reasons)
            readers = _readers(source, table, queries)
            used = _own(table) | judged | readers.words | set(source.kept_for_memory)
            for layout in layouts:
                _check_used(source, layout, used)
                _check_needed(source, table, layout, layouts, readers)


def _sql(file: Path) -> str:
    return _COMMENT.sub("", file.read_text(encoding="utf-8")).lower()


def _expanded(query: str, macros: dict[str, str]) -> str:
    """A query followed by the text of the macros that it calls."""
    return query + "".join(f"\nselect {text}" for name, text in macros.items() if re.search(rf"\b{name}\s*\(", query))


def _readers(source: Source, table: SourceTable, queries: list[str]) -> Readers:
    own = [q for q in queries if f"'{source.name}'" in q and f"'{table.name}'" in q]
    if not own:
        raise CatalogueError(
            f"sources/{source.name}/source.yml : aucun modèle de dbt_project/models ne lit la table {table.name}."
        )
    pieces = [frozenset(_WORD.findall(part)) for q in own for piece in _pieces(q) for part in _CLAUSE.split(piece)]
    return Readers(frozenset().union(*pieces), tuple(pieces))


def _pieces(query: str) -> Iterator[str]:
    """A query cut at the commas that part the columns it gives."""
    depth, start = 0, 0
    for i, character in enumerate(query):
        depth += (character == "(") - (character == ")")
        if character == "," and depth <= 0:
            yield query[start:i]
            start = i + 1
        elif character == "(" and query[i + 1 :].lstrip().startswith("select"):
            depth -= 1
        elif depth < 0:
            depth = 0
    yield query[start:]


def _judged(file: Path) -> set[str]:
    """The columns that a rule of reception looks at."""
    if not file.exists():
        return set()
    rules = json.loads(file.read_text(encoding="utf-8"))["expectations"]
    return set(_WORD.findall(json.dumps([rule["kwargs"] for rule in rules])))


def _own(table: SourceTable) -> set[str]:
    """The columns that reading itself makes use of."""
    walked = {name for walk in table.crosswalks for name in walk.keys.values()}
    dated = {name for parts in table.dates for part in parts for name in part.columns}
    return table.key_names | table.placing_names | set(table.complete) | walked | dated | {table.territory, "edition"}


def _check_layout(source: Source, table: SourceTable, layout: Layout, reasons: Collection[str]) -> None:
    held: set[str] = set()
    for column in layout.columns:
        if column.name in held:
            raise CatalogueError(f"{_where(source, column)} : {column.name} figure deux fois dans {layout.name}.")
        held.add(column.name)
        for mark, reason in column.marks:
            if reason and reason not in reasons:
                raise CatalogueError(
                    f"{_where(source, column)} : la marque {mark} donne le motif {reason}, qui n'est pas dans "
                    "dbt_project/seeds/reference/motifs.csv."
                )
    kept = {c.name for c in layout.columns if c.kept}
    for part in (*table.keys, *table.slice_parts, *table.period_parts, *(p for parts in table.dates for p in parts)):
        if not kept & set(part.columns):
            raise CatalogueError(
                f"{_nearest(source, layout, *part.columns)} : le layout {layout.name} n'a pas la colonne "
                f"{' ou '.join(part.columns)}, que source.yml nomme (clé, tranche, période ou date de {table.name})."
            )


def _check_used(source: Source, layout: Layout, used: Collection[str]) -> None:
    for column in layout.columns:
        if column.kept and column.name not in used:
            raise CatalogueError(
                f"{_where(source, column)} : rien ne lit la colonne {column.name} du layout {layout.name}. Corriger "
                "son nom, lui donner le type ignoree, ou, si elle n'est gardée que pour mémoire, l'ajouter à "
                "colonnes_gardees dans source.yml."
            )


def _check_needed(source: Source, table: SourceTable, layout: Layout, layouts: list[Layout], readers: Readers) -> None:
    held = {c.name for c in layout.columns if c.kept}
    columns = [{c.name for c in k.columns if c.kept} for k in layouts]
    wanted = (set().union(*columns) - held) & readers.words - set(source.optional_columns)
    known = {c.name for c in layout.columns}
    for name in sorted(wanted, key=lambda n: (n not in known, n)):
        # What stands for it is in no layout that has it.
        never_beside = held.difference(*(names for names in columns if name in names))
        if not any(name in piece and piece & never_beside for piece in readers.together):
            raise CatalogueError(
                f"{_nearest(source, layout, name)} : le layout {layout.name} n'a pas la colonne {name}, qu'un modèle "
                f"de dbt_project/models lit dans la table {table.name}. La lui donner, ou, si ses fichiers ne la "
                "portent pas, l'ajouter à colonnes_facultatives dans source.yml."
            )


def _where(source: Source, column: Column) -> str:
    return f"sources/{source.name}/columns.csv, ligne {column.line}" if column.line else f"sources/{source.name}"


def _nearest(source: Source, layout: Layout, *names: str) -> str:
    """Where a missing column would stand: its own line if it is there and ignored, else the first of the layout."""
    own = [c for c in layout.columns if c.name in names] or list(layout.columns)
    return _where(source, own[0])
