"""Builds without the rest of a load: a home that receives and withdraws at random, and what each build holds."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import ACCEPTED, REINSTATED, WITHDRAWN, Register, now
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings
from pipelines.warehouse import dbt
from pipelines.warehouse.dbt_build import DbtBuild, build_file
from pipelines.warehouse.manifest import write_manifest

CATALOGUE = load_catalogue()
DAYS = (dt.date(2025, 2, 15), dt.date(2025, 2, 16), dt.date(2025, 4, 2))
DEPARTEMENTS = ("46", "46", "46", "12")


@dataclass
class Bench:
    """One home, changed step by step. `files` are what may be delivered; `today` and `departement` change too."""

    folder: Path
    files: list[Path]
    chance: random.Random
    today: dt.date = DAYS[0]
    departement: str = "46"
    done: list[str] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        made = Settings(home=self.folder, today=self.today, departement=self.departement, stability_seconds=0)
        made.paths.create()
        return made

    def step(self) -> None:
        """Change one thing that a build reads."""
        self.chance.choice((self._deliver, self._deliver, self._deliver, self._decide, self._day, self._departement))()

    def deliver(self, *files: Path) -> None:
        """Receive these files, as a load does first."""
        with Register(self.settings.paths.register) as register:
            for file in files:
                shutil.copy(file, self.settings.paths.landing)
            taken = receive(self.settings, register, CATALOGUE, "essai")
        self.done += [f"reçu {file.name}" for file in files]
        assert not taken.refused, taken

    def build(self, anew: bool = False) -> list[str]:
        """Build what the home holds; returns the dbt sources that read otherwise than in the last build."""
        settings = self.settings
        with Register(settings.paths.register) as register:
            write_manifest(settings, register, CATALOGUE)
        started = DbtBuild(settings)
        try:
            changed = started.go(anew)
            told = started.process.stdout.read().decode()
            assert started.process.wait() == 0, f"{self.done} : {told[-2000:]}"
            started.keep()
        finally:
            started.close()
        return changed

    def content(self) -> dict[str, tuple]:
        """Each table of the last build: its rows, in whatever order."""
        settings = self.settings
        search = {"file_search_path": str(settings.paths.raw)}
        with duckdb.connect(str(build_file(settings.paths)), read_only=True, config=search) as db:
            return {
                name: db.execute(f"select count(*), sum(hash(t)::hugeint) from {name} as t").fetchone()
                for (name,) in db.execute(
                    "select schema_name || '.' || table_name from duckdb_tables() "
                    "union all select schema_name || '.' || view_name from duckdb_views() where not internal"
                ).fetchall()
            }

    def _deliver(self) -> None:
        self.deliver(self.chance.choice(self.files))

    def _decide(self) -> None:
        with Register(self.settings.paths.register) as register:
            known = [d for d in register.deliveries() if d["statut"] in {ACCEPTED, WITHDRAWN}]
            if known:
                delivery = self.chance.choice(known)
                decision = WITHDRAWN if delivery["statut"] == ACCEPTED else REINSTATED
                register.decide(delivery["livraison_id"], decision, "essai", now())
                self.done.append(f"{decision} {delivery['nom']}")

    def _day(self) -> None:
        self.today = self.chance.choice(DAYS)
        self.done.append(f"jour {self.today}")

    def _departement(self) -> None:
        self.departement = self.chance.choice(DEPARTEMENTS)
        self.done.append(f"département {self.departement}")


def walks(folder: Path, files: list[Path], number: int, seed: int = 46) -> Iterator[tuple[list[str], list[str]]]:
    """Random sequences of one to four changes, each built on the build before it; after each sequence, what was done,
    and the tables that a build from nothing gives otherwise.
    """
    chance = random.Random(seed)
    for position in range(number):
        bench = Bench(folder / str(position), files, chance)
        bench.deliver(*chance.sample(files, 4))
        bench.build()
        for _ in range(chance.randint(1, 4)):
            bench.step()
        bench.build()
        kept = bench.content()
        bench.build(anew=True)
        anew = bench.content()
        yield bench.done, sorted(t for t in kept.keys() | anew.keys() if kept.get(t) != anew.get(t))
        shutil.rmtree(bench.folder)


def nodes_made(changed: list[str]) -> int:
    """How many tables and views a build makes anew when these dbt sources read otherwise."""
    return len(dbt.tables_reading(changed))
