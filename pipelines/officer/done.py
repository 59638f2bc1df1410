"""What an act gives back, and why one is not done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipelines.base.exit_codes import Stopped


@dataclass(frozen=True)
class Done:
    """What was done: a sentence for a person, what follows from it, and one object for a program."""

    sentence: str
    told: dict[str, Any]
    more: list[str] = field(default_factory=list)


class NotDone(Stopped):
    """Why nothing was done. The text is French."""
