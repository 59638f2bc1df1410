"""A process that sends two messages and dies, by kill -9, at its k-th write: a file, the register or the network.

`python -m tests.support.killed_sending K`: K is 0 to count the writes, written on standard output. A write is a call
into the system or SQLite, met just before it happens: all that can be seen from outside happens in one of them.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any

from pipelines.home.register import Register
from pipelines.messages.draft import REMINDER, Draft
from pipelines.messages.outbox import send
from pipelines.settings.model import Settings

# Of built-in objects: what writes a file, what commits to the register, what speaks to the server or hears it.
_WRITES = {
    "write", "fsync", "replace", "rename", "ftruncate", "pwrite", "execute", "executescript", "executemany", "sendall",
    "send", "connect", "do_handshake", "readline", "recv_into", "read", "close", "shutdown",
}  # fmt: skip


def drafts() -> list[Draft]:
    return [
        Draft(REMINDER, f"relance {n}", f"relance {n}", "SRV-46", "CGD CAHORS", ("cahors@exemple.fr",), f"objet {n}",
              "Madame, Monsieur,\n")
        for n in (1, 2)
    ]  # fmt: skip


def main(last: int) -> None:
    settings = Settings()
    settings.paths.create()
    met = 0

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal met
        if event == "c_call" and getattr(argument, "__name__", "") in _WRITES:
            met += 1
            if met == last:
                os.kill(os.getpid(), signal.SIGKILL)

    with Register(settings.paths.register) as register:
        sys.setprofile(watch)
        send(settings, register, drafts())
        sys.setprofile(None)
    print(met)


if __name__ == "__main__":
    main(int(sys.argv[1]))
