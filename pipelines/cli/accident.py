"""Unexpected failures: the trace goes to a file, the screen gets a sentence and the path."""

from __future__ import annotations

import traceback
from contextlib import suppress
from datetime import datetime
from difflib import get_close_matches
from itertools import chain, count
from pathlib import Path

from pydantic import ValidationError

from pipelines.base.exit_codes import INTERNAL_FAULT, USAGE, Stopped
from pipelines.catalogue import table_checks
from pipelines.cli.screen import fail
from pipelines.machine.disk import fault_of
from pipelines.settings.model import EXPECTED, WHOLE_SENTENCE, Settings
from pipelines.settings.tables import Fault
from pipelines.warehouse.failures import ProjectFault

# Settings whose value is never shown.
_SECRET = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}


def report(error: BaseException) -> int:
    """Report an exception that reached the top; return its exit code."""
    return fail(*describe(error))


def describe(error: BaseException) -> tuple[str, int]:
    """Return the sentence to say of an exception and its exit code; what nobody foresaw has its trace in a file."""
    if isinstance(error, ValidationError):
        return _settings_sentence(error), USAGE
    if isinstance(error, Stopped):
        return str(error), error.exit_code
    if told := _of_the_disk(error):
        return told, INTERNAL_FAULT
    if faults := _of_the_tables():
        return table_checks.said(faults), USAGE
    try:
        log = _log(error)
    except (OSError, ValueError):
        return f"Incident interne ({type(error).__name__}), et le journal n'a pas pu être écrit.", INTERNAL_FAULT
    why = f" {error.sentence()}" if isinstance(error, ProjectFault) else ""
    return f"Incident interne. Ce qui était publié reste en place.{why} Le détail est dans {log}", INTERNAL_FAULT


def _log(error: BaseException) -> Path:
    """Write the trace in a file of its own, even for two incidents in one second."""
    paths = Settings().paths
    paths.create()
    trace = "".join(traceback.format_exception(error))
    name = f"incident-{datetime.now():%Y%m%d-%H%M%S}"
    names = chain([name], (f"{name}-{n}" for n in count(2)))
    while True:
        log = paths.logs / f"{next(names)}.log"
        with suppress(FileExistsError), log.open("x", encoding="utf-8") as file:
            file.write(trace)
            return log


def _of_the_tables() -> list[Fault]:
    """Find what is wrong in the tables of the project, when a program that reads them failed for it."""
    try:
        return table_checks.check()
    except Exception:
        return []


def _of_the_disk(error: BaseException) -> str | None:
    try:
        return fault_of(error, Settings().paths)
    except (OSError, ValueError):
        return None


def _settings_sentence(error: ValidationError) -> str:
    whole = [problem["msg"] for problem in error.errors() if problem["type"] == WHOLE_SENTENCE]
    if whole:
        return whole[0]
    said = []
    for problem in error.errors():
        name = ".".join(str(p) for p in problem["loc"]) or "vigie"
        if problem["type"] == "extra_forbidden":
            near = get_close_matches(name, list(Settings.model_fields), n=2)
            said.append(
                f"{name} n'est pas un réglage connu" + (f" (le plus proche : {', '.join(near)})" if near else "")
            )
        else:
            why = f" ({problem['msg']})" if problem["type"] == EXPECTED else ""
            if problem["type"] == "literal_error":
                why = f" (valeurs admises : {problem['ctx']['expected'].replace(' or ', ' ou ')})"
            shown = "" if name in _SECRET else f" {str(problem['input'])!r}"
            said.append(f"VIGIE_{name.upper()} ou {name} : la valeur{shown} ne convient pas{why}")
    return "Réglages (vigie.toml ou environnement) : " + " ; ".join(said) + "."
