"""The `vigie` command: English verbs, French words. Each command imports only what it needs."""

import os
import signal
import sys


def _at_once(*_: object) -> None:
    if "--json" in sys.argv:
        os.write(1, b'{"erreur": "Interrompu.", "code_sortie": 130}\n')
    os.write(2, b"Interrompu.\n")
    os._exit(130)


# Before any import of more than a millisecond, those of `pipelines.cli.main` first; and only in the command itself.
if os.path.basename(sys.argv[0]) == "vigie" or (sys.argv[0] == "-m" and "pipelines.cli.main" in sys.orig_argv):
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _at_once)
    from pipelines.machine import interruption

    interruption.watch()
