"""The one `dbt build` of a load, as a child process: its memory comes back and its file is surely released."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.machine.child import Child
from pipelines.machine.cores import cores
from pipelines.machine.paths import Paths
from pipelines.settings.model import DBT_PROJECT, Settings
from pipelines.warehouse import dbt, reuse
from pipelines.warehouse.failures import Failure

# Raw rows, compressed: a département's are under it, a country's are not.
_SMALL_BYTES = 16 << 20


class DbtBuild:
    """Started early, so that dbt's imports pass while files are read; builds nothing before `go`.

    It builds in the home's last build, where what reads the same as then stays as it is. That nobody else writes there
    is held by the load's lock and by `vigie-dbt`, which dies with the load that started it.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.file = build_file(settings.paths)
        self.target = settings.paths.dbt / "target"
        self.made_of: reuse.Inputs
        dbt.prepare_project(settings)
        self.process = Child(
            [dbt.executable(), "--attendre", str(dbt.PARSED)],
            env=dbt.environment(settings, self.file)
            | {
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
            stderr=subprocess.STDOUT,
        )

    def go(self, anew: bool = False) -> list[str]:
        """The raw rows are in place: build. Returns the dbt sources that read otherwise than in the build started from;
        with `anew`, that is the project's own, over no delivery.
        """
        self.made_of = dbt.inputs(self.settings)
        before = None if anew else reuse.made_of(self.file)
        if before is None or before.project != self.made_of.project:
            reuse.forget(self.file)
            discard_build(self.settings.paths)
            shutil.copyfile(dbt.BASE, self.file)
            before = reuse.made_of(dbt.BASE)
        changed = self.made_of.changed_since(before)
        reuse.forget(self.file)
        if changed:
            arguments = [*dbt.IN_A_LOAD, "--select", dbt.selection(changed)]
            self.process.send({"arguments": arguments, "environment": {"VIGIE_BUILD_CORES": str(self._cores())}})
        self.process.stdin.close()
        return changed

    def _cores(self) -> int:
        """How many cores DuckDB takes for one model: sharing out a few rows costs it more than going through them."""
        size = sum(file.stat().st_size for file in self.settings.paths.raw.rglob("*.parquet"))
        return 1 if size < _SMALL_BYTES else cores()

    def events(self) -> Iterator[dict[str, Any]]:
        """What dbt says, until its end; what is no event of its own goes to the log of the load."""
        for line in self.process.stdout:
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                print(line.decode(errors="replace"), end="")

    def keep(self) -> None:
        """The build is whole: the next load may start from it."""
        reuse.remember(self.file, self.made_of)

    def failures(self, told: list[Failure]) -> list[Failure]:
        """Those that it told of; when it ended badly without a word, its end is one, of the machine."""
        code = self.process.wait()
        if told or code == 0:
            return told
        why = " : file too large" if code == -signal.SIGXFSZ else ""  # as the library of C says it (see disk.py)
        return [Failure("dbt", f"dbt s'est arrêté (code {code}){why}", of_machine=True)]

    def close(self) -> None:
        """Stop the child if it is still there, whatever it is doing."""
        self.process.end()


def build_file(paths: Paths) -> Path:
    """Where a home builds: always under the same name, which views carry as their catalogue."""
    return paths.build / dbt.BASE.name


def discard_build(paths: Paths) -> None:
    """Remove the last build, whole or not: it can be made again."""
    for leftover in paths.build.iterdir():
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


def discard_unfinished(paths: Paths) -> None:
    """Remove a build that a load left before its end."""
    if reuse.made_of(build_file(paths)) is None:
        discard_build(paths)
