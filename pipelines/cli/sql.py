"""`vigie sql`: the published file, read-only."""

from __future__ import annotations

import csv
import re
import sys

from rich.markup import escape
from rich.table import Table

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.base.wording import number, plain, printable
from pipelines.cli.screen import fail, out, print_json
from pipelines.publication.reading import opened

FORMATS = ("table", "csv", "json")
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
_SHOWN_ROWS = 200


def run(query: str | None, format: str) -> int:
    """Run one query. Files and the network are out of its reach: it reads the warehouse, nothing else."""
    format = format.lower()
    if format not in FORMATS:
        return fail(f"Le format {format} n'existe pas. Formats : {', '.join(FORMATS)}.", USAGE)
    if query is None:
        if sys.stdin.isatty():
            return fail('Il manque la requête. Exemple : vigie sql "from reference.indicateurs"', USAGE)
        query = sys.stdin.read()
    import duckdb

    kinds = duckdb.StatementType
    reads = {kinds.SELECT, kinds.EXPLAIN, kinds.PRAGMA, kinds.MULTI}
    try:
        with opened() as db:
            statements = db.extract_statements(query)
            if not statements:
                return fail('La requête est vide. Exemple : vigie sql "from reference.indicateurs"', USAGE)
            if any(s.type not in reads for s in statements):
                return fail(
                    "vigie sql lit l'entrepôt et rien d'autre : SELECT, FROM, DESCRIBE, SHOW ou EXPLAIN.", USAGE
                )
            result = db.execute(query)
            names = [d[0] for d in result.description or []]
            rows = result.fetchall()
    except duckdb.Error as error:
        said = str(error).strip().split("\nStack Trace")[0]
        return fail(_unknown_name(said) or f"La requête n'a pas abouti. Message de DuckDB : {said}", USAGE)
    if format == "json":
        print_json({"colonnes": names, "lignes": [[plain(v) for v in row] for row in rows]})
    elif format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_csv(v) for v in row] for row in rows)
    else:
        _show(names, rows)
    return DONE


def _unknown_name(said: str) -> str | None:
    """Explain in French the commonest faults of a query: an unknown table or column, with the nearest names."""
    table = re.search(r"Table with name (\S+) does not exist", said)
    column = re.search(r'Referenced column "(.+?)" not found', said)
    near = re.search(r"Did you mean \"(.+?)\"", said) or re.search(r"Candidate bindings: (.+)", said)
    meant = f" Les plus proches : {near[1].replace(chr(34), '')}." if near else ""
    if table:
        return f'La table {table[1]} n\'existe pas.{meant} Les voir toutes : vigie sql "show all tables"'
    if column:
        return f'La colonne {column[1]} n\'existe pas.{meant} Les voir : vigie sql "describe LA_TABLE"'
    return None


def _show(names: list[str], rows: list[tuple]) -> None:
    table = Table(*map(escape, names), box=None, header_style="bold", row_styles=["", "dim"])
    for row in rows[:_SHOWN_ROWS]:
        table.add_row(*(_cell(v) for v in row))
    out.print(table)
    more = (
        f", les {_SHOWN_ROWS} premières sont montrées (--format csv les donne toutes)"
        if len(rows) > _SHOWN_ROWS
        else ""
    )
    out.print(f"{number(len(rows))} ligne{'s' if len(rows) > 1 else ''}{more}", style="dim")


def _csv(value: object) -> object:
    value = "" if value is None else plain(value)
    # A spreadsheet runs a text that begins so; an apostrophe before it prevents that (OWASP, « CSV injection »).
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUN_BY_SPREADSHEETS) else value


def _cell(value: object) -> str:
    value = plain(value)
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(value).replace(".", ",")
    return escape(printable(str(value)))
