"""What a verdict rests on, as a short text: when it changes, the file is worth another reading."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from pipelines import __version__
from pipelines.catalogue.model import Catalogue, Layout, SourceTable
from pipelines.catalogue.places import REGISTER, names_a_place
from pipelines.settings.model import Settings


def of_refusal(settings: Settings, catalogue: Catalogue) -> str:
    """Name what a refusal rests on: every table of `sources/`, the limits, the home's département, Vigie's version."""
    limits = settings.max_file_mib, settings.max_expansion_mib, settings.max_cells
    work = settings.worker_memory_mib, settings.worker_seconds
    own = settings.returns_of
    return f"{catalogue.fingerprint} {limits} {work} {own} {_kept(settings)} {__version__}"


_AWAITS = " attend "


def awaited(slices: Iterable[Iterable[str]]) -> str:
    """Name what a refusal rests on besides: the (source, table, slice) it would correct and that nothing holds."""
    listed = sorted(map(list, slices))
    return _AWAITS + json.dumps(listed) if listed else ""


def awaits(formats: str) -> set[tuple[str, str, str]]:
    """Return the slices that a refused file would correct, and that nothing held."""
    return set(map(tuple, json.loads(formats.partition(_AWAITS)[2] or "[]")))


def of_rows(settings: Settings, catalogue: Catalogue, parts: Iterable[tuple[str, str, str]]) -> str:
    """Name what accepted rows rest on: the layouts that read them, (source, table, layout), what their tables keep, and
    the lists of the places that they name. A service closed later may stand in them for a month that it no longer has.
    """
    digest = hashlib.sha256()
    for source_name, table_name, layout_name in sorted(set(parts)):
        source = next((s for s in catalogue.sources if s.name == source_name), None)
        table = source.tables.get(table_name) if source else None
        layout = next((k for k in source.layouts if k.name == layout_name), None) if source else None
        digest.update(f"{layout!r} {table!r} ".encode())
        if source and table:
            digest.update(" ".join(sorted(source.kept_columns(table_name))).encode())
            digest.update(_kept(settings).encode() if table.territory else b"")
        if table and layout:
            digest.update(_lists_of_places(catalogue, table, layout).encode())
    return digest.hexdigest()


def _lists_of_places(catalogue: Catalogue, table: SourceTable, layout: Layout) -> str:
    names = {walk.code_list for walk in table.crosswalks}
    names |= {REGISTER for c in layout.columns if names_a_place(c)}
    return " ".join(f"{name} {catalogue.lists[name]}" for name in sorted(names))


def _kept(settings: Settings) -> str:
    kept = settings.kept_departements
    return "*" if kept is None else " ".join(sorted(kept))
