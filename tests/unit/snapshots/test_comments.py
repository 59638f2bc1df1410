"""What people write: kept version by version, checked, and shown only as it was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.base.periods import Period
from pipelines.machine.paths import Paths
from pipelines.snapshots import comments
from pipelines.snapshots.folder import PUBLIC, RESTRICTED

QUARTER = Period.read("2024-T4")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, tmp_path / "landing")


def write(paths: Paths, text: str, edition: str = PUBLIC, author: str = "le directeur de cabinet") -> comments.Version:
    return comments.write(paths, QUARTER, edition, "P2", text=text, author=author, day="2025-02-15")


def test_the_last_version_is_shown_and_the_others_are_kept(paths: Paths) -> None:
    write(paths, "Deux réunions ont été reportées.")
    write(paths, "Trois réunions ont été reportées.")
    write(paths, "Pour le préfet seul.", RESTRICTED)
    assert [(c.edition, c.version, c.texte) for c in comments.last(paths, QUARTER)] == [
        (PUBLIC, 2, "Trois réunions ont été reportées."),
        (RESTRICTED, 1, "Pour le préfet seul."),
    ]
    assert len(list(paths.comments.rglob("*.md"))) == 3
    assert comments.last(paths, QUARTER.following()) == []


@pytest.mark.parametrize("text", ["", "  \n", "a" * (comments.LONGEST + 1)])
def test_nothing_and_too_much_are_refused(paths: Paths, text: str) -> None:
    with pytest.raises(comments.NotWritten):
        write(paths, text)


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("Une ligne.\nNé le 12/03/1990 à Cahors.", "le directeur de cabinet"),
        ("Écrire à jean.dupont@example.org", "le directeur de cabinet"),
        ("Une ligne.", "M. Jean Dupont"),
        ("Une ligne.", " "),
    ],
)
def test_a_person_is_refused_and_not_quoted(paths: Paths, text: str, author: str) -> None:
    with pytest.raises(comments.NotWritten) as refused:
        write(paths, text, author=author)
    assert "Dupont" not in str(refused.value)
    assert not paths.comments.exists()


def test_a_text_changed_by_hand_is_not_shown(paths: Paths) -> None:
    made = write(paths, "Deux réunions ont été reportées.")
    (paths.comments / made.file).write_text("Dix réunions.", encoding="utf-8")
    with pytest.raises(comments.NotWritten, match=r"P2\.v1\.md"):
        comments.last(paths, QUARTER)


def test_what_was_last_written_of_an_action_is_of_its_latest_period(paths: Paths) -> None:
    def of_action(period: str, text: str, edition: str = PUBLIC) -> None:
        comments.write(paths, Period.read(period), edition, "P3.A1", text=text, author="le cabinet", day="2025-02-15")

    assert comments.newest(paths, "P3.A1") == []
    of_action("2024-T3", "Ancien.")
    of_action("2024-T4", "Première version.")
    of_action("2024-T4", "Seconde version.")
    of_action("2024-T4", "Pour le préfet seul.", RESTRICTED)
    write(paths, "D'une priorité.")
    assert [(v.edition, v.version, text) for v, text in comments.newest(paths, "P3.A1")] == [
        (PUBLIC, "2", "Seconde version."),
        (RESTRICTED, "1", "Pour le préfet seul."),
    ]
