"""A row whose cells are called by the names of their columns."""

from __future__ import annotations

from typing import Any, Protocol


class Row(Protocol):
    """A mapping, or what SQLite gives in a third of its size."""

    def __getitem__(self, name: str, /) -> Any: ...


def slice_of(row: Row) -> tuple[str, str, str]:
    """Source, table and slice, as every row of the register that is of a slice names them."""
    return row["source"], row["table_nom"], row["tranche"]
