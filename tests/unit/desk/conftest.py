"""A desk on an empty home; the long works that it would start are kept instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.desk import tasks
from tests.support.desk_client import DeskClient


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("VIGIE_LANDING", "VIGIE_DEPUIS", "VIGIE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VIGIE_DEPARTEMENT", "46")
    monkeypatch.setenv("VIGIE_TODAY", "2025-04-21")
    return tmp_path / "home"


@pytest.fixture
def desk(folder: Path) -> DeskClient:
    return DeskClient()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands of the long works asked for; none is run."""
    asked: list[list[str]] = []

    def keep(paths, label, arguments, files=None) -> str:
        asked.append(arguments)
        return "abc123"

    monkeypatch.setattr(tasks, "start", keep)
    return asked
