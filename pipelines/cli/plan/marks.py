"""What a figure does not cover, said once at the foot of a page and marked beside the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.cli.screen import out
from pipelines.publication.reading import rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection


def reserves(db: DuckDBPyConnection) -> dict[str, str]:
    """Word each perimeter that is a part of its territory."""
    found = rows(db, "select perimetre, reserve from reference.perimetres where not complet")
    return {p["perimetre"]: p["reserve"] for p in found}


def marks(shown: Iterable[str | None], known: dict[str, str]) -> dict[str, str]:
    """Give a mark to each perimeter shown that is a part of its territory."""
    return {p: "*" * rank for rank, p in enumerate(sorted(known.keys() & set(shown)), start=1)}


def show_foot(marked: dict[str, str], known: dict[str, str]) -> None:
    """Print one line a mark."""
    for perimeter, mark in marked.items():
        out.print(f"{mark} {known[perimeter]}", style="dim", markup=False)
