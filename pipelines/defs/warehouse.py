"""The tables that are published as assets, built by one `dbt build` in a new file."""

import json
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from importlib import metadata
from itertools import chain
from typing import Any

from dagster import AssetExecutionContext, AssetKey, Output
from packaging.version import Version

from pipelines.base import progress
from pipelines.defs.dbt_integration import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    dbt_assets,
)
from pipelines.defs.session import LoadSessionResource
from pipelines.loading.session import LoadSession
from pipelines.publication.contracts import SCHEMAS
from pipelines.settings.model import DBT_PROJECT, Settings
from pipelines.warehouse import dbt as project
from pipelines.warehouse.failures import Failure, failure_in
from pipelines.warehouse.lineage import published_graph

_REGISTER_TABLES = {"livraisons", "refus", "calendrier", "excuses", "tables_dues", "instance", "jour", "seuils"}


class Translator(DagsterDbtTranslator):
    """An asset's key is its schema and table; what the register tells dbt is one box."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            name = dbt_resource_props["name"]
            register = name in _REGISTER_TABLES or name.startswith(("manifeste", "corrigees"))
            return AssetKey(["raw", "registre" if register else name])
        return AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return "entrepot"


_MANIFEST = published_graph(json.loads(project.prepare_project(Settings()).read_text(encoding="utf-8")), SCHEMAS)
_TRANSLATOR = Translator(
    settings=DagsterDbtTranslatorSettings(
        enable_duplicate_source_asset_keys=True, enable_asset_checks=False, enable_code_references=False
    )
)


@dbt_assets(name="construire", manifest=_MANIFEST, dagster_dbt_translator=_TRANSLATOR)
def build_warehouse(context: AssetExecutionContext, session: LoadSessionResource) -> Iterator[Any]:
    """`dbt build`, whose events become the assets' events; again when a delivery breaks it, without that delivery."""
    load = session.get()
    given: set[str] = set()
    again = True
    while again:
        failures: list[Failure] = []
        with load.step("construction"):
            yield from _once(_one_build(context, load, failures), given)
        again = load.after_build(failures)
    load.hold_back()


def _one_build(context: AssetExecutionContext, load: LoadSession, failures: list[Failure]) -> Iterator[Any]:
    """One `dbt build`; `failures` takes what it could not do."""
    build = load.start_dbt()
    told: list[Failure] = []
    changed = build.go(load.anew)
    # The invocation is made around the child that already waits: dagster-dbt's own resource would start
    # `dbt --version` and a second adapter first, which took longer than half a build of the Lot.
    run = DbtCliInvocation(
        process=build.process,
        manifest=_MANIFEST,
        dagster_dbt_translator=_TRANSLATOR,
        project_dir=DBT_PROJECT,
        target_path=build.target,
        raise_on_error=False,
        cli_version=Version(metadata.version("dbt-core")),
        context=context,
    )
    made = project.tables_reading(changed)
    yield from _told(chain(_kept(made), _built(run, context, load, told, made)), total=len(project_nodes()))
    failures += build.failures(told)
    if not failures:
        build.keep()


def _once(events: Iterator[Any], given: set[str]) -> Iterator[Any]:
    """An asset is said to be made once a run, however often it is built."""
    for event in events:
        if isinstance(event, Output):
            if event.output_name in given:
                continue
            given.add(event.output_name)
        yield event


def project_nodes() -> set[AssetKey]:
    """The assets that one build makes."""
    return set(build_warehouse.keys)


def _kept(made: set[str]) -> Iterator[Output]:
    """What reads the same as in the build that this one started from, parents first as Dagster wants them."""
    parents = {node: _MANIFEST["parent_map"][node] for node in _MANIFEST["nodes"].keys() - made}
    for node in (n for n in TopologicalSorter(parents).static_order() if n in parents):
        key = _TRANSLATOR.get_asset_key(_MANIFEST["nodes"][node])
        yield Output(None, output_name=key.to_python_identifier(), metadata={"origine": "inchangé"})


def _built(
    run: DbtCliInvocation, context: AssetExecutionContext, load: LoadSession, told: list[Failure], expected: set[str]
) -> Iterator[Any]:
    on_checks = 0.0
    missing = set(expected)
    for event in run.stream_raw_events():
        data = event.raw_event["data"]
        if failure := failure_in(event.raw_event):
            told.append(failure)
            context.log.error(f"{failure.table} : {failure.message}")
            continue
        node = data.get("node_info", {})
        if node.get("node_relation", {}).get("schema") == "controles":
            on_checks += data.get("execution_time", 0.0)
        if event.is_result_event:
            missing.discard(node["unique_id"])
        if node.get("unique_id") in _MANIFEST["nodes"]:
            yield from event.to_default_asset_events(_MANIFEST, _TRANSLATOR, context, run.target_path)
    if missing and not told:
        # dbt calls a selection that matches nothing a success.
        unbuilt = f"dbt left {len(missing)} models of {len(expected)} unbuilt, {min(missing)} among them"
        told.append(Failure("dbt", unbuilt, of_machine=True))
    # Its threads' time together: what the rules cost of the build.
    load.note_step("dont tables des contrôles", on_checks)


def _told(events: Iterator[Any], total: int) -> Iterator[Any]:
    done = 0
    progress.tell("Construction de l'entrepôt", done, total)
    for event in events:
        if isinstance(event, Output):
            done += 1
            progress.tell("Construction de l'entrepôt", done, total)
        yield event
