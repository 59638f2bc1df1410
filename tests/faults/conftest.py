"""The ground that the tests of faults stand on: made once a session."""

from __future__ import annotations

import pytest

from tests.faults.ground import Ground


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("pannes"))
