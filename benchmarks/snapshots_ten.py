"""Ten snapshots in two processes at a time, as a service that keeps ten départements would: each in a home of its own.

`python snapshots_ten.py VIGIE QUARTER TODAY HOME…`
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor


def main() -> None:
    vigie, quarter, today, *homes = sys.argv[1:]

    def give(home: str) -> int:
        environment = os.environ | {"VIGIE_HOME": home, "VIGIE_TODAY": today}
        return subprocess.run(
            [vigie, "snapshot", quarter, "--json"], env=environment, stdout=subprocess.DEVNULL, check=False
        ).returncode

    with ThreadPoolExecutor(2) as pool:
        sys.exit(max(pool.map(give, homes)))


if __name__ == "__main__":
    main()
