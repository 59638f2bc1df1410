"""`python -m tests.benchmarks [MESURE …] [-n TOURS] [--tailles 1 3 10]`: every benchmark, or those that are named."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from rich.console import Console

from tests.benchmarks import scale, snapshots, workbook
from tests.benchmarks.accidents import ACCIDENTS
from tests.benchmarks.returns import RETURNS

BENCHMARKS = {
    "classeur": ("Le classeur du ministère, de son fichier à indicateurs.valeurs", workbook.run),
    "national": ("Neuf ans d'accidents de la route, tout le pays", partial(scale.run, ACCIDENTS)),
    "cliches": ("Un trimestre donné avec son rapport, puis dix", snapshots.run),
    "retours": ("Les retours mensuels de tous les départements sur neuf ans", partial(scale.run, RETURNS)),
}


def main() -> int:
    """0 when every way that was measured gave the same figures, however long it took."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Mesurer Vigie.")
    parser.add_argument(
        "-n",
        type=_rounds,
        metavar="TOURS",
        help="combien de fois chaque processus (classeur et cliches 3, les autres 1)",
    )
    parser.add_argument(
        "--tailles", type=_rounds, nargs="+", default=list(scale.SIZES), metavar="N",
        help="pour les mesures qui en ont : à combien de fois les données (1 3 10)",
    )  # fmt: skip
    parser.add_argument("mesures", nargs="*", metavar="MESURE", help=f"parmi : {', '.join(BENCHMARKS)} (toutes)")
    asked = parser.parse_args()
    unknown = [name for name in asked.mesures if name not in BENCHMARKS]
    if unknown:
        parser.error(f"mesure inconnue : {', '.join(unknown)} ; parmi : {', '.join(BENCHMARKS)}")
    console = Console(highlight=False)
    codes = []
    for name in asked.mesures or BENCHMARKS:
        title, run = BENCHMARKS[name]
        console.rule(title)
        if name in ("classeur", "cliches"):
            codes.append(run(console, asked.n or 3))
        else:
            codes.append(run(console, asked.n or 1, sorted(set(asked.tailles))))
    return max(codes)


def _rounds(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} n'est pas un nombre entier d'au moins 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
