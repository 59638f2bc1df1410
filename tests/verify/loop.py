"""`make verify-loop`: a build that starts from the last one, at random and under kill -9, against one from nothing; and
what a small load costs beside an earlier commit.

`python -m tests.verify.loop N` tries N random sequences instead of a hundred.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks import loop
from pipelines.demo import write_demonstration
from tests.conftest import Home
from tests.faults.families import FAULTS
from tests.faults.ground import Ground
from tests.support.builds import walks
from tests.verify.harness import Verification, run_tests

SEQUENCES = 100
# Each loads into a home that holds a build.
KILLS = ("kill -9 à trente instants du chargement entier", "kill -9 du processus qui construit les tables")


def main() -> int:
    number = int(sys.argv[1]) if sys.argv[1:] else SEQUENCES
    v = Verification("La boucle : un petit chargement, et ce qui le garde juste")
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as name:
        scratch = Path(name)
        write_demonstration(scratch / "demonstration")
        files = sorted((scratch / "demonstration").iterdir())
        _sequences(v, scratch / "suites", files, number)
        _rebuild(v, scratch / "home", files)
        _kills(v, scratch / "pannes")
    run_tests(v, "Un départ abîmé, touché ou d'un autre projet n'est pas un départ", "tests/integration/test_reuse.py")
    v.demand("Une ligne, au plus 12 s de processeur et 9 s", "python -m benchmarks boucle",
             loop.run(Console(highlight=False, width=160), 3), 0)  # fmt: skip
    return v.close()


def _sequences(v: Verification, folder: Path, files: list[Path], number: int) -> None:
    """Deliveries, withdrawals, days and départements at random."""
    off = [(done, differ) for done, differ in walks(folder, files, number) if differ]
    v.demand(f"{number} suites au hasard : construire depuis la dernière fois donne ce que donne construire de rien",
             f"python -m tests.verify.loop {number}", off[:3], [])  # fmt: skip


def _rebuild(v: Verification, folder: Path, files: list[Path]) -> None:
    home = Home(folder)
    for half in (files[::2], files[1::2]):
        for file in half:
            home.drop(file)
        v.demand("La moitié de la démonstration, puis l'autre", "vigie load", home.load()["code_sortie"], 0)
    told = json.loads(home.run("rebuild", "--json").stdout)
    v.demand("vigie rebuild, qui construit de rien, publie le même contenu", "vigie rebuild --json",
             (told["code_sortie"], told["registre_identique"], told["tables_differentes"]), (0, True, []))  # fmt: skip


def _kills(v: Verification, folder: Path) -> None:
    ground = Ground(folder)
    for fault in (f for f in FAULTS if f.name in KILLS):
        outcome = fault.run(ground)
        v.demand(f"{fault.name} : {outcome.tries} essais, aucun invariant brisé",
                 f"python -m tests.faults --seulement '{fault.name}'", outcome.broken, [])  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
