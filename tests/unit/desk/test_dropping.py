"""Files that a browser sends: safe names, whole or not at all, nothing overwritten, bounded."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pipelines.desk.dropping import NotTaken, drop, safe_name
from pipelines.settings.model import Settings
from tests.support.desk_client import DeskClient


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("retour mars.xlsx", "retour mars.xlsx"), ("C:\\Users\\x\\retour.xlsx", "retour.xlsx"),
        ("../../etc/passwd", "passwd"), ("/absolu.csv", "absolu.csv"), ("a\x00b\n.csv", "ab.csv"),
        ("dossier/été.csv", "été.csv"), ('a<b>:"|?*.csv', "a-b------.csv"), ("e\u0301.csv", "é.csv"),
        (".", None), ("..", None), ("", None), ("~$retour.xlsx", None), (".cache", None), ("x.part", None),
        ("thumbs.db", None),
    ],
)  # fmt: skip
def test_a_name_is_one_that_a_disk_takes(given: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(NotTaken):
            safe_name(given)
    else:
        assert safe_name(given) == kept


def test_a_name_that_is_too_long_keeps_its_suffix() -> None:
    kept = safe_name("é" * 400 + ".xlsx")
    assert kept.endswith("é.xlsx")
    assert len(kept.encode()) <= 180


@pytest.fixture
def settings(folder: Path) -> Settings:
    made = Settings()
    made.paths.create()
    return made


def names(settings: Settings) -> list[str]:
    return sorted(f.name for f in settings.paths.landing.iterdir())


def test_a_file_is_written_whole_and_nothing_is_overwritten(settings: Settings) -> None:
    assert drop(settings, "a.csv", io.BytesIO(b"un")).said == "Déposé."
    assert drop(settings, "a.csv", io.BytesIO(b"un")).said == "Déposé."
    again = drop(settings, "a.csv", io.BytesIO(b"deux"))
    assert (again.name, again.said) == ("a (2).csv", "Déposé sous le nom « a (2).csv ».")
    assert names(settings) == ["a (2).csv", "a.csv"]
    assert (settings.paths.landing / "a.csv").read_bytes() == b"un"
    assert (settings.paths.landing / "a (2).csv").read_bytes() == b"deux"


def test_what_is_not_taken_leaves_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_MAX_FILE_MIB", "1")
    small = Settings()
    assert drop(small, "gros.csv", io.BytesIO(b"x" * (1 << 20 | 1))).said.startswith(
        "Non pris : le fichier dépasse 1 Mio"
    )
    assert drop(small, "vide.csv", io.BytesIO(b"")).said == "Non pris : le fichier est vide."
    assert drop(small, "~$a.xlsx", io.BytesIO(b"x")).said.startswith("Non pris : ce nom est celui")
    assert names(small) == []


def test_a_file_that_stops_half_way_leaves_nothing(settings: Settings) -> None:
    class Cut(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(3)

    with pytest.raises(ConnectionResetError):
        drop(settings, "a.csv", Cut(b"abcdef"))
    assert names(settings) == []


def test_a_name_that_is_a_person_s_is_not_repeated(settings: Settings) -> None:
    dropped = drop(settings, "Jean DUPONT né le 12-03-1985.xlsx", io.BytesIO(b"x"))
    assert "DUPONT" not in dropped.name + dropped.said


def test_several_files_are_dropped_and_one_load_is_started(desk: DeskClient, folder: Path, started: list) -> None:
    sent = [("a.csv", b"un"), ("../b.csv", b"deux"), ("~$c.xlsx", b"trois")]
    answer = desk.post("deposer", sent)
    assert answer.status_code == 303
    assert "/travaux/abc123" in answer.headers["location"]
    assert started == [["load", "--wait"]]
    assert sorted(f.name for f in (folder / "landing").iterdir()) == ["a.csv", "b.csv"]


def test_a_sending_that_is_too_large_is_refused_whole(
    desk: DeskClient, folder: Path, started: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_MAX_FILE_MIB", "1")
    answer = desk.post("deposer", [("a.csv", b"x" * (3 << 20))])
    assert answer.status_code == 413
    assert "rien n’a été pris" in answer.text
    assert not started
    assert not (folder / "landing").exists()


def test_nothing_chosen_is_said(desk: DeskClient, started: list) -> None:
    assert "Aucun fichier n'a été choisi." in desk.do("deposer", [("", b"")])
    assert not started
