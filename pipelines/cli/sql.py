"""`vigie sql`: the published file, read-only."""

from __future__ import annotations

import csv
import sys
from decimal import Decimal

from rich.table import Table

from pipelines.cli.screen import fail, number, out, print_json
from pipelines.exit_codes import DONE, USAGE
from pipelines.settings import Settings

FORMATS = ("table", "csv", "json")
_SHOWN_ROWS = 200


def run(query: str | None, format: str) -> int:
    """Run one query. Files and the network are out of its reach: it reads the warehouse, nothing else."""
    if format not in FORMATS:
        return fail(f"Le format {format} n'existe pas. Formats : {', '.join(FORMATS)}.", USAGE)
    if query is None:
        if sys.stdin.isatty():
            return fail('Il manque la requête. Exemple : vigie sql "from reference.indicateurs"', USAGE)
        query = sys.stdin.read()
    warehouse = Settings().paths.warehouse
    if not warehouse.exists():
        return fail(f"Rien n'est publié ({warehouse} n'existe pas). Lancer d'abord vigie load.", USAGE)
    import duckdb

    try:
        with duckdb.connect(str(warehouse), read_only=True, config={"enable_external_access": "false"}) as db:
            result = db.execute(query)
            names = [d[0] for d in result.description or []]
            rows = result.fetchall()
    except duckdb.Error as error:
        return fail(f"La requête n'a pas abouti. DuckDB dit : {str(error).strip()}", USAGE)
    if format == "json":
        print_json({"colonnes": names, "lignes": [[_plain(v) for v in row] for row in rows]})
    elif format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_csv(v) for v in row] for row in rows)
    else:
        _show(names, rows)
    return DONE


def _show(names: list[str], rows: list[tuple]) -> None:
    table = Table(*names, box=None, header_style="bold", row_styles=["", "dim"])
    for row in rows[:_SHOWN_ROWS]:
        table.add_row(*(_cell(v) for v in row))
    out.print(table)
    more = (
        f", les {_SHOWN_ROWS} premières sont montrées (--format csv les donne toutes)"
        if len(rows) > _SHOWN_ROWS
        else ""
    )
    out.print(f"{number(len(rows))} ligne{'s' if len(rows) > 1 else ''}{more}", style="dim")


def _plain(value: object) -> object:
    """Decimals as numbers, whole ones as integers: 421.00 is 421."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _csv(value: object) -> object:
    return "" if value is None else _plain(value)


def _cell(value: object) -> str:
    from rich.markup import escape

    value = _plain(value)
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(value).replace(".", ",")
    return escape(str(value))
