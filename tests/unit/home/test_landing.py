"""What counts as a delivery in the landing folder, and what is left alone."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from pipelines.home import archive, landing
from pipelines.machine.paths import Paths


def test_locks_drafts_hidden_files_links_and_folders_are_left_alone(tmp_path: Path) -> None:
    for name in ("~$a.xlsx", ".cache", "b.xlsx.tmp", "c.crdownload", "Thumbs.db", "vrai.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "dossier.xlsx").mkdir()
    (tmp_path / "dossier.xlsx" / "dedans.xlsx").write_bytes(b"x")
    (tmp_path / "lien.xlsx").symlink_to("/etc/hostname")
    files, ignored = landing.scan(tmp_path)
    assert [f.name for f in files] == ["dossier.xlsx/dedans.xlsx", "vrai.xlsx"]
    assert "lien.xlsx" in ignored
    assert len(ignored) == 6


def test_a_name_that_is_not_text_can_still_be_shown(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.xlsx"
    with open(raw, "wb"):
        pass
    files, _ = landing.scan(tmp_path)
    assert files[0].name == "caf�.xlsx"


def test_a_growing_file_waits_for_the_next_load(tmp_path: Path) -> None:
    growing, still = tmp_path / "g.xlsx", tmp_path / "s.xlsx"
    still.write_bytes(b"x")
    os.utime(still, (1, 1))
    stop = threading.Event()

    def grow() -> None:
        with growing.open("wb") as stream:
            while not stop.is_set():
                stream.write(b"x")
                stream.flush()
                time.sleep(0.01)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        time.sleep(0.05)
        files, ignored = landing.scan_when_still(tmp_path, 0.3)
    finally:
        stop.set()
        writer.join()
    assert [f.name for f in files] == ["s.xlsx"]
    assert ignored == ["g.xlsx (encore en cours d'écriture)"]


def test_a_file_that_grew_since_it_was_looked_at_is_not_taken(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "home", tmp_path / "landing")
    paths.create()
    file = paths.landing / "f.xlsx"
    file.write_bytes(b"x")
    found = landing.scan(paths.landing)[0][0]
    file.write_bytes(b"xx")
    with pytest.raises(archive.StillGrowing):
        archive.take_copy(found, paths)
    assert list(paths.archive.iterdir()) == []


def test_what_no_load_has_looked_at_waits(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "~$c.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    seen = {landing.scan(tmp_path)[0][0].stat_key()}
    assert (landing.waiting(tmp_path, ()), landing.waiting(tmp_path, seen)) == (2, 1)
    assert landing.waiting(tmp_path / "rien", ()) == 0
