"""What one reception did, counted."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from pipelines.base.rows import Row
from pipelines.home.register import REFUSED


@dataclass
class Intake:
    """What one reception did. `accepted` and `refused` hold delivery ids; `seconds` adds up by kind of work, some of
    it done side by side.
    """

    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    already_known: int = 0
    already_refused: int = 0
    read_again: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)  # returns found in another sender's drop folder, in French
    rows: int = 0  # cells that hold something
    lines: int = 0
    kept: int = 0  # of these lines, those that the home keeps
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    _adding: Lock = field(default_factory=Lock, repr=False, compare=False)

    def accept(self, ids: list[str], again: bool) -> None:
        """Count deliveries as accepted, or as read again when they were accepted before."""
        (self.read_again if again else self.accepted).extend(ids)

    def count_known(self, delivery: Row) -> None:
        if delivery["statut"] == REFUSED:
            self.already_refused += 1
        else:
            self.already_known += 1

    @contextmanager
    def timed(self, work: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - started
            with self._adding:
                self.seconds[work] += spent
