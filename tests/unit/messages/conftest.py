"""What the tests of the messages share: settings of an empty home, a draft, a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.home.register import Register
from pipelines.messages.draft import REMINDER, Draft
from pipelines.settings.model import Settings
from tests.support.mail_server import Certificate, Received, certificate, mail_server, settings_of


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """The certificate of the mail server, for the address that it answers at."""
    return certificate(tmp_path_factory.mktemp("certificats"), "127.0.0.1")


@pytest.fixture
def served(held: Certificate) -> Iterator[tuple[Received, int]]:
    with mail_server(held) as found:
        yield found


@pytest.fixture
def settings(
    served: tuple[Received, int], held: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings of an empty home that sends to the server."""
    for name, value in settings_of(served[1], held).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "home"))
    found = Settings()
    found.paths.create()
    return found


@pytest.fixture
def register(settings: Settings) -> Iterator[Register]:
    with Register(settings.paths.register) as found:
        yield found


def draft(number: int = 1, topic: str = "", **more: object) -> Draft:
    """A reminder to one service."""
    values = {
        "kind": REMINDER, "key": f"relance {number}", "topic": topic or f"relance {number}", "to": "SRV-46",
        "label": "CGD CAHORS", "addresses": ("cahors@exemple.fr",), "subject": f"objet {number}",
        "text": "Madame, Monsieur,\n\nIl manque l'état : « mars ».\n",
    } | more  # fmt: skip
    return Draft(**values)  # type: ignore[arg-type]
