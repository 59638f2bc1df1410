"""What a load did, in one sentence, and which one nobody asked for."""

from __future__ import annotations

import pytest

from pipelines.home.register import Register
from pipelines.officer.loads import AUTOMATIC, last_automatic, load_sentence

_LOAD = {"commande": "vigie load", "debut": "2025-02-15T08:12:00+01:00", "acceptees": 2, "refusees": 1,
         "resultat": "publié en partie : des fichiers ont été refusés"}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Chargement du 15/02/2025 à 08:12 : 3 fichiers reçus, 2 acceptés, 1 refusé ; publié en partie : des "
             "fichiers ont été refusés."),
        ({"commande": AUTOMATIC, "acceptees": 0, "refusees": 0, "resultat": "rien de nouveau"},
         "Chargement automatique du 15/02/2025 à 08:12 : aucun fichier nouveau ; rien de nouveau."),
        ({"acceptees": None, "refusees": None, "resultat": None},
         "Chargement du 15/02/2025 à 08:12 : interrompu, le suivant reprendra ce qui restait."),
    ],
)  # fmt: skip
def test_a_load_in_one_sentence(changed: dict, said: str) -> None:
    assert load_sentence(_LOAD | changed) == said


def test_one_that_runs_is_not_said_to_be_dead() -> None:
    assert load_sentence(_LOAD | {"resultat": None}, running=True).endswith("en cours.")


def test_the_last_that_nobody_asked_for(register: Register) -> None:
    assert last_automatic(register) is None
    for number, command in enumerate(["vigie load", AUTOMATIC, "vigie load"]):
        register.open_load(f"l{number}", command, "journal")
        register.close_load(f"l{number}", 0, "publié")
    found = last_automatic(register)
    assert found
    assert found["chargement"] == "l1"
