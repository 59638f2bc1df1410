"""Before anything is published, a command that asks what is published says what to do, and makes nothing."""

from __future__ import annotations

import pytest

from tests.conftest import Home


@pytest.mark.parametrize(
    "asked", ["plan", "dictionary", "relances", "console", "explain CBV_4001 DEP-46 2019"], ids=lambda a: a.split()[0]
)
def test_a_command_without_a_warehouse_says_what_to_do(asked: str, home: Home) -> None:
    done = home.run(*asked.split())
    assert done.returncode == 64
    assert "vigie load" in done.stderr
    assert not home.warehouse.exists()
