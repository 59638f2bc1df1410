"""Ctrl-C, or a service that is told to end: the command says so and is gone at once, whatever it was doing.

A load survives a kill at any instant (the fault tests hold it to that), and the libraries that it runs turn an
interruption into an error of theirs, or into nothing: so none is raised. A thread waits for the signal, does what may
not be left undone, and ends the process. It imports nothing then: another thread may hold the lock of an import.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipelines.base.exit_codes import INTERRUPTED

SENTENCE = "Interrompu."
# How long a step that may not be cut is waited for.
_LONGEST_HOLD = 10.0
_SIGNALS = tuple(getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n))
_SHOW_CURSOR = b"\r\x1b[K\x1b[?25h"

_undone: list[Callable[[], object]] = []
_holding: list[object] = []
_children: weakref.WeakSet[subprocess.Popen[Any]] = weakref.WeakSet()
_watching = threading.Event()
_stopping = threading.Event()


def watch() -> None:
    """Have an interruption end this process at once. The main thread calls it, before any large import."""
    if _watching.is_set() or not hasattr(signal, "set_wakeup_fd"):
        return
    reading_end, writing_end = os.pipe()
    os.set_blocking(writing_end, False)
    _watching.set()
    # Listen first: a signal between the two would be lost.
    signal.set_wakeup_fd(writing_end, warn_on_full_buffer=False)
    threading.Thread(target=_wait, args=(reading_end,), name="interruption", daemon=True).start()
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # started so that it outlives its terminal
            signal.signal(number, lambda *_: None)


def release() -> None:
    """Leave the signals to whoever comes next: a terminal that is handed over, a server that ends in order."""
    if _watching.is_set():
        _watching.clear()
        signal.set_wakeup_fd(-1)
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def raise_instead() -> None:
    """Have the main thread raise KeyboardInterrupt: a service ends its processes in order. A shell that starts it in
    the background has it ignore Ctrl-C: it does not.
    """
    release()
    for number in _SIGNALS:
        if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def ignore() -> None:
    """Ignore the signals: a service that is told twice to end would leave processes behind."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def undo(work: Callable[[], object]) -> Iterator[None]:
    """Have `work` done if the process is interrupted within; what it raises is not told."""
    _undone.append(work)
    try:
        yield
    finally:
        _undone.remove(work)


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Hold an interruption back until a few steps are all done."""
    if _stopping.is_set():
        _disappear()
    mark = object()
    _holding.append(mark)
    try:
        yield
    finally:
        _holding.remove(mark)


def settle() -> None:
    """Wait for an interruption before a failure is told: it may be its cause, and then has the say."""
    if _watching.is_set():
        time.sleep(0.05)
    if _stopping.is_set():
        _disappear()


def end_with_this(process: subprocess.Popen[Any]) -> None:
    """Have a child killed when this process is interrupted."""
    _children.add(process)


@contextlib.contextmanager
def scratch(dir: Path | None = None, prefix: str | None = None, ignore_cleanup_errors: bool = False) -> Iterator[str]:
    """Open a temporary folder, gone whatever the end is. Options are those of `tempfile.TemporaryDirectory`."""
    folder = tempfile.TemporaryDirectory(prefix=prefix, dir=dir, ignore_cleanup_errors=ignore_cleanup_errors)
    with folder as name, undo(lambda: shutil.rmtree(name, ignore_errors=True)):
        yield name


def end(code: int) -> None:
    """End a command, unless it was interrupted just before."""
    if _stopping.is_set():
        _disappear()
    os._exit(code)


def _disappear() -> None:
    threading.Event().wait()


def _wait(signals: int) -> None:
    while received := os.read(signals, 64):
        if _watching.is_set() and any(number in _SIGNALS for number in received):
            _stop()


def _stop() -> None:
    _stopping.set()
    deadline = time.monotonic() + _LONGEST_HOLD
    while _holding and time.monotonic() < deadline:
        time.sleep(0.01)
    for process in list(_children):
        with contextlib.suppress(Exception):
            process.kill()
    for work in reversed(list(_undone)):
        with contextlib.suppress(Exception):
            work()
    with contextlib.suppress(OSError):
        if "--json" in sys.argv[1:]:
            answer = json.dumps({"erreur": SENTENCE, "code_sortie": INTERRUPTED}, ensure_ascii=False)
            os.write(1, answer.encode() + b"\n")
        os.write(2, (_SHOW_CURSOR if os.isatty(2) else b"") + SENTENCE.encode() + b"\n")
    os._exit(INTERRUPTED)
