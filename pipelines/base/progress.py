"""How long work tells how far it is, without knowing who watches."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol


class Watcher(Protocol):
    """Receives (step in French, done, total); total is None while it is not known."""

    def __call__(self, step: str, done: int, total: int | None) -> None: ...


def _nobody(step: str, done: int, total: int | None) -> None:
    return None


_watcher: ContextVar[Watcher] = ContextVar("progress_watcher", default=_nobody)


def watch(watcher: Watcher) -> None:
    """From now on in this context, `watcher` is told."""
    _watcher.set(watcher)


def tell(step: str, done: int, total: int | None = None) -> None:
    _watcher.get()(step, done, total)
