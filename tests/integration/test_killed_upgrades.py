"""An upgrade killed at any instant: the home is wholly the old one or the new one, and nothing is left beside."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.home.kept import put_back
from pipelines.home.register import Register
from pipelines.machine.paths import Paths
from pipelines.settings.model import Settings
from tests.conftest import PROJECT, VIGIE, Home
from tests.support.earlier_homes import RELEASES, unpacked

pytestmark = pytest.mark.long
SENT, REFUSED = "a" * 64, "b" * 64
# A build takes longer than the last of these: each falls before the swap.
INSTANTS = (1.0, 4.0, 9.0, 16.0)


def written(folder: Path, said: str, decisions: int) -> Paths:
    """A home of a few files, each of which says whose it is."""
    paths = Settings(home=folder).paths
    paths.create()
    with Register(paths.register) as register:
        register.open_load(said, "vigie load", "journal")
    (paths.raw / "source").mkdir()
    (paths.raw / "source" / "lignes.parquet").write_text(said)
    paths.warehouse.write_text(said)
    (paths.archive / SENT / "decisions").mkdir(parents=True)
    for number in range(1, decisions + 1):
        decision = '{"decision": "retiree", "motif": "essai", "decide_le": "2025-01-01"}'
        (paths.archive / SENT / "decisions" / f"{number:04d}.json").write_text(decision)
    return paths


def state(paths: Paths) -> tuple[list[str], str, str]:
    """What the register, the raw rows and the published file say."""
    with Register(paths.register) as register:
        loads = [row["chargement"] for row in register.last_loads()]
    return loads, (paths.raw / "source" / "lignes.parquet").read_text(), paths.warehouse.read_text()


OLD, NEW = (["avant"], "avant", "avant"), (["apres"], "apres", "apres")


def put_in_place(home: Path, made: Path, fault: str) -> int:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("VIGIE_")} | {
        "PYTHONPATH": os.pathsep.join([str(PROJECT / "tests" / "faults" / "injection"), str(PROJECT)]),
        "VIGIE_HOME": str(home), "FAUTE": fault, "FAUTE_OU": "mise-a-niveau",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.faults.alone", "mise-a-niveau", str(made), "apres"]
    return subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode


def pair(folder: Path) -> tuple[Paths, Paths]:
    """The home in use, and the one that was made beside: with one decision more, and a delivery that is now refused."""
    paths, made = written(folder / "home", "avant", 1), written(folder / "home" / ".refait-x", "apres", 2)
    (made.quarantine / REFUSED).mkdir(mode=0o700)
    (made.quarantine / REFUSED / "contenu").write_text("refusé")
    return paths, made


def test_killed_at_any_write_of_the_swap_it_is_the_old_or_the_new(tmp_path: Path) -> None:
    counted = tmp_path / "opérations"
    paths, made = pair(tmp_path / "compte")
    assert put_in_place(paths.home, made.home, f"compter:{counted}") == 0
    assert state(paths) == NEW
    assert len(list((paths.archive / SENT / "decisions").iterdir())) == 2
    assert (paths.quarantine / REFUSED / "contenu").read_text() == "refusé"
    total = counted.stat().st_size
    assert total > 20
    seen = set()
    for k in range(1, total + 1):
        paths, made = pair(tmp_path / str(k))
        assert put_in_place(paths.home, made.home, f"tuer:{k}") == -signal.SIGKILL
        assert paths.warehouse.read_text() in {"avant", "apres"}, f"opération {k} de {total}"
        put_back(paths)  # what any load does first
        assert state(paths) in (OLD, NEW), f"opération {k} de {total}"
        assert not paths.before_rebuild.exists()
        seen.add(state(paths)[2])
        shutil.rmtree(tmp_path / str(k))
    assert seen == {"avant", "apres"}


@pytest.mark.parametrize("release", RELEASES)
def test_killed_while_it_builds_it_leaves_the_old_home(release: str, tmp_path: Path) -> None:
    home = unpacked(release, tmp_path / "home")
    before = content(home)
    for instant in INSTANTS:
        process = subprocess.Popen(
            [VIGIE, "upgrade"], env=home.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(instant)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert content(home) == before, instant
        # What it leaves is its owner's alone, until the next command that writes.
        assert all(f.stat().st_mode & 0o077 == 0 for f in home.folder.glob(".refait-*"))
    assert home.run("menage").returncode == 0
    assert not list(home.folder.glob(".refait-*"))


def content(home: Home) -> dict[str, tuple[int, bytes]]:
    """What an upgrade changes only at its end, with its rights."""
    roots = ("archive", "quarantine", "raw", "published", "register.sqlite", "identite.json")
    files = [f for root in roots for f in sorted({home.folder / root, *(home.folder / root).rglob("*")}) if f.is_file()]
    return {str(f.relative_to(home.folder)): (f.stat().st_mode, f.read_bytes()) for f in files}
