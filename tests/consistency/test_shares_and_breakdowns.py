"""Shares and breakdowns are lines of tables: their terms exist, their codes have a label, and no program names one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.settings.model import DBT_PROJECT, PROJECT, SEEDS
from tests.support.tables import rows


def lines(*parts: str) -> list[dict[str, str]]:
    return rows(Path(*parts))


SHARES = lines(SEEDS, "indicateurs", "parts.csv")
CATALOGUE = {r["indicateur_code"]: r for r in lines(SEEDS, "indicateurs", "indicateurs.csv")}
RULES = {(r["source"], r["indicateur_code"]): r for r in lines(SEEDS, "indicateurs", "regles_diffusion.csv")}
LABELS = lines(SEEDS, "indicateurs", "ventilations.csv")
each_share = pytest.mark.parametrize("share", SHARES, ids=lambda r: r["indicateur_code"])


@each_share
def test_a_share_is_of_counts_that_add_up_and_is_never_added(share: dict[str, str]) -> None:
    whole, terms = CATALOGUE[share["indicateur_code"]], (share["numerateur_code"], share["denominateur_code"])
    assert (whole["unite"], whole["cumul"], whole["denominateur"]) == ("%", "aucun", "")
    assert [CATALOGUE[t]["cumul"] for t in terms] == ["somme", "somme"]


@each_share
def test_a_share_is_protected_as_its_numerator_is(share: dict[str, str]) -> None:
    source = CATALOGUE[share["indicateur_code"]]["statistique"]
    rule = RULES[source, share["indicateur_code"]]
    numerator = RULES.get((source, share["numerateur_code"]), RULES[source, ""])
    assert (rule["loi"], rule["protection"]) == ("proportion", numerator["protection"])


def test_every_percentage_of_the_catalogue_is_a_share_of_the_table() -> None:
    assert {c for c, r in CATALOGUE.items() if r["unite"] == "%"} == {r["indicateur_code"] for r in SHARES}


def test_no_share_and_no_term_is_named_in_a_model_or_in_a_program() -> None:
    named = {r["indicateur_code"] for r in SHARES} | {r["numerateur_code"] for r in SHARES} | {"MIS_EN_CAUSE"}
    files = [
        *(f for part in ("models", "macros", "analyses") for f in (DBT_PROJECT / part).rglob("*.sql")),
        *(PROJECT / "pipelines").rglob("*.py"),
    ]
    texts = {f: f.read_text(encoding="utf-8") for f in files}
    assert [(f.name, n) for f, t in texts.items() for n in named if f"'{n}'" in t or f'"{n}"' in t] == []


def test_minors_are_divided_by_minors() -> None:
    [rule] = [r for r in lines(SEEDS, "indicateurs", "denominateurs.csv") if r["denominateur"] == "mineurs"]
    assert rule["nature"] == "mineurs"
    counted = {r["denominateur"] for r in CATALOGUE.values() if r["unite"] == "mineurs mis en cause"}
    assert counted == {"mineurs"}


def test_every_breakdown_that_a_return_holds_has_its_label() -> None:
    labelled = {(r["source"], r["ventilation_type"], r["ventilation_code"]) for r in LABELS}
    assert len(labelled) == len(LABELS)
    assert all(r["libelle"] for r in LABELS)
    rows = lines(PROJECT, "sources", "iscg", "activite.rows.csv")
    social = {("retours_iscg", r["ventilation"], r["modalite"]) for r in rows if r["ventilation"] != "total"}
    file = PROJECT / "sources" / "service_returns" / "tranquillite.schema.json"
    [nature] = [f for f in json.loads(file.read_text(encoding="utf-8"))["fields"] if f["name"] == "nature"]
    order = {("retours_services", "nature", code) for code in nature["constraints"]["enum"]}
    declared = {source for source, _, _ in social | order}
    assert {row for row in labelled if row[0] in declared} == social | order
