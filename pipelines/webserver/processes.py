"""The processes beside the web server of `vigie ui`, started and ended as `dagster dev` does."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from dagster._cli.proxy_server_manager import ProxyServerManager
from dagster._core.workspace.load_target import ModuleTarget
from dagster_shared.ipc import get_ipc_shutdown_pipe, send_ipc_shutdown_message

if TYPE_CHECKING:
    from dagster import DagsterInstance

LOG_LEVEL, CODE_LOG_LEVEL = "info", "warning"
_DEFINITIONS = "pipelines.definitions"
# How long the daemon is waited for at the end, in seconds.
_DAEMON_ENDS = 60


@contextlib.contextmanager
def folder_of_sockets() -> Iterator[Path]:
    """A temporary folder for this account alone, until this process ends: the code server obeys whoever can write to
    its socket.
    """
    with tempfile.TemporaryDirectory(prefix="vigie-ui-") as name:
        os.environ["TMPDIR"] = tempfile.tempdir = name
        yield Path(name)


@contextlib.contextmanager
def code_server(instance: DagsterInstance, folder: Path) -> Iterator[Path]:
    """The process that holds Vigie's code for the others; gives the file that tells them where it listens. Its current
    folder is that of this process.
    """
    target = ModuleTarget(_DEFINITIONS, attribute=None, working_directory=os.getcwd(), location_name=None)
    with ProxyServerManager(instance, target, CODE_LOG_LEVEL) as manager:
        workspace = folder / "workspace.yaml"
        workspace.write_text(yaml.dump({"load_from": manager.get_code_server_specs()}), encoding="utf-8")
        yield workspace


@contextlib.contextmanager
def daemon(workspace: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process that watches the landing folder and keeps the calendars; told to end, then waited for."""
    told, tell = get_ipc_shutdown_pipe()
    arguments = [
        sys.executable, "-m", "pipelines.webserver.daemon", "run", "--log-level", LOG_LEVEL, "--log-format", "colored",
        "--code-server-log-level", CODE_LOG_LEVEL, "--shutdown-pipe", str(told), "--workspace", str(workspace),
    ]  # fmt: skip
    with subprocess.Popen(arguments, pass_fds=[told]) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(BrokenPipeError):
                send_ipc_shutdown_message(tell)
            try:
                process.wait(_DAEMON_ENDS)
            except subprocess.TimeoutExpired:
                process.kill()
