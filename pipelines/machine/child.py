"""A child process of this one, seen from both: the parent starts it and ends it, the child does not outlive its parent.

What they say to each other is a line of JSON a message, on the child's standard input and output.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from pipelines.machine import interruption

_PR_SET_PDEATHSIG = 1


class Child(subprocess.Popen[bytes]):
    """A process that is written to and read from, that ends with this one, and that a Ctrl-C of the terminal does not
    reach before it.
    """

    stdin: IO[bytes]
    stdout: IO[bytes]

    def __init__(
        self,
        arguments: Sequence[str],
        env: Mapping[str, str],
        cwd: Path | None = None,
        stderr: int | IO[bytes] | None = None,
    ) -> None:
        pipe = subprocess.PIPE
        super().__init__(arguments, start_new_session=True, stdin=pipe, stdout=pipe, stderr=stderr, env=env, cwd=cwd)
        interruption.end_with_this(self)

    def send(self, message: object) -> None:
        """Write a message; raises BrokenPipeError when the child is gone."""
        self.stdin.write(json.dumps(message).encode() + b"\n")
        self.stdin.flush()

    def messages(self, deadline: float) -> Iterator[dict[str, Any]]:
        """Yield what the child says. Raises TimeoutError at the deadline, on the clock of `time.monotonic`, and
        EOFError when the child is gone.
        """
        pending = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.stdout, selectors.EVENT_READ)
            while True:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                chunk = os.read(self.stdout.fileno(), 1 << 16)
                if not chunk:
                    raise EOFError
                *lines, pending = (pending + chunk).split(b"\n")
                yield from map(json.loads, lines)

    def end(self) -> None:
        """Kill it, whatever it is doing, and wait until it is dead."""
        self.kill()
        self.wait()
        with contextlib.suppress(BrokenPipeError):  # what a dead child did not read is still in the buffer
            self.stdin.close()
        self.stdout.close()


def run(arguments: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a process that ends with this one, wait for it, and return what it wrote as text."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(arguments, start_new_session=True, stdout=pipe, stderr=pipe, text=True, env=env, cwd=cwd)
    interruption.end_with_this(process)
    out, err = process.communicate()
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


# ── in the child ────────────────────────────────────────────────────────────────
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
    """Ignore an interruption: the parent ends its children and says why; one that ended first would seem to fail."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def keep_output() -> IO[bytes]:
    """Keep standard output for the answers: what libraries print goes to standard error from now on."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers
