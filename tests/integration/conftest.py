"""Homes that several modules read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Home, made_once
from tests.faults.service import Service
from tests.support.web_target import Target

QUARTER, LATER = "2019-T4", "2023-T4"
EDITIONS = ("publique", "restreinte")


@pytest.fixture(scope="session")
def given(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home of the demonstration that has given two quarters; not to be changed by a test."""

    def give(folder: Path) -> None:
        shutil.copytree(demo_home.folder, folder, dirs_exist_ok=True)
        for quarter in (QUARTER, LATER):
            done = Home(folder).run("snapshot", quarter)
            assert done.returncode == 0, done.stderr

    return Home(made_once(tmp_path_factory, "cliches", give))


@pytest.fixture(scope="session")
def sites(given: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The observatory of each edition of the later quarter, as the command writes it."""

    def draw(folder: Path) -> None:
        for edition in EDITIONS:
            option = ["--restreinte"] if edition == "restreinte" else []
            done = given.run("site", LATER, "--dossier", str(folder / edition), *option)
            assert done.returncode == 0, done.stderr

    folder = made_once(tmp_path_factory, "observatoires", draw)
    return {edition: folder / edition for edition in EDITIONS}


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """`vigie ui` of an empty home, to attack; what succeeds changes it."""
    home = Home(tmp_path_factory.mktemp("interface") / "home")
    with Service(home) as service:
        yield Target(home, service)


@pytest.fixture
def unharmed(target: Target) -> Iterator[Target]:
    """The service; the test fails if anything was changed meanwhile."""
    before = target.state
    yield target
    assert target.state == before
