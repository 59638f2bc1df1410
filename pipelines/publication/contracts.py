"""What each published table is: those of dbt, and the tables into which one of them is cut, a priority each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.publication.reading import rows
from pipelines.warehouse.dbt import published_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMAS = ("indicateurs", "qualite", "reference", "plan")


def contracts(db: DuckDBPyConnection) -> list[dict]:
    """The tables of `published_tables`, then those of the plan's priorities, which a file that holds `plan.priorites`
    names. A table that is cut out of another has `cut`: that one's name, the column, and the value that it holds.
    """
    whole = published_tables(SCHEMAS)
    return whole + [cut for table in whole if table["by_priority"] for cut in _cuts(db, table)]


def _cuts(db: DuckDBPyConnection, table: dict) -> list[dict]:
    named = "select 1 from duckdb_columns() where schema_name = 'plan' and column_name = 'nom_table'"
    if not rows(db, named):  # published by an earlier Vigie, and copied before the next load
        return []
    priorities = rows(
        db,
        "select priorite_code, nom_table, rang, max_by(libelle, valide_de) as libelle from plan.priorites "
        "group by all order by rang",
    )
    return [
        table
        | {
            "name": p["nom_table"],
            "description": f"Les lignes de {table['schema']}.{table['name']} pour la priorité {p['rang']}, "
            f"« {p['libelle']} ». Grain, le même.",
            "cut": (table["name"], "priorite_code", p["priorite_code"]),
        }
        for p in priorities
    ]
