"""The mail server is reached under TLS with its certificate checked, or nothing leaves; no secret is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.cli.accident import report
from pipelines.home.register import Register
from pipelines.messages import journal
from pipelines.messages.outbox import send
from pipelines.messages.server import MailServer, NoServer, NotSet, password, required
from pipelines.settings.model import BadSettingsFile, Settings
from tests.support.mail_server import PASSWORD, Certificate, certificate, mail_server, settings_of
from tests.unit.messages.conftest import draft


def set_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: int, held: Certificate | None, **more: str
) -> Settings:
    for name, value in settings_of(port, held, **more).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "home"))
    settings = Settings()
    settings.paths.create()
    return settings


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("names", "days", "why"),
    [
        (("autre.exemple.fr",), 1, "il n'est pas"),
        (("127.0.0.2",), 1, "il n'est pas à l'adresse 127.0.0.1"),
        (("127.0.0.1",), -1, "il a expiré"),
    ],
)
def test_a_certificate_that_does_not_match_is_refused(
    security: str, names: tuple[str, ...], days: int, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = certificate(tmp_path / "certificats", *names, days=days)
    with mail_server(held, security=security) as (received, port):
        settings = set_to(monkeypatch, tmp_path, port, held, VIGIE_SMTP_SECURITE=security)
        with Register(settings.paths.register) as register:
            sent = send(settings, register, [draft()])
            assert [e.state for e in journal.entries(register)] == ["echec"]
    assert "est refusé" in sent.incident
    assert why in sent.incident
    assert received.messages == []


def test_an_unknown_authority_is_refused_and_the_remedy_told(
    held: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(held) as (received, port):
        settings = set_to(monkeypatch, tmp_path, port, None)
        with pytest.raises(NoServer, match="smtp_autorite"), MailServer(settings):
            pass
    assert received.messages == []


def test_a_server_without_tls_is_sent_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(None) as (received, port):
        settings = set_to(monkeypatch, tmp_path, port, None)
        with pytest.raises(NoServer, match="n'offre pas de connexion chiffrée"), MailServer(settings):
            pass
    assert received.messages == []


def test_a_wrong_password_is_told_without_it(
    held: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(held) as (_, port):
        settings = set_to(monkeypatch, tmp_path, port, held, VIGIE_SMTP_MOT_DE_PASSE="faux-secret")
        with pytest.raises(NoServer, match="refuse l'identifiant ou le mot de passe") as told, MailServer(settings):
            pass
    assert "faux-secret" not in str(told.value)


def test_a_password_is_read_of_a_file_that_nobody_else_may_read(
    held: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    file.write_text(PASSWORD + "\n")
    for mode in (0o644, 0o640, 0o604):
        file.chmod(mode)
        settings = set_to(monkeypatch, tmp_path, 9, held, VIGIE_SMTP_MOT_DE_PASSE_FICHIER=str(file))
        monkeypatch.delenv("VIGIE_SMTP_MOT_DE_PASSE")
        with pytest.raises(NotSet, match="chmod 600"):
            password(Settings())
    file.chmod(0o600)
    assert password(Settings()) == PASSWORD
    assert PASSWORD not in repr(settings)
    file.unlink()
    with pytest.raises(NotSet, match="ne se lit pas"):
        required(Settings())


def test_a_password_in_the_file_of_settings_is_refused_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vigie.toml").write_text('smtp_mot_de_passe = "tres-secret"\n')
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    with pytest.raises(BadSettingsFile) as told:
        Settings()
    assert report(told.value) == 64
    shown = capsys.readouterr().err
    assert "VIGIE_SMTP_MOT_DE_PASSE" in shown
    assert "tres-secret" not in shown


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@b", "a b@exemple.fr", "a@exemple.fr\nBcc: b@exemple.fr", "é@exemple.fr", "a@exemple.fr, b@exemple.fr",
     "<a@exemple.fr>", ".a@exemple.fr", "a@-exemple.fr"],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_the_settings(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setenv("VIGIE_SMTP_EXPEDITEUR", text)
    if not text:
        assert Settings().smtp_expediteur == ""
        return
    with pytest.raises(ValueError, match="adresse électronique"):
        Settings()
