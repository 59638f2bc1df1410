"""The published file as the commands read it: read-only, with no way out to files or the network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.base.exit_codes import Stopped
from pipelines.settings.model import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class NotPublished(Stopped):
    """There is no published file yet. The text is French: the user reads it."""


def require(warehouse: Path) -> None:
    """Raise NotPublished where nothing is published yet."""
    if not warehouse.exists():
        raise NotPublished(f"Rien n'est publié ({warehouse} n'existe pas). Lancer d'abord vigie load.")


@contextmanager
def opened() -> Iterator[DuckDBPyConnection]:
    """The published warehouse of these settings; raises NotPublished."""
    with opened_file(Settings().paths.warehouse) as db:
        yield db


@contextmanager
def opened_file(warehouse: Path) -> Iterator[DuckDBPyConnection]:
    """The published warehouse of any home; raises NotPublished."""
    require(warehouse)
    import duckdb

    with duckdb.connect(str(warehouse), read_only=True, config={"enable_external_access": "false"}) as db:
        db.execute("set lock_configuration = true")
        yield db


def rows(db: DuckDBPyConnection, query: str, *values: object, named: dict[str, object] | None = None) -> list[dict]:
    """The rows of a query, each a dict by column name; its values by place or, with `named`, by name."""
    result = db.execute(query, named if named is not None else list(values))
    names = [d[0] for d in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
