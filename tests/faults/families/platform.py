"""The machine, its clock, its other users, and the state that others keep."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable

import duckdb

from tests.conftest import VIGIE, Home
from tests.faults.experiments import put
from tests.faults.fault import Fault
from tests.faults.ground import NEXT, Ground, said_by, start
from tests.faults.service import Service, wait_until
from tests.faults.trial import Outcome, Trial


def drop_next(trial: Trial) -> None:
    put(trial.home, {n: f.read_bytes() for n, f in trial.ground.files(*NEXT).items()})


def loads_in(ground: Ground, **environment: str) -> Outcome:
    """A load in this environment gives what it gives elsewhere."""
    with Trial(ground) as t:
        drop_next(t)
        told = t.home.load(**environment)
        t.holds("I4", told["code_sortie"] == 0, f"sort {told['code_sortie']} : {told['resultat']}")
        t.ends_as(ground.whole_content)
    return t.outcome


def loads_under(ground: Ground, *command: str) -> Outcome:
    """The same, started by another command (another mask, no network)."""
    with Trial(ground) as t:
        drop_next(t)
        done = subprocess.run([*command, VIGIE, "load"], env=t.home.environment, capture_output=True, text=True,
                              timeout=600, check=False)  # fmt: skip
        t.holds("I4", done.returncode == 0, f"sort {done.returncode} : {done.stderr[-300:]}")
        t.ends_as(ground.whole_content)
    return t.outcome


def no_network(ground: Ground) -> Outcome:
    """No interface at all but loopback down; where the system does not allow that, an address that answers nobody."""
    apart = ("unshare", "-rn")
    if shutil.which("unshare") and subprocess.run([*apart, "true"], check=False, capture_output=True).returncode == 0:
        return loads_under(ground, *apart)
    nowhere = "http://127.0.0.1:9"
    return loads_in(ground, HTTP_PROXY=nowhere, HTTPS_PROXY=nowhere, ALL_PROXY=nowhere, NO_PROXY="")


def open_connection(ground: Ground) -> Outcome:
    """An analyst's connection that stays open during the publication reads on, the old content, whole."""
    with Trial(ground) as t, duckdb.connect(str(t.home.warehouse), read_only=True) as held:
        query = "select count(*), sum(valeur), min(periode) from indicateurs.valeurs"
        before = held.execute(query).fetchone()
        drop_next(t)
        told = t.home.load()
        t.holds("I6", held.execute(query).fetchone() == before, "une connexion ouverte ne lit plus la même chose")
        t.holds("I4", told["code_sortie"] == 0, told["resultat"])
    with duckdb.connect() as other:  # this process saw the old file: another connection object sees the new one
        other.execute("select 1")
    return t.outcome


def two_loads(ground: Ground) -> Outcome:
    """Two loads at once: one works, the other says who does and exits 3; with --wait it waits its turn."""
    with Trial(ground) as t:
        drop_next(t)
        first = start(t.home, "load", "--json")
        lock = t.home.folder / "load.lock"
        wait_until(lambda: str(first.pid) in lock.read_text(), 60, "the first load takes no lock")
        second = t.home.run("load")
        waiting = start(t.home, "load", "--wait", "--json")
        t.holds("I3", second.returncode == 3, f"le second sort {second.returncode}")
        t.says_why(second.stderr, "le second chargement")
        t.holds("I3", str(first.pid) in second.stderr, "le second ne dit pas qui tient le verrou")
        for load in (first, waiting):
            load.communicate(timeout=600)
            t.holds("I4", load.returncode == 0, f"sort {load.returncode}")
        t.ends_as(ground.whole_content)
    return t.outcome


def two_looks(ground: Ground) -> Outcome:
    """Two looks of the sensor at one file ask for one load, under one key."""
    from dagster import DagsterInstance, RunRequest, build_sensor_context

    from pipelines.defs.automation import arrivals

    with Trial(ground) as t:
        drop_next(t)
        asked = {k: os.environ.get(k) for k in t.home.environment if k.startswith("VIGIE_")}
        os.environ |= {k: v for k, v in t.home.environment.items() if k.startswith("VIGIE_")}
        try:
            keys = set()
            with DagsterInstance.ephemeral() as instance:
                for _ in range(2):
                    with build_sensor_context(instance=instance) as context:
                        keys |= {r.run_key for r in arrivals(context) if isinstance(r, RunRequest)}
        finally:
            for name, value in asked.items():
                os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
        t.holds("I2", len(keys) == 1, f"{len(keys)} chargements demandés")
        t.unchanged()
    return t.outcome


def daemon_killed(ground: Ground) -> Outcome:
    """The service killed while it loads, then started again: what remained is done, once."""
    with Trial(ground) as t:
        service = Service(t.home)
        service.__enter__()
        drop_next(t)
        log = t.home.folder / "build"
        wait_until(lambda: any(log.iterdir()), 180, "the daemon starts no load")
        service.stop(signal.SIGKILL)
        t.old_or(ground.whole_content)
        with Service(t.home):
            wait_until(lambda: said_by(t.home.warehouse) == ground.whole_content, 300, "nothing is published")
        t.loads_again(ground.whole_content)
    return t.outcome


def service_ended(ground: Ground) -> Outcome:
    """The service told to end: the server, the daemon and what they started end with it; what comes next is loaded."""
    with Trial(ground) as t:
        service = Service(t.home)
        service.__enter__()
        t.holds("I4", service.end(), "des processus restent après la fin du service")
        drop_next(t)
        t.loads_again(ground.whole_content)
        service.stop(signal.SIGKILL)
    return t.outcome


