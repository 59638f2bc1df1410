"""A long work: its own process, what it said, and what is told of one that was killed."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from html import unescape
from pathlib import Path

import pytest

from pipelines.desk import tasks
from pipelines.machine.advance import Advance
from pipelines.machine.paths import Paths
from tests.support.desk_client import DeskClient
from tests.support.typed import as_typed


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths(tmp_path / "home", tmp_path / "home" / "landing")
    made.create()
    return made


def command(tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "vigie"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(tasks, "_VIGIE", program)


def ended(paths: Paths, number: str) -> tasks.Task:
    deadline = time.monotonic() + 20
    while (task := tasks.find(paths, number)) and task.running and time.monotonic() < deadline:
        time.sleep(0.05)
    assert task
    return task


def test_what_the_command_says_is_what_the_work_gave(paths: Paths, tmp_path: Path, monkeypatch) -> None:
    command(tmp_path, """echo "un journal"; echo '{"resultat": "publié"}'; exit 1""", monkeypatch)
    task = ended(paths, tasks.start(paths, "Chargement", ["load"], [{"nom": "a"}]))
    assert (task.told, task.failed, task.lost) == ({"resultat": "publié"}, False, False)
    assert task.files == [{"nom": "a"}]
    assert tasks.latest(paths) == [task]


def test_it_is_in_a_session_of_its_own(paths: Paths, tmp_path: Path, monkeypatch) -> None:
    command(tmp_path, "sleep 30", monkeypatch)
    task = tasks.find(paths, tasks.start(paths, "Chargement", ["load"]))
    assert task
    assert task.running
    assert os.getsid(task.pid) == task.pid != os.getsid(0)
    os.kill(task.pid, signal.SIGKILL)
    assert ended(paths, task.number).lost


def test_how_far_it_is_is_read_from_the_home(paths: Paths, tmp_path: Path, monkeypatch) -> None:
    command(tmp_path, "sleep 30", monkeypatch)
    number = tasks.start(paths, "Chargement", ["load"])
    task = tasks.find(paths, number)
    assert task
    paths.advance.write_text(json.dumps({"pid": task.pid, "etape": "Réception", "fait": 2, "total": 5}), "utf-8")
    seen = tasks.find(paths, number)
    assert seen
    assert seen.advance == {"pid": task.pid, "etape": "Réception", "fait": 2, "total": 5}
    os.kill(task.pid, signal.SIGKILL)
    assert ended(paths, number).advance is None


def test_a_number_that_is_a_path_finds_nothing(paths: Paths) -> None:
    assert tasks.find(paths, "../x") is None
    assert tasks.find(paths, "abc") is None


def test_the_step_is_kept_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "avancement.json"
    watcher = Advance(file)
    watcher("Réception", 1, 3)
    watcher("Réception", 2, 3)  # too soon to be written
    assert json.loads(file.read_text(encoding="utf-8"))["fait"] == 1
    watcher("Réception", 3, 3)
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "pid": os.getpid(), "etape": "Réception", "fait": 3, "total": 3,
    }  # fmt: skip
    Advance(tmp_path / "nulle" / "part.json")("Réception", 1, 3)


_LOADED = {"resultat": "publié en partie : des fichiers ont été refusés", "code_sortie": 1, "incident": None,
           "refusees": [{"livraison_id": "abc", "nom": "a.csv"}], "corrections_proposees": []}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (_LOADED, ["Terminé", "Publié en partie : des fichiers ont été refusés.", "1 fichier refusé :", "a.csv"]),
        ({"erreur": "Le trimestre n'est pas clos.", "raisons": ["il manque un retour"], "code_sortie": 2},
         ["Non fait", "Le trimestre n'est pas clos.", "il manque un retour"]),
        ({"apercu": "/x/apercus/2025-T1", "raisons": [], "code_sortie": 0},
         ["Aperçu de 2025-T1 écrit. Rien n'est donné.", "aperçu de l'édition publique"]),
        ({"apercu": "/x/apercus/2025-01", "raisons": ["se clôt plus tard"], "code_sortie": 0},
         ["Aperçu de 2025-01 écrit", "se clôt plus tard"]),
        ({"cliche": "2025-T1.r2", "avertissements": ["n valeurs manquent"], "code_sortie": 0},
         ["Cliché 2025-T1.r2 donné.", "n valeurs manquent", "édition publique"]),
        ({"fichier": "/x/vigie.tar.gz", "fichiers": 4}, ["Sauvegarde écrite : /x/vigie.tar.gz."]),
        ({}, ["Non fait", "s'est arrêté avant sa fin"]),
    ],
)  # fmt: skip
def test_the_page_of_a_work_says_what_it_gave(folder: Path, told: dict, said: list[str]) -> None:
    place = folder / "bureau" / "travaux" / "abc123"
    place.mkdir(parents=True)
    about = {"quoi": "Un travail", "debut": "2025-02-15T08:12:00+01:00", "pid": 2**22 + 1, "fichiers": []}
    (place / "tache.json").write_text(json.dumps(about), encoding="utf-8")
    (place / "dit.json").write_text(json.dumps(told) if told else "", encoding="utf-8")
    desk = DeskClient()
    for path in ("/travaux/abc123", "/travaux/abc123/avance"):
        answer = desk.get(path)
        assert answer.status_code == 200
        assert "data-fini" in answer.text
        for words in said:
            assert words in as_typed(unescape(re.sub("<[^>]+>", " ", answer.text)))
        # A month has no public side.
        assert ("publique" in answer.text) == (str(told.get("apercu", told.get("cliche", ""))).find("T1") >= 0)
    assert "Un travail" in desk.read("/deposer")


def test_the_part_that_is_asked_for_again_and_again_spends_no_token(folder: Path) -> None:
    place = folder / "bureau" / "travaux" / "abc123"
    place.mkdir(parents=True)
    about = {"quoi": "Un travail", "debut": "2025-02-15T08:12:00+01:00", "pid": os.getpid(), "fichiers": []}
    (place / "tache.json").write_text(json.dumps(about), encoding="utf-8")
    desk = DeskClient()
    token = desk.token()
    for _ in range(3):
        answer = desk.get("/travaux/abc123/avance")
        assert "En cours" in answer.text
        assert "jeton_formulaire" not in answer.text
    assert len(desk.desk.forms._given) == 1
    assert desk.desk.forms.take(token)
