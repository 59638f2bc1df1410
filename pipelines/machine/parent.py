"""For a child process of a load: it does not outlive the load, whatever ends that, and does not end before it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """End with the thread that started this process. A killed load releases its lock at once: an orphan must not go on
    working beside the next load.
    """
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def leave_signals_to_parent() -> None:
    """An interruption is the parent's: it ends its children, and says why. One that died first would seem to fail."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
