"""What nobody foresaw: the trace goes to a file, the screen gets a sentence and the path."""

from __future__ import annotations

import traceback
from datetime import datetime
from difflib import get_close_matches

from pydantic import ValidationError

from pipelines.base.exit_codes import INTERNAL_FAULT, USAGE
from pipelines.catalogue.model import CatalogueError
from pipelines.cli.screen import fail
from pipelines.machine.disk import fault_of
from pipelines.machine.faults import MachineFault
from pipelines.settings.model import EXPECTED, WHOLE_SENTENCE, BadSettingsFile, Settings


def report(error: BaseException) -> int:
    """Exit code of an exception that reached the top."""
    if isinstance(error, ValidationError):
        return fail(_settings_sentence(error), USAGE)
    if isinstance(error, CatalogueError | BadSettingsFile):
        return fail(str(error), USAGE)
    if isinstance(error, MachineFault):
        return fail(str(error), INTERNAL_FAULT)
    if told := _of_the_disk(error):
        return fail(told, INTERNAL_FAULT)
    try:
        paths = Settings().paths
        paths.create()
        log = paths.logs / f"incident-{datetime.now():%Y%m%d-%H%M%S}.log"
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except (OSError, ValueError):
        return fail(f"Incident interne ({type(error).__name__}), et le journal n'a pas pu être écrit.", INTERNAL_FAULT)
    return fail(f"Incident interne. Ce qui était publié reste en place. Le détail est dans {log}", INTERNAL_FAULT)


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
            shown = str(problem["input"])
            said.append(f"VIGIE_{name.upper()} ou {name} : la valeur {shown!r} ne convient pas{why}")
    return "Réglages (vigie.toml ou environnement) : " + " ; ".join(said) + "."
