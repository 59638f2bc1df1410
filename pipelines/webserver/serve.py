"""The officer's desk and Dagster's web page in this very process, behind the guard: no second port answers without it.

`dagster dev` would start the web server as a process of its own; the code server and the daemon are as it starts them.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster._utils.log import configure_loggers
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__

from pipelines.desk.answers import Desk
from pipelines.desk.application import build
from pipelines.machine import interruption
from pipelines.machine.memory import collect_as_usual
from pipelines.webserver.guard import Guard
from pipelines.webserver.keys import DESK
from pipelines.webserver.processes import CODE_LOG_LEVEL, LOG_LEVEL, code_server, daemon, folder_of_sockets

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from pipelines.webserver.keys import Keys

# The sentence and the exit code of an exception, as the commands say it.
Describe = Callable[[BaseException], tuple[str, int]]
# As `dagster-webserver` without options: milliseconds, seconds, connections; then how often the page asks for news.
_DATABASE, _POLL_MILLISECONDS = (15_000, 3_600, 20), 2_000
# How long the pages that are open are waited for at the end, in seconds.
_PAGES_END = 3


def serve(keys: Keys, listening: socket.socket, ready: Callable[[], object], describe: Describe) -> bool:
    """Serve until told to end, then end everything in order. False when it ended because its daemon did. `ready` is
    called once the page answers. The current folder is that of the code server.
    """
    os.environ["DAGSTER_IS_DEV_CLI"] = "1"  # faults of the code are told once, by the code server
    configure_loggers(formatter="colored", log_level=LOG_LEVEL.upper())
    with contextlib.ExitStack() as stack:
        try:
            return _serve(stack, keys, listening, ready, describe)
        except KeyboardInterrupt:
            return True
        finally:
            interruption.ignore()


def _serve(
    stack: contextlib.ExitStack, keys: Keys, listening: socket.socket, ready: Callable[[], object], describe: Describe
) -> bool:
    folder = stack.enter_context(folder_of_sockets())
    instance = stack.enter_context(DagsterInstance.get())
    instance.optimize_for_webserver(*_DATABASE)
    workspace = stack.enter_context(code_server(instance, folder))
    its_daemon = stack.enter_context(daemon(workspace))
    context = stack.enter_context(_context(instance, workspace))
    application = create_app_from_workspace_process_context(context, keys.folder, _POLL_MILLISECONDS)
    desk = build(Desk(f"{keys.folder}{DESK}", keys.folder, describe))
    server = _web_server(Guard(Both(desk, application, f"{keys.folder}{DESK}"), keys))
    threading.Thread(target=_end_with, args=(its_daemon, server), daemon=True).start()
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # a terminal that closes ends it as the others do
        signal.signal(signal.SIGHUP, lambda *_: server.handle_exit(signal.SIGTERM, None))
    listening.listen()
    collect_as_usual()
    ready()
    server.run(sockets=[listening])
    # The web server does not always raise the signal that ended it: that the daemon lives says which end it is.
    return its_daemon.poll() is None


class Both:
    """The officer's desk under its path, Dagster's page everywhere else."""

    def __init__(self, desk: ASGIApp, dagster: ASGIApp, base: str) -> None:
        self._desk, self._dagster, self._base = desk, dagster, base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        mine = path == self._base or path.startswith(f"{self._base}/")
        await (self._desk if mine else self._dagster)(scope, receive, send)


def _context(instance: DagsterInstance, workspace: Path) -> WorkspaceProcessContext:
    target = WorkspaceFileTarget([str(workspace)])
    return WorkspaceProcessContext(instance, target, version=__version__, code_server_log_level=CODE_LOG_LEVEL)


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


def _end_with(process: subprocess.Popen[bytes], server: uvicorn.Server) -> None:
    process.wait()
    server.should_exit = True
