"""A known error is excused until its day, that day included; then it shouts again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipelines.quality import known
from pipelines.quality.known import KnownError
from pipelines.settings.model import Settings
from tests.conftest import Home


def error(**changes: str) -> KnownError:
    fields = {"regle_code": "SAUT", "objet": "AAB_4001 DEP-46 2020*", "motif": "confinement", "jusqu_au": "2025-12-31",
              "inscrit_le": "2025-02-15"}  # fmt: skip
    return KnownError(**(fields | changes))


def test_it_covers_its_rule_and_its_things_alone() -> None:
    assert error().covers("SAUT", "AAB_4001 DEP-46 2020-04")
    assert not error().covers("SAUT", "AAB_4001 DEP-46 2021")
    assert not error().covers("FACTEUR_DIX", "AAB_4001 DEP-46 2020-04")
    assert not error(objet="aab_4001 DEP-46 2020").covers("SAUT", "AAB_4001 DEP-46 2020")


@pytest.mark.parametrize(("day", "excused"), [("2025-12-30", 1), ("2025-12-31", 1), ("2026-01-01", 0)])
def test_its_last_day_is_its_last(tmp_path: Path, day: str, excused: int) -> None:
    settings = Settings(home=tmp_path, today=dt.date.fromisoformat(day))
    known.add(settings.paths.known_errors, error())
    assert len(known.valid(settings)) == excused
    assert len(known.read(settings.paths.known_errors)) == 1


def test_lines_are_added_and_a_broken_date_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "erreurs_connues.csv"
    assert known.read(file) == []
    known.add(file, error())
    known.add(file, error(objet='=1+1, "x"', motif="accents é"))
    assert [e.objet for e in known.read(file)] == ["AAB_4001 DEP-46 2020*", '=1+1, "x"']
    known.add(file, error(jusqu_au="demain"))
    with pytest.raises(ValueError, match="demain"):
        known.read(file)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("REGLE_QUI_N_EXISTE_PAS", "x", "--motif", "m", "--jusqu-au", "2025-12-31"), "n'existe pas"),
        (("VIF_FAITS", "*", "--motif", "m", "--jusqu-au", "2025-12-31"), "juge à la réception"),
        (("SAUT", "x", "--motif", " ", "--jusqu-au", "2025-12-31"), "vides"),
        (("SAUT", "x", "--motif", "m", "--jusqu-au", "fin 2025"), "n'est pas une date. Attendu : 31/12/2026"),
        (("SAUT", "x", "--motif", "m", "--jusqu-au", "14/02/2025"), "est passée"),
        (("SAUTT", "x", "--motif", "m", "--jusqu-au", "2025-12-31"), "vouliez-vous dire SAUT ?"),
        (("SAUT", "x", "--motif", "m", "--jusqu-au", "2025-02-14"), "est passée"),
    ],
)
def test_the_command_refuses_what_would_excuse_nothing(home: Home, arguments: tuple[str, ...], said: str) -> None:
    done = home.run("tolerate", *arguments)
    assert done.returncode == 64
    assert said in done.stderr
    assert not (home.folder / "erreurs_connues.csv").exists()


def test_the_command_registers_what_it_says(home: Home) -> None:
    done = home.run("tolerate", "SAUT", "AAB_4001 DEP-46 2020", "--motif", "confinement", "--jusqu-au", "2025-02-15")
    assert done.returncode == 0, done.stderr
    assert known.read(home.folder / "erreurs_connues.csv") == [
        error(objet="AAB_4001 DEP-46 2020", jusqu_au="2025-02-15")
    ]
