"""What looks like a person is never quoted; what looks like a slip of the keyboard is."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pipelines.intake.counts import read_counts
from pipelines.intake.personal import header_is_personal, misplaced_text, personal_cells


@pytest.mark.parametrize(
    "text",
    [
        "06 39 98 76 54", "0639987654", "+33 6 39 98 76 54", "z.quatrebarbes@example.org", "1 87 07 46 042 123 45",
        "14/07/1987", "née le 4 mars", "Zéphyrine Quatrebarbes, 14.07.1987",
    ],
)  # fmt: skip
def test_a_person_in_a_cell_of_numbers_is_not_said(text: str) -> None:
    assert misplaced_text(text) is None
    _, [defect], _ = read_counts("Feuille", [["x", text]], [0], [1])
    assert (defect.code, defect.ligne, defect.colonne) == ("donnees_personnelles", 1, "B")
    assert text not in str(defect)


@pytest.mark.parametrize("text", ["n.c.", "NC", "ndiff", "12a", "3,5", "-4", "1.234.567", "environ 12"])
def test_a_slip_is_quoted(text: str) -> None:
    assert misplaced_text(text) == f"« {text} »"


@pytest.mark.parametrize("text", ["Zéphyrine Quatrebarbes", "QUATREBARBES Zéphyrine (victime)"])
def test_two_words_may_be_a_name(text: str) -> None:
    said = misplaced_text(text)
    assert said
    assert "Quatrebarbes" not in said.title()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("née le 14 juillet", True), ("06.39.98.76.54", True), ("année 2019", False), ("dossier 2024-PDASR-13", False),
        ("CGD CAHORS", False),
    ],
)  # fmt: skip
def test_words_of_a_return(text: str, found: bool) -> None:
    assert bool(personal_cells(None, pa.array([text]), pa.array([2]), "service")) is found


@pytest.mark.parametrize(("header", "personal"), [("nom_victime", True), ("Né le", True), ("nombre", False)])
def test_headers(header: str, personal: bool) -> None:
    assert header_is_personal(header) is personal
