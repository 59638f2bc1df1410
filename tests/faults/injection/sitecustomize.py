"""Python imports this by itself at the start of a process that finds this folder on its path.

`FAUTE` says what to do in the process whose command line holds `FAUTE_OU`, at its k-th durable operation (a file opened
for writing, renamed, removed, or flushed to disk): `compter:FILE` grows by a byte at each, `tuer:K` kills the
process, `erreur:K:NUMBER` makes the operation fail with that number of the system.
"""

import os
import signal
import sys

_OPERATIONS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "shutil.move"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def _arm(plan: str) -> None:
    what, _, rest = plan.partition(":")
    done, armed = 0, os.getpid()
    # A byte at a time, because a process may end without its exit functions.
    counted = os.open(rest, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) if what == "compter" else None

    def happens() -> None:
        nonlocal done
        done += 1
        if counted is not None and os.getpid() == armed:
            os.write(counted, b".")
        if what == "tuer" and done == int(rest):
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "erreur":
            k, number = map(int, rest.split(":"))
            if done == k:
                raise OSError(number, os.strerror(number))

    def hook(event: str, arguments: tuple) -> None:
        if event in _OPERATIONS or (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING):
            happens()

    flush = os.fsync

    def fsync(fd: int) -> None:
        happens()
        flush(fd)

    os.fsync = fsync
    sys.addaudithook(hook)


if os.environ.get("FAUTE") and os.environ.get("FAUTE_OU", "") in " ".join(sys.orig_argv):
    _arm(os.environ["FAUTE"])
