"""The homes that released versions left, unpacked as they were (`tests/fixtures/homes/README.md`)."""

from __future__ import annotations

import tarfile
from pathlib import Path

from tests.conftest import PROJECT, Home

_FOLDER = PROJECT / "tests" / "fixtures" / "homes"
RELEASES = sorted(f.name.removesuffix(".tar.xz") for f in _FOLDER.glob("*.tar.xz"))


def unpacked(release: str, folder: Path) -> Home:
    """Return a home as a release left it, in a folder that is not there yet."""
    with tarfile.open(_FOLDER / f"{release}.tar.xz") as tar:
        tar.extractall(folder, filter="tar")  # with its rights, as the release gave them
    return Home(folder)
