"""What tests of several rooms share: an empty home and its register; a portal on the loopback, and runs on one home."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.fetch.run import Outcome, fetch
from pipelines.fetch.web import Web
from pipelines.home.register import Register
from pipelines.settings.model import Settings
from tests.support.fetching import CONTENT, NAME, PLACES
from tests.support.kept_workers import kept_workers
from tests.support.portal_server import File, Portal, portal

__all__ = ["kept_workers"]


class Bring:
    """Runs on one home; `settings` are those of the last."""

    def __init__(self, told: Portal, home: Path) -> None:
        self._told, self._home = told, home
        self.landing, self.downloads = home / "landing", home / "telechargements"
        self.settings = Settings(home=home, catalogue=told.base)

    def __call__(self, asked: tuple[str, ...] = ("ssmsi",), places=PLACES, dry: bool = False, **more) -> Outcome:
        self.settings = Settings(**{"home": self._home, "catalogue": self._told.base} | more)
        self.settings.paths.create()
        with Web(patience=0.001, attempts=4) as web:
            return fetch(self.settings, places, list(asked), web, dry)

    def landed(self) -> list[str]:
        """The names in the landing folder, hidden ones too."""
        return sorted(f.name for f in self.landing.iterdir())

    def parts(self) -> list[Path]:
        """What is kept of downloads that did not end."""
        return list(self.downloads.glob("*.part"))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Those of an empty home of the Ain."""
    monkeypatch.delenv("VIGIE_LANDING", raising=False)
    made = Settings(home=tmp_path / "home", departement="01", today=dt.date(2025, 2, 15), stability_seconds=0)
    made.paths.create()
    return made


@pytest.fixture
def register(settings: Settings) -> Iterator[Register]:
    with Register(settings.paths.register) as opened:
        yield opened


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """A portal with one file, asked without any proxy of this machine."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}:
            monkeypatch.delenv(name)
    monkeypatch.delenv("VIGIE_LANDING", raising=False)
    with portal() as running:
        running.datasets = {"delinquance": [File(NAME, CONTENT)], "accidents": []}
        yield running


@pytest.fixture
def bring(told: Portal, tmp_path: Path) -> Bring:
    return Bring(told, tmp_path / "home")
