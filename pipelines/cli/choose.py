"""`vigie choose`: which of two deliveries of one edition counts."""

from __future__ import annotations

from pipelines.cli.screen import err, tell
from pipelines.officer.decisions import choose
from pipelines.settings.model import Settings


def run(given: str, reason: str, as_json: bool) -> int:
    """Record a person's choice. The next load rebuilds with the delivery that was chosen."""
    return tell(as_json, choose(Settings(), given, reason), err)
