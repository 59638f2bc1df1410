"""`make verify-operations`: each demand on loads that run themselves and that nothing can break (over two hours)."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipelines.settings.model import Settings
from tests.conftest import PROJECT, Home
from tests.faults.families.delivery import BUILT_ORDERS, ORDERS
from tests.faults.ground import NEXT, Ground, Reader, said_by
from tests.faults.service import Service, wait_until
from tests.verify.harness import Verification, described, run_tests

# Users of the road in a table just under the most cells that are read.
READERS, LOADS, WORST_ACCIDENTS = 8, 100, 880_000


def main() -> int:
    """1 when a demand is missed. With names of parts, those alone: the whole takes over two hours."""
    parser = argparse.ArgumentParser(prog="python -m tests.verify.operations", description=__doc__)
    parser.add_argument(
        "parties", nargs="*", choices=[*PARTS, []], metavar="PARTIE", help=f"parmi : {', '.join(PARTS)} (toutes)"
    )
    asked = parser.parse_args().parties or list(PARTS)
    v = Verification("Des chargements qui tournent seuls, et que rien ne casse")
    with tempfile.TemporaryDirectory(prefix="vigie-exploitation-") as name:
        ground = Ground(Path(name) / "sol")
        for part in asked:
            PARTS[part](v, ground)
    return v.close()


def _files(ground: Ground, *names: str) -> dict[str, bytes]:
    return {name: file.read_bytes() for name, file in ground.files(*names).items()}


def _drop(home: Home, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (home.landing / name).write_bytes(content)


def _lock(v: Verification, _: Ground) -> None:
    run_tests(v, "Un second chargement dit qui tient le verrou et sort 3 ; avec --wait il attend",
              "tests/integration/test_loads.py", "-k", "second_load_says_who")  # fmt: skip
    run_tests(
        v, "Un fichier ou une archive hostile n'abîme rien de ce qui est publié", "tests/integration/test_hostile.py"
    )


def _service(v: Verification, ground: Ground) -> None:
    home = ground.copy(ground.base, VIGIE_STABILITY_SECONDS="2")
    with Service(home) as service:
        told = service.ask(
            "{ repositoriesOrError { ... on RepositoryConnection { nodes { "
            "schedules { name executionTimezone scheduleState { status } } sensors { name sensorState { status } } "
            "} } } }"
        )
        [repository] = told["repositoriesOrError"]["nodes"]
        v.demand(
            "Les calendriers tournent, à l'heure de Paris, et le guetteur",
            "vigie ui, GraphQL",
            (
                sorted(
                    (s["name"], s["executionTimezone"], s["scheduleState"]["status"]) for s in repository["schedules"]
                ),
                [(s["name"], s["sensorState"]["status"]) for s in repository["sensors"]],
            ),
            (
                [
                    (name, "Europe/Paris", "RUNNING")
                    for name in ("chargement_mensuel", "cliche_du_trimestre", "rappel_baac_annuel")
                ],
                [("arrivees", "RUNNING")],
            ),
        )
        before = said_by(home.warehouse)
        arrived = time.monotonic()
        _drop(home, _files(ground, *NEXT) | {"mauvais.csv": b"a;b\n1;2\n"})
        wait_until(lambda: said_by(home.warehouse) != before, 600, "nothing is published")
        seconds = time.monotonic() - arrived
        v.console.print(f"         de l'arrivée du fichier à sa publication : {seconds:.0f} s, démon en marche")
        published, alone = said_by(home.warehouse), ground.whole_content
        v.demand(
            "Un fichier déposé est publié sans que personne ne touche à rien ; le mauvais fichier n'est que dans les "
            "tables qui le disent",
            "vigie ui ; cp FICHIER MAUVAIS landing/",
            sorted(t for t in published.keys() | alone.keys() if published.get(t) != alone.get(t)),
            ["qualite.livraisons", "qualite.refus"],
        )
        wait_until(lambda: service.runs() and service.runs()[0]["status"] in ("SUCCESS", "FAILURE"), 120, "no end")
        run = service.runs()[0]
        events = service.ask(
            "query($id: ID!) { logsForRun(runId: $id) { ... on EventConnection { events { __typename "
            "... on MessageEvent { message } ... on MaterializationEvent { assetKey { path } } "
            "... on AssetCheckEvaluationEvent { evaluation { checkName success } } } } } }",
            id=run["runId"],
        )["logsForRun"]["events"]
        messages = " | ".join(e.get("message") or "" for e in events)
        made = {"/".join(e["assetKey"]["path"]) for e in events if e.get("assetKey")}
        checks = {e["evaluation"]["checkName"] for e in events if e.get("evaluation")}
        v.demand(
            "Le chargement, le fichier accepté et le fichier refusé se lisent dans l'interface",
            "GraphQL logsForRun",
            (
                run["status"],
                all(f"Accepté : {n}" in messages for n in ground.files(*NEXT)),
                "Refusé : mauvais.csv" in messages and "À faire" in messages,
                "published/vigie" in made,
                len(checks) > 25,
            ),
            ("SUCCESS", True, True, True, True),
        )
        v.demand(
            "Et dans le registre",
            "vigie deliveries --json",
            sorted(
                d["statut"]
                for d in json.loads(home.run("deliveries", "--json").stdout)["livraisons"]
                if d["nom"] in {"mauvais.csv", *ground.files(*NEXT)}
            ),
            ["acceptee", "acceptee", "refusee"],
        )
        service.stop(signal.SIGKILL)
    shutil.rmtree(home.folder / "dagster")
    again = home.load()
    v.demand(
        "L'état de l'orchestrateur perdu, rien n'est fait deux fois",
        "rm -r dagster ; vigie load",
        again["resultat"],
        "rien de nouveau",
    )


def _register(v: Verification, _: Ground) -> None:
    run_tests(
        v,
        "verify, rebuild, backup, restore, reinstate, droits : chaque promesse",
        "tests/integration/test_operations.py",
    )
    run_tests(v, "Une réception qui meurt est reprise par la suivante", "tests/unit/reception/test_batches.py")
    run_tests(v, "Guetteur, calendriers, rappel annuel", "tests/integration/test_automation.py")
    run_tests(v, "Le harnais voit ce qu'il cherche, l'échange non atomique compris", "tests/faults/test_faults.py")


def _readers(v: Verification, ground: Ground) -> None:
    home = ground.copy(ground.base)
    [delivery] = [
        d["livraison_id"]
        for d in json.loads(home.run("deliveries", "--json").stdout)["livraisons"]
        if d["nom"].startswith("population")
    ]
    readers = [Reader(home.warehouse, home.folder / f"fin-{i}") for i in range(READERS)]
    published = 0
    for rank in range(LOADS):
        home.run("reinstate" if rank % 2 else "withdraw", delivery, "--motif", "essai")
        published += home.load()["resultat"] == "publié"
    refused = [said for said in (reader.end() for reader in readers) if said]
    v.demand(
        f"Huit lecteurs en boucle pendant {LOADS} chargements : aucun n'est refusé",
        "vigie load × 100",
        (published, refused),
        (LOADS, []),
    )


def _memory(v: Verification, ground: Ground) -> None:
    """The worst files that are accepted, and one that is too large."""
    import numpy as np

    from benchmarks.accidents_files import invent_year
    from benchmarks.harness import Case, Command, measure

    files = ground.folder / "pire"
    files.mkdir(parents=True)
    invent_year(files, 2019, WORST_ACCIDENTS, np.random.default_rng(ground.seed))
    worst, cells = max(((f, _cells(f)) for f in files.iterdir()), key=lambda found: found[1])
    most = Settings(home=files).max_cells

    def prepare(folder: Path) -> Command:
        home = Home(folder)
        for file in files.iterdir():
            (home.landing / file.name).hardlink_to(file)
        return Command(
            [str(PROJECT / ".venv" / "bin" / "vigie"), "load"],
            {k: x for k, x in home.environment.items() if k.startswith("VIGIE_")},
        )

    m = measure([Case("a", "vigie load", prepare)], 1, ground.folder / "memoire", v.console)["a"]

    @described("plus de neuf dixièmes de ce qui est lu, et moins de 2 048 Mio")
    def under(told: tuple[float, int]) -> bool:
        return 0.9 < told[0] <= 1 and told[1] < 2048

    v.demand(
        f"Le pire fichier accepté, {worst.name} ({cells} cellules, {worst.stat().st_size >> 20} Mio) : sa part du plus "
        "grand nombre de cellules, et la mémoire de tout le chargement, en Mio",
        "vigie load",
        (round(cells / most, 2), round(m.peak_mib)),
        under,
    )
    refused = _files(ground, *NEXT)[max(_files(ground, *NEXT))]
    home = ground.copy(ground.base, VIGIE_MAX_FILE_MIB="1")
    _drop(home, {"grand.csv": refused * (2 * 2**20 // len(refused))})
    told = home.load()
    v.demand(
        "Au-delà de la plus grande taille, le fichier est refusé par son nom",
        "vigie load",
        [(d["nom"], d["defauts"][0]["code"]) for d in told["refusees"]],
        [("grand.csv", "fichier_trop_gros")],
    )


def _cells(file: Path) -> int:
    with file.open("rb") as stream:
        columns = stream.readline().count(b";") + 1
        return columns * sum(1 for _ in stream)


def _faults(v: Verification, _: Ground) -> None:
    whole = subprocess.run(
        [sys.executable, "-m", "tests.faults"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    print(whole.stdout)
    last = whole.stdout.strip().splitlines()[-1]
    faults, tries, broken = map(int, re.findall(r"(\d+) (?:pannes|essais|invariants)", last))

    @described("au moins 60 pannes, 210 essais, aucun invariant rompu")
    def held(_: object) -> bool:
        return whole.returncode == 0 and faults >= 60 and tries >= 210 and broken == 0

    v.demand("Toutes les pannes, les six invariants", "make faults", last, held)
    of_orders = [line for line in whole.stdout.splitlines() if "ordres au hasard" in line and "│" in line]

    @described(f"{ORDERS} essais, les six invariants tenus")
    def all_held(told: list[str]) -> bool:
        return len(told) == 1 and f" {ORDERS} " in told[0] and told[0].count("tenu") == 6

    v.demand(
        f"Cent ordres au hasard, avec redites et correction : la même sélection ; {BUILT_ORDERS} d'entre eux, "
        "construits en entier, publient le même contenu, ligne à ligne",
        "make faults",
        of_orders,
        all_held,
    )
    tables = [
        subprocess.run(
            [sys.executable, "-m", "tests.faults", "--famille", "vie privée", "--graine", "7"],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        for _ in range(2)
    ]
    rows = [sorted(line for line in table.splitlines() if line.startswith("│")) for table in tables]
    v.demand(
        "La même graine donne la même table",
        "python -m tests.faults --famille 'vie privée' --graine 7",
        rows[0] == rows[1] and len(rows[0]) > 5,
        True,
    )


PARTS = {
    "verrou": _lock,
    "service": _service,
    "registre": _register,
    "lecteurs": _readers,
    "memoire": _memory,
    "pannes": _faults,
}

if __name__ == "__main__":
    sys.exit(main())
