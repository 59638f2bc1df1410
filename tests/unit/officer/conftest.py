"""A home of the Lot that receives files, without its warehouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.settings.model import Settings


@pytest.fixture
def lot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("VIGIE_LANDING", "VIGIE_DEPUIS", "VIGIE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VIGIE_DEPARTEMENT", "46")
    monkeypatch.setenv("VIGIE_TODAY", "2021-04-10")
    monkeypatch.setenv("VIGIE_STABILITY_SECONDS", "0")
    made = Settings(depuis="2021-02")
    made.paths.create()
    return made
