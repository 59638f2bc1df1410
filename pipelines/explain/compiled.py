"""The dbt project's own SQL, ready to be run over the raw rows of a home without building anything."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.base.sql import literal, quoted
from pipelines.machine import interruption
from pipelines.settings.model import Settings
from pipelines.warehouse import dbt

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLDER = "path:analyses/explication"
_RELATIONS = """
select schema_name, view_name, 'view' from duckdb_views() where not internal
union all select schema_name, table_name, 'table' from duckdb_tables()
"""
_COMPILED = dbt.TARGET / "explication.json"


@contextmanager
def traced(settings: Settings) -> Iterator[tuple[DuckDBPyConnection, dict[str, str]]]:
    """A scratch database in which every model above the analyses is a view over the raw rows of this home (a table
    where `meta.explication` of its yml says so: what many others read), and the analyses' SQL by name. It is gone when
    this closes; the published file and the raw rows are only read.
    """
    told = _compiled(settings)
    import duckdb

    with interruption.scratch(prefix="vigie-explain-") as scratch:
        # Models name their tables with the catalogue that they are built under.
        file = Path(shutil.copyfile(dbt.BASE, Path(scratch) / dbt.BASE.name))
        with duckdb.connect(str(file), config={"file_search_path": str(settings.paths.raw)}) as db:
            db.execute("set threads = 2")
            db.execute(f"set memory_limit = {literal(f'{settings.build_memory_mib}MiB')}")
            models = {(schema, name) for schema, name, _, _ in told["modeles"]}
            for schema, name, kind in db.execute(_RELATIONS).fetchall():
                if (schema, name) in models:
                    db.execute(f"drop {kind} {quoted(schema)}.{quoted(name)}")
            for schema, name, kind, sql in told["modeles"]:
                db.execute(f"create schema if not exists {quoted(schema)}")
                db.execute(f"create {kind} {quoted(schema)}.{quoted(name)} as {sql}")
            yield db, told["analyses"]


def _compiled(settings: Settings) -> dict:
    """`modeles`: (schema, name, table or view, SQL), parents first; `analyses`: name → SQL. Compiled once for each
    state of the project, which takes dbt some ten seconds.
    """
    dbt.prepare_project(settings)
    stamp = dbt.project_fingerprint()
    if _COMPILED.exists():
        told: dict = json.loads(_COMPILED.read_text(encoding="utf-8"))
        if told["empreinte"] == stamp:
            return told
    with interruption.scratch(dir=dbt.TARGET) as name:
        draft = Path(name)
        dbt.run(settings, draft / dbt.BASE.name, "compile", "--select", f"+{FOLDER}", "--target-path", name)
        told = _read(json.loads((draft / "manifest.json").read_text(encoding="utf-8"))) | {"empreinte": stamp}
        written = draft / _COMPILED.name
        written.write_text(json.dumps(told), encoding="utf-8")
        os.replace(written, _COMPILED)
    return told


def _read(manifest: dict) -> dict:
    nodes = manifest["nodes"]
    of_deliveries = dbt.models_reading()
    analyses = {n["name"]: n["compiled_code"] for n in nodes.values() if n["resource_type"] == "analysis"}
    wanted = {
        i for i, n in nodes.items() if n["resource_type"] == "model" and n.get("compiled_code") and i in of_deliveries
    }
    order = TopologicalSorter({i: wanted.intersection(manifest["parent_map"][i]) for i in wanted}).static_order()
    return {"modeles": [_model(nodes[i]) for i in order], "analyses": analyses}


def _model(node: dict) -> tuple[str, str, str, str]:
    kind = node["config"]["meta"].get("explication", "view")
    return node["schema"], node["alias"], kind, node["compiled_code"]
