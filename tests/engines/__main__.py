"""`python -m tests.engines spark`, `python -m tests.engines scale [--tailles 1 3 10] [--ecrire DOCUMENT]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from benchmarks import record
from benchmarks.harness import stop_when_told
from tests.engines import scale, spark


def main() -> int:
    """0 when every engine gave the same rows, however long it took."""
    parser = argparse.ArgumentParser(prog="python -m tests.engines", description="Les mêmes modèles, d'autres moteurs.")
    parser.add_argument("mesure", choices=("spark", "scale"))
    parser.add_argument("--tailles", type=int, nargs="+", default=scale.SIZES, metavar="N")
    parser.add_argument("--ecrire", type=Path, metavar="DOCUMENT", help="le document qui garde ce qui est mesuré")
    asked = parser.parse_args()
    stop_when_told()
    console = Console(highlight=False, record=bool(asked.ecrire), width=120 if asked.ecrire else None)
    code = spark.run(console) if asked.mesure == "spark" else scale.run(console, sorted(set(asked.tailles)))
    if asked.ecrire and code == 0:
        record.write(asked.ecrire, "moteurs", console.export_text(clear=True))
    return code


if __name__ == "__main__":
    sys.exit(main())
