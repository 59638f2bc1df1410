"""A backup, a restore, a rebuild, killed at any instant: whole or untouched; nothing that others read, nothing left."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from pipelines.home.register import Register
from pipelines.operations.rebuild import index_of
from pipelines.publication.content import content_of
from tests.conftest import VIGIE, Home

pytestmark = [pytest.mark.xdist_group("given"), pytest.mark.long]
INSTANTS = 12


def killed(home: Home, after: float, *arguments: str) -> None:
    process = subprocess.Popen(
        [VIGIE, *arguments], env=home.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(after)
    process.kill()
    process.wait()


def lasting(home: Home, *arguments: str) -> float:
    started = time.monotonic()
    assert home.run(*arguments).returncode == 0
    return time.monotonic() - started


def snapshots(folder: Path) -> dict[str, bytes]:
    root = folder / "snapshots"
    return {f.relative_to(root).as_posix(): f.read_bytes() for f in sorted(root.rglob("*")) if f.is_file()}


@pytest.fixture
def home(given: Home, tmp_path: Path) -> Home:
    shutil.copytree(given.folder, tmp_path / "home", ignore=shutil.ignore_patterns("build", "dagster", "landing"))
    return Home(tmp_path / "home")


def test_a_backup_is_whole_or_not_there(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "sauvegardes"
    folder.mkdir()
    length = lasting(home, "backup", "--dossier", str(folder))
    [first] = folder.iterdir()
    whole = first.stat().st_size
    for instant in range(INSTANTS):
        killed(home, length * instant / INSTANTS, "backup", "--dossier", str(folder))
        assert all(f.stat().st_mode & 0o077 == 0 for f in folder.iterdir())
        assert all(f.stat().st_size > whole * 0.9 for f in folder.glob("vigie-*.tar.gz"))
    assert home.run("backup", "--dossier", str(folder)).returncode == 0
    assert not list(folder.glob(".*"))
    assert not list(home.folder.glob(".sauvegarde-*"))
    last = sorted(folder.iterdir())[-1]
    assert Home(tmp_path / "neuve").run("restore", str(last)).returncode == 0
    assert snapshots(tmp_path / "neuve") == snapshots(home.folder)


def test_a_restore_is_whole_or_said_to_be_cut(home: Home, tmp_path: Path) -> None:
    backup = tmp_path / "sauvegarde.tar.gz"
    assert home.run("backup", str(backup)).returncode == 0
    length = lasting(Home(tmp_path / "mesure"), "restore", str(backup))
    for instant in range(INSTANTS):
        other = Home(tmp_path / f"neuve-{instant}")
        killed(other, length * instant / INSTANTS, "restore", str(backup))
        register = other.folder / "register.sqlite"
        cut = (other.folder / "restauration-en-cours").exists()
        if register.exists() and not cut:
            assert snapshots(other.folder) == snapshots(home.folder)
        elif cut:
            refused = other.run("load")
            assert refused.returncode == 4
            assert "vigie restore" in refused.stderr
        if cut or not register.exists():
            again = other.run("restore", str(backup))
            assert again.returncode == 0, again.stderr
            assert snapshots(other.folder) == snapshots(home.folder)
            assert not list(other.folder.glob(".sauvegarde-*"))
        shutil.rmtree(other.folder)


def test_a_rebuild_leaves_no_less_than_it_found(given: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "refaite")
    shutil.copytree(given.folder, home.folder, dirs_exist_ok=True)

    def index() -> dict[str, list[str]]:
        with Register(home.folder / "register.sqlite") as register:
            return index_of(register)

    content, known, taken = content_of(home.warehouse), index(), snapshots(home.folder)
    length = lasting(home, "rebuild")
    for instant in range(INSTANTS // 2):
        killed(home, length * instant / (INSTANTS // 2), "rebuild")
        # What people read never moved, before any other command.
        assert (content_of(home.warehouse), index()) == (content, known)
        told = home.load()
        assert told["code_sortie"] == 0, told
        assert index() == known
        assert content_of(home.warehouse) == content
        assert snapshots(home.folder) == taken
        assert home.run("verify").returncode == 0
        assert not [f.name for f in home.folder.iterdir() if f.name.startswith((".", "avant"))]
