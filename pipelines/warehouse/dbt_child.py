"""dbt in a process that cannot outlive the load that started it (console script `vigie-dbt`).

`vigie-dbt ARGS` is dbt's own command line. `vigie-dbt --attendre PARSED ARGS` imports dbt and takes the project as it
was parsed, then waits for a line on standard input before it runs ARGS: two seconds of imports that pass while the
files are being read. It gives up when its input closes.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Run this process's arguments as dbt would, at once or when told."""
    _die_with_parent()
    if sys.argv[1:2] == ["--attendre"]:
        sys.exit(_run_when_told(Path(sys.argv[2]), sys.argv[3:]))
    from dbt.cli.main import cli

    sys.argv[0] = "dbt"
    cli()


def _die_with_parent() -> None:
    # A killed load releases its lock at once; an orphan dbt must not go on writing beside the next load.
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def _run_when_told(parsed: Path, arguments: list[str]) -> int:
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack(parsed.read_bytes())
    manifest.build_flat_graph()
    if not sys.stdin.readline():
        return 0
    return 0 if dbtRunner(manifest=manifest).invoke(arguments).success else 1


if __name__ == "__main__":
    main()
