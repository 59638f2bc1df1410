"""`vigie bureau` and `vigie ui`: one service on loopback, the officer's desk and Dagster's page, for whoever has the
address.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pipelines.base.exit_codes import DONE, INTERNAL_FAULT, LOCKED, USAGE
from pipelines.cli.accident import describe
from pipelines.cli.screen import err, fail, out
from pipelines.home.instance import bury_runs_of_a_dead_service
from pipelines.machine import interruption
from pipelines.machine.durable import write_whole
from pipelines.machine.paths import Paths
from pipelines.pages.render import render
from pipelines.settings.model import Settings
from pipelines.warehouse.dbt import prepare_project

DESK, DAGSTER = "vigie bureau", "vigie ui"


def run(port: int, opening: str = DAGSTER) -> int:
    """Serve until interrupted or told to end; LOCKED where one serves already, INTERNAL_FAULT if the daemon dies."""
    settings = Settings()
    paths = settings.paths
    paths.create()
    prepare_project(settings)
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context(paths.service_lock.open("w"))
        if not _taken(lock):
            said = f"L'interface de {paths.home} est déjà ouverte : une seule suffit. Son adresse : {opening} --adresse"
            return fail(said, LOCKED)
        try:
            listening = stack.enter_context(_bound(port))
        except OSError:
            return fail(f"Le port {port} est déjà pris : en donner un autre, par exemple --port {port + 1}.", USAGE)
        stack.enter_context(_gone_at_end(paths.service_address, paths.service_opening))
        bury_runs_of_a_dead_service(paths)
        err.print("Interface web : elle démarre (Ctrl-C pour arrêter).")
        os.chdir(paths.home)
        interruption.raise_instead()
        with contextlib.suppress(KeyboardInterrupt):
            return _serve(paths, listening, opening)
    return DONE


def tell_address(opening: str = DAGSTER) -> int:
    """Print the address that opens the page of the service that runs, once; USAGE where none runs yet."""
    paths = Settings().paths
    with contextlib.ExitStack() as stack:
        if not paths.service_lock.exists() or _taken(stack.enter_context(paths.service_lock.open())):
            return fail(f"L'interface de {paths.home} n'est pas ouverte : lancer {opening}.", USAGE)
    from pipelines.webserver.keys import to_the_desk

    try:
        address = paths.service_address.read_text(encoding="utf-8").strip()
        out.print(to_the_desk(address) if opening == DESK else address, soft_wrap=True, markup=False)
    except FileNotFoundError:
        return fail("L'interface démarre : redemander son adresse dans quelques secondes.", USAGE)
    return DONE


def _serve(paths: Paths, listening: socket.socket, opening: str) -> int:
    from pipelines.webserver.keys import Keys
    from pipelines.webserver.serve import serve

    keys = Keys(paths.service_address, listening.getsockname()[1])

    def ready() -> None:
        keys.write()
        _announce(paths, keys.desk_address if opening == DESK else keys.address, f"{opening} --adresse")

    if serve(keys, listening, ready, describe):
        return DONE
    return fail(
        f"Le démon de Dagster s'est arrêté : la raison est écrite ci-dessus. Relancer {opening}.", INTERNAL_FAULT
    )


def _announce(paths: Paths, address: str, ask: str) -> None:
    """The address is for the one who started this: a journal, or a file of messages, is read by others."""
    if not err.is_terminal:
        err.print(f"Interface web : ouverte. Son adresse : {ask}")
        return
    err.print(f"Interface web : {address}", soft_wrap=True)
    err.print(f"Cette adresse ne sert qu'une fois ; pour une autre : {ask}")
    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        _open_in_browser(paths.service_opening, address)


def _open_in_browser(file: Path, address: str) -> None:
    """Through a file: the arguments of a browser are read by every account of the machine."""
    write_whole(file, render("entree.html.j2", page=address).encode(), 0o600)
    webbrowser.open(file.as_uri())


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(("127.0.0.1", port))
    except OSError:
        bound.close()
        raise
    return bound


@contextlib.contextmanager
def _gone_at_end(*files: Path) -> Iterator[None]:
    """Files that say how to reach this service; those of one that was killed go first."""
    for file in files:
        file.unlink(missing_ok=True)
    try:
        yield
    finally:
        for file in files:
            file.unlink(missing_ok=True)


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
