"""Whether the forms that services have of their own hold: running totals, groups of codes, optional columns."""

from __future__ import annotations

from collections.abc import Collection

from pipelines.catalogue.model import CatalogueError, Column, Layout, Source, SourceTable

# A model reads the running total of a measure, and that of the year before, under these names.
TOTAL, TOTAL_BEFORE = "_cumul", "_cumul_n1"


def check_forms(sources: Collection[Source], lists: dict[str, list[dict[str, str]]]) -> None:
    """Raise CatalogueError for the first column that declares what cannot be read."""
    for source in sources:
        for layout in source.layouts:
            for column in layout.columns:
                problem = (
                    _total(source, layout, column)
                    or _groups(column, lists)
                    or _left_out(source.tables[layout.table], column)
                )
                if problem:
                    raise CatalogueError(f"sources/{source.name}, layout {layout.name}, {column.name} : {problem}.")


def _total(source: Source, layout: Layout, column: Column) -> str:
    """What is wrong with a running total since January."""
    measure = column.cumulates
    if not measure:
        return "une année précédente est celle d'un cumul, et la colonne n'en est pas un" if column.year_before else ""
    expected = measure + (TOTAL_BEFORE if column.year_before else TOTAL)
    held = {c.name for c in layout.columns}
    by_period = {c.name: c for k in source.layouts if k.table == layout.table for c in k.columns if not c.cumulates}
    if column.name != expected:
        return f"ce cumul doit se nommer {expected}"
    if column.type != "nombre" or measure not in by_period or by_period[measure].type != "nombre":
        return f"aucun layout de la table {layout.table} ne donne la mesure {measure} par période, en nombre"
    if measure in held:
        return f"le layout donne déjà {measure} par période"
    if column.year_before and measure + TOTAL not in held:
        return f"l'année précédente est donnée sans l'année : il manque {measure}{TOTAL}"
    placed = source.tables[layout.table].placing_names
    return "" if {"annee", "mois"} <= placed else "un cumul depuis janvier demande une table par mois"


def _groups(column: Column, lists: dict[str, list[dict[str, str]]]) -> str:
    """What is wrong with the groups that may stand in place of a code."""
    if not column.groups:
        return ""
    name, _, code = column.code_list.partition(".")
    if not column.code_list:
        return f"les groupes de {column.groups} sont ceux d'une liste, et la colonne n'en a pas"
    known = {row[code] for row in lists[name]}
    members: dict[str, list[str]] = {}
    for row in lists[column.groups]:
        if row.get(code) not in known:
            return f"{column.groups}.csv met dans {row.get('groupe')} le code {row.get(code)}, qui n'est pas de {name}"
        members.setdefault(row["groupe"], []).append(row[code])
    for group, codes in members.items():
        if group in known:
            return f"le groupe {group} de {column.groups}.csv est aussi un code de {name}"
        if len(set(codes)) < max(2, len(codes)):
            return f"le groupe {group} de {column.groups}.csv doit compter deux codes au moins, chacun une fois"
    return ""


def _left_out(table: SourceTable, column: Column) -> str:
    """What is wrong with a column that a file may lack."""
    needed = column.required or column.name in table.key_names | table.placing_names | {"edition"}
    return (
        "une clé, une tranche, une édition ou une colonne exigée n'est pas facultative"
        if column.may_lack and needed
        else ""
    )
