"""Homes to break: one that is loaded and never touched again, copies of it, what they hold when nothing goes wrong."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from pipelines.demo import write_demonstration
from pipelines.publication.content import content_of
from pipelines.settings.model import Settings
from tests.conftest import PROJECT, VIGIE, Home

# Small, and of every kind of file: a workbook of the ministry, a service's returns, the road, a population.
BASE = ("crimes-et-delits-services", "retours-services-faits-2020", "-2019-demonstration.csv", "population-municipale")
# What arrives next: a quarter of returns and a year of another source.
NEXT = ("retours-services-tranquillite-2020", "retours-iscg-2024")

# Two quarters of `closed`: one that was given, one that can be.
BEFORE, QUARTER = "2020-T1", "2020-T2"

# What may never be read outside the quarantine and the landing folder.
CANARIES = ("Zéphyrine Quatrebarbes", "06 39 98 76 54", "14/07/1987", "z.quatrebarbes@example.org")

_READER = """
import os, sys, time, duckdb
warehouse, stop, pause = sys.argv[1:]
reads = 0
while True:
    last = os.path.exists(stop)
    with duckdb.connect(warehouse, read_only=True) as db:
        assert db.execute("select count(*) from reference.publication").fetchone() == (1,)
        n, m = db.execute("select count(*), count(motif_code) from indicateurs.valeurs").fetchone()
        assert n > m > 0, (n, m)
    reads += 1
    if last:
        break
    time.sleep(float(pause))
print(reads)
"""


class Reader:
    """An analyst who opens the published file and queries it, every `pause` seconds, until told to stop."""

    def __init__(self, warehouse: Path, stop: Path, pause: float = 0.5) -> None:
        self._stop = stop
        arguments = [sys.executable, "-c", _READER, str(warehouse), str(stop), str(pause)]
        self._process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self) -> str | None:
        """None when every reading was served, else what a reader was told."""
        self._stop.touch()
        out, err = self._process.communicate(timeout=60)
        self._stop.unlink()
        return None if self._process.returncode == 0 and int(out) > 0 else (err.strip().splitlines() or ["?"])[-1]


def file_hash(file: Path) -> str | None:
    """SHA-256 of a file, or None when there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None


def said_by(warehouse: Path, *without: str) -> dict[str, str]:
    """What a published file says, whenever what it is made of arrived or was given; and without these columns."""
    return content_of(warehouse, without=frozenset({"recu_le", "fait_le", *without}))


def said_by_a_torn_file(warehouse: Path) -> dict[str, str]:
    """The same, read by a child: DuckDB may die of half a file. Raises duckdb.Error, whatever the end."""
    code = "import json, sys, pathlib; from tests.faults.ground import said_by; "
    code += "print(json.dumps(said_by(pathlib.Path(sys.argv[1]))))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(warehouse)], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise duckdb.Error((done.stderr.strip().splitlines() or [f"signal {-done.returncode}"])[-1])
    return json.loads(done.stdout)


def values_of(warehouse: Path) -> str:
    """What the values say, whatever deliveries they came in."""
    with duckdb.connect(str(warehouse), read_only=True) as db:
        return str(
            db.execute(
                "select count(*), sum(hash(t)::hugeint) from (select columns(c -> c not in "
                "('livraisons', 'lot_livraisons')) from indicateurs.valeurs) as t"
            ).fetchone()
        )


@dataclass(frozen=True)
class Ground:
    """Everything that trials share, on disk, so that several processes may stand on it. `seed` decides the orders and
    the instants that are drawn.
    """

    folder: Path
    seed: int = 46

    @cached_property
    def demonstration(self) -> Path:
        return self._once("demonstration", write_demonstration)

    def files(self, *names: str) -> dict[str, Path]:
        """Files of the demonstration whose name begins or ends so."""
        return {
            f.name: f
            for f in sorted(self.demonstration.iterdir())
            if any(f.name.startswith(name) or f.name.endswith(name) for name in names)
        }

    @cached_property
    def base(self) -> Home:
        """Loaded without any fault; its landing folder is empty since."""
        files = {name: file.read_bytes() for name, file in self.files(*BASE).items()}
        return Home(self._once("base", lambda folder: _load(Home(folder), files)))

    @cached_property
    def whole(self) -> Home:
        """The same, and then what arrives next: what a fault in that second load must lead to in the end."""
        return self.loaded_with({name: file.read_bytes() for name, file in self.files(*NEXT).items()})

    @cached_property
    def whole_content(self) -> dict[str, str]:
        return said_by(self.whole.warehouse)

    @cached_property
    def closed(self) -> Home:
        """`base` with two closed quarters, the first given: what is owed for them is excused."""

        def make(folder: Path) -> None:
            shutil.copytree(self.base.folder, folder, dirs_exist_ok=True)
            home = Home(folder)
            for [source] in home.sql("select distinct source from qualite.series_manquantes"):
                for quarter in (BEFORE, QUARTER):
                    _done(home.run("excuse", source, quarter, "--motif", "essai"))
            _done(home.run("load"))  # what is published says what is excused
            _done(home.run("snapshot", BEFORE))

        return Home(self._once("clos", make))

    @cached_property
    def given(self) -> Home:
        """`closed` with its second quarter given too, without any fault."""

        def make(folder: Path) -> None:
            shutil.copytree(self.closed.folder, folder, dirs_exist_ok=True)
            _done(Home(folder).run("snapshot", QUARTER))

        return Home(self._once("donné", make))

    def loaded_with(self, files: Mapping[str, bytes]) -> Home:
        """A home like `base` in which these files were loaded next, without any fault; its last build is kept."""
        key = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:12]

        def make(folder: Path) -> None:
            shutil.copytree(self.base.folder, folder, dirs_exist_ok=True)
            _load(Home(folder, VIGIE_KEEP_BUILD="1"), files)

        return Home(self._once(f"avec-{key}", make))

    def bare(self) -> Home:
        """A home of its own with nothing in it but its folders."""
        home = Home(Path(tempfile.mkdtemp(prefix="essai-", dir=self.folder)))
        Settings(home=home.folder).paths.create()
        return home

    def copy(self, home: Home, **environment: str) -> Home:
        """A home of its own with all that this one holds."""
        folder = Path(tempfile.mkdtemp(prefix="essai-", dir=self.folder))
        shutil.copytree(home.folder, folder, symlinks=True, dirs_exist_ok=True)
        return Home(folder, **environment)

    def _once(self, name: str, make: Callable[[Path], object]) -> Path:
        """A folder that is made by whoever needs it first, under a lock, and is then only read."""
        folder = self.folder / name
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.verrou").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                draft = self.folder / f"{name}.en-cours"
                shutil.rmtree(draft, ignore_errors=True)
                draft.mkdir()
                make(draft)
                draft.rename(folder)
        return folder


def _load(home: Home, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        (home.landing / name).write_bytes(content)
    told = home.load()
    if told["resultat"] != "publié" or len(told["acceptees"]) != len(files):
        raise RuntimeError(f"the ground itself does not load: {told}")
    for file in home.landing.iterdir():
        file.unlink()


def _done(process: subprocess.CompletedProcess) -> None:
    if process.returncode:
        raise RuntimeError(f"the ground itself is not made: {process.stderr}")


def start(home: Home, *arguments: str, **environment: str) -> subprocess.Popen:
    """`vigie ARGUMENTS` in a process group of its own, its output kept."""
    return subprocess.Popen(
        [VIGIE, *arguments],
        env=home.environment | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # As from a terminal, even where the tests themselves were started to outlive theirs.
        preexec_fn=hears_interruptions,
    )


def hears_interruptions() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
