"""`vigie confirm`: which of the files of a return counts."""

from __future__ import annotations

from pipelines.cli.screen import err, tell
from pipelines.officer.confirming import confirm_delivery
from pipelines.settings.model import Settings


def run(given: str, reason: str | None, lines: bool, whole: bool, as_json: bool) -> int:
    """Take a correction, or keep what is in use."""
    return tell(as_json, confirm_delivery(Settings(), given, reason, lines, whole), err)
