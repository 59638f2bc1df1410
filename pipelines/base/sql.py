"""Names and texts as SQL writes them, where a query takes no parameter."""

from __future__ import annotations


def quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
