"""The one `dbt build` of a load, as a child process: its memory comes back and its file is surely released."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.settings import DBT_PROJECT, Paths, Settings
from pipelines.warehouse.dbt import BASE, OF_DELIVERIES, PARSED, environment, executable, prepare_project

ARGUMENTS = ["build", "--select", OF_DELIVERIES, "--exclude-resource-type", "unit_test"]

# What only the rows of a delivery can make DuckDB say; the rest is the machine's, or a model's.
_OF_ROWS = re.compile(r"(?:Conversion|Constraint|Out of Range|Invalid Input) Error")
# How dbt says that a test found rows.
_RED = re.compile(r"Got \d+ results?, configured to fail")


@dataclass(frozen=True)
class Failure:
    """One table that dbt could not build, or a test that is red. `message` is dbt's own, for the log."""

    table: str
    message: str
    of_machine: bool


def failure_in(event: Mapping[str, Any]) -> Failure | None:
    """The failure that one of dbt's events tells of, if it does."""
    if event["info"]["name"] != "RunResultError":
        return None
    node, message = event["data"].get("node_info", {}), event["data"].get("msg", "")
    red = node.get("resource_type") == "test" and _RED.search(message)
    return Failure(node.get("node_name", ""), message, of_machine=not (red or _OF_ROWS.search(message)))


class DbtBuild:
    """Started early, so that dbt's imports pass while files are read; builds nothing before `go`."""

    def __init__(self, settings: Settings) -> None:
        paths = settings.paths
        self.target = paths.dbt / "target"
        prepare_project(settings)
        self.process = subprocess.Popen(
            [executable(), "--attendre", str(PARSED), *ARGUMENTS],
            env=os.environ
            | environment(settings, build_file(paths))
            | {
                # What happens is read from the events; its own log and artefacts took a tenth of dbt's processor time.
                "DBT_LOG_FORMAT": "json",
                "DBT_LOG_LEVEL_FILE": "none",
                "DBT_WRITE_JSON": str(settings.keep_build),
                "DBT_TARGET_PATH": str(self.target),
                "DBT_LOG_PATH": str(self.target),
                "DBT_PROJECT_DIR": str(DBT_PROJECT),
                "PYTHONUNBUFFERED": "1",
                # glibc raises this by itself, and DuckDB's blocks of 256 KiB then stay with the process once freed: at
                # thirty times the country, 970 MiB where it was 1 300, in no more time.
                "MALLOC_MMAP_THRESHOLD_": "131072",
            },
            cwd=DBT_PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def go(self) -> None:
        """The raw rows and the manifest are in place: build."""
        self.process.stdin.write(b"\n")
        self.process.stdin.close()

    def failures(self, told: list[Failure]) -> list[Failure]:
        """Those that it told of; when it ended badly without a word, its end is one, of the machine."""
        code = self.process.wait()
        return told if told or code == 0 else [Failure("dbt", f"dbt s'est arrêté (code {code})", of_machine=True)]

    def close(self) -> None:
        """Stop the child if it is still there, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            stream.close()


def build_file(paths: Paths) -> Path:
    """Where a load builds: a new file, which starts as a copy of what reads no delivery.

    Always under the same name, which every model carries as its catalogue. That nobody else writes under it is held by
    the load's lock, by the removal of what a dead load left, and by `vigie-dbt`, which dies with the load that started
    it.
    """
    discard_builds(paths)
    return Path(shutil.copyfile(BASE, paths.build / BASE.name))


def discard_builds(paths: Paths) -> None:
    """Builds are disposable: remove what a load that is over or dead left."""
    for leftover in paths.build.iterdir():
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
