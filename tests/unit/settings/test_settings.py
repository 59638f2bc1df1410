"""A setting that cannot work is said before anything is loaded, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from pipelines.base.exit_codes import USAGE
from pipelines.cli import accident
from pipelines.settings.model import Settings


def test_a_home_whose_path_holds_a_comma_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(home=tmp_path / "Lot, 46")
    assert accident.report(caught.value) == USAGE
    said = " ".join(capsys.readouterr().err.split())
    assert "un chemin sans virgule est attendu" in said


def test_the_home_of_the_environment_is_looked_at_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "a,b"))
    with pytest.raises(ValidationError):
        Settings()
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "dossier du préfet (46)"))
    assert Settings().paths.home.name == "dossier du préfet (46)"
