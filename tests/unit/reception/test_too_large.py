"""A file over the limit is refused before a byte of it is read, once, and nothing of it is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.home import archive, landing
from pipelines.home.register import Register
from pipelines.operations.rebuild import empty_index
from pipelines.operations.verify import inspect
from pipelines.reception.receive import look, receive
from pipelines.settings.model import Settings

NAME = "base.csv"


def settings_of(folder: Path, most: int) -> Settings:
    made = Settings(home=folder / "home", stability_seconds=0, max_file_mib=most)
    made.paths.create()
    return made


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """A limit of 1 MiB, and a file of 2."""
    made = settings_of(tmp_path, 1)
    (made.paths.landing / NAME).write_bytes(b"a;b\n" + b"1;2\n" * (1 << 19))
    return made


def rows(settings: Settings) -> list[dict]:
    with Register(settings.paths.register) as register:
        return register.rows(
            "select nom, statut, code, constat, remede from livraisons join refus using (livraison_id)"
        )


def received(settings: Settings, load: str = "essai") -> list[str]:
    with Register(settings.paths.register) as register:
        return receive(settings, register, load_catalogue(), load).refused


def test_it_is_refused_unread_and_told_with_the_limit(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a byte is read")

    monkeypatch.setattr(archive, "take_copy", never)
    monkeypatch.setattr(archive, "hash_of", never)
    [refused] = received(small)
    [row] = rows(small)
    assert (row["nom"], row["statut"], row["code"]) == (NAME, "refusee", "fichier_trop_gros")
    assert "2,1 Mio" in row["constat"]
    assert "la limite est de 1 Mio" in row["constat"]
    assert "max_file_mib" in row["remede"]
    assert (small.paths.landing / NAME).stat().st_size > 2 << 20
    [kept] = small.paths.quarantine.iterdir()
    assert [f.name for f in kept.iterdir()] == ["reception.json"]
    assert kept.name.startswith(refused)
    assert list(small.paths.archive.iterdir()) == []


def test_it_is_refused_only_once_even_where_times_move(small: Settings) -> None:
    assert len(received(small)) == 1
    for moment in (1, 2):
        os.utime(small.paths.landing / NAME, (moment, moment))
        with Register(small.paths.register) as register:
            seen = look(small, register, load_catalogue())
        assert (seen.waiting, seen.intake.already_refused) == (False, 1)
        assert received(small) == []
    assert len(rows(small)) == 1


def test_with_a_higher_limit_it_is_read_and_told_once(small: Settings, tmp_path: Path) -> None:
    received(small)
    higher = settings_of(tmp_path, 4)
    [refused] = received(higher, "ensuite")
    [row] = rows(higher)
    assert row["code"] != "fichier_trop_gros"
    [kept] = higher.paths.quarantine.iterdir()
    assert sorted(f.name for f in kept.iterdir()) == ["contenu", "reception.json"]
    assert archive.hash_of(kept / "contenu") == kept.name
    assert refused == kept.name[:12]


def test_the_register_made_again_knows_it_and_verification_asks_for_no_bytes(small: Settings) -> None:
    received(small)
    before = rows(small)
    assert inspect(small.paths).flaws == []
    with Register(small.paths.register) as register:
        empty_index(small, register, load_catalogue())
    assert rows(small) == before
    # Of another refused file, the bytes are asked for.
    (small.paths.landing / "autre.csv").write_text("a;b\n1;2\n")
    [other] = received(small)
    [folder] = [f for f in small.paths.quarantine.iterdir() if f.name.startswith(other)]
    (folder / "contenu").unlink()
    assert [f.fichier for f in inspect(small.paths).flaws] == [str(folder / "contenu")]


def test_half_a_gibibyte_costs_nothing(tmp_path: Path) -> None:
    made = settings_of(tmp_path, 512)
    with (made.paths.landing / NAME).open("wb") as stream:
        stream.truncate((512 << 20) + 1)
    received(made)
    [row] = rows(made)
    assert "le fichier pèse 512,1 Mio, la limite est de 512 Mio" in row["constat"]
    assert sum(f.stat().st_size for f in made.paths.home.rglob("*") if f.is_file() and f.name != NAME) < 8 << 20


def test_what_was_seen_is_received_without_another_look(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with Register(small.paths.register) as register:
        seen = look(small, register, load_catalogue())
        monkeypatch.setattr(landing, "scan", None)
        assert len(receive(small, register, load_catalogue(), "essai", seen=seen).refused) == 1
