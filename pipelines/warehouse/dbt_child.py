"""dbt in a process that cannot outlive the load that started it (console script `vigie-dbt`)."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Run dbt's own command line with this process's arguments."""
    if sys.platform == "linux":
        # A killed load releases its lock at once; an orphan dbt must not go on writing beside the next load.
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)
    from dbt.cli.main import cli

    sys.argv[0] = "dbt"
    cli()


if __name__ == "__main__":
    main()
