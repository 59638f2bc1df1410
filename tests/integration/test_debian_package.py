"""The Debian package in a Debian of its own, with the network cut: installed, used, removed.

The system is made by debootstrap from the mirror of this machine's apt; without root, debootstrap, the mirror, or the
packages of the lock, the test says so and skips.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import __version__
from pipelines.publication.content import content_of
from tests.conftest import PROJECT, TODAY, Home

# With the tests of the wheel: both build it in the tree.
pytestmark = [pytest.mark.xdist_group("installee"), pytest.mark.long]
PACKAGE = "/root/vigie.deb"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
CODENAMES = {"3.11": "bookworm", "3.13": "trixie"}  # the Debian whose own Python this is
# Neither the network nor the processes of the machine are seen from within.
ALONE = ["unshare", "--net", "--mount", "--pid", "--fork"]


class Debian:
    """A small system in a folder, where commands run as its root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        script = 'mount -t proc proc "$0/proc" && mount -t tmpfs tmpfs "$0/dev/shm" && exec chroot "$0" "$@"'
        return subprocess.run(
            [*ALONE, "sh", "-c", script, str(self.root), *command],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
            | environment,
            capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip

    def done(self, *command: str, **environment: str) -> str:
        ran = self.run(*command, **environment)
        assert ran.returncode == 0, (command, ran.stdout[-2000:], ran.stderr[-2000:])
        return ran.stdout

    def owner(self, place: str) -> str:
        return self.done("stat", "--format", "%U:%G %a", place).strip()


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Debian]:
    if os.geteuid() != 0 or not all(map(shutil.which, ("debootstrap", "dpkg-deb", "unshare", "apt-get"))):
        pytest.skip("le paquet s'installe dans une Debian à part : il faut être root et avoir debootstrap et dpkg-deb")
    if PYTHON not in CODENAMES:
        pytest.skip(f"aucune Debian n'a Python {PYTHON}")
    folder = tmp_path_factory.mktemp("debian")
    made = subprocess.run(
        [sys.executable, "-m", "deploy.bundle", "--dossier", folder],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode != 0:
        pytest.skip(f"le lot ne se fait pas ici : {made.stderr.strip().splitlines()[-1]}")
    root = folder / "racine"
    told = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages", f"Codename: {CODENAMES[PYTHON]}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    mirrors = [line for line in told.stdout.split() if line.rstrip("/").endswith("/debian")]
    if not mirrors:
        pytest.skip(f"apt ne connaît ici aucun miroir de {CODENAMES[PYTHON]}")
    system = ["debootstrap", "--variant=minbase", "--include=python3-venv,adduser", CODENAMES[PYTHON], root, mirrors[0]]
    made = subprocess.run(system, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"debootstrap n'aboutit pas ici : {made.stdout.strip().splitlines()[-1]}")
    [package] = folder.glob("vigie_*.deb")
    shutil.copy2(package, root / PACKAGE[1:])
    yield Debian(root)
    shutil.rmtree(root, ignore_errors=True)


def test_it_is_installed_used_and_removed(debian: Debian, demo_home: Home) -> None:
    debian.done("dpkg", "--install", PACKAGE)
    assert debian.done("vigie", "--version").strip().endswith(__version__)
    assert debian.owner("/var/lib/vigie") == "vigie:vigie 750"
    assert debian.owner("/var/backups/vigie") == "vigie:vigie 700"
    assert debian.owner("/etc/vigie/vigie.toml") == "root:vigie 640"
    before = debian.done("find", "/opt", "/usr", "/etc", "-newer", "/var/lib/dpkg/status", "-type", "f")

    # What the README promises, as the account of the service, which root's command takes by itself.
    for command in ("demo", "load", "status", "plan", "backup --dossier /var/backups/vigie", "verify"):
        debian.done("vigie", *command.split(), VIGIE_TODAY=TODAY)
    assert debian.done("find", "/opt", "/usr", "/etc", "-newer", "/var/lib/dpkg/status", "-type", "f") == before
    assert debian.done("find", "/var/lib/vigie", "!", "-user", "vigie") == ""
    published = debian.root / "var/lib/vigie/published/vigie.duckdb"
    # The instant at which each file came is its own.
    instant = frozenset({"recu_le"})
    assert content_of(published, instant) == content_of(demo_home.warehouse, instant)

    # Again over itself, as an upgrade does: what was loaded is there.
    debian.done("dpkg", "--install", PACKAGE)
    assert "rien de nouveau" in debian.run("vigie", "load", "--json", VIGIE_TODAY=TODAY).stdout
    debian.done("dpkg", "--purge", "vigie")
    assert not list((debian.root / "opt").iterdir())
    assert published.exists()  # a person destroys data, not a package manager
    assert list((debian.root / "var/backups/vigie").glob("vigie-*.tar.gz"))
