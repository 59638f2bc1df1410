"""The home's Dagster instance: its settings, its history, what it is told of from outside a run. It knows no graph."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pipelines.machine.durable import replace
from pipelines.machine.paths import Paths

if TYPE_CHECKING:
    from dagster import DagsterInstance


_SETTINGS = Path(__file__).with_name("dagster.yaml")
COMMAND_TAG = "vigie/commande"
# The pages of the interface always have something to show.
RUNS_KEPT = 50
_COMMANDS = ("vigie load", "vigie rebuild")
# The asset of the quarters that were given, and the name of its partitions: `2019-T4`.
SNAPSHOTS, QUARTERS = ["snapshots", "cliches"], "trimestres"


def write_instance(paths: Paths) -> Path:
    """Write the project's dagster.yaml into the home; returns DAGSTER_HOME."""
    paths.dagster.mkdir(parents=True, exist_ok=True)
    wanted = _SETTINGS.read_text(encoding="utf-8")
    yaml.safe_load(wanted)
    file = paths.dagster / "dagster.yaml"
    if not file.exists() or file.read_text(encoding="utf-8") != wanted:
        draft = file.with_suffix(".tmp")
        draft.write_text(wanted, encoding="utf-8")
        replace(draft, file)
    os.environ["DAGSTER_HOME"] = str(paths.dagster)
    return paths.dagster


def tell_of_snapshot(paths: Paths, period: str, metadata: dict[str, Any]) -> None:
    """Report a quarter that the command gave as a partition, like those that the schedule gives."""
    write_instance(paths)
    from dagster import AssetKey, AssetMaterialization, DagsterInstance

    with DagsterInstance.get() as instance:
        instance.add_dynamic_partitions(QUARTERS, [period])
        instance.report_runless_asset_event(
            AssetMaterialization(asset_key=AssetKey(SNAPSHOTS), partition=period, metadata=metadata)
        )


def described(manifest: dict[str, Any], folder: str) -> dict[str, Any]:
    """Describe a snapshot for the interface."""
    return {
        "cliché": manifest["cliche"],
        "dossier": folder,
        "livraisons": len(manifest["livraisons"]),
        "avertissements": manifest["avertissements"],
    }


def forget_old_runs(instance: DagsterInstance, paths: Paths, kept: int = RUNS_KEPT) -> int:
    """Remove from Dagster's history the finished runs that come before the last ones; returns how many. A load writes
    two megabytes there, and the register says what every one of them did.
    """
    old = [record.dagster_run for record in instance.get_run_records()[kept:] if record.dagster_run.is_finished]
    for run in old:
        instance.delete_run(run.run_id)
        for file in (paths.dagster / "history" / "runs").glob(f"{run.run_id}.db*"):
            file.unlink(missing_ok=True)  # Dagster empties it and leaves it there
    return len(old)


def bury_runs_of_a_dead_service(paths: Paths) -> None:
    """Report as failed the runs that a dead service left « started »: the sensor would wait for them for ever. The
    caller holds the service's lock.
    """
    write_instance(paths)
    from dagster import DagsterInstance

    with DagsterInstance.get() as instance:
        _bury(instance, lambda command: command not in _COMMANDS)


def bury_dead_runs(instance: DagsterInstance) -> None:
    """Report as failed the loads of the command line left « started »: we hold the lock, so they were killed."""
    _bury(instance, lambda command: command in _COMMANDS)


def _bury(instance: DagsterInstance, ours: Callable[[str | None], bool]) -> None:
    from dagster import DagsterRunStatus, RunsFilter

    unfinished = RunsFilter(
        statuses=[
            DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.STARTED,
            DagsterRunStatus.CANCELING,
        ]
    )  # fmt: skip
    for run in instance.get_runs(filters=unfinished):
        if ours(run.tags.get(COMMAND_TAG)):
            instance.report_run_failed(run, message="Chargement interrompu : le processus s'est arrêté avant la fin.")
