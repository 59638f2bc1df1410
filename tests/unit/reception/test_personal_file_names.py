"""A file whose name is a person's is refused without its name; renamed, it is received."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.home.landing import kept_name, scan
from pipelines.home.register import Register
from pipelines.reception.intake import Intake
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings
from tests.support.canaries import text_file

CATALOGUE = load_catalogue()
NAME = "retour de QUATREBARBES Jean.csv"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path, stability_seconds=0, today=dt.date(2025, 2, 15))
    made.paths.create()
    return made


def received(settings: Settings) -> tuple[Intake, list[dict], list[dict]]:
    with Register(settings.paths.register) as register:
        intake = receive(settings, register, CATALOGUE, "essai")
        return intake, register.deliveries(), register.rows("select * from refus")


def test_the_name_is_kept_nowhere_and_the_file_renamed_is_received(settings: Settings) -> None:
    file = settings.paths.landing / NAME
    file.write_bytes(text_file())
    _, [delivery], [refusal] = received(settings)
    assert (delivery["statut"], refusal["code"]) == ("refusee", "donnees_personnelles")
    assert delivery["nom"] == f"nom retiré {file.stat().st_ino}.csv"
    assert "le nom du fichier" in refusal["constat"]
    assert f"de {file.stat().st_size} octets" in refusal["remede"]
    assert "renommer" in refusal["remede"]
    intake, [delivery], _ = received(settings)
    assert (intake.refused, intake.already_refused, delivery["statut"]) == ([], 1, "refusee")
    for kept in settings.home.rglob("*"):
        if kept.is_file() and "landing" not in kept.parts:
            assert b"QUATREBARBES" not in kept.read_bytes()
    file.rename(settings.paths.landing / "CGD CAHORS 2021-03.csv")
    intake, [delivery], refusals = received(settings)
    assert (delivery["statut"], delivery["nom"], refusals) == ("acceptee", "CGD CAHORS 2021-03.csv", [])
    assert len(intake.accepted) == 1
    assert not list(settings.paths.quarantine.glob("*/contenu"))


def test_what_is_left_alone_is_named_no_more(settings: Settings) -> None:
    (settings.paths.landing / f"~${NAME}").write_bytes(b"x")
    (settings.paths.landing / f".{NAME}").mkdir()
    os.symlink(settings.paths.landing, settings.paths.landing / "Mme Quatrebarbes")
    _, ignored = scan(settings.paths.landing)
    assert len(ignored) == 3
    assert all(name.startswith("nom retiré") for name in ignored)


def test_a_name_that_says_the_service_is_kept() -> None:
    assert kept_name("CGD CAHORS/2021-03.xlsx") == ("CGD CAHORS/2021-03.xlsx", "")
    assert kept_name("QUATREBARBES Jean/mars.exe")[0] == "nom retiré"
