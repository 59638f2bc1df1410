"""A register of an earlier version is brought to this one, whole or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.home.migrations import STEPS, migrate
from pipelines.home.register import SET_ASIDE, VERSION, Register
from tests.support.earlier_homes import RELEASES, unpacked

BEFORE = """
create table livraisons (
    livraison_id text primary key, sha256 text not null unique, nom text not null, taille_octets integer not null,
    recu_le text not null, nature text, statut text not null check (statut in ('acceptee', 'refusee', 'retiree')),
    motif text, formats text not null, chargement text not null
) strict;
create table decisions (
    livraison_id text not null references livraisons on delete cascade, decide_le text not null,
    decision text not null check (decision in ('retiree', 'retablie')), motif text not null
) strict;
insert into livraisons values ('a', 'aa', 'nom', 1, 't', 'reelle', 'acceptee', null, 'f', 'c');
"""


def version(file: Path) -> int:
    with closing(sqlite3.connect(file)) as db:
        return int(db.execute("pragma user_version").fetchone()[0])


def register_of_before(folder: Path) -> Path:
    file = folder / "register.sqlite"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(BEFORE)
    return file


def test_a_register_of_before_takes_what_this_version_writes(tmp_path: Path) -> None:
    file = register_of_before(tmp_path)
    with Register(file) as register:
        register.decide("a", SET_ASIDE, "essai", "2025-01-01T00:00:00+00:00", "base")
        assert [d["statut"] for d in register.deliveries()] == [SET_ASIDE]
    assert version(file) == VERSION == len(STEPS)
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]


def test_a_step_that_is_cut_short_leaves_the_version_that_there_was(tmp_path: Path) -> None:
    file = register_of_before(tmp_path)

    def cut(db: sqlite3.Connection) -> None:
        db.execute("delete from livraisons")
        raise KeyboardInterrupt

    with closing(sqlite3.connect(file, isolation_level=None)) as db, pytest.raises(KeyboardInterrupt):
        migrate(db, (*STEPS, cut))
    assert version(file) == 0
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("select livraison_id from livraisons").fetchall() == [("a",)]


def test_each_step_is_taken_once_and_in_order(tmp_path: Path) -> None:
    file, taken = register_of_before(tmp_path), []
    steps = [lambda _, n=n: taken.append(n) for n in range(3)]
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        for most in (1, 3, 3):
            migrate(db, tuple(steps[:most]))
    assert taken == [0, 1, 2]
    assert version(file) == 3


@pytest.mark.parametrize("release", RELEASES)
def test_the_register_of_a_release_has_every_column_of_a_new_one(release: str, tmp_path: Path) -> None:
    old = unpacked(release, tmp_path / "home").folder / "register.sqlite"
    new = tmp_path / "neuf.sqlite"

    def columns(file: Path) -> set[tuple[str, str]]:
        query = "select m.name as t, p.name as c from main.sqlite_master as m join pragma_table_info(m.name) as p"
        with Register(file) as register:
            return {tuple(row.values()) for row in register.rows(query)}

    assert columns(old) == columns(new)
