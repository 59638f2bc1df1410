"""Homes that several modules read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.faults.service import Service
from tests.support.web_target import Target

QUARTER, LATER = "2019-T4", "2023-T4"
EDITIONS = ("publique", "restreinte")


@pytest.fixture(scope="session")
def given(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home of the demonstration that has given two quarters; not to be changed by a test."""
    folder = tmp_path_factory.mktemp("cliches") / "home"
    shutil.copytree(demo_home.folder, folder)
    home = Home(folder)
    for quarter in (QUARTER, LATER):
        done = home.run("snapshot", quarter)
        assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="session")
def sites(given: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The observatory of each edition of the later quarter, as the command writes it."""
    made = {}
    for edition in EDITIONS:
        made[edition] = tmp_path_factory.mktemp("site") / edition
        option = ["--restreinte"] if edition == "restreinte" else []
        done = given.run("site", LATER, "--dossier", str(made[edition]), *option)
        assert done.returncode == 0, done.stderr
    return made


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
