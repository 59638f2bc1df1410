"""Of two deliveries of one edition: the later publication, a person's choice, what was in use; never a hash."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.cli import choose
from pipelines.home import archive
from pipelines.home.register import CHOSEN, REINSTATED, WITHDRAWN, Register
from pipelines.reception.publications import date_publications, said_by
from pipelines.settings.model import Settings
from pipelines.warehouse.manifest import vintages
from tests.support.commands import code_of

MARCH = "donnee-dep-data.gouv-2024-geographie2024-produit-le2025-03-14.csv"
JUNE = "donnee-dep-data.gouv-2024-geographie2025-produit-le2025-06-04.csv"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    made = Settings()
    made.paths.create()
    return made


def accept(register: Register, letter: str, name: str, load: str, when: str, content: str = "", edition: str = "2024"):
    part = {
        "source": "ssmsi", "table": "base", "tranche": "2024", "periode": "2024", "edition": edition, "layout": "l",
        "feuille": "", "lignes": 1, "cellules": 1, "vides": 0, "empreinte": content or letter,
    }  # fmt: skip
    reception = {"nom": name, "recu_le": when, "nature": "reelle", "chargement": load, "tranches": [part]}
    register.accept(letter * 64, 1, reception, "formats")


def seen(register: Register) -> tuple[str | None, bool]:
    """(the delivery in use, by its letter, whether a person has to choose)."""
    used = register.in_use().get(("ssmsi", "base", "2024"))
    return used and used[0], any(s["conflit"] for s in register.disputed())


def dated(settings: Settings, register: Register) -> tuple[str | None, bool]:
    date_publications(settings, register, load_catalogue())
    return seen(register)


def test_the_later_publication_is_in_use_in_every_order(settings: Settings) -> None:
    ranks = []
    for number, order in enumerate(itertools.permutations(((MARCH, "f"), (JUNE, "0")))):
        with Register(settings.paths.home / f"{number}.sqlite") as register:
            for at, (name, letter) in enumerate(order):
                accept(register, letter, name, f"l{at}", f"2025-07-0{at + 1}T10:00:00+02:00")
            assert dated(settings, register) == ("0", False)
            names = {k[2][0]: v for k, v in vintages(register.selection()).items()}
            assert names == {"0": "2025-06-04", "f": "2025-03-14"}
            ranks.append(register.ranked())
    assert ranks[0] == ranks[1]  # and so one fingerprint, and one warehouse


def test_without_dates_what_was_in_use_stays_whatever_the_hash(settings: Settings) -> None:
    for letter, other in ("af", "fa"):
        with Register(settings.paths.home / f"{letter}.sqlite") as register:
            accept(register, letter, "base.csv", "l1", "2025-07-01T10:00:00+02:00")
            accept(register, other, "autre.csv", "l2", "2025-07-02T10:00:00+02:00")
            assert dated(settings, register) == (letter, True)


def test_in_one_first_load_none_is_in_use(settings: Settings) -> None:
    with Register(settings.paths.register) as register:
        accept(register, "a", "base.csv", "l1", "2025-07-01T10:00:00+02:00")
        accept(register, "f", "autre.csv", "l1", "2025-07-01T10:00:04+02:00")
        assert dated(settings, register) == (None, True)
        assert {s["indecise"] for s in register.disputed()} == {1}
        assert set(vintages(register.selection()).values()) == {f"2024 ({12 * c})" for c in "af"}


def test_an_undated_publication_may_be_the_later(settings: Settings) -> None:
    with Register(settings.paths.register) as register:
        accept(register, "a", JUNE, "l1", "2025-07-01T10:00:00+02:00")
        accept(register, "f", "base.csv", "l2", "2025-07-02T10:00:00+02:00")
        assert dated(settings, register) == ("a", True)


def test_the_same_content_under_other_bytes_is_no_conflict(settings: Settings) -> None:
    with Register(settings.paths.register) as register:
        accept(register, "a", "base.csv", "l1", "2025-07-01T10:00:00+02:00", "pareil")
        accept(register, "f", "autre.csv", "l1", "2025-07-01T10:00:00+02:00", "pareil")
        assert dated(settings, register) == ("f", False)


def test_what_two_hashes_are_changes_no_rank_of_any_content(settings: Settings) -> None:
    """Not even among editions that a later one has left behind."""
    ranks = set()
    for number, letters in enumerate(itertools.permutations("0af")):
        with Register(settings.paths.home / f"{number}.sqlite") as register:
            for letter, (content, edition) in zip(letters, (("x", "2023"), ("y", "2023"), ("z", "2024")), strict=True):
                accept(register, letter, f"{content}.csv", "l1", "2025-07-01T10:00:00+02:00", content, edition)
            dated(settings, register)
            ranks.add(tuple(s["empreinte"] for s in register.disputed()))
    assert ranks == {("z", "x", "y")}


def test_a_choice_holds_until_something_else_comes(settings: Settings) -> None:
    with Register(settings.paths.register) as register:
        accept(register, "a", "base.csv", "l1", "2025-07-01T10:00:00+02:00")
        accept(register, "f", "autre.csv", "l2", "2025-07-02T10:00:00+02:00")
        register.decide("f" * 12, CHOSEN, "essai", "2025-07-03T10:00:00+02:00")
        assert dated(settings, register) == ("f", False)
        accept(register, "c", "encore.csv", "l3", "2025-07-04T10:00:00+02:00")
        assert dated(settings, register) == ("f", True)
        accept(register, "d", "2025.csv", "l4", "2025-07-05T10:00:00+02:00", edition="2025")
        assert dated(settings, register) == ("d", False)


def test_a_reinstated_delivery_does_not_take_the_place_of_what_is_in_use(settings: Settings) -> None:
    with Register(settings.paths.register) as register:
        accept(register, "a", "base.csv", "l1", "2025-07-01T10:00:00+02:00")
        register.decide("a" * 12, WITHDRAWN, "essai", "2025-07-02T10:00:00+02:00")
        accept(register, "f", "autre.csv", "l2", "2025-07-03T10:00:00+02:00")
        register.decide("a" * 12, REINSTATED, "essai", "2025-07-04T10:00:00+02:00")
        assert dated(settings, register) == ("f", True)


def test_a_later_name_of_the_same_bytes_dates_the_publication(settings: Settings) -> None:
    with Register(settings.paths.register) as register:
        accept(register, "a", "base.csv", "l1", "2025-07-01T10:00:00+02:00")
        accept(register, "f", MARCH, "l2", "2025-07-02T10:00:00+02:00")
        assert dated(settings, register) == ("a", True)
        (settings.paths.archive / ("a" * 64)).mkdir()
        stat = {"taille_octets": 1, "mtime_ns": 1, "ctime_ns": 1, "inode": 1}
        register.insert("vus", [{"nom": f"2025/{JUNE}", "sha256": "a" * 64} | stat])
        assert dated(settings, register) == ("a", False)
        [kept] = archive.decisions(settings.paths.archive)["a" * 64]
        assert (kept["decision"], kept["motif"]) == ("nommee", f"2025/{JUNE}")
        assert register.decision_counts() == {"a" * 64: 1}
        assert {s["livraison_id"][0]: s["geographie"] for s in register.selection()} == {"a": "2025", "f": "2024"}


def test_choosing_is_for_what_is_in_conflict(settings: Settings, capsys: pytest.CaptureFixture) -> None:
    with Register(settings.paths.register) as register:
        accept(register, "a", MARCH, "l1", "2025-07-01T10:00:00+02:00")
        accept(register, "f", "base.csv", "l2", "2025-07-02T10:00:00+02:00")
        dated(settings, register)
    for letter in "af":
        (settings.paths.archive / (letter * 64)).mkdir()
    assert code_of(choose.run, "f", " ", as_json=True) == 64
    assert choose.run("f", "la bonne", as_json=True) == 0
    assert code_of(choose.run, "f", "la bonne", as_json=True) == 64  # nothing is left to choose
    with Register(settings.paths.register) as register:
        assert seen(register) == ("f", False)
        assert [d["motif"] for d in register.decisions("f" * 12)] == ["la bonne"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (JUNE, ("2025-06-04", "2025")),
        ("sous/DONNEE-DEP-Produit-LE2026-01-22 (1).csv.gz", ("2026-01-22", "")),
        ("donnee-data.gouv-2025-geographie2026.csv.gz", ("", "2026")),
        ("produit-le2025-13-45.csv", ("", "")),
        ("base-2025-06-04.csv", ("", "")),
    ],
)
def test_a_name_says_only_what_its_source_declares(name: str, said: tuple[str, str]) -> None:
    assert said_by(name, load_catalogue().source("ssmsi")) == said
