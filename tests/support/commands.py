"""A command called without its process: its exit code, as `vigie` gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from pipelines.base.exit_codes import Stopped
from pipelines.cli import accident

P = ParamSpec("P")


def code_of(command: Callable[P, int], *asked: P.args, **options: P.kwargs) -> int:
    """What stops it is said as the command says it."""
    try:
        return command(*asked, **options)
    except Stopped as stopped:
        return accident.report(stopped)
