"""A disk that is really full, a folder that is really read-only: file systems of their own, mounted for the test."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.home.register import Register
from tests.conftest import Home
from tests.faults.ground import NEXT, Ground, file_hash, said_by

pytestmark = [pytest.mark.xdist_group("pannes"), pytest.mark.long]

# Room besides the home, in MiB: too little to receive, to build, to publish.
ROOMS = (1, 12, 35)


def mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"ce système ne laisse pas monter un disque d'essai : {done.stderr.strip()}")


@contextmanager
def small_disk(folder: Path, kib: int) -> Iterator[Path]:
    """A file system of so many KiB."""
    folder.mkdir(parents=True, exist_ok=True)
    mount("-t", "tmpfs", "-o", f"size={kib}k", "essai", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def says_full(done: subprocess.CompletedProcess, folder: Path) -> None:
    said = done.stdout + done.stderr
    assert done.returncode == 4, said
    assert "Disque plein" in said, said
    assert str(folder) in said.replace("\n", ""), said
    assert "Rien n'est perdu" in said
    assert "Traceback" not in said
    assert "No space" not in said


def test_a_load_on_a_full_disk_says_so_and_is_taken_up_with_room(ground: Ground, tmp_path: Path) -> None:
    held = sum(f.stat().st_size for f in ground.base.folder.rglob("*") if f.is_file()) // 1024
    with small_disk(tmp_path / "disque", 4 * held) as disk:
        home = Home(disk / "vigie")
        shutil.copytree(ground.base.folder, home.folder, dirs_exist_ok=True)
        for name, file in ground.files(*NEXT).items():
            home.drop(file, name)
        before = file_hash(home.warehouse)
        for room in ROOMS:
            used = shutil.disk_usage(disk).used // 1024
            mount("-o", f"remount,size={used + (room << 10)}k", str(disk))
            says_full(home.run("load"), disk)
            assert file_hash(home.warehouse) == before
            with Register(home.folder / "register.sqlite") as register:
                why = register.last_loads(1)[0]["resultat"]
            assert why is None or why.startswith(("rien publié : le disque est plein", "interrompu"))
            assert home.run("sql", "select count(*) from indicateurs.valeurs").returncode == 0
        mount("-o", f"remount,size={8 * held}k", str(disk))
        assert home.load()["code_sortie"] == 0
        assert said_by(home.warehouse) == ground.whole_content


WRITERS = {
    "backup": ("backup", "{disk}/copie.tar.gz"),
    "templates": ("templates", "--dossier", "{disk}/modeles"),
    "dictionary": ("dictionary", "--sortie", "{disk}/dictionnaire.html"),
    "relances": ("relances", "--dossier", "{disk}/relances"),
    "quality": ("quality", "--sortie", "{disk}/qualite.html"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_what_a_command_writes_on_a_full_disk_is_told_and_leaves_nothing(
    name: str, ground: Ground, tmp_path: Path
) -> None:
    home = ground.copy(ground.base)
    with small_disk(tmp_path / "plein", 4) as disk:
        says_full(home.run(*(a.format(disk=disk) for a in WRITERS[name])), disk)
        assert [f for f in disk.rglob("*") if f.name.startswith(".")] == []


def test_a_demonstration_on_a_full_disk(ground: Ground, tmp_path: Path) -> None:
    with small_disk(tmp_path / "plein", 64) as disk:
        home = Home(tmp_path / "vigie", VIGIE_LANDING=str(disk))
        says_full(home.run("demo"), disk)
        assert [f.name for f in disk.iterdir() if f.name.startswith(".")] == []


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The folder as a mount that may only be read."""
    mount("--bind", str(folder), str(folder))
    try:
        mount("-o", "remount,bind,ro", str(folder))
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_home_that_may_only_be_read_is_read(ground: Ground) -> None:
    home = ground.copy(ground.base)
    told = home.run("status").stdout
    with read_only(home.folder):
        assert home.run("sql", "select count(*) from indicateurs.valeurs").returncode == 0
        status = home.run("status")
        assert (status.returncode, status.stdout) == (0, told)
        assert home.run("deliveries").returncode == 0
        for command in (("load",), ("rebuild",), ("withdraw", "abc", "--motif", "essai"), ("templates",)):
            done = home.run(*command)
            said = (done.stdout + done.stderr).replace("\n", "")
            assert done.returncode == 4, (command, said)
            assert "n'a pas le droit d'écrire dans" in said
            assert "Traceback" not in said
    assert home.load()["code_sortie"] == 0


def test_a_landing_folder_that_may_only_be_read_is_received(ground: Ground) -> None:
    home = ground.copy(ground.base)
    for name, file in ground.files(NEXT[0]).items():
        home.drop(file, name)
    with read_only(home.landing):
        assert home.load()["code_sortie"] == 0
