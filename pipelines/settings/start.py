"""The start date of a home, written in its settings file without touching what else is there."""

from __future__ import annotations

import os
import re
from pathlib import Path

from pipelines.base.exit_codes import Stopped
from pipelines.base.said_periods import read_said
from pipelines.machine.durable import write_whole
from pipelines.settings.model import Settings

_LINE = re.compile(r"^depuis\s*=.*$", re.MULTILINE)
_TABLE = re.compile(r"^\s*\[", re.MULTILINE)


class NoStart(Stopped):
    """Why the start is not set. The text is French."""


def settings_file(settings: Settings) -> Path:
    """Where the settings of a home are written."""
    return Path(os.environ.get("VIGIE_CONFIG") or settings.paths.home / "vigie.toml")


def set_start(settings: Settings, text: str) -> str:
    """Set the first period that is owed; returns it as it is kept. Raises NoStart."""
    if os.environ.get("VIGIE_DEPUIS"):
        raise NoStart("La date de début est fixée par VIGIE_DEPUIS, dans l'environnement : la changer là.")
    try:
        period = str(read_said(text))
    except ValueError as error:
        raise NoStart(f"{error}.") from None
    file = settings_file(settings)
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    line = f'depuis = "{period}"'
    # A key below the first table would be that table's.
    table = _TABLE.search(before)
    top = before[: table.start()] if table else before
    rest = before[len(top) :]
    top = _LINE.sub(line, top, count=1) if _LINE.search(top) else f"{line}\n{top}"
    settings.paths.create()
    # It may hold a password: its readers stay those it had, its owner alone when it is new.
    write_whole(file, (top + rest).encode(), file.stat().st_mode & 0o777 if file.exists() else 0o600)
    return period
