"""Every file of a home has the rights of the table in docs/installation.md, whatever the umask of who starts Vigie."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.conftest import PROJECT, VIGIE, Home
from tests.integration.conftest import QUARTER

pytestmark = [pytest.mark.xdist_group("droits"), pytest.mark.long]
TABLE = (PROJECT / "docs" / "installation.md").read_text(encoding="utf-8").partition("## Qui lit quoi")[2]
ITSELF, REST = "le dossier lui-même", "tout le reste"


def rows() -> list[tuple[list[str], int | None, int | None]]:
    """(patterns, mode of folders, mode of files) of the table, in its order."""
    found = []
    for line in re.findall(r"^\| (?!où|---)(.+) \|$", TABLE.partition("\n## ")[0], re.M):
        where, folders, files, _ = (cell.strip() for cell in line.split("|"))
        named = re.findall(r"`([^`]+)`", where) or [where]
        found.append((named, *(int(mode, 8) if mode else None for mode in (folders, files))))
    return found


def expected(place: Path, is_folder: bool) -> int | None:
    """The mode of a place of the home: that of the first row which names it, or a folder above it."""
    if is_folder and place.parent == Path("snapshots"):
        return 0o555  # said below the table
    above = [p.as_posix() for p in (place, *place.parents)]
    for named, folders, files in rows():
        mode = folders if is_folder else files
        if named == [REST] or (named == [ITSELF] and above == ["."]):
            return mode
        if mode is not None and any(fnmatch(p, n) and p.count("/") == n.count("/") for p in above for n in named):
            return mode
    raise AssertionError(f"the table says nothing of {place}")


def run(home: Home, umask: int, *arguments: str) -> None:
    done = subprocess.run(
        [VIGIE, *arguments], env=home.environment, capture_output=True, text=True, umask=umask, check=False
    )
    assert done.returncode in {0, 1}, (arguments, done.stderr)


@pytest.mark.parametrize("umask", [0o022, 0o077], ids=oct)
def test_every_file_has_the_rights_of_the_table(umask: int, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shutil.rmtree(home.folder)
    comment = tmp_path / "texte.md"
    comment.write_text("Un trimestre calme.", encoding="utf-8")
    backups, elsewhere = tmp_path / "sauvegardes", tmp_path / "ailleurs"
    backups.mkdir()
    run(home, umask, "demo")
    (home.landing / "inconnu.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    for command in (
        "load", f"comment {QUARTER} P1 {comment} --edition publique --auteur préfecture", f"snapshot {QUARTER}",
        "relances --brouillons", "templates iscg --periode 2021", "quality", "dictionary",
        "excuse iscg 2025-01 --motif essai", f"backup --dossier {backups}", "verify", "menage", "status",
        f"report {QUARTER} --dossier {elsewhere}",
    ):  # fmt: skip
        run(home, umask, *command.split())
    wrong = {}
    for place in [home.folder, *home.folder.rglob("*")]:
        name = place.relative_to(home.folder)
        if place.is_symlink() or (name.parts[:1] == ("landing",) and place.is_file()):
            continue
        mode = place.stat().st_mode & 0o777
        if mode != (wanted := expected(name, place.is_dir())):
            wrong[name.as_posix()] = (oct(mode), oct(wanted or 0))
    assert wrong == {}
    assert [f.stat().st_mode & 0o777 for f in backups.iterdir()] == [0o600]
    # What a person had written elsewhere is theirs: their umask rules.
    assert {f.stat().st_mode & 0o777 for f in elsewhere.rglob("*.html")} == {0o666 & ~umask}


def test_what_was_refused_after_it_was_accepted_leaves_the_archive_its_rights(tmp_path: Path) -> None:
    import hashlib

    from pipelines.home.archive import archived, keep_all
    from pipelines.machine.paths import Paths

    paths = Paths(tmp_path, tmp_path / "landing")
    paths.create()
    sha256 = hashlib.sha256(b"octets").hexdigest()
    received = paths.archive / sha256
    received.mkdir()
    (received / "contenu").write_bytes(b"octets")
    os.chmod(received / "contenu", 0o640)
    keep_all([(archived(paths, sha256), {"nom": "n", "defauts": []})], paths.quarantine)
    assert (received / "contenu").stat().st_mode & 0o777 == 0o640
    assert (paths.quarantine / sha256 / "contenu").stat().st_mode & 0o777 == 0o600
