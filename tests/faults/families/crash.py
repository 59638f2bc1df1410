"""What stops a load in the middle: a kill, a disk, a memory."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from pipelines.home.register import Register
from pipelines.operations.rebuild import index_of
from tests.conftest import PROJECT, VIGIE, Home
from tests.faults.experiments import INJECTION, Instants, spread
from tests.faults.fault import Fault
from tests.faults.ground import NEXT, Ground, Reader, said_by, said_by_a_torn_file, start
from tests.faults.trial import Outcome, Trial, differing

# What a load that nothing stopped says of itself.
_WITHOUT_INCIDENT = ("publié", "rien de nouveau")

WHOLE_INSTANTS, INTAKE_INSTANTS, PUBLICATION_INSTANTS = 30, 100, 80


def killed_whole(ground: Ground, instants: int = WHOLE_INSTANTS) -> Outcome:
    """kill -9 of `vigie load` at instants spread over its whole length, each drawn in its own share of it."""
    outcome, moments = Outcome(), Instants(_length(ground), instants, ground.seed)
    while outcome.tries < instants:
        with Trial(ground) as t:
            _drop_next(t)
            if not moments.kill(start(t.home, "load", "--json"), outcome.tries):
                continue
            t.old_or(ground.whole_content)
            t.loads_again(ground.whole_content)
            # Killed before it could write a line, it was never a load.
            for row in _loads(t.home):
                if row["resultat"] not in _WITHOUT_INCIDENT:
                    t.says_why(row["resultat"], f"chargement {row['chargement']}")
        outcome.add(t.outcome)
    return outcome


def _length(ground: Ground) -> float:
    home = ground.copy(ground.base)
    for name, file in ground.files(*NEXT).items():
        home.drop(file, name)
    started = time.monotonic()
    home.load()
    return time.monotonic() - started


def _drop_next(trial: Trial) -> None:
    for name, file in trial.ground.files(*NEXT).items():
        trial.home.drop(file, name)


def _loads(home: Home) -> list[dict]:
    with Register(home.folder / "register.sqlite") as register:
        return register.last_loads(20)


def _alone(home: Home, *arguments: str, **environment: str) -> subprocess.Popen:
    paths = f"{INJECTION}{os.pathsep}{PROJECT}"
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.alone", *arguments],
        env=home.environment | {"PYTHONPATH": paths, "FAUTE_OU": "tests.faults.alone"} | environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _operations(home: Home, *arguments: str) -> int:
    """How many durable operations this part makes when nothing stops it."""
    counted = home.folder / "operations.txt"
    done = _alone(home, *arguments, FAUTE=f"compter:{counted}")
    _, said = done.communicate(timeout=300)
    if done.returncode:
        raise RuntimeError(said)
    return counted.stat().st_size


def _received(home: Home) -> tuple:
    """What an intake leaves that must not depend on how it went."""
    with Register(home.folder / "register.sqlite") as register:
        index = index_of(register)
    known = ("sha256", "nom", "taille_octets", "nature", "statut", "motif")
    named = [tuple(d[k] for k in known) for d in map(json.loads, index["livraisons"])]
    raw = {}
    for folder in sorted({f.parent for f in (home.folder / "raw").glob("*/*/*.parquet")}):
        rows = duckdb.sql(f"select count(*), sum(hash(t)::hugeint) from '{folder}/*.parquet' as t")
        raw[f"{folder.parent.name}.{folder.name}"] = rows.fetchone()
    return sorted(named), index["tranches"], index["refus"], raw


def killed_intake(ground: Ground, instants: int = INTAKE_INSTANTS) -> Outcome:
    """kill -9 of the intake at its k-th durable operation, then the intake again."""
    outcome = Outcome()
    sound = _empty(ground)
    total = _operations(sound, "intake")
    wanted = _received(sound)
    for k in spread(total, instants):
        home = _empty(ground)
        process = _alone(home, "intake", FAUTE=f"tuer:{k}")
        process.communicate(timeout=300)
        outcome.tries += 1
        if process.returncode != -signal.SIGKILL:
            outcome.broken.append(("I3", f"l'intake n'est pas morte à l'opération {k}"))
        again = _alone(home, "intake")
        _, said = again.communicate(timeout=300)
        if again.returncode or _received(home) != wanted:
            outcome.broken.append(
                ("I4", f"tuée à l'opération {k} de {total}, l'intake ne se répare pas : {said[-200:]}")
            )
    return outcome


def _empty(ground: Ground) -> Home:
    home = ground.bare()
    for name, file in ground.files(*NEXT, "population-municipale", "caract").items():
        home.drop(file, name)
    (home.landing / "refusé.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    return home


def killed_publication(ground: Ground, instants: int = PUBLICATION_INSTANTS, *options: str) -> Outcome:
    """kill -9 of the publication, half at its k-th durable operation, half at instants of its length."""
    build = ground.whole.folder / "build" / "vigie.duckdb"
    home = ground.copy(ground.base)
    old = home.warehouse.read_bytes()
    arguments = ("publication", str(build), *options)
    started = time.monotonic()
    total = _operations(home, *arguments)
    length = time.monotonic() - started
    new = said_by(home.warehouse)
    operations = spread(total, instants // 2)
    rest = instants - len(operations)
    outcome, moments = Outcome(), Instants(length, rest, ground.seed)
    _restore(home, old)
    before = said_by(home.warehouse)
    # Often enough to fall between two pieces of a copy.
    reader = Reader(home.warehouse, home.folder / "fin", pause=0.02)
    read = said_by_a_torn_file if options else said_by
    while outcome.tries < instants:
        _restore(home, old)
        if outcome.tries < len(operations):
            place = f"opération {operations[outcome.tries]} de {total}"
            process = _alone(home, *arguments, FAUTE=f"tuer:{operations[outcome.tries]}")
            process.communicate(timeout=300)
            if process.returncode != -signal.SIGKILL:
                outcome.broken.append(("I3", f"{place} : la publication n'en est pas morte"))
        else:
            rank = outcome.tries - len(operations)
            place = f"instant {rank + 1} de {rest}"
            if not moments.kill(_alone(home, *arguments), rank):
                continue
        outcome.tries += 1
        try:
            found = read(home.warehouse)
        except duckdb.Error as error:
            outcome.broken.append(("I1", f"{place} : {str(error)[:120]}"))
            continue
        if found not in (before, new):
            outcome.broken.append(("I1", f"{place} : ni l'ancien ni le nouveau : {differing(found, [before, new])}"))
        again = _alone(home, "publication", str(build))
        again.communicate(timeout=300)
        if again.returncode or said_by(home.warehouse) != new:
            outcome.broken.append(("I4", f"{place} : la publication suivante ne donne pas le nouveau"))
        if [f.name for f in home.warehouse.parent.iterdir()] != [home.warehouse.name]:
            outcome.broken.append(("I4", f"{place} : un brouillon reste à côté du fichier publié"))
    refused = reader.end()
    if refused:
        outcome.broken.append(("I6", refused))
    return outcome


def _restore(home: Home, content: bytes) -> None:
    draft = home.folder / "ancien.duckdb"
    draft.write_bytes(content)
    os.replace(draft, home.warehouse)


def child_dies(ground: Ground, command: str) -> Outcome:
    """kill -9 of a child of the load: the one that reads files, or the one that builds tables."""
    with Trial(ground) as t:
        _drop_next(t)
        load = start(t.home, "load", "--json")
        _kill_child(load.pid, command)
        load.communicate(timeout=300)
        row = _loads(t.home)[0]
        if load.returncode == 0:  # the reader is started again: the load goes on as if nothing had been
            t.ends_as(ground.whole_content)
        else:
            t.says_why(row["resultat"], "chargement dont un enfant est mort")
            t.unchanged()
        t.loads_again(ground.whole_content)
    return t.outcome


def _kill_child(parent: int, command: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                line = (process / "cmdline").read_bytes().decode()
                above = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            if above == parent and command in line:
                time.sleep(0.3)
                os.kill(int(process.name), signal.SIGKILL)
                return
        time.sleep(0.02)
    raise RuntimeError(f"no child with {command!r}")


def limited(ground: Ground, limit: Callable[[], None]) -> Outcome:
    """A load under a limit of the system, then one without it."""
    with Trial(ground) as t:
        _drop_next(t)
        done = subprocess.run(
            [VIGIE, "load", "--json"], env=t.home.environment, capture_output=True, text=True, preexec_fn=limit,
            check=False, timeout=600,
        )  # fmt: skip
        if done.returncode == 0:
            t.ends_as(ground.whole_content)
        else:
            t.old_or(ground.whole_content)
            t.says_why(done.stdout + done.stderr, "ce que dit la commande")
        t.loads_again(ground.whole_content)
    return t.outcome


def disk_full(ground: Ground) -> Outcome:
    """No file may grow beyond so much: each size stops another writer, from the register to the published file."""
    outcome = Outcome()
    for kib in (1, 16, 128, 900, 4 << 10, 12 << 10):
        outcome.add(limited(ground, lambda kib=kib: resource.setrlimit(resource.RLIMIT_FSIZE, (kib << 10, kib << 10))))
    return outcome


def little_memory(ground: Ground) -> Outcome:
    """Address space for the imports, not for the work."""
    outcome = Outcome()
    for mib in (600, 1200):
        outcome.add(limited(ground, lambda mib=mib: resource.setrlimit(resource.RLIMIT_AS, (mib << 20, mib << 20))))
    return outcome


def failing_operation(ground: Ground, number: int, tries: int = 6) -> Outcome:
    """The k-th durable operation of `vigie load` fails with this number of the system."""
    outcome = Outcome()
    where = {"PYTHONPATH": str(INJECTION), "FAUTE_OU": f"{VIGIE} load"}
    counting = ground.copy(ground.base)
    for name, file in ground.files(*NEXT).items():
        counting.drop(file, name)
    counted = counting.folder / "operations.txt"
    counting.load(**where, FAUTE=f"compter:{counted}")
    for k in spread(counted.stat().st_size, tries):
        with Trial(ground) as t:
            _drop_next(t)
            done = t.home.run("load", "--json", **where, FAUTE=f"erreur:{k}:{number}")
            if done.returncode == 0:
                t.ends_as(ground.whole_content)
            else:
                t.old_or(ground.whole_content)
                t.says_why(done.stdout + done.stderr, f"opération {k}")
            t.loads_again(ground.whole_content)
        outcome.add(t.outcome)
    return outcome


FAULTS = [
    Fault("arrêt", "kill -9 à trente instants du chargement entier", killed_whole),
    Fault("arrêt", "kill -9 de la réception, à chaque écriture", killed_intake),
    Fault("arrêt", "kill -9 de la publication, à chaque écriture et entre elles", killed_publication),
    Fault("arrêt", "kill -9 du processus qui lit les fichiers", lambda g: child_dies(g, "pipelines.reading.worker")),
    Fault("arrêt", "kill -9 du processus qui construit les tables", lambda g: child_dies(g, "vigie-dbt")),
    Fault("arrêt", "disque plein, à six tailles de fichier", disk_full),
    Fault("arrêt", "disque plein à la k-ième écriture", lambda g: failing_operation(g, errno.ENOSPC)),
    Fault("arrêt", "erreur d'entrée-sortie à la k-ième écriture", lambda g: failing_operation(g, errno.EIO)),
    Fault("arrêt", "mémoire limitée", little_memory),
]
