"""A service that sends over SFTP: its file is taken once it is whole, and nothing leads out of its folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.reception.intake import Intake
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings
from tests.support.dropped import month, with_drops
from tests.support.sftp import ABSENT, HERE, Sftp, sshd

pytestmark = pytest.mark.skipif(not HERE, reason=ABSENT)


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[Sftp]:
    with sshd(tmp_path / "sshd") as client:
        yield client


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (tmp_path / "depots" / "CGD CAHORS").mkdir(parents=True)
    return with_drops(tmp_path, monkeypatch)


def take(settings: Settings) -> tuple[Intake, list[tuple[str, str | None]]]:
    """Receive; returns also (name, sender) of every delivery that is known."""
    with Register(settings.paths.register) as register:
        intake = receive(settings, register, load_catalogue(), "essai")
        return intake, [(d["nom"], register.sender(d["livraison_id"])) for d in register.deliveries()]


def test_a_return_sent_over_sftp_is_known_by_its_sender(sftp: Sftp, settings: Settings, tmp_path: Path) -> None:
    mine = month(tmp_path / "retour.csv", "CGD CAHORS", "2025-01")
    done = sftp.run(f'put "{mine}" "{settings.depots}/CGD CAHORS/retour.csv"')
    assert done.returncode == 0, done.stderr
    intake, known = take(settings)
    assert len(intake.accepted) == 1
    assert known == [("depots/CGD CAHORS/retour.csv", "SRV-46-GN-CGD-CAHORS")]


def test_a_transfer_that_goes_on_waits_and_is_then_taken_whole(sftp: Sftp, settings: Settings, tmp_path: Path) -> None:
    mine = month(tmp_path / "retour.csv", "CGD CAHORS", "2025-01")
    with mine.open("a", encoding="utf-8") as file:
        file.write(";;;;;;;\n" * 30_000)  # empty lines, for the transfer to last
    there = settings.depots / "CGD CAHORS" / "retour.csv"
    with sftp.slowly(f'put "{mine}" "{there}"', kbits=250) as transfer:
        deadline = time.monotonic() + 30
        while not (there.exists() and there.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert transfer.poll() is None
        intake, known = take(settings)
        assert transfer.poll() is None, "the transfer ended before it was looked at"
        assert intake.ignored == ["depots/CGD CAHORS/retour.csv (encore en cours d'écriture)"]
        assert known == []
        assert transfer.wait(60) == 0
    assert there.stat().st_size == mine.stat().st_size
    intake, _ = take(settings)
    assert len(intake.accepted) == 1


def test_links_made_over_sftp_lead_nowhere(sftp: Sftp, settings: Settings, tmp_path: Path) -> None:
    secret = month(tmp_path / "secret.csv", "CGD FIGEAC", "2025-01")
    folder = settings.depots / "CGD CAHORS"
    done = sftp.run(f'symlink "{secret}" "{folder}/lien.csv"', f'ln "{secret}" "{folder}/dur.csv"',
                    f'symlink "{tmp_path}" "{folder}/dossier"')  # fmt: skip
    assert done.returncode == 0, done.stderr
    intake, known = take(settings)
    assert known == []
    assert [line.partition(" (")[2] for line in intake.ignored] == ["lien refusé : déposer le fichier lui-même)"] * 3


def test_a_name_that_means_to_leave_its_folder_is_refused(sftp: Sftp, settings: Settings, tmp_path: Path) -> None:
    mine = month(tmp_path / "retour.csv", "CGD CAHORS", "2025-01")
    folder = settings.depots / "CGD CAHORS"
    done = sftp.run(f'put "{mine}" "{folder}/..\\\\..\\\\landing\\\\x.csv"')
    assert done.returncode == 0, done.stderr
    assert list(settings.paths.landing.iterdir()) == []
    intake, known = take(settings)
    assert known == []
    [told] = intake.ignored
    assert "nom refusé" in told
