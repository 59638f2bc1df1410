"""`vigie ui`: Dagster's web server and daemon, on loopback only."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
from pathlib import Path

from pipelines import interruption
from pipelines.cli.screen import err, fail
from pipelines.exit_codes import LOCKED
from pipelines.instance import bury_runs_of_a_dead_service
from pipelines.settings import Settings
from pipelines.warehouse.dbt import prepare_project


def run(port: int) -> int:
    """Serve until interrupted or told to end; returns the server's exit code, or LOCKED where one serves already."""
    settings = Settings()
    settings.paths.create()
    prepare_project(settings)
    lock = settings.paths.service_lock.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return fail(f"L'interface de {settings.paths.home} est déjà ouverte : une seule suffit.", LOCKED)
    bury_runs_of_a_dead_service(settings.paths)
    err.print(f"Interface web : http://127.0.0.1:{port} (Ctrl-C pour arrêter)")
    dagster = Path(sys.executable).with_name("dagster")
    command = [dagster, "dev", "-m", "pipelines.definitions", "-h", "127.0.0.1", "-p", str(port)]
    interruption.release()
    # A shell that starts this in the background has it ignore Ctrl-C, and all that it starts: not the server.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # The server holds the lock too: it may outlive a command that is killed.
    with subprocess.Popen(command, cwd=settings.paths.home, pass_fds=[lock.fileno()]) as server:
        # The server ends its daemon and its runs in order on an interruption, and on nothing else.
        signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))
        while True:
            try:
                return max(server.wait(), 0)
            except KeyboardInterrupt:
                continue  # Ctrl-C reached the server too
