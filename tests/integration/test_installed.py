"""Vigie installed as a package, from another folder, without the network: it works, and writes nothing where it is.

The libraries are those of the environment of the tests, made visible by a `.pth` file, so that nothing is downloaded;
Vigie itself is only in the blank environment. `python -m deploy.bundle` is what installs the libraries too.
"""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.conftest import PROJECT, TODAY, Home
from tests.integration.conftest import QUARTER

pytestmark = [pytest.mark.xdist_group("installee"), pytest.mark.long]


class Installed:
    """A blank environment with Vigie's wheel in it, and an account of its own."""

    def __init__(self, folder: Path) -> None:
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        wheels = folder / "wheels"
        subprocess.run(
            [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", wheels, PROJECT], check=True
        )
        venv.create(folder / "env", with_pip=False)
        self.bin = folder / "env" / "bin"
        [wheel] = wheels.glob("vigie-*.whl")
        subprocess.run([*pip, "--python", self.bin / "python", "install", "--no-deps", "--no-index", wheel], check=True)
        [self.packages] = (folder / "env" / "lib").glob("python*/site-packages")
        libraries = sysconfig.get_paths()["purelib"]
        (self.packages / "bibliotheques.pth").write_text(f"{libraries}\n", encoding="utf-8")
        self.account = folder / "compte"
        self.elsewhere = folder / "ailleurs"
        for place in (self.account, self.elsewhere):
            place.mkdir()
        self.home = self.account / ".local" / "share" / "vigie"

    @property
    def environment(self) -> dict[str, str]:
        """That of an account that knows nothing of the working copy."""
        return {"PATH": os.defpath, "HOME": str(self.account), "VIGIE_TODAY": TODAY}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.bin / "vigie", *arguments],
            env=self.environment, cwd=self.elsewhere, capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip

    def state(self) -> dict[str, str]:
        """Every file of the environment, by its bytes."""
        files = sorted(f for f in self.bin.parent.rglob("*") if f.is_file())
        return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installee"))


def test_it_carries_its_tables(installed: Installed) -> None:
    done = installed.run("check-tables")
    assert done.returncode == 0, done.stderr
    code = "import pipelines, pipelines.settings.model as m; print(pipelines.__file__, m.PROJECT)"
    told = subprocess.run(
        [installed.bin / "python", "-c", code],
        env=installed.environment,
        cwd=installed.elsewhere,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert all(place.startswith(str(installed.packages)) for place in told)


def test_it_loads_from_any_folder_and_writes_nothing_where_it_is(installed: Installed, tmp_path: Path) -> None:
    before = installed.state()
    backup = tmp_path / "sauvegarde.tar.gz"
    for command in ("demo", "load", "verify", f"backup {backup}"):
        done = installed.run(*command.split())
        assert done.returncode == 0, (command, done.stderr)
    rows = installed.run("sql", "select count(*) from indicateurs.valeurs", "--format", "csv").stdout.split()
    assert int(rows[1]) > 100_000
    assert installed.run("sante").returncode in {0, 1}
    assert installed.state() == before
    assert not list(installed.elsewhere.iterdir())


def test_it_gives_what_the_working_copy_gives(installed: Installed, given: Home, tmp_path: Path) -> None:
    """The same files, the same quarter, the same bytes: but for when they were received, and by which load."""
    before = installed.state()
    done = installed.run("snapshot", QUARTER)
    assert done.returncode == 0, done.stderr
    ours, theirs = (folder / "snapshots" / QUARTER for folder in (given.folder, installed.home))
    names = sorted(f.relative_to(ours).as_posix() for f in ours.glob("*/donnees/*"))
    assert names == sorted(f.relative_to(theirs).as_posix() for f in theirs.glob("*/donnees/*"))
    other = {name for name in names if (ours / name).read_bytes() != (theirs / name).read_bytes()}
    assert other <= {f"restreinte/donnees/{table}.parquet" for table in ("livraisons", "controles")}
    done = installed.run("site", QUARTER, "--dossier", str(tmp_path / "observatoire"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "observatoire" / "index.html").exists()
    assert installed.state() == before


def test_it_says_that_an_upgrade_to_itself_changes_nothing(installed: Installed) -> None:
    done = installed.run("upgrade", "--essai")
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert done.stdout.startswith("Rien ne change")


def test_a_table_of_the_home_is_the_one_that_is_read(installed: Installed) -> None:
    delivered = installed.packages / "pipelines" / "_projet" / "dbt_project" / "seeds" / "plan" / "priorites.csv"
    own = installed.home / "tables" / "dbt_project" / "seeds" / "plan" / "priorites.csv"
    own.parent.mkdir(parents=True, exist_ok=True)
    with delivered.open(encoding="utf-8", newline="") as right, own.open("w", encoding="utf-8", newline="") as saved:
        csv.writer(saved, delimiter=";", lineterminator="\n").writerows(csv.reader(right))  # as a spreadsheet saves it
    done = installed.run("check-tables")
    assert done.returncode == 1
    assert "priorites.csv" in done.stderr
    assert installed.run("check-tables", "--reecrire").returncode == 0
    assert own.read_bytes() == delivered.read_bytes()
