"""Python imports this by itself at the start of a process that finds this folder on its path.

`FAUTE` says what to do in the process whose command line holds `FAUTE_OU`, at its k-th durable operation (a file opened
for writing, renamed, removed, or flushed to disk): `compter:FILE` writes how many there were, `tuer:K` kills the
process, `erreur:K:NUMBER` makes the operation fail with that number of the system.
"""

import atexit
import os
import signal
import sys

_OPERATIONS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "shutil.move"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def _arm(plan: str) -> None:
    what, _, rest = plan.partition(":")
    done = 0

    def happens() -> None:
        nonlocal done
        done += 1
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
    if what == "compter":

        def write() -> None:
            total = done
            with open(rest, "w") as file:
                file.write(str(total))

        atexit.register(write)


if os.environ.get("FAUTE") and os.environ.get("FAUTE_OU", "") in " ".join(sys.orig_argv):
    _arm(os.environ["FAUTE"])
