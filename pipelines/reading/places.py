"""Places that a return names: known in their département, and there in the period that the row is about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.coded import coded
from pipelines.base.periods import Period
from pipelines.base.refusal import MAX_SHOWN, Defect, quote
from pipelines.catalogue.code_lists import in_force
from pipelines.catalogue.labels import nearest
from pipelines.catalogue.model import Catalogue, Column, Crosswalk, Layout, SourceTable
from pipelines.catalogue.places import REGISTER
from pipelines.personal.quotable import shown
from pipelines.reading.received import Records
from pipelines.reading.slices import slice_columns

# (code, what was found, remedy, expected)
Wrong = tuple[str, str, str, str]

_SEEDS = "dbt_project/seeds/reference/"
# What a code must look like where no table lists its département's.
_FORMS = {"COM": r"COM-{d}\d{{{n}}}", "EPCI": r"EPCI-\d{{9}}", "ARR": r"ARR-{d}\d"}
_CHANGED = "corriger ses dates (valide_de, valide_a)"
_TOLD = "le signaler à la préfecture, qui tient la liste"
_LINE_CLOSED = "un service qui rouvre ou se déplace a une ligne de plus"


def own_departement_left_out(layout: Layout, columns: dict[str, pa.DictionaryArray]) -> dict[str, pa.DictionaryArray]:
    """Empty the place of a row that writes its own département: one key for one figure."""
    read = dict(columns)
    for column in layout.columns:
        if column.type == "lieu" and column.name in columns:
            own = pc.binary_join_element_wise("DEP", pc.cast(columns["code_departement"], pa.string()), "-")
            places = pc.cast(columns[column.name], pa.string())
            same = pc.fill_null(pc.equal(places, own), False)
            if pc.any(same).as_py():
                read[column.name] = coded(pc.if_else(same, pa.scalar(None, pa.string()), places))
    return read


def check_places(
    records: Records,
    layout: Layout,
    table: SourceTable,
    column: Column,
    columns: dict[str, pa.DictionaryArray],
    catalogue: Catalogue,
) -> list[Defect]:
    """Refuse each place that is none of the row's département, or that was not there in its period."""
    register = _by_code(catalogue)
    judged = (
        (_misplaced(place, department, period, register, catalogue), line)
        for (place, department), period, line in _distinct(records, table, [column.name, "code_departement"], columns)
        if place is not None
    )
    return _defects(judged, records, layout, column)


def check_listed(
    records: Records,
    layout: Layout,
    table: SourceTable,
    walk: Crosswalk,
    columns: dict[str, pa.DictionaryArray],
    catalogue: Catalogue,
) -> list[Defect]:
    """Refuse each service of a listed département that its list does not know, or not in the row's period."""
    named = next(c for c in layout.columns if c.name == list(walk.keys.values())[-1])
    judged = (
        (unlisted(walk, key, period, catalogue, of_sender=layout.own_format), line)
        for key, period, line in _distinct(records, table, list(walk.keys.values()), columns)
    )
    return _defects(judged, records, layout, named)


def _defects(
    judged: Iterable[tuple[Wrong | None, int]], records: Records, layout: Layout, column: Column
) -> list[Defect]:
    """Make defects of a column of what is wrong, with its line; as many as are shown."""
    defects = (
        Defect(code, what, remedy, records.sheet, line, records.place(column, layout), expected)
        for wrong, line in judged
        if wrong
        for code, what, remedy, expected in [wrong]
    )
    return list(islice(defects, MAX_SHOWN))


def unlisted(
    walk: Crosswalk, key: tuple[str, ...], period: Period | None, catalogue: Catalogue, of_sender: bool = False
) -> Wrong | None:
    """Return (code, finding, remedy, expected) for a service that is not in its list in that period; None when it is,
    or when the list says nothing of its département. `of_sender`: the remedy is for who filled in a return, who has no
    table to edit.
    """
    lines = [r for r in catalogue.lists[walk.code_list] if all(r[k] == v for k, v in walk.constants.items())]
    scope = list(walk.keys).index(walk.scope)
    own = [r for r in lines if r[walk.scope] == key[scope]]
    if not own:
        return None
    same = [r for r in own if tuple(r[k] for k in walk.keys) == key]
    if any(in_force(r, period) for r in same):
        return None
    file, service = f"{_SEEDS}{walk.code_list}.csv", shown(" / ".join(key), "un service")
    last = list(walk.keys)[-1]
    names = sorted({r[last] for r in own if in_force(r, period)})
    if same:
        return (
            "service_ferme",
            f"{service} n'est pas en service en {period} (liste des services : {_dates(same)})",
            f"vérifier le service et la période ; si le service y était, {_TOLD}"
            if of_sender
            else f"vérifier le service et la période avec le producteur ; si le service y était, {_CHANGED} dans "
            f"{file} ({_LINE_CLOSED}), puis relancer vigie load",
            f"un de : {', '.join(names)}" if names else f"aucun service en {period}",
        )
    near = nearest(key[-1], {n: n for n in names})
    return (
        "service_inconnu",
        f"{service} n'est pas dans la liste des services",
        f"écrire le nom d'un service de la liste ; s'il est nouveau ou renommé, {_TOLD}"
        if of_sender
        else f"vérifier le nom ; si le service est nouveau ou renommé, ajouter une ligne à {file}, puis relancer vigie "
        "load",
        f"un de : {', '.join(names)}" + (f" ; le plus proche : {near[0]}" if near and len(names) > 1 else ""),
    )


