"""`python -m tests.properties`: hundreds of mutants of every source; the last line counts them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from pipelines.demo import write_demonstration
from tests.conftest import case_path
from tests.properties.mutation import mutant
from tests.properties.trial import Tally, healthy, judge, publish, rounds

# Files of the producers that are small enough to be mutated whole.
_CASES = ("baac", "merge", "ssmsi", "insee", "etat4001")
_BATCH = 100


def main() -> int:
    """Mutate, receive, build; 1 when there was an incident."""
    asked = argparse.ArgumentParser(description="Mutants de chaque source, à la réception puis à la publication.")
    asked.add_argument("--par-fichier", type=int, default=8, help="mutants par fichier")
    asked.add_argument("--tours", type=int, default=12, help="chargements de mutants acceptés, au plus")
    asked.add_argument("--graine", type=int, default=21)
    options = asked.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="vigie-mutants-") as name:
        scratch = Path(name)
        (scratch / "demonstration").mkdir()
        write_demonstration(scratch / "demonstration")
        demonstration = sorted((scratch / "demonstration").iterdir())
        of_demonstration = [mutant(f, options.graine + i) for i in range(options.par_fichier) for f in demonstration]
        for number, at in enumerate(range(0, len(of_demonstration), _BATCH)):
            judge(of_demonstration[at : at + _BATCH], scratch / f"recus-{number}", tally)
            print(tally.line(), flush=True)
        accepted = list(tally.accepted)
        small = cases()
        of_cases = [mutant(f, options.graine + i) for i in range(options.par_fichier) for f in small]
        judge(of_cases, scratch / "cas", tally)
        print(tally.line(), flush=True)
        sound = healthy(demonstration, scratch / "sain")
        for number, together in enumerate(rounds(accepted)[: options.tours]):
            publish(together, demonstration, sound, scratch / f"tour-{number}", tally)
            print(tally.line(), flush=True)
    for incident in tally.incidents:
        print(f"INCIDENT {incident}")
    print(tally.line())
    return 1 if tally.incidents else 0


def cases() -> list[Path]:
    """The small inputs of the producers' forms; none where they are not beside the project."""
    root = case_path()
    folders = [root / name for name in _CASES] if root else []
    return sorted(f for folder in folders for f in folder.iterdir() if f.suffix in {".csv", ".xlsx"})


if __name__ == "__main__":
    sys.exit(main())
