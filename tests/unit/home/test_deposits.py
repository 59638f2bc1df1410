"""What may be taken from the folders into which others write, and what is left aside with its reason."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from pipelines.home import archive, deposits
from pipelines.home.deposits import LedAway, open_inside, scan
from pipelines.machine.paths import Paths

QUIET = 0.0


def of_cahors(folder: str) -> tuple[str, str]:
    return ("SRV-CAHORS", "") if folder == "CGD CAHORS" else ("", "aucun expéditeur ne se nomme ainsi")


@pytest.fixture
def cahors(tmp_path: Path) -> Path:
    folder = tmp_path / "depots" / "CGD CAHORS"
    folder.mkdir(parents=True)
    return folder


def names(folder: Path, quiet: float = QUIET) -> tuple[list[str], list[str]]:
    files, ignored = scan(folder.parent, of_cahors, quiet)
    return [f.name for f in files], ignored


def test_a_file_is_its_folder_s_sender_s(cahors: Path) -> None:
    (cahors / "2024").mkdir()
    (cahors / "2024" / "retour.csv").write_text("a;b")
    [file], ignored = scan(cahors.parent, of_cahors, QUIET)
    assert (file.name, file.sender, ignored) == ("depots/CGD CAHORS/2024/retour.csv", "SRV-CAHORS", [])


def test_a_folder_of_nobody_and_a_file_of_no_folder_are_left_aside(cahors: Path) -> None:
    (cahors.parent / "CGD INCONNUE").mkdir()
    (cahors.parent / "CGD INCONNUE" / "retour.csv").write_text("a;b")
    (cahors.parent / "retour.csv").write_text("a;b")
    assert names(cahors) == (
        [],
        [
            "depots/CGD INCONNUE (aucun expéditeur ne se nomme ainsi)",
            "depots/retour.csv (hors des dossiers : à ranger dans celui de son expéditeur)",
        ],
    )


def test_links_and_devices_are_refused(cahors: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a;b")
    (cahors / "lien.csv").symlink_to(secret)
    (cahors / "dur.csv").hardlink_to(secret)
    (cahors / "dossier").symlink_to(tmp_path)
    os.mkfifo(cahors / "tube.csv")
    (cahors.parent / "CGD AUTRE").symlink_to(tmp_path)
    files, ignored = names(cahors)
    assert files == []
    link = "(lien refusé : déposer le fichier lui-même)"
    assert ignored == [
        f"depots/CGD AUTRE {link}",
        f"depots/CGD CAHORS/dossier {link}",
        f"depots/CGD CAHORS/dur.csv {link}",
        f"depots/CGD CAHORS/lien.csv {link}",
        "depots/CGD CAHORS/tube.csv (refusé : ni un fichier, ni un dossier)",
    ]


@pytest.mark.parametrize("name", ["..\\..\\etc\\x.csv", "a\nb.csv", "a\x1b[2Jb.csv"])
def test_a_name_that_may_lead_elsewhere_is_refused(name: str, cahors: Path) -> None:
    (cahors / name).write_text("a;b")
    files, [told] = names(cahors)
    assert files == []
    assert "nom refusé" in told
    assert told.isprintable()


def test_a_file_that_has_just_changed_waits(cahors: Path) -> None:
    (cahors / "retour.csv").write_text("a;b")
    assert names(cahors, quiet=60) == ([], ["depots/CGD CAHORS/retour.csv (encore en cours d'écriture)"])
    os.utime(cahors / "retour.csv", (1, 1))
    assert names(cahors, quiet=60)[0] == ["depots/CGD CAHORS/retour.csv"]


def test_a_file_that_is_open_for_writing_waits_however_old_it_looks(cahors: Path) -> None:
    file = cahors / "retour.csv"
    file.write_text("a;b")
    with file.open("ab"):
        os.utime(file, (1, 1))
        waits = names(cahors)
    assert waits == ([], ["depots/CGD CAHORS/retour.csv (encore en cours d'écriture)"])
    assert names(cahors)[0] == ["depots/CGD CAHORS/retour.csv"]


def test_a_temporary_name_of_a_transfer_waits(cahors: Path) -> None:
    for name in ("retour.csv.part", "retour.csv.filepart", ".retour.csv.swp"):
        (cahors / name).write_text("a;b")
    files, ignored = names(cahors)
    assert (files, len(ignored)) == ([], 3)


def test_what_takes_the_place_of_a_file_after_the_look_is_not_read(cahors: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("ce que personne ne doit lire")
    file = cahors / "retour.csv"
    file.write_text("a;b")
    [seen], _ = scan(cahors.parent, of_cahors, QUIET)
    file.unlink()
    file.symlink_to(secret)
    with pytest.raises(archive.StillGrowing):
        archive.take_copy(seen, Paths(tmp_path / "home", tmp_path / "landing"))
    with pytest.raises(LedAway):
        open_inside(cahors.parent, file)


def test_a_folder_that_becomes_a_link_after_the_look_is_not_entered(cahors: Path, tmp_path: Path) -> None:
    inside = cahors / "2024"
    inside.mkdir()
    (inside / "retour.csv").write_text("a;b")
    elsewhere = tmp_path / "ailleurs"
    elsewhere.mkdir()
    (elsewhere / "retour.csv").write_text("autre chose")
    [seen], _ = scan(cahors.parent, of_cahors, QUIET)
    inside.rename(tmp_path / "avant")
    inside.symlink_to(elsewhere)
    with pytest.raises(archive.StillGrowing):
        archive.take_copy(seen, Paths(tmp_path / "home", tmp_path / "landing"))


def test_a_pipe_that_takes_the_place_of_a_file_does_not_hold_the_load(cahors: Path, tmp_path: Path) -> None:
    file = cahors / "retour.csv"
    file.write_text("a;b")
    [seen], _ = scan(cahors.parent, of_cahors, QUIET)
    file.unlink()
    os.mkfifo(file)
    raised: list[type[BaseException]] = []

    def take() -> None:
        try:
            archive.take_copy(seen, Paths(tmp_path / "home", tmp_path / "landing"))
        except Exception as error:
            raised.append(type(error))

    taking = threading.Thread(target=take, daemon=True)
    taking.start()
    taking.join(5)
    assert raised == [archive.StillGrowing]


def test_a_name_that_is_someone_s_is_not_repeated(cahors: Path) -> None:
    (cahors / "Retour de Mme Jeanne Dupont.csv").write_text("a;b")
    [file], _ = scan(cahors.parent, of_cahors, QUIET)
    assert file.name.startswith("depots/CGD CAHORS/nom retiré ")
    assert file.sign


def test_what_no_load_has_looked_at_is_counted(cahors: Path) -> None:
    (cahors / "a.csv").write_text("a;b")
    (cahors / "b.csv").write_text("a;b")
    seen = scan(cahors.parent, of_cahors, QUIET)[0][0].stat_key()
    assert deposits.waiting(cahors.parent, of_cahors, {seen}) == 1
