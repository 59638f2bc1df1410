"""The copy into PostgreSQL, seen from what the register knows."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from pipelines.home.register import Register
from pipelines.postgresql import owed
from pipelines.settings.model import Settings


def test_a_register_that_knows_no_publication_is_no_incident(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, postgres_dsn=SecretStr("postgresql://vigie@localhost/vigie"))
    with Register(tmp_path / "registre.sqlite") as register:
        copied = owed.copy(settings, register)
        assert owed.last(settings, register) is None
    assert "un chargement doit d'abord le refaire" in copied.sentence()
