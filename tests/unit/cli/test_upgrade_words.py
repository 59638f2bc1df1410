"""What `vigie upgrade` says: a sentence when nothing differs, a table of what does, and what it did not do."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.cli import upgrade
from pipelines.cli.upgrade import Upgrade
from pipelines.home.register import Register
from pipelines.operations.verdicts import VerdictChange
from pipelines.publication.differences import Differences, TableChange
from pipelines.settings.model import Settings

PLACE = {"indicateur_code": "TUES", "territoire_code": "DEP-46", "periode_type": "annee", "periode": "2019"}
FIGURE = PLACE | {"ventilation_type": "usager", "ventilation_code": "pieton"}
FIGURE |= {"avant": 1234, "statut_avant": "A", "apres": None, "statut_apres": "M"}
SAME = Upgrade("publié", published=True, compared=Differences([], []), before="1.0.0")
OTHER = Upgrade(
    "publié",
    published=True,
    verdicts=[VerdictChange("a" * 12, "suivi.xlsx", "acceptee", "refusee", "colonne inconnue", 1, 10, 0)],
    compared=Differences([TableChange("reference.mots", "changee", 3, 4, 2, 1, 1, ["rang"], ["ordre"])], [FIGURE]),
    before="1.0.0",
)
FAILED = Upgrade("rien publié : des livraisons se contredisent", 2, why="Deux totaux.", before="1.0.0")


class Told:
    """The command on a home of its own, where what is made beside is given; `placed` says whether it was put there."""

    def __init__(self, found: Upgrade, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
        self.placed = False
        monkeypatch.setenv("VIGIE_HOME", str(home))
        paths = Settings().paths
        paths.create()
        with Register(paths.register):
            pass
        made = SimpleNamespace(load="essai", log_file=Path("essai.log"))
        monkeypatch.setattr(upgrade, "made_again", lambda *_, **__: (made, {}))
        monkeypatch.setattr(upgrade, "_compared", lambda *_: found)
        monkeypatch.setattr(upgrade, "put_in_place", self._place)

    def _place(self, *_: object) -> None:
        self.placed = True


@pytest.mark.parametrize(
    ("found", "dry", "code", "placed"),
    [(SAME, True, 0, False), (OTHER, True, 1, False), (FAILED, True, 2, False),
     (SAME, False, 0, True), (OTHER, False, 0, True), (FAILED, False, 2, False)],
    ids=str,
)  # fmt: skip
def test_only_a_home_that_is_whole_is_put_in_place(
    found: Upgrade, dry: bool, code: int, placed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found.code = 2 if found is FAILED else 0
    told = Told(found, monkeypatch, tmp_path)
    assert upgrade.run(dry, wait=False, as_json=True) == code
    assert told.placed == placed


def test_nothing_differs_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    Told(SAME, monkeypatch, tmp_path)
    upgrade.run(True, wait=False, as_json=False)
    assert capsys.readouterr().out.startswith("Rien ne change avec cette version")


def test_what_differs_is_shown_before_and_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    Told(OTHER, monkeypatch, tmp_path)
    upgrade.run(True, wait=False, as_json=False)
    said = capsys.readouterr()
    for part in ("suivi.xlsx", "acceptée", "refusée", "colonne inconnue", "reference.mots", "+ rang", "− ordre",
                 "TUES", "usager=pieton", "1\u202f234 (A)", "— (M)"):  # fmt: skip
        assert part in said.out, part
    assert "Rien n'a été changé" in said.err


def test_what_could_not_be_made_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    Told(FAILED, monkeypatch, tmp_path)
    upgrade.run(False, wait=False, as_json=False)
    said = capsys.readouterr().err
    assert "se contredisent. Rien n'a été changé." in said
    assert "Deux totaux. Journal : " in said


def test_a_program_reads_every_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    Told(OTHER, monkeypatch, tmp_path)
    upgrade.run(True, wait=False, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["essai"], told["identique"], told["version_publiee"]) == (True, False, "1.0.0")
    assert told["chiffres"] == [FIGURE]
    assert told["tables"][0]["lignes_changees"] == 1