def read_only_landing(ground: Ground) -> Outcome:
    """A landing folder in which Vigie may not write: it never does."""
    with Trial(ground) as t:
        drop_next(t)
        t.home.landing.chmod(0o555)
        told = t.home.load()
        t.holds("I4", told["code_sortie"] == 0, told["resultat"])
        t.ends_as(ground.whole_content)
    return t.outcome


def damaged(ground: Ground, damage: Callable[[Home], None], *, visible: bool = True) -> Outcome:
    """Something of the home is lost or spoilt; the next load makes it good."""
    with Trial(ground) as t:
        t._reader.end()  # what is spoilt here is what it reads
        t._reader = _Nobody()
        damage(t.home)
        drop_next(t)
        told = t.home.load()
        t.holds("I4", told["code_sortie"] == 0, f"sort {told['code_sortie']} : {told['resultat']} {told['incident']}")
        t.ends_as(ground.whole_content)
    return t.outcome


class _Nobody:
    """No reader, where the file that it would read is the fault."""

    def end(self) -> None:
        return None


def spoil_warehouse(home: Home) -> None:
    content = bytearray(home.warehouse.read_bytes())
    content[:4096] = b"\0" * 4096
    home.warehouse.write_bytes(content)


def leave_wal(home: Home) -> None:
    home.warehouse.with_name("vigie.duckdb.wal").write_bytes(b"\0" * 512)
    (home.warehouse.parent / ".vigie-mort.duckdb").write_bytes(b"reste")
    (home.folder / "build" / "vigie.duckdb").write_bytes(b"reste")


def lose_orchestrator(home: Home) -> None:
    shutil.rmtree(home.folder / "dagster")


def spoil_orchestrator(home: Home) -> None:
    for file in (home.folder / "dagster").rglob("*.db"):
        file.unlink()


def lose_register(home: Home) -> None:
    for file in home.folder.glob("register.sqlite*"):
        file.unlink()


def lose_raw(home: Home) -> None:
    shutil.rmtree(home.folder / "raw")


def lose_dbt(home: Home) -> None:
    shutil.rmtree(home.folder / "dbt")


def year_end(ground: Ground) -> Outcome:
    """A load whose clock passes into the next year, and then goes back: what was published stays readable, and the
    content at one date is the content at that date.
    """
    with Trial(ground) as t:
        drop_next(t)
        for day in ("2024-12-31", "2025-01-01", "2024-06-30"):
            told = t.home.load(VIGIE_TODAY=day)
            t.holds("I4", told["code_sortie"] == 0, f"le {day}, sort {told['code_sortie']}")
        t.loads_again(ground.whole_content)
    return t.outcome


def clock_back(home: Home) -> None:
    """Files that say they come from the future."""
    ahead = time.time() + 400 * 86400
    for file in home.landing.iterdir():
        os.utime(file, (ahead, ahead))


def from_the_future(ground: Ground) -> Outcome:
    """Files dated in a year from now: their date says nothing of their content."""
    with Trial(ground) as t:
        drop_next(t)
        clock_back(t.home)
        told = t.home.load(VIGIE_STABILITY_SECONDS="1")
        t.holds("I4", told["code_sortie"] == 0, told["resultat"])
        t.ends_as(ground.whole_content)
    return t.outcome


FAULTS = [
    Fault("plateforme", "une connexion d'analyste ouverte pendant la publication", open_connection),
    Fault("plateforme", "deux chargements à la fois", two_loads),
    Fault("plateforme", "deux regards du guetteur sur un fichier", two_looks, fast=True),
    Fault("plateforme", "le démon tué pendant un chargement, puis relancé", daemon_killed),
    Fault("plateforme", "le service arrêté d'un signal", service_ended),
    Fault("plateforme", "le passage d'une année à l'autre, et le retour", year_end),
    Fault("plateforme", "des fichiers datés dans l'avenir", from_the_future),
    Fault("plateforme", "fuseau horaire sans nom", lambda g: loads_in(g, TZ="")),
    Fault("plateforme", "fuseau horaire aux antipodes", lambda g: loads_in(g, TZ="Pacific/Kiritimati")),
    Fault(
        "plateforme", "locale C", lambda g: loads_in(g, LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    ),
    Fault("plateforme", "masque 077", lambda g: loads_under(g, "sh", "-c", 'umask 077; exec "$0" "$@"')),
    Fault("plateforme", "aucun réseau", no_network),
    Fault("plateforme", "dossier d'arrivée en lecture seule", read_only_landing),
    Fault("plateforme", "l'entrepôt publié abîmé", lambda g: damaged(g, spoil_warehouse)),
    Fault("plateforme", "un journal .wal et des brouillons laissés par un mort", lambda g: damaged(g, leave_wal)),
    Fault("plateforme", "l'état de l'orchestrateur perdu", lambda g: damaged(g, lose_orchestrator)),
    Fault("plateforme", "les bases de l'orchestrateur perdues", lambda g: damaged(g, spoil_orchestrator)),
    Fault("plateforme", "le registre perdu", lambda g: damaged(g, lose_register)),
    Fault("plateforme", "les lignes brutes perdues", lambda g: damaged(g, lose_raw)),
    Fault("plateforme", "le dossier de dbt perdu", lambda g: damaged(g, lose_dbt)),
]
