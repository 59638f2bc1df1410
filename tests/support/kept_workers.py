"""Children that read files, kept from a test to the next: starting one costs a second, and tests receive often."""

from __future__ import annotations

import os

import pytest

from pipelines.machine.child import Child
from pipelines.reading import supervisor
from pipelines.reading.supervisor import Parser
from pipelines.settings.project import home_of_environment, project_of

_kept: dict[tuple[object, ...], list[Child]] = {}


def _kind(parser: Parser) -> tuple[object, ...]:
    """What a child is started with: another memory, or other tables, is another child."""
    told = [(k, os.environ.get(k)) for k in sorted(supervisor._TOLD - {"VIGIE_HOME"})]
    return parser._settings.worker_memory_mib, project_of(home_of_environment()), *told


@pytest.fixture(autouse=True)
def kept_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser takes a child that another left alive, and leaves its own."""
    start = Parser._start

    def taken(self: Parser) -> Child:
        waiting = _kept.get(_kind(self), [])
        while waiting and self._child is None:
            child = waiting.pop()
            if child.poll() is None:
                self._child, self._served = child, 0
                return child
        return start(self)

    def left(self: Parser, *_: object) -> None:
        child, self._child, self._closed = self._child, None, True
        if child is not None and child.poll() is None:
            _kept.setdefault(_kind(self), []).append(child)

    monkeypatch.setattr(Parser, "_start", taken)
    monkeypatch.setattr(Parser, "__exit__", left)
