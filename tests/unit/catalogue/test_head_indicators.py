"""A head indicator is a whole that is tested: what is not is refused, with its file and line."""

from __future__ import annotations

import pytest

from pipelines.catalogue.code_lists import code_table
from pipelines.catalogue.head_indicators import check_head_indicators
from pipelines.catalogue.model import CatalogueError

HEADS = code_table("indicateurs_tete")
LINE = {"indicateur_code": "TUES", "territoire_code": "DEP-46", "periode_type": "trimestre", "depuis": "2020-04-01",
        "raison": "Le relevé a changé de main."}  # fmt: skip


def refused(**tables: list[dict[str, str]]) -> str:
    with pytest.raises(CatalogueError) as found:
        check_head_indicators(lambda name: tables.get(name) or code_table(name))
    return str(found.value)


def head(code: str) -> list[dict[str, str]]:
    return [*HEADS, {"indicateur_code": code, "raison": "Pour voir."}]


def test_the_tables_of_the_house_hold() -> None:
    check_head_indicators(code_table)
    assert {"AVIP_4001", "AAB_4001", "TUES"} <= {r["indicateur_code"] for r in HEADS}
    check_head_indicators(lambda name: [LINE] if name == "lignes_de_base" else code_table(name))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("CBV_4001", "CBV_4001 est une partie de AVIP_4001, qui est en tête aussi"),
        ("DEGRADATIONS_4001", "DEGRADATIONS_4001 est une partie de AAB_4001"),
        ("CAMERAS", "CAMERAS n'est jamais testé"),
    ],
)
def test_what_is_no_head_is_refused(code: str, told: str) -> None:
    said = refused(indicateurs_tete=head(code))
    assert f"indicateurs/indicateurs_tete.csv, ligne {len(HEADS) + 2}" in said
    assert told in said


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"depuis": "2020-05-01"}, "depuis vaut 2020-05-01"),
        ({"depuis": "avril"}, "depuis vaut avril"),
    ],
)
def test_a_line_of_base_of_nothing_is_refused(change: dict, told: str) -> None:
    said = refused(lignes_de_base=[LINE | change])
    assert "indicateurs/lignes_de_base.csv, ligne 2" in said
    assert told in said
