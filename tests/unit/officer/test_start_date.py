"""The start date is written in the settings file of the home, and nothing else of it changes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pipelines.officer.starting import begin, started
from pipelines.settings.model import Settings
from pipelines.settings.start import NoStart, set_start


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIGIE_DEPUIS", "VIGIE_CONFIG", "VIGIE_LANDING"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, 'depuis = "2025-T1"\n'),
        ('signature = "x"\n', 'depuis = "2025-T1"\nsignature = "x"\n'),
        ('depuis = "2024"\nsignature = "x"\n', 'depuis = "2025-T1"\nsignature = "x"\n'),
        ('[depuis_source]\niscg = "2025-01"\n', 'depuis = "2025-T1"\n[depuis_source]\niscg = "2025-01"\n'),
        ('# depuis = "2020"\n', 'depuis = "2025-T1"\n# depuis = "2020"\n'),
    ],
)
def test_the_line_is_written_and_the_rest_stays(tmp_path: Path, before: str | None, after: str) -> None:
    file = tmp_path / "vigie.toml"
    if before is not None:
        file.write_text(before, encoding="utf-8")
        file.chmod(0o640)
    assert set_start(Settings(), "T1 2025") == "2025-T1"
    assert file.read_text(encoding="utf-8") == after
    assert stat.S_IMODE(file.stat().st_mode) == (0o640 if before is not None else 0o600)
    assert Settings().depuis == "2025-T1"


def test_what_is_no_period_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(NoStart, match="n'est pas une période"):
        set_start(Settings(), "bientôt")
    assert not (tmp_path / "vigie.toml").exists()


def test_the_environment_is_above_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_DEPUIS", "2024")
    with pytest.raises(NoStart, match="VIGIE_DEPUIS"):
        set_start(Settings(), "2025")
    assert not (tmp_path / "vigie.toml").exists()


def test_the_command_and_the_desk_set_it_with_the_same_words(tmp_path: Path) -> None:
    assert started(Settings()).sentence == "Aucune date de début n'est fixée."
    done = begin(Settings(), "T1 2025")
    assert (done.sentence, done.told) == (
        "Date de début : 2025-T1. Rien d'avant n'est demandé à personne.", {"depuis": "2025-T1"}
    )  # fmt: skip
    assert started(Settings()).sentence == "Date de début : 2025-T1."
