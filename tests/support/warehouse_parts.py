"""A part of the warehouse, built from files that are received as a load receives them: no load, no publication."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.quality.reception import ReceptionGate
from pipelines.reception.receive import receive
from pipelines.settings.model import DBT_PROJECT, Settings
from pipelines.warehouse.dbt import BASE, PARSED, environment, executable, prepare_project
from pipelines.warehouse.manifest import write_manifest


class Part:
    """The models asked for and all that they are made of, for one département."""

    def __init__(
        self, folder: Path, files: Mapping[str, Path | bytes], models: Iterable[str], departement: str
    ) -> None:
        self.settings = Settings(home=folder, departement=departement, stability_seconds=0, today=dt.date(2026, 6, 1))
        self.settings.paths.create()
        for name, content in files.items():
            data = content.read_bytes() if isinstance(content, Path) else content
            (self.settings.paths.landing / name).write_bytes(data)
        catalogue = load_catalogue()
        with Register(folder / "register.sqlite") as register:
            self.intake = receive(self.settings, register, catalogue, "essai", ReceptionGate())
            self.refused = register.defects()
            self.deliveries = register.deliveries()
            self.slices = [dict(s) for s in register.selection()]
            write_manifest(self.settings, register, catalogue)
        prepare_project(self.settings)
        self.build = Path(shutil.copyfile(BASE, folder / BASE.name))
        target = folder / "target"
        target.mkdir()
        shutil.copyfile(PARSED, target / PARSED.name)
        done = subprocess.run(
            [executable(), "--quiet", "run", "--select", *(f"+{m}" for m in models), "--project-dir", str(DBT_PROJECT)],
            env=environment(self.settings, self.build) | {"DBT_TARGET_PATH": str(target)},
            cwd=DBT_PROJECT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]

    def sql(self, query: str) -> list[tuple]:
        # Views read the raw rows where the settings say that they are.
        with duckdb.connect(str(self.build), read_only=True) as db:
            return db.execute(query).fetchall()
