"""The parent's side of the child that runs suites: one a process, started early, replaced when it dies."""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import threading
from typing import TYPE_CHECKING

from pipelines.machine.child import Child
from pipelines.quality.suites import Outcome, SuiteError
from pipelines.settings.model import without_secrets

if TYPE_CHECKING:
    import pandas as pd

_child: Child | None = None
_LOCK = threading.Lock()


def warm_up() -> None:
    """Start the child: its imports pass while files are read and tables built."""
    with _LOCK:
        _started()


def examine(suite: dict, frame: pd.DataFrame, parameters: dict[str, float]) -> list[Outcome]:
    """What `suites.run` says of a suite and a frame; raises `SuiteError` as it does, and when the child dies of it."""
    with _LOCK:
        asked = _started()
        try:
            pickle.dump((suite, frame, parameters), asked.stdin)
            asked.stdin.flush()
            answer: list[Outcome] | str = pickle.load(asked.stdout)  # noqa: S301 -- what the child wrote, not what was received
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            asked.end()  # the next call starts another
            raise SuiteError(f"{suite['name']}: the process of the checks stopped") from error
    if isinstance(answer, str):
        raise SuiteError(answer)
    return answer


def give_back() -> None:
    """Have the child, if there is one, hand back what the suites that it ran have freed."""
    with _LOCK:
        if _child is not None and _child.poll() is None:
            with contextlib.suppress(OSError):  # it died: the next call sees that
                pickle.dump((), _child.stdin)
                _child.stdin.flush()


def _started() -> Child:
    global _child
    if _child is None or _child.poll() is not None:
        # It ends with its input: a load that is killed closes it.
        _child = Child(
            [sys.executable, "-m", "pipelines.quality.examiner_child"],
            env=without_secrets(os.environ) | {"PYTHONUNBUFFERED": "1"},
        )
    return _child
