"""`python -m benchmarks [MESURE …] [-n TOURS] [--tailles 1 3] [--ecrire DOCUMENT]`: every benchmark, or some."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks import growth, loop, profile, queries, record, scale, snapshots, warm, workbook
from benchmarks.accidents import ACCIDENTS
from benchmarks.harness import stop_when_told
from benchmarks.returns import RETURNS

BENCHMARKS = {
    "relance": ("make run une fois tout chargé, et le seul import des bibliothèques", warm.run),
    "boucle": ("Un petit chargement, maintenant et au commit d'avant", loop.run),
    "profil": ("Où passe le temps d'un chargement", profile.run),
    "classeur": ("Le classeur du ministère, de son fichier à indicateurs.valeurs", workbook.run),
    "national": ("Neuf ans d'accidents de la route, tout le pays", partial(scale.run, ACCIDENTS)),
    "cliches": ("Un trimestre donné avec son rapport, puis dix", snapshots.run),
    "requetes": ("Vingt questions à l'entrepôt de tout le pays", queries.run),
    "retours": ("Les retours mensuels de tous les départements sur neuf ans", partial(scale.run, RETURNS)),
    "croissance": ("Un chargement, selon les livraisons passées", growth.past),
    "disque": ("Le disque d'un dossier, après beaucoup de chargements", growth.disk),
}
SCALED = {"national", "retours"}


def main() -> int:
    """0 when every way that was measured gave the same figures, however long it took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Mesurer Vigie.")
    parser.add_argument(
        "-n",
        type=_rounds,
        metavar="TOURS",
        help="combien de fois chaque processus (1 pour celles qui ont des tailles, 3 pour les autres)",
    )
    parser.add_argument(
        "--tailles", type=_rounds, nargs="+", metavar="N",
        help="pour les mesures qui en ont : à combien de fois les données",
    )  # fmt: skip
    parser.add_argument(
        "--livraisons", type=_rounds, nargs="+", metavar="N", default=growth.PAST,
        help="croissance : combien de livraisons passées",
    )  # fmt: skip
    parser.add_argument(
        "--chargements", type=_rounds, metavar="N", default=growth.LOADS, help="disque : combien de chargements"
    )
    parser.add_argument("--ecrire", type=Path, metavar="DOCUMENT", help="le document qui garde ce qui est mesuré")
    parser.add_argument("mesures", nargs="*", metavar="MESURE", help=f"parmi : {', '.join(BENCHMARKS)} (toutes)")
    asked = parser.parse_args()
    unknown = [name for name in asked.mesures if name not in BENCHMARKS]
    if unknown:
        parser.error(f"mesure inconnue : {', '.join(unknown)} ; parmi : {', '.join(BENCHMARKS)}")
    stop_when_told()
    console = Console(highlight=False, record=bool(asked.ecrire), width=120 if asked.ecrire else None)
    codes = []
    for name in asked.mesures or BENCHMARKS:
        title, run = BENCHMARKS[name]
        console.rule(title)
        if name == "croissance":
            codes.append(run(console, asked.livraisons))
        elif name == "disque":
            codes.append(run(console, asked.chargements))
        elif name in SCALED:
            codes.append(run(console, asked.n or 1, sorted(set(asked.tailles or ()))))
        else:
            codes.append(run(console, asked.n or 3))
        if asked.ecrire:
            record.write(asked.ecrire, name, console.export_text(clear=True))
    return max(codes)


def _rounds(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} n'est pas un nombre entier d'au moins 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
