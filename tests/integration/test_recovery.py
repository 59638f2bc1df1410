"""What may break in a home over the years: each fault is seen by `verify`, and healed by the command that it names."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.integration.conftest import QUARTER

pytestmark = [pytest.mark.xdist_group("given"), pytest.mark.long]


@pytest.fixture(scope="module")
def sound(given: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Path]:
    """A home that has given a quarter and taken decisions, and a backup of it; not to be changed by a test."""
    folder = tmp_path_factory.mktemp("durable") / "home"
    shutil.copytree(given.folder, folder, ignore=shutil.ignore_patterns("build", "dagster", "landing"))
    home = Home(folder)
    [[delivery]] = home.sql("select min(livraison_id) from qualite.livraisons where statut = 'acceptee'")
    for command in (("withdraw", delivery, "--motif", "essai"), ("reinstate", delivery, "--motif", "essai")):
        done = home.run(*command)
        assert done.returncode == 0, done.stderr
    backup = folder.with_name("sauvegarde.tar.gz")
    assert home.run("backup", str(backup)).returncode == 0
    assert home.run("verify").returncode == 0
    return home, backup


@pytest.fixture
def kept(sound: tuple[Home, Path], tmp_path: Path) -> tuple[Home, Path]:
    """A copy of that home, to damage, and the backup."""
    shutil.copytree(sound[0].folder, tmp_path / "home")
    return Home(tmp_path / "home"), sound[1]


def damage(file: Path, content: Callable[[bytes], bytes]) -> None:
    mode = file.stat().st_mode
    file.chmod(0o600)
    file.write_bytes(content(file.read_bytes()))
    file.chmod(mode)


def remove(path: Path) -> None:
    mode = path.parent.stat().st_mode
    path.parent.chmod(0o755)
    for inside, _, _ in os.walk(path):
        Path(inside).chmod(0o755)
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    path.parent.chmod(mode)


def flipped(content: bytes) -> bytes:
    return content[:10] + bytes([content[10] ^ 1]) + content[11:]


def first(home: Home, pattern: str) -> Path:
    return sorted(home.folder.glob(pattern))[0]


def edited(manifest: bytes) -> bytes:
    told = json.loads(manifest)
    told["jour_de_reference"] = "2001-01-01"
    return json.dumps(told).encode()


# What only a backup gives again.
BY_BACKUP: dict[str, Callable[[Home], None]] = {
    "un octet de l'archive": lambda h: damage(first(h, "archive/*/contenu"), flipped),
    "la fiche de réception": lambda h: damage(first(h, "archive/*/reception.json"), lambda b: b[:20]),
    "une livraison enlevée": lambda h: remove(first(h, "archive/*/contenu").parent),
    "une décision coupée": lambda h: damage(first(h, "archive/*/decisions/0001.json"), lambda b: b[: len(b) // 2]),
    "une décision vide": lambda h: damage(first(h, "archive/*/decisions/0002.json"), lambda b: b""),
    "une décision enlevée": lambda h: remove(first(h, "archive/*/decisions/0001.json")),
    "un manifeste retouché": lambda h: damage(h.folder / "snapshots" / QUARTER / "manifest.json", edited),
    "un manifeste enlevé": lambda h: remove(h.folder / "snapshots" / QUARTER / "manifest.json"),
    "les empreintes enlevées": lambda h: remove(h.folder / "snapshots" / QUARTER / "manifest.sha256"),
    "une empreinte changée": lambda h: damage(h.folder / "snapshots" / QUARTER / "manifest.sha256", flipped),
    "un chiffre du cliché": lambda h: damage(first(h, f"snapshots/{QUARTER}/publique/donnees/*.parquet"), flipped),
    "un cliché enlevé": lambda h: remove(h.folder / "snapshots" / QUARTER),
    "la liste des clichés": lambda h: damage(h.folder / "cliches.json", lambda b: b[:-5]),
}


@pytest.mark.parametrize("name", BY_BACKUP)
def test_what_only_a_backup_gives_again_is_seen_and_put_back(kept: tuple[Home, Path], name: str) -> None:
    home, backup = kept
    before = tree(home.folder)
    BY_BACKUP[name](home)
    seen = home.run("verify", "--json")
    assert seen.returncode == 1
    remedies = {flaw["remede"] for flaw in json.loads(seen.stdout)["defauts"]}
    assert any("--reparer" in remedy for remedy in remedies)
    healed = home.run("restore", str(backup), "--reparer", "--json")
    assert healed.returncode == 0, healed.stderr
    assert home.run("verify").returncode == 0
    assert tree(home.folder) == before


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """What only a backup gives again, with its rights."""
    roots = [folder / "archive", folder / "snapshots", folder / "cliches.json"]
    files = [f for root in roots for f in ([root] if root.is_file() else sorted(root.rglob("*")))]
    return {
        f.relative_to(folder).as_posix(): (f.stat().st_mode & 0o777, b"" if f.is_dir() else f.read_bytes())
        for f in files
    }  # fmt: skip


def test_what_no_backup_has_is_said_to_be_lost(kept: tuple[Home, Path], tmp_path: Path) -> None:
    home, _ = kept
    remove(home.folder / "snapshots" / QUARTER)
    late = tmp_path / "apres.tar.gz"
    assert home.run("backup", str(late)).returncode == 0
    told = home.run("restore", str(late), "--reparer", "--json")
    assert told.returncode == 1
    assert json.loads(told.stdout)["perdus"] == [f"snapshots/{QUARTER}"]
    assert home.run("verify").returncode == 1  # and is not forgotten


def middle(content: bytes) -> bytes:
    at = len(content) // 2
    return content[:at] + b"\xff" * 8192 + content[at + 8192 :]


REGISTERS: dict[str, Callable[[bytes], bytes]] = {
    "mis à zéro": lambda b: bytes(len(b)),
    "coupé": lambda b: b[: len(b) // 3],
    "abîmé au milieu": middle,
    "sans son début": lambda b: b[4096:],
}


def settled(home: Home) -> Path:
    """The register as one file, without the journal that SQLite would read it through."""
    file = home.folder / "register.sqlite"
    with sqlite3.connect(file) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    return file


@pytest.mark.parametrize("name", REGISTERS)
def test_a_damaged_register_is_seen_and_named(kept: tuple[Home, Path], name: str) -> None:
    home, _ = kept
    damage(settled(home), REGISTERS[name])
    for end in ("-wal", "-shm"):
        (home.folder / f"register.sqlite{end}").unlink(missing_ok=True)
    seen = json.loads(home.run("verify", "--json").stdout)
    assert any(f["fichier"].endswith("register.sqlite") and "rebuild" in f["remede"] for f in seen["defauts"])
    assert home.run("sante").returncode == 2


def test_a_register_of_a_later_vigie_is_neither_read_nor_written(kept: tuple[Home, Path]) -> None:
    home, _ = kept
    file = settled(home)
    with sqlite3.connect(file) as db:
        db.execute("pragma user_version = 99")
    db.close()
    before = file.read_bytes()
    done = home.run("load")
    assert done.returncode == 4
    assert "version plus récente" in done.stderr
    assert file.read_bytes() == before


def test_raw_rows_and_the_published_file_are_seen(kept: tuple[Home, Path]) -> None:
    home, _ = kept
    damage(first(home, "raw/*/*/[!v]*.parquet"), flipped)
    damage(home.warehouse, flipped)
    defects = json.loads(home.run("verify", "--json").stdout)["defauts"]
    assert {Path(d["fichier"]).suffix for d in defects} == {".parquet", ".duckdb"}
    assert all("vigie rebuild" in d["remede"] for d in defects)