def _misplaced(
    place: str, department: str, period: Period | None, register: dict[str, list[dict[str, str]]], catalogue: Catalogue
) -> Wrong | None:
    own = [r for r in register.get(place, []) if r["code_departement"] == department]
    if any(in_force(r, period) for r in own):
        return None
    if own:
        after = next((r["suite"] for r in own if r["suite"]), "")
        return (
            "lieu_ferme",
            f"{quote(place)} ({own[-1]['libelle']}) n'existe pas en {period} (liste des lieux : {_dates(own)})",
            (f"écrire le lieu dont il fait partie à cette date, {after} ; " if after else "")
            + f"si le lieu existait, {_TOLD}",
            "un lieu qui existe dans la période",
        )
    prefix = place.split("-")[0]
    listed = _listed(catalogue, department)
    if prefix not in listed and prefix in _FORMS:
        form = _FORMS[prefix].format(d=department, n=5 - len(department))
        if re.fullmatch(form, place):
            return None
    there = {
        r["territoire_code"]: r["libelle"]
        for r in catalogue.lists[REGISTER]
        if r["code_departement"] == department and in_force(r, period)
    }
    near = nearest(place, there)
    return (
        "lieu_inconnu",
        f"{shown(place, 'un lieu')} n'est pas un lieu connu du département {department}",
        f"écrire le code d'un lieu de la liste (vide pour le département entier) ; si le lieu existe, {_TOLD}",
        f"un lieu du département ; les plus proches : {', '.join(near)}"
        if near
        else "un code comme COM-46042, EPCI-200067361, ARR-461, QRT-…",
    )


def _dates(rows: list[dict[str, str]]) -> str:
    """Say « en vigueur du 01/01/2012 au 31/12/2017, puis en vigueur depuis le 01/01/2020 »."""
    spans = []
    for row in sorted(rows, key=lambda r: r["valide_de"]):
        begins, ends = _french(row["valide_de"]), _french(row["valide_a"])
        if begins and ends:
            spans.append(f"en vigueur du {begins} au {ends}")
        else:
            spans.append(f"en vigueur depuis le {begins}" if begins else f"en vigueur jusqu'au {ends}")
    return ", puis ".join(dict.fromkeys(spans))


def _french(date: str) -> str:
    return f"{dt.date.fromisoformat(date):%d/%m/%Y}" if date else ""


def _distinct(
    records: Records, table: SourceTable, names: list[str], columns: dict[str, pa.DictionaryArray]
) -> Iterator[tuple[tuple[str, ...], Period | None, int]]:
    """Return (values of these columns, period, first line) of each combination that the records hold."""
    periods = slice_columns(table.period_parts, columns, len(records.lines), "-")
    held = {f"c{i}": columns[n] for i, n in enumerate(names)} | {"periode": periods}
    rows = pa.table({k: pc.cast(v, pa.string()) for k, v in held.items()} | {"ligne": records.lines})
    combinations = rows.group_by([*held], use_threads=False).aggregate([("ligne", "min")])
    for row in combinations.sort_by("ligne_min").to_pylist():
        yield tuple(row[f"c{i}"] for i in range(len(names))), _period(row["periode"]), row["ligne_min"]


@lru_cache(maxsize=1024)
def _period(text: str) -> Period | None:
    try:
        return Period.read(text)
    except ValueError:  # said elsewhere, with its place
        return None


def _by_code(catalogue: Catalogue) -> dict[str, list[dict[str, str]]]:
    rows: dict[str, list[dict[str, str]]] = {}
    for row in catalogue.lists[REGISTER]:
        rows.setdefault(row["territoire_code"], []).append(row)
    return rows


def _listed(catalogue: Catalogue, department: str) -> set[str]:
    """Return the kinds of places of a département that tables list."""
    own: Iterable[dict[str, str]] = catalogue.lists[REGISTER]
    return {r["territoire_code"].split("-")[0] for r in own if r["code_departement"] == department}
