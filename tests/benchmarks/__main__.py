"""`python -m tests.benchmarks [-n TOURS] [MESURE …]`: every benchmark, or those that are named."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from tests.benchmarks import workbook

BENCHMARKS = {"classeur": ("Le classeur du ministère, de son fichier à indicateurs.valeurs", workbook.run)}


def main() -> int:
    """0 when every way that was measured gave the same figures, however long it took."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Mesurer Vigie.")
    parser.add_argument("-n", type=_rounds, default=3, metavar="TOURS", help="combien de fois chaque processus (3)")
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
        codes.append(run(console, asked.n))
    return max(codes)


def _rounds(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} n'est pas un nombre de tours")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
