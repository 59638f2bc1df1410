"""What a load says of itself when it is cut short, or when the disk stops it."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from pipelines.home.register import Register, note_interruption
from pipelines.loading import session as sessions
from pipelines.loading.session import LoadSession
from pipelines.settings.model import Settings


@pytest.fixture
def session(tmp_path: Path) -> LoadSession:
    return LoadSession(Settings(home=tmp_path / "home", stability_seconds=0), "essai", "vigie load")


def said(session: LoadSession) -> tuple[int | None, str | None]:
    with Register(session.settings.paths.register) as register:
        row = register.load("essai")
    return row["code_sortie"], row["resultat"]


def test_a_load_that_the_service_ends_is_interrupted(session: LoadSession) -> None:
    """Dagster raises what is no Exception in the run of a service that is told to end."""
    with pytest.raises(KeyboardInterrupt), session:
        raise KeyboardInterrupt
    code, why = said(session)
    assert (code, why.split()[0]) == (130, "interrompu")


def test_the_note_of_an_interruption_changes_nothing_that_is_said(session: LoadSession) -> None:
    with session:
        pass
    before = said(session)
    assert before == (0, "rien de nouveau")
    note_interruption(session.settings.paths.register, "essai", 130)
    assert said(session) == before


def test_an_interruption_is_noted_while_the_load_writes(session: LoadSession) -> None:
    with session:
        note_interruption(session.settings.paths.register, "essai", 130)
        assert said(session)[0] == 130


def test_a_full_disk_in_a_step_is_what_the_load_says(session: LoadSession) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(session.settings.paths.raw))
    with pytest.raises(OSError, match="No space"), session, session.step("publication"):
        raise full
    assert session.fault.startswith("Disque plein")
    assert said(session) == (4, "rien publié : le disque est plein, l'entrepôt précédent reste en place")


def test_a_register_that_cannot_be_closed_does_not_hide_why(
    session: LoadSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with session:
        monkeypatch.setattr(sessions.Register, "close_load", full)
    assert session.failed
    assert session.fault.startswith("Disque plein")
    assert session.exit_code() == 4
    monkeypatch.undo()
    with LoadSession(session.settings, "ensuite", "vigie load"):
        pass
    code, why = said(session)
    assert (code, why.split()[0]) == (None, "interrompu")
