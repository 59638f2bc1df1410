"""`python -m tests.faults [--famille F] [--seulement MOT] [--graine 46] [--ensemble 2]`: every fault, and its table."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults.families import FAULTS
from tests.faults.ground import Ground
from tests.faults.trial import INVARIANTS, Outcome


def run_one(rank: int, folder: Path, seed: int) -> Outcome:
    """One fault on a ground of its own; what breaks the harness itself breaks the fault."""
    try:
        return FAULTS[rank].run(Ground(folder, seed))
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return Outcome(
            1, [("I3", f"le harnais s'arrête : {type(error).__name__}: {error} ({last.name}:{last.lineno})"[:400])]
        )


def main() -> int:
    """1 when an invariant is broken."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description="Casser Vigie, et regarder ce qui tient."
    )
    parser.add_argument("--famille", action="append", help="cette famille seule, et les autres que l'on nomme ainsi")
    parser.add_argument("--seulement", help="les pannes dont le nom contient ce texte")
    parser.add_argument("--graine", type=int, default=46)
    parser.add_argument("--ensemble", type=int, default=2, help="combien à la fois")
    asked = parser.parse_args()
    chosen = [
        i
        for i, f in enumerate(FAULTS)
        if (asked.famille is None or f.family in asked.famille)
        and (asked.seulement is None or asked.seulement in f.name)
    ]
    console, started, outcomes = Console(highlight=False, width=150), time.monotonic(), {}
    with tempfile.TemporaryDirectory(prefix="vigie-pannes-") as name:
        folder = Path(name)
        ground = Ground(folder / "sol", asked.graine)
        with console.status("Un département chargé sans panne"):
            _ = ground.whole
        with ProcessPoolExecutor(asked.ensemble) as pool:
            waiting = {pool.submit(run_one, i, folder / "sol", asked.graine): i for i in chosen}
            for done in as_completed(waiting):
                i = waiting[done]
                outcomes[i] = done.result()
                minutes = (time.monotonic() - started) / 60
                console.print(
                    f"{len(outcomes)}/{len(chosen)}  {minutes:.0f} min  {FAULTS[i].name}", style="dim", markup=False
                )
                for invariant, sentence in outcomes[i].broken:
                    console.print(f"  rompu : {invariant}, {sentence}", style="red", markup=False)
    return show(console, [(FAULTS[i], outcomes[i]) for i in chosen], time.monotonic() - started)


def show(console: Console, results: list, seconds: float) -> int:
    """The table, then each broken invariant with its sentence."""
    table = Table(title="Pannes")
    for heading in ("famille", "panne"):
        table.add_column(heading)
    table.add_column("essais", justify="right")
    for invariant in INVARIANTS:
        table.add_column(invariant)
    for fault, outcome in results:
        broken = {i for i, _ in outcome.broken}
        table.add_row(
            fault.family, fault.name, str(outcome.tries), *("[red]rompu" if i in broken else "tenu" for i in INVARIANTS)
        )
    console.print(table)
    for fault, outcome in results:
        for invariant, sentence in outcome.broken:
            console.print(f"{fault.name} : {invariant}, {sentence}", style="red", markup=False)
    killed = [o for f, o in results if "kill -9" in f.name]
    if killed:
        tries, survived = sum(o.tries for o in killed), sum(o.survived for o in killed)
        console.print(f"Tués par kill -9 : {tries}, dont {survived} sans rien rompre.")
    hostile = [o for f, o in results if f.family == "hostile" and o.to_refuse]
    if hostile:
        asked, refused = sum(o.to_refuse for o in hostile), sum(o.refused for o in hostile)
        console.print(f"Fichiers hostiles : {asked}, dont {refused} refusés par leur nom, pour leur raison.")
    tries, broken = sum(o.tries for _, o in results), sum(len(o.broken) for _, o in results)
    console.print(f"{len(results)} pannes, {tries} essais, {broken} invariants rompus, en {seconds:.0f} s.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
