"""What dbt's child is told: where rows are and what to build, and no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.settings.model import Settings, without_secrets
from pipelines.warehouse.dbt import environment

SECRETS = ("VIGIE_POSTGRES_DSN", "VIGIE_SMTP_MOT_DE_PASSE", "vigie_smtp_mot_de_passe")


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_stays_with_this_process(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "Zebre@Quokka")
    monkeypatch.setenv("DBT_TARGET", "autre")
    told = environment(Settings(home=tmp_path))
    assert not any("Zebre" in value for value in told.values())
    assert "DBT_TARGET" not in told
    assert told["VIGIE_RAW"] == str(tmp_path / "raw")


def test_what_is_no_secret_goes_on() -> None:
    kept = {"PATH": "/bin", "VIGIE_HOME": "/h", "VIGIE_SMTP_SERVEUR": "s", "VIGIE_SMTP_MOT_DE_PASSE_FICHIER": "/f"}
    assert without_secrets(kept | dict.fromkeys(SECRETS, "x")) == kept
