"""What tests share: homes, the command as a process, workbooks to damage, the real public files in place."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pipelines.base.wording import plain
from pipelines.demo import DEMONSTRATION_WORKBOOK_NAME, write_demonstration
from pipelines.publication.reading import opened_file
from tests.mutants.kinds import project_copy

PROJECT = Path(__file__).resolve().parent.parent
VIGIE = Path(sys.executable).with_name("vigie")
TODAY = "2025-02-15"  # the day after which the demonstration owes nothing more


def real_path(*parts: str) -> Path | None:
    """A public file where it lies, under VIGIE_DONNEES or ../shared/data beside the project; None when it is not."""
    root = Path(os.environ.get("VIGIE_DONNEES") or PROJECT.parent / "shared" / "data")
    file = root.joinpath(*parts)
    return file if file.exists() else None


def real_file(*parts: str) -> Path:
    """A public file where it lies; the test skips with a sentence when it is not there."""
    file = real_path(*parts)
    if file is None:
        pytest.skip(f"le fichier public {'/'.join(parts)} n'est pas là ; VIGIE_DONNEES dit où le trouver")
    return file


def case_path(*parts: str) -> Path | None:
    """A small input with a known right value, or their folder, under VIGIE_CAS or ../shared/cases; None without it."""
    root = Path(os.environ.get("VIGIE_CAS") or PROJECT.parent / "shared" / "cases")
    file = root.joinpath(*parts)
    return file if file.exists() else None


def case_file(*parts: str) -> Path:
    """A small input with a known right value; the test skips when it is absent."""
    file = case_path(*parts)
    if file is None:
        pytest.skip(f"le cas {'/'.join(parts)} n'est pas là ; VIGIE_CAS dit où le trouver")
    return file


# Played first, each on a worker: what begins with a load of its own, then what waits for the demonstration's.
FIRST = ("demo", "real", "cliches")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep on one worker the tests that share what their module makes: on two, it is made twice. The longest groups
    come first, for no worker to be left alone at the end.
    """
    for item in items:
        fixtures = item._fixtureinfo.name2fixturedefs.values() if isinstance(item, pytest.Function) else ()
        if item.get_closest_marker("xdist_group") is None and any(f[-1].scope == "module" for f in fixtures):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))

    def rank(item: pytest.Item) -> int:
        group = item.get_closest_marker("xdist_group")
        return FIRST.index(group.args[0]) if group and group.args[0] in FIRST else len(FIRST)

    items.sort(key=rank)


class Home:
    """A home of Vigie in a temporary folder, driven by the command as a user would."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.landing = folder / "landing"
        self.landing.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("VIGIE_", "DAGSTER_", "DBT_"))},
            "VIGIE_HOME": str(folder),
            "VIGIE_TODAY": TODAY,
            "VIGIE_STABILITY_SECONDS": "0",
            **environment,
        }

    @property
    def warehouse(self) -> Path:
        return self.folder / "published" / "vigie.duckdb"

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`vigie ARGUMENTS`, whatever its exit code."""
        return subprocess.run(
            [VIGIE, *arguments],
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def load(self, **environment: str) -> dict:
        """`vigie load --json`; the exit code is in `code_sortie`."""
        done = self.run("load", "--json", **environment)
        assert done.stdout, done.stderr
        told = json.loads(done.stdout)
        assert told["code_sortie"] == done.returncode
        return told

    def sql(self, query: str) -> list[list]:
        """The rows that `vigie sql QUERY --json` writes, read here: a process a question was half of some tests."""
        with opened_file(self.warehouse) as db:
            rows = db.execute(query).fetchall()
        return json.loads(json.dumps([[plain(value) for value in row] for row in rows], default=str))

    def drop(self, source: Path, name: str | None = None) -> Path:
        """Put a copy in the landing folder."""
        target = self.landing / (name or source.name)
        target.write_bytes(source.read_bytes())
        return target


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first worker that asks makes, for all of them; not to be changed by a test."""
    root = factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    folder, whole = root / name, root / f"{name}.fait"
    with (root / f"{name}.verrou").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            whole.touch()
    return folder


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demonstration's files, to read or to copy; not to be changed by a test."""
    return made_once(tmp_path_factory, "demonstration", write_demonstration)


@pytest.fixture(scope="session")
def demo_workbook(demo_files: Path) -> Path:
    """The demonstration's workbook, to read or to copy."""
    return demo_files / DEMONSTRATION_WORKBOOK_NAME


@pytest.fixture
def damaged(demo_workbook: Path, tmp_path: Path) -> Callable[[Callable[[openpyxl.Workbook], None]], Path]:
    """A copy of the demonstration's workbook with one change made to it."""

    def make(change: Callable[[openpyxl.Workbook], None], name: str = "copie.xlsx") -> Path:
        book = openpyxl.load_workbook(demo_workbook)
        change(book)
        book.properties.modified = dt.datetime(2021, 1, 29)
        target = tmp_path / name
        book.save(target)
        return target

    return make


def loaded_once(factory: pytest.TempPathFactory, name: str, fill: Callable[[Home], None]) -> Home:
    """A home that is filled and loaded by the first worker that asks, for all of them; not to be changed by a test."""

    def load(folder: Path) -> None:
        home = Home(folder)
        fill(home)
        assert home.load()["code_sortie"] == 0

    return Home(made_once(factory, name, load))


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which the demonstration is loaded; not to be changed by a test."""

    def fill(home: Home) -> None:
        assert home.run("demo").returncode == 0

    return loaded_once(tmp_path_factory, "demonstration-chargee", fill)


@pytest.fixture(scope="session")
def workbook_home(tmp_path_factory: pytest.TempPathFactory, demo_workbook: Path) -> Home:
    """A home in which the demonstration's workbook alone is loaded; not to be changed by a test."""

    def fill(home: Home) -> None:
        home.drop(demo_workbook)

    return loaded_once(tmp_path_factory, "classeur-charge", fill)


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which the ministry's own workbook is loaded; not to be changed by a test."""
    workbook = real_file("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")

    def fill(home: Home) -> None:
        home.drop(workbook)

    return loaded_once(tmp_path_factory, "classeur-reel-charge", fill)


@pytest.fixture
def amended(tmp_path: Path) -> Path:
    """A copy of the project, whose tables a test may edit as a statistician would."""
    return project_copy(PROJECT, tmp_path / "projet")
