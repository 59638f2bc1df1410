"""A table of the project that a spreadsheet saved stops the load before anything changes, and says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Home


@pytest.mark.long
def test_a_faulty_table_stops_the_load_and_leaves_what_is_published(
    amended: Path, workbook_home: Home, demo_workbook: Path, tmp_path: Path
) -> None:
    shutil.copytree(workbook_home.folder, tmp_path / "home")
    home = Home(tmp_path / "home", PYTHONPATH=str(amended))
    before = home.warehouse.read_bytes()
    seed = amended / "dbt_project" / "seeds" / "plan" / "liens.csv"
    sound = seed.read_bytes()
    # What dbt alone would load without a word: days and months may change places, absent links become lines.
    text = sound.decode().replace("2020-01-01", "01/01/2020").replace("MINEURS_MEC,", "MINEUR_MEC,", 1) + ",,,,,,,\n"
    seed.write_bytes(text.encode())
    home.drop(demo_workbook, "autre.xlsx")
    told = home.load()
    assert told["code_sortie"] == 64
    assert "liens.csv, ligne 2, colonne valide_de : « 01/01/2020 »" in told["erreur"]
    assert "liens.csv, ligne 2, colonne indicateur_code : « MINEUR_MEC » n'est pas dans" in told["erreur"]
    assert home.warehouse.read_bytes() == before
    assert not list((home.folder / "logs").glob("incident-*.log"))

    listed = home.run("check-tables")
    assert listed.returncode == 1
    assert "ligne est vide" in listed.stderr
    assert home.run("check-tables", "--reecrire").returncode == 1  # the unknown indicator is left to a person
    assert seed.read_bytes() == sound.replace(b"MINEURS_MEC,", b"MINEUR_MEC,", 1)

    seed.write_bytes(sound)
    assert home.run("check-tables").returncode == 0
