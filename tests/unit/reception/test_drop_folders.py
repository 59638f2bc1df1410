"""What is dropped in a sender's folder passes the same gate, and it is known who sent it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.home import archive
from pipelines.home.register import Register
from pipelines.operations import rebuild
from pipelines.reception.intake import Intake
from pipelines.reception.look import dropped
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings
from tests.support.dropped import month, with_drops

CATALOGUE = load_catalogue()
CAHORS, FIGEAC = "SRV-46-GN-CGD-CAHORS", "SRV-46-GN-CGD-FIGEAC"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (tmp_path / "depots").mkdir()
    return with_drops(tmp_path, monkeypatch)


@pytest.fixture
def register(settings: Settings) -> Iterator[Register]:
    with Register(settings.paths.register) as found:
        yield found


def take(settings: Settings, register: Register) -> Intake:
    return receive(settings, register, CATALOGUE, "essai")


def test_who_sent_a_file_is_in_the_archive_and_the_register(settings: Settings, register: Register) -> None:
    month(settings.depots / "CGD CAHORS" / "retour.csv", "CGD CAHORS", "2025-01")
    [accepted] = take(settings, register).accepted
    assert register.sender(accepted) == CAHORS
    entry = register.entry(accepted)
    assert entry["nom"] == "depots/CGD CAHORS/retour.csv"
    reception = archive.reception(settings.paths, entry["sha256"])
    assert reception["depot"] == {"expediteur": CAHORS, "dossier": "CGD CAHORS"}
    again = take(settings, register)
    assert (again.accepted, again.already_known) == ([], 1)


def test_the_gate_is_the_same(settings: Settings, register: Register) -> None:
    month(settings.depots / "cgd-cahors" / "retour.csv", "CGD CAHORS", "2025-01", facts="3,5")
    month(settings.paths.landing / "meme.csv", "CGD FIGEAC", "2025-01", facts="3,5")
    refused = take(settings, register).refused
    told = {register.sender(d): [(x["code"], x["remede"]) for x in register.defects(d)] for d in refused}
    assert told.keys() == {CAHORS, None}
    assert told[CAHORS] == told[None] != []
    folder = settings.paths.quarantine / next(register.entry(d)["sha256"] for d in refused if register.sender(d))
    assert json.loads((folder / "reception.json").read_text(encoding="utf-8"))["depot"]["expediteur"] == CAHORS


def test_a_return_of_another_service_is_taken_and_told(settings: Settings, register: Register) -> None:
    month(settings.depots / "CGD CAHORS" / "figeac.csv", "CGD FIGEAC", "2025-01")
    intake = take(settings, register)
    [accepted] = intake.accepted
    assert register.sender(accepted) == CAHORS
    [told] = intake.misplaced
    assert "déposé dans le dossier de « CGD CAHORS », ce fichier porte le retour de « CGD FIGEAC »" in told
    remarks = archive.reception(settings.paths, register.entry(accepted)["sha256"])["remarques"]
    assert [r["code"] for r in remarks if r["code"].startswith("depot")] == ["depot_d_un_autre"]


def test_one_s_own_return_is_not_remarked(settings: Settings, register: Register) -> None:
    month(settings.depots / "Compagnie de gendarmerie de Figeac" / "x.csv", "CGD FIGEAC", "2025-01")
    intake = take(settings, register)
    assert (intake.misplaced, register.sender(intake.accepted[0])) == ([], FIGEAC)


def test_a_folder_of_nobody_is_told_with_the_nearest_name(settings: Settings, register: Register) -> None:
    month(settings.depots / "CGD CAORS" / "retour.csv", "CGD CAHORS", "2025-01")
    month(settings.depots / "CGD CAHORS" / "retour.csv", "CGD CAHORS", "2025-01")
    intake = take(settings, register)
    assert len(intake.accepted) == 1
    [told] = intake.ignored
    assert told.startswith("depots/CGD CAORS (aucun expéditeur ne se nomme ainsi")
    assert "CGD CAHORS" in told


def test_what_waits_in_the_folders_is_counted(settings: Settings, register: Register) -> None:
    month(settings.depots / "CGD CAHORS" / "retour.csv", "CGD CAHORS", "2025-01")
    assert dropped(settings, register, CATALOGUE, register.known_hashes()) == 1
    take(settings, register)
    assert dropped(settings, register, CATALOGUE, register.known_hashes()) == 0


def test_the_register_made_again_knows_who_sent_what(settings: Settings, register: Register) -> None:
    month(settings.depots / "CGD CAHORS" / "a.csv", "CGD CAHORS", "2025-01")
    month(settings.depots / "CGD FIGEAC" / "b.csv", "CGD FIGEAC", "2025-01", facts="3,5")
    take(settings, register)
    before = rebuild.index_of(register)
    rebuild.empty_index(settings, register, CATALOGUE)
    assert register.rows("select expediteur_code from depots") == [{"expediteur_code": FIGEAC}]  # of the quarantine
    take(settings, register)
    assert rebuild.index_of(register) == before
    assert len(before["depots"]) == 2


def test_drop_folders_inside_the_landing_folder_are_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_DEPOTS", str(settings.paths.landing / "depots"))
    with pytest.raises(ValueError, match="l'un dans l'autre"):
        Settings()
