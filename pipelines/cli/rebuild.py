"""`vigie rebuild`: everything again from the archive, made beside what is in use, then put in its place."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

from pipelines.cli import load as loading
from pipelines.cli import summary
from pipelines.cli.screen import err, print_json
from pipelines.home.hold import held
from pipelines.home.register import Register, fault_of_register, set_aside
from pipelines.loading.session import LoadSession
from pipelines.machine.lock import LockHeld
from pipelines.machine.paths import Paths
from pipelines.operations.beside import beside, put_in_place
from pipelines.operations.rebuild import empty_index, index_of
from pipelines.publication.content import content_of
from pipelines.settings.model import Settings

_OTHER_INDEX = "différent : les tables de sources/ ou les limites ont changé depuis"


def run(wait: bool, as_json: bool) -> int:
    """Make everything again from the archive, and say whether the register and the published content are the same."""
    settings = Settings()
    settings.paths.create()
    try:
        with held(settings.paths, "vigie rebuild", wait):
            return _rebuild(settings, as_json)
    except LockHeld as lock:
        return loading.told_held(lock, as_json)


def made_again(own: Settings, command: str, *, shown: bool) -> tuple[LoadSession, dict[str, list[str]]]:
    """Read again all that a home beside holds; its session, and the index of its register before."""
    session = LoadSession(own, uuid4().hex[:8], command, anew=True)
    before: dict[str, list[str]] = {}

    def forgotten(register: Register) -> None:
        before.update(index_of(register))
        empty_index(own, register, session.catalogue)

    loading.work(session, shown=shown, prepare=forgotten)
    return session, before


def _rebuild(settings: Settings, as_json: bool) -> int:
    paths = settings.paths
    if fault_of_register(paths.register):
        aside = set_aside(paths.register)
        err.print(f"Le registre abîmé est gardé : {aside}. L'histoire des chargements y reste.", markup=False)
    Register(paths.register).__exit__()  # a home of which only the archive is left has one, empty
    started = time.perf_counter()
    with beside(settings, settings.today) as own:
        session, before = made_again(own, "vigie rebuild", shown=not as_json)
        told = summary.gather(session, time.perf_counter() - started) | _compared(own.paths, paths, before)
        told |= {"arrivee": str(paths.landing), "journal": str(paths.logs / session.log_file.name)}
        told["entrepot"] = str(paths.warehouse) if told["entrepot"] else None
        if session.published is not None:
            put_in_place(own.paths, paths, session.load)
        else:
            _note_failed(own.paths, paths, session.load)
    if as_json:
        print_json(told)
        return session.exit_code()
    summary.show(told)
    if session.published is None:
        err.print("Rien n'a été changé.")
    if told["registre_identique"] is not None:
        same = "le même" if told["registre_identique"] else _OTHER_INDEX
        err.print(f"Registre refait depuis l'archive : {same}.", markup=False)
    if told["tables_differentes"] is not None:
        differing = ", ".join(told["tables_differentes"])
        err.print(f"Contenu publié : {f'différent dans {differing}' if differing else 'le même'}.", markup=False)
    return session.exit_code()


def _compared(made: Paths, paths: Paths, before: dict[str, list[str]]) -> dict[str, Any]:
    """Tell whether the register's index and the content are as they were; None where there was nothing before."""
    with Register(made.register) as register:
        same_index = index_of(register) == before if any(before.values()) else None
    old, new = content_of(paths.warehouse), content_of(made.warehouse)
    changed = sorted(t for t in {*old, *new} if old.get(t) != new.get(t))
    return {"registre_identique": same_index, "tables_differentes": changed if old else None}


def _note_failed(made: Paths, paths: Paths, load: str) -> None:
    """A rebuild that published nothing leaves what it found, and the line that says how it ended."""
    with Register(made.register) as register:
        told = register.load(load)
    with Register(paths.register) as register:
        register.insert("chargements", [told | {"journal": str(paths.logs / f"{load}.log")}] if told else [])
