"""`vigie start`: the first period that is asked for."""

from __future__ import annotations

from pipelines.cli.screen import tell
from pipelines.officer.starting import begin, started
from pipelines.settings.model import Settings


def run(period: str | None, as_json: bool) -> int:
    """Set the start date, or say what it is."""
    return tell(as_json, begin(Settings(), period) if period else started(Settings()))
