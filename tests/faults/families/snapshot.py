"""What stops a snapshot while it is given: it is whole under its name, or it is not there at all."""

from __future__ import annotations

import errno
import json
import resource
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import VIGIE, Home
from tests.faults.experiments import INJECTION, Instants, spread
from tests.faults.fault import Fault
from tests.faults.ground import BEFORE, QUARTER, Ground, said_by, start
from tests.faults.trial import Outcome, Trial

INSTANTS, OPERATIONS = 12, 16
_HERE = {"PYTHONPATH": str(INJECTION), "FAUTE_OU": f"{VIGIE} snapshot"}


def _sums(home: Home, name: str) -> str:
    """The hashes of the data of a snapshot that was given; empty when it was not."""
    file = home.folder / "snapshots" / name / "manifest.sha256"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _whole(home: Home, name: str) -> bool:
    """Whether every file that the manifest of a snapshot names is there, as it says, and no other."""
    folder = home.folder / "snapshots" / name
    said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["fichiers"]
    there = {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()}
    checked = subprocess.run(["sha256sum", "-c", "--quiet", "manifest.sha256"], cwd=folder, check=False)
    return checked.returncode == 0 and there == {*said, "manifest.json", "manifest.sha256"}


def _interface(home: Home) -> set[str]:
    """The quarters that the orchestrator shows."""
    from dagster import AssetKey, DagsterInstance

    with DagsterInstance.from_config(str(home.folder / "dagster")) as instance:
        return instance.get_materialized_partitions(AssetKey(["snapshots", "cliches"]))


def _after(t: Trial, place: str) -> None:
    """After a fault: the snapshot is whole or absent, the one before still is; asked again, it ends as without it."""
    wanted = t.ground.given
    t.holds("I6", _whole(t.home, BEFORE), f"{place} : le cliché d'avant n'est plus entier")
    if _sums(t.home, QUARTER):
        t.holds("I1", _whole(t.home, QUARTER), f"{place} : un cliché est donné sans être entier")
    again = t.home.run("snapshot", QUARTER)
    t.holds(
        "I4", again.returncode in (0, 2), f"{place} : redemandé, il sort {again.returncode} : {again.stderr[-200:]}"
    )
    if again.returncode == 2:
        t.holds("I3", "est déjà donné" in again.stderr, f"{place} : {again.stderr[-200:]}")
    t.holds("I4", _sums(t.home, QUARTER) == _sums(wanted, QUARTER), f"{place} : les données diffèrent")
    left = [f.name for f in (t.home.folder / "snapshots").iterdir() if f.name.startswith(".")]
    t.holds("I4", left == [], f"{place} : il reste {left}")
    t.holds("I3", _interface(t.home) == {BEFORE, QUARTER}, f"{place} : l'interface montre {_interface(t.home)}")
    t.loads_again(said_by(wanted.warehouse))


def killed(ground: Ground, instants: int = INSTANTS) -> Outcome:
    """kill -9 of `vigie snapshot` at instants spread over its length."""
    outcome, moments = Outcome(), Instants(_length(ground), instants, ground.seed)
    while outcome.tries < instants:
        with Trial(ground, ground.closed) as t:
            if not moments.kill(start(t.home, "snapshot", QUARTER), outcome.tries):
                continue
            _after(t, f"instant {outcome.tries + 1}")
        outcome.add(t.outcome)
    return outcome


def _length(ground: Ground) -> float:
    home = ground.copy(ground.closed)
    started = time.monotonic()
    home.run("snapshot", QUARTER)
    return time.monotonic() - started


def at_operation(ground: Ground, fault: str, tries: int = OPERATIONS) -> Outcome:
    """The snapshot dies, or is told of an error, at its k-th durable operation: the naming of it is one of them."""
    outcome, counting = Outcome(), ground.copy(ground.closed)
    counted = counting.folder / "operations.txt"
    counting.run("snapshot", QUARTER, **_HERE, FAUTE=f"compter:{counted}")
    total = counted.stat().st_size
    # The last of them are where it gets its name and is announced.
    for k in sorted({*spread(total, tries // 2), *range(total - tries // 2, total + 1)}):
        with Trial(ground, ground.closed) as t:
            done = t.home.run("snapshot", QUARTER, **_HERE, FAUTE=fault.format(k))
            if done.returncode > 0:
                t.says_why(done.stderr, f"opération {k}")
            _after(t, f"opération {k} de {total}")
        outcome.add(t.outcome)
    return outcome


def limited(ground: Ground, limits: list[Callable[[], None]]) -> Outcome:
    """A snapshot under a limit of the system, then one without."""
    outcome = Outcome()
    for limit in limits:
        with Trial(ground, ground.closed) as t:
            done = subprocess.run(
                [VIGIE, "snapshot", QUARTER], env=t.home.environment, capture_output=True, text=True, check=False,
                preexec_fn=limit, timeout=300,
            )  # fmt: skip
            if done.returncode:
                t.says_why(done.stderr, "ce que dit la commande")
            _after(t, "sous une limite")
        outcome.add(t.outcome)
    return outcome


def _file_size(kib: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (kib << 10, kib << 10))


def spoilt(ground: Ground) -> Outcome:
    """One bit of a given snapshot flipped: `vigie verify` names the file, and says no more once it is put back."""
    with Trial(ground, ground.closed) as t:
        file = next(iter(sorted((t.home.folder / "snapshots" / BEFORE).rglob("*.parquet"))))
        _flip(file)
        said = t.home.run("verify")
        t.holds("I3", said.returncode != 0 and file.name in said.stdout + said.stderr, "un octet changé n'est pas vu")
        t.unchanged()
        _flip(file)
        said = t.home.run("verify")
        t.holds("I4", said.returncode == 0, f"le bit remis, verify sort {said.returncode} : {said.stderr[-200:]}")
    return t.outcome


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(content)


FAULTS = [
    Fault("cliché", "kill -9 à douze instants d'un cliché", killed),
    Fault("cliché", "kill -9 d'un cliché à sa k-ième écriture", lambda g: at_operation(g, "tuer:{}")),
    Fault("cliché", "disque plein à la k-ième écriture d'un cliché",
          lambda g: at_operation(g, f"erreur:{{}}:{errno.ENOSPC}", 8)),
    Fault("cliché", "disque plein, à trois tailles de fichier",
          lambda g: limited(g, [_file_size(kib) for kib in (1, 64, 700)])),
    Fault("cliché", "un bit changé dans un cliché donné", spoilt),
]  # fmt: skip
