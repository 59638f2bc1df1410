"""A fault: its family, its name, what it does, and the families it is found in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.ground import Ground
from tests.faults.trial import Outcome


@dataclass(frozen=True)
class Fault:
    """`run` tries it on a ground, as many times as it takes. The fast ones are part of `make test`."""

    family: str
    name: str
    run: Callable[[Ground], Outcome]
    fast: bool = False
