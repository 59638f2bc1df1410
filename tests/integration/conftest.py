"""Homes that several modules read."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import Home

QUARTER = "2019-T4"


@pytest.fixture(scope="session")
def given(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home of the demonstration that has given two quarters; not to be changed by a test."""
    folder = tmp_path_factory.mktemp("cliches") / "home"
    shutil.copytree(demo_home.folder, folder)
    home = Home(folder)
    for quarter in (QUARTER, "2023-T4"):
        done = home.run("snapshot", quarter)
        assert done.returncode == 0, done.stderr
    return home
