"""What the monitoring of a server is told: each measure against its thresholds, and what holds without any."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.home.register import Register
from pipelines.operations import health
from pipelines.operations.health import ALERT, ATTENTION, WELL
from pipelines.settings.model import Settings


def settings_of(home: Path, **asked: object) -> Settings:
    settings = Settings(home=home, **asked)
    settings.paths.create()
    return settings


def state(settings: Settings, measure: str) -> str:
    return next(m.etat for m in health.measures(settings) if m.mesure == measure)


def backed_up(settings: Settings, days: float) -> None:
    when = dt.datetime.now().astimezone() - dt.timedelta(days=days)
    file = settings.paths.home / "s.tar.gz"
    file.touch()
    told = {"faite_le": when.isoformat(), "fichier": str(file), "fichiers": 0}
    settings.paths.last_backup.write_text(json.dumps(told), encoding="utf-8")


def loaded(settings: Settings, code: int | None) -> None:
    with Register(settings.paths.register) as register:
        register.open_load("un", "vigie load", "journal")
        settings.paths.warehouse.touch()
        register.note_publication("un", "2025-01-01", "e", "46", settings.paths.warehouse)
        if code is not None:
            register.close_load("un", code, "fini")


@pytest.mark.parametrize(("days", "expected"), [(0.5, WELL), (2.1, ATTENTION), (8.5, ALERT)])
def test_an_old_backup_is_told(tmp_path: Path, days: float, expected: str) -> None:
    settings = settings_of(tmp_path)
    backed_up(settings, days)
    assert state(settings, "sauvegarde") == expected


def test_the_settings_have_the_say_over_the_table(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, sante={"sauvegarde": (20, 30)})
    backed_up(settings, 8.5)
    assert state(settings, "sauvegarde") == WELL


@pytest.mark.parametrize(("code", "expected"), [(0, WELL), (1, WELL), (2, ALERT), (4, ALERT), (None, ATTENTION)])
def test_how_the_last_load_ended_is_told(tmp_path: Path, code: int | None, expected: str) -> None:
    settings = settings_of(tmp_path)
    loaded(settings, code)
    assert health._load(settings.paths)[3] == expected


def test_a_published_file_that_is_gone_is_an_alert(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    loaded(settings, 0)
    settings.paths.warehouse.unlink()
    assert health._load(settings.paths)[3] == ALERT


def test_a_register_that_cannot_be_read_is_an_alert_and_no_accident(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    settings.paths.register.write_bytes(bytes(8192))
    [found] = health.measures(settings)
    assert (found.mesure, found.etat) == ("registre", ALERT)
    assert "vigie rebuild" in found.phrase


def test_little_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(tmp_path)
    for free, expected in ((50, WELL), (9, ATTENTION), (4, ALERT)):
        usage = SimpleNamespace(total=100, free=free)
        monkeypatch.setattr(health.shutil, "disk_usage", lambda _, usage=usage: usage)
        assert state(settings, "disque") == expected
