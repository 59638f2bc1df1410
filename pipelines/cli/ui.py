"""`vigie ui`: Dagster's web server and daemon, on loopback only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pipelines.cli.screen import err
from pipelines.orchestration import write_instance
from pipelines.settings import Settings
from pipelines.warehouse.dbt import prepare_project


def run(port: int) -> int:
    """Serve until interrupted; returns the server's exit code."""
    settings = Settings()
    settings.paths.create()
    write_instance(settings.paths)
    prepare_project(settings)
    err.print(f"Interface web : http://127.0.0.1:{port} (Ctrl-C pour arrêter)")
    dagster = Path(sys.executable).with_name("dagster")
    try:
        return subprocess.run(
            [dagster, "dev", "-m", "pipelines.definitions", "-h", "127.0.0.1", "-p", str(port)],
            cwd=settings.paths.home,
            check=False,
        ).returncode
    except KeyboardInterrupt:
        return 0
