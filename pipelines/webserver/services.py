"""The processes of `vigie ui`, as `dagster dev` starts and ends them, but for the web server: it is here, guarded.

One code server, which both the web page and the daemon ask; the daemon; the web page in this very process, so that no
second port answers without the guard.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
import yaml
from dagster import DagsterInstance
from dagster._cli.proxy_server_manager import ProxyServerManager
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget, WorkspaceFileTarget
from dagster._utils.log import configure_loggers
from dagster_shared.ipc import get_ipc_shutdown_pipe, send_ipc_shutdown_message
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__

from pipelines.webserver.guard import Guard

if TYPE_CHECKING:
    from pipelines.webserver.keys import Keys

_DEFINITIONS = "pipelines.definitions"
_LOG_LEVEL, _CODE_LOG_LEVEL = "info", "warning"
# As `dagster-webserver` without options: milliseconds, seconds, connections; then how often the page asks for news.
_DATABASE, _POLL_MILLISECONDS = (15_000, 3_600, 20), 2_000
# How long the pages that are open, then the daemon, are waited for at the end, in seconds.
_PAGES_END, _DAEMON_ENDS = 3, 60


def serve(keys: Keys, listening: socket.socket, ready: Callable[[], object]) -> bool:
    """Serve until interrupted, then end everything in order; whether that is how it ended. `ready` is called once the
    page answers. The current folder is that of the code server.
    """
    os.environ["DAGSTER_IS_DEV_CLI"] = "1"  # faults of the code are told once, by the code server
    configure_loggers(formatter="colored", log_level=_LOG_LEVEL.upper())
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(_folder_of_sockets())
        instance = stack.enter_context(DagsterInstance.get())
        instance.optimize_for_webserver(*_DATABASE)
        workspace = stack.enter_context(_code_server(instance, folder))
        daemon = stack.enter_context(_daemon(workspace))
        context = stack.enter_context(_context(instance, workspace))
        application = create_app_from_workspace_process_context(context, keys.folder, _POLL_MILLISECONDS)
        server = _web_server(Guard(application, keys))
        threading.Thread(target=_end_with, args=(daemon, server), daemon=True).start()
        listening.listen()
        ready()
        try:
            server.run(sockets=[listening])
        except KeyboardInterrupt:
            return True
        return False


@contextlib.contextmanager
def _folder_of_sockets() -> Iterator[Path]:
    """A temporary folder for this account alone: the code server obeys whoever can write to its socket."""
    with tempfile.TemporaryDirectory(prefix="vigie-") as name:
        before = os.environ.get("TMPDIR")
        os.environ["TMPDIR"] = tempfile.tempdir = name
        try:
            yield Path(name)
        finally:
            tempfile.tempdir = None
            os.environ.pop("TMPDIR") if before is None else os.environ.__setitem__("TMPDIR", before)


@contextlib.contextmanager
def _code_server(instance: DagsterInstance, folder: Path) -> Iterator[Path]:
    target = ModuleTarget(_DEFINITIONS, attribute=None, working_directory=os.getcwd(), location_name=None)
    with ProxyServerManager(instance, target, _CODE_LOG_LEVEL) as manager:
        workspace = folder / "workspace.yaml"
        workspace.write_text(yaml.dump({"load_from": manager.get_code_server_specs()}), encoding="utf-8")
        yield workspace


@contextlib.contextmanager
def _daemon(workspace: Path) -> Iterator[subprocess.Popen]:
    told, tell = get_ipc_shutdown_pipe()
    arguments = [
        sys.executable, "-m", "pipelines.webserver.daemon", "run", "--log-level", _LOG_LEVEL, "--log-format", "colored",
        "--code-server-log-level", _CODE_LOG_LEVEL, "--shutdown-pipe", str(told), "--workspace", str(workspace),
    ]  # fmt: skip
    with subprocess.Popen(arguments, pass_fds=[told]) as daemon:
        try:
            yield daemon
        finally:
            with contextlib.suppress(BrokenPipeError):
                send_ipc_shutdown_message(tell)
            try:
                daemon.wait(_DAEMON_ENDS)
            except subprocess.TimeoutExpired:
                daemon.kill()


def _context(instance: DagsterInstance, workspace: Path) -> WorkspaceProcessContext:
    target = WorkspaceFileTarget([str(workspace)])
    return WorkspaceProcessContext(instance, target, version=__version__, code_server_log_level=_CODE_LOG_LEVEL)


def _web_server(application: Guard) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            application,
            log_level="warning",
            access_log=False,  # it would write the address that opens the page
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_PAGES_END,
        )
    )


def _end_with(daemon: subprocess.Popen, server: uvicorn.Server) -> None:
    daemon.wait()
    server.should_exit = True
