"""The dbt models as assets, built by one `dbt build` in a new file."""

import os
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from typing import Any

from dagster import AssetExecutionContext, AssetKey, Output
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets
from packaging.version import Version

from pipelines import progress
from pipelines.defs.session import LoadSessionResource
from pipelines.settings import DBT_PROJECT, Settings
from pipelines.warehouse import dbt as project

_REGISTER_TABLES = {"manifeste", "livraisons", "refus", "calendrier", "instance"}
_GROUPS = {"staging": "preparation", "intermediaire": "calculs", "seeds": "references"}


class Translator(DagsterDbtTranslator):
    """An asset's key is its schema and table; what the register tells dbt is one box."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            name = dbt_resource_props["name"]
            return AssetKey(["raw", "registre" if name in _REGISTER_TABLES else name])
        return AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return _GROUPS.get(dbt_resource_props["schema"], "entrepot")


class DbtResource(DbtCliResource):
    """dagster-dbt's resource without what it does before each command that Vigie has no use for.

    `dbt --version` in a process of its own and a second dbt adapter in this one cost more than half a build of the
    Lot; the version is known to pip, and the adapter serves `fetch_row_counts`, which is not called.
    """

    @property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:
        return None


def dbt_resource() -> DbtResource:
    return DbtResource(
        project_dir=str(DBT_PROJECT),
        profiles_dir=str(DBT_PROJECT),
        dbt_executable=project.executable(),
    )


@dbt_assets(
    name="construire",
    manifest=project.prepare_manifest(Settings()),
    dagster_dbt_translator=Translator(
        settings=DagsterDbtTranslatorSettings(
            enable_duplicate_source_asset_keys=True, enable_asset_checks=False, enable_code_references=False
        )
    ),
)
def build_warehouse(context: AssetExecutionContext, dbt: DbtResource, session: LoadSessionResource) -> Iterator[Any]:
    """One `dbt build`, as a subprocess: its memory comes back and its file is surely released."""
    load = session.get()
    build = project.build_file(load.settings.paths)
    # dagster-dbt hands its child this process's environment, and nothing else.
    os.environ.update(project.environment(load.settings, build))
    with load.step("construction"):
        run = dbt.cli(
            ["build", "--exclude-resource-type", "unit_test"],
            context=context,
            target_path=load.settings.paths.dbt / "target",
        )
        yield from _told(run.stream(), total=len(project_nodes()))


def project_nodes() -> set[AssetKey]:
    """The assets that one build makes."""
    return set(build_warehouse.keys)


def _told(events: Iterator[Any], total: int) -> Iterator[Any]:
    done = 0
    progress.tell("Construction de l'entrepôt", done, total)
    for event in events:
        if isinstance(event, Output):
            done += 1
            progress.tell("Construction de l'entrepôt", done, total)
        yield event
