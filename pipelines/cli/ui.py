"""`vigie ui`: Dagster's web server and daemon, on loopback only."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from pipelines.cli.screen import err
from pipelines.orchestration import write_instance
from pipelines.settings import Settings
from pipelines.warehouse.dbt import prepare_project


def run(port: int) -> int:
    """Serve until interrupted or told to end; returns the server's exit code."""
    settings = Settings()
    settings.paths.create()
    write_instance(settings.paths)
    prepare_project(settings)
    err.print(f"Interface web : http://127.0.0.1:{port} (Ctrl-C pour arrêter)")
    dagster = Path(sys.executable).with_name("dagster")
    command = [dagster, "dev", "-m", "pipelines.definitions", "-h", "127.0.0.1", "-p", str(port)]
    # A shell that starts this in the background has it ignore Ctrl-C, and all that it starts: not the server.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, cwd=settings.paths.home) as server:
        # The server ends its daemon and its runs in order on an interruption, and on nothing else.
        signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))
        while True:
            try:
                return max(server.wait(), 0)
            except KeyboardInterrupt:
                continue  # Ctrl-C reached the server too
