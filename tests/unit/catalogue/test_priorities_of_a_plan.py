"""The priorities of a plan: one to nine, each with a table that keeps its name."""

from __future__ import annotations

import pytest

from pipelines.catalogue.model import CatalogueError
from pipelines.catalogue.priorities import check_priorities


def line(code: str, rank: int, table: str, begins: str = "2025-01-01", ends: str = "", plan: str = "12") -> dict:
    return {"code_departement": plan, "priorite_code": code, "rang": str(rank), "nom_table": table, "valide_de": begins,
            "valide_a": ends}  # fmt: skip


def test_nine_priorities_and_an_avenant_are_sound() -> None:
    plan = [line(f"P{n}", n, f"priorite_{n}_objet") for n in range(1, 10)]
    avenant = [line("P1", 1, "priorite_1_objet", "2020-01-01", "2024-12-31")]
    elsewhere = [line("P1", 1, "priorite_1_objet", plan="46")]
    check_priorities([*plan, *avenant, *elsewhere])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([line("P1", 10, "priorite_10_objet")], "de 1 à 9"),
        ([line("P1", 1, "priorite_2_objet")], "Attendu : priorite_1_"),
        ([line("P1", 1, "priorite_1_Écoles")], "Attendu : priorite_1_"),
        ([line("P1", 1, "jeunesse")], "Attendu : priorite_1_"),
        ([line("P1", 1, "priorite_1_a"), line("P1", 1, "priorite_1_b", "2030-01-01")], "Garder ce nom"),
        ([line("P1", 1, "priorite_1_a"), line("P2", 1, "priorite_1_a")], "déjà la table de P1"),
        ([line("P1", 1, "priorite_1_a"), line("P2", 1, "priorite_1_b")], "rang 1 vaut déjà"),
        ([line("P1", 1, "priorite_1_a"), line("P1", 1, "priorite_1_a", "2026-01-01")], "P1 vaut déjà"),
    ],
)
def test_what_could_not_be_published_is_named_with_its_line(rows: list[dict], said: str) -> None:
    with pytest.raises(CatalogueError, match=said) as error:
        check_priorities(rows)
    assert f"priorites.csv, ligne {len(rows) + 1}" in str(error.value)
