"""The tables that are published as assets, built by one `dbt build` in a new file.

dbt runs in a child of its own (`vigie-dbt`) and dbt-core is not imported here: that took a third of the processor time
of a small load.
"""

import json
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import duckdb
from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    MaterializeResult,
    TableColumn,
    TableColumnConstraints,
    TableSchema,
)

from pipelines.base import progress
from pipelines.base.sql import quoted
from pipelines.loading.session import LoadSession
from pipelines.publication.contracts import SCHEMAS
from pipelines.settings.model import Settings
from pipelines.warehouse import dbt as project
from pipelines.warehouse.dbt_build import build_file
from pipelines.warehouse.failures import Failure, failure_in
from pipelines.warehouse.lineage import published_graph

_REGISTER_TABLES = {"livraisons", "refus", "calendrier", "excuses", "tables_dues", "instance", "jour", "seuils"}
_MANIFEST = published_graph(json.loads(project.prepare_project(Settings()).read_text(encoding="utf-8")), SCHEMAS)
_MODELS: Mapping[str, Any] = _MANIFEST["nodes"]


def _key(node: str) -> AssetKey:
    """An asset's key is its schema and table; what the register tells dbt is one box."""
    if node in _MODELS:
        return AssetKey([_MODELS[node]["schema"], _MODELS[node]["alias"]])
    name = _MANIFEST["sources"][node]["name"]
    register = name in _REGISTER_TABLES or name.startswith(("manifeste", "corrigees"))
    return AssetKey(["raw", "registre" if register else name])


def _schema(node: Mapping[str, Any]) -> TableSchema:
    return TableSchema(
        [
            TableColumn(
                c["name"], c["data_type"], c["description"],
                TableColumnConstraints(nullable=all(k["type"] != "not_null" for k in c["constraints"])),
            )
            for c in node["columns"].values()
        ]
    )  # fmt: skip


SPECS = [
    AssetSpec(
        _key(i),
        deps=sorted({_key(parent) for parent in node["depends_on"]["nodes"]}),
        description=node["description"],
        # models/marts/<folder>
        group_name=node["fqn"][-2],
        skippable=True,
        kinds={"dbt", "duckdb"},
        metadata={"dagster/column_schema": _schema(node), "fichier": node["original_file_path"]},
    )
    for i, node in _MODELS.items()
]


def build_warehouse(context: AssetExecutionContext, load: LoadSession) -> Iterator[MaterializeResult]:
    """`dbt build`, again without a delivery that breaks it; what was made is told once it is known to stand."""
    made: set[str] = set()
    again = True
    while again:
        with load.step("construction"):
            failures = _one_build(context, load, made)
        again = load.after_build(failures)
    load.hold_back()
    yield from _told(load, made)


def _one_build(context: AssetExecutionContext, load: LoadSession, made: set[str]) -> list[Failure]:
    """One `dbt build`, which adds to `made` the nodes that it made anew. Returns what it could not do."""
    build = load.start_dbt()
    told: list[Failure] = []
    missing = project.tables_reading(build.go(load.anew))
    on_checks, done, total = 0.0, len(_MODELS.keys() - missing), len(_MODELS)
    progress.tell("Construction de l'entrepôt", done, total)
    for event in build.events():
        if failure := failure_in(event):
            told.append(failure)
            context.log.error(f"{failure.table} : {failure.message}")
            continue
        node = event["data"].get("node_info", {})
        if node.get("node_relation", {}).get("schema") == "controles":
            on_checks += event["data"].get("execution_time", 0.0)
        if node.get("unique_id") in missing:
            missing.discard(node["unique_id"])
            made.add(node["unique_id"])
            done += node["unique_id"] in _MODELS
            progress.tell("Construction de l'entrepôt", done, total)
    if missing and not told:
        # dbt calls a selection that matches nothing a success.
        unbuilt = f"dbt left {len(missing)} models unbuilt, {min(missing)} among them"
        told.append(Failure("dbt", unbuilt, of_machine=True))
    # Its threads' time together: what the rules cost of the build.
    load.note_step("dont tables des contrôles", on_checks)
    failures = build.failures(told)
    if not failures:
        build.keep()
    return failures


def _told(load: LoadSession, made: set[str]) -> Iterator[MaterializeResult]:
    """Each table with its rows, parents first as Dagster wants them."""
    parents = {node: [p for p in _MANIFEST["parent_map"][node] if p in _MODELS] for node in _MODELS}
    with duckdb.connect(str(build_file(load.settings.paths)), read_only=True) as db:
        for node in TopologicalSorter(parents).static_order():
            key = _key(node)
            [rows] = db.execute(f"select count(*) from {'.'.join(map(quoted, key.path))}").fetchone() or [0]  # noqa: S608
            how = "construite" if node in made else "inchangée"
            yield MaterializeResult(asset_key=key, metadata={"dagster/row_count": rows, "origine": how})
