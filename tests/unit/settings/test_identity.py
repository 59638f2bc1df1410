"""Whose home it is: fixed once, told where nobody says it, refused to another; and no misspelt variable passes."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sqlite3
import subprocess
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipelines.settings import identity
from pipelines.settings.model import Settings
from pipelines.settings.variables import OTHERS
from tests.conftest import PROJECT, Home

TODAY = dt.date(2025, 6, 20)


def test_it_is_fixed_once(tmp_path: Path) -> None:
    assert identity.read(tmp_path) is None
    assert identity.fix(tmp_path, "12", TODAY)
    assert not identity.fix(tmp_path, "46", dt.date(2026, 1, 1))
    assert identity.read(tmp_path) == identity.Identity("12", "2025-06-20")


def test_a_home_of_before_has_that_of_its_last_publication(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "register.sqlite") as db:
        db.execute("create table publications (departement text)")
        db.execute("create table chargements (debut text)")
        db.execute("insert into publications values ('12'), ('46')")
        db.execute("insert into chargements values ('2024-03-01T10:00:00'), ('2023-02-01T09:00:00')")
    assert identity.read(tmp_path) == identity.Identity("46", "2023-02-01")
    assert not identity.fix(tmp_path, "46", TODAY)
    assert json.loads((tmp_path / "identite.json").read_text()) == {
        "departement": "46", "premier_chargement": "2023-02-01",
    }  # fmt: skip


def test_another_departement_is_refused_with_the_remedy(tmp_path: Path) -> None:
    identity.fix(tmp_path, "12", TODAY)
    with pytest.raises(ValidationError, match="est celui du département 12, et le réglage demande le 46"):
        Settings(home=tmp_path, departement="46")
    (tmp_path / "vigie.toml").write_text('departement = "46"\n')
    done = Home(tmp_path).run("deliveries")
    assert done.returncode == 64
    assert "VIGIE_HOME=/chemin/du/dossier-46" in done.stderr


def test_what_nobody_sets_the_home_says(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).departement == "46"
    identity.fix(tmp_path, "12", TODAY)
    assert Settings(home=tmp_path).departement == "12"
    assert Settings(home=tmp_path, departement="12").departement == "12"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("VIGIE_DEPARTMENT", "le plus proche : VIGIE_DEPARTEMENT"),
        ("VIGIE_LANDNG", "le plus proche : VIGIE_LANDING"),
        ("VIGIE_XYZ", "VIGIE_XYZ n'est pas un réglage connu"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_near_names(home: Home, name: str, said: str) -> None:
    done = home.run("status", **{name: "1"})
    assert done.returncode == 64
    assert said in done.stderr


def test_every_variable_that_the_project_reads_is_accepted() -> None:
    tracked = subprocess.run(["git", "ls-files", "*.py", "*.yml", "*.md", "Makefile", "*.toml"], cwd=PROJECT,
                             capture_output=True, text=True, check=True).stdout.split()  # fmt: skip
    known = {f"VIGIE_{name.upper()}" for name in Settings.model_fields} | OTHERS
    # Those that these tests misspell.
    read = {
        name
        for path in tracked
        if path != "tests/unit/settings/test_identity.py" and (PROJECT / path).is_file()
        for name in re.findall(r"\bVIGIE_[A-Z][A-Z_]*\b", (PROJECT / path).read_text(encoding="utf-8"))
    }
    assert read - known == set()
    assert {n for n in os.environ if n.startswith("VIGIE_")} <= known


@pytest.mark.parametrize(
    ("said", "starts"),
    [
        ({"depuis": "2025-01"}, {"iscg": "2025-01-01", "ssmsi": "2025-01-01"}),
        ({"depuis": "T2 2025", "depuis_source": {"iscg": "mars 2026"}}, {"iscg": "2026-03-01", "ssmsi": "2025-04-01"}),
        ({"depuis": 2025}, {"iscg": "2025-01-01"}),
        ({"depuis_source": "iscg=2026-01, ssmsi=2020"}, {"iscg": "2026-01-01", "ssmsi": "2020-01-01", "police": None}),
        ({}, {"iscg": None}),
        ({"depuis": ""}, {"iscg": None}),
    ],
)
def test_a_start_is_for_the_home_or_for_a_source(tmp_path: Path, said: dict, starts: dict) -> None:
    made = Settings(home=tmp_path, **said)
    found = {source: made.starts(source) for source in starts}
    assert {source: day and day.isoformat() for source, day in found.items()} == starts


def test_a_start_is_read_from_the_file_of_the_home(tmp_path: Path) -> None:
    (tmp_path / "vigie.toml").write_text('depuis = "2025-01"\n[depuis_source]\nservice_returns = "2026-01"\n')
    done = Home(tmp_path).run("status")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"depuis = 2025-01\n", "vigie.toml ne se lit pas (ligne 1, colonne 14)"),
        ('signature = "Le préfet"\n'.encode("cp1252"), "C'est un texte en UTF-8"),
        (b'depui = "2025"\n', "depui n'est pas un réglage connu (le plus proche : depuis)"),
        (b"depuis = 2025-01-15\n", "est un jour"),
    ],
)
def test_a_file_of_settings_that_is_spoilt_says_how_one_is_written(home: Home, content: bytes, said: str) -> None:
    (home.folder / "vigie.toml").write_bytes(content)
    done = home.run("status")
    assert done.returncode == 64
    assert said in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("VIGIE_DEPUIS", "demain", "n'est pas une période"),
        ("VIGIE_DEPUIS", "2025-4", "deux façons"),
        ("VIGIE_DEPUIS_SOURCE", "isc=2025", "Les sources : action_followup"),
        ("VIGIE_RETOURS", "france", "valeurs admises : 'departement' ou 'tous'"),
        ("VIGIE_DEPARTEMENT", "99", "un code de département est attendu : 01, 2A"),
    ],
)
def test_a_setting_that_is_none_says_what_is_expected(home: Home, name: str, value: str, said: str) -> None:
    done = home.run("status", **{name: value})
    assert done.returncode == 64
    assert said in done.stderr


def test_a_code_that_lost_its_zero_is_the_departement(tmp_path: Path) -> None:
    assert [Settings(home=tmp_path, departement=c).departement for c in ("1", "01", "2a")] == ["01", "01", "2A"]
