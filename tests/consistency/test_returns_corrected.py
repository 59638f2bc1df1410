"""Every table of a return is read with its corrections, and no table of a public file is."""

from __future__ import annotations

import re

import yaml

from pipelines.catalogue.load import load_catalogue
from pipelines.reception.contents import is_return
from pipelines.settings.model import DBT_PROJECT

MODELS = DBT_PROJECT / "models"
CATALOGUE = load_catalogue()
RETURNS = {(s.name, t) for s in CATALOGUE.sources for t in s.tables if is_return(s, t)}
_CALL = re.compile(r"\{\{ (\w+)\('(\w+)', '(\w+)'\) \}\}")


def test_the_models_of_returns_and_they_alone_leave_corrected_lines_out() -> None:
    read: dict[str, set[tuple[str, str]]] = {}
    for file in (MODELS / "staging").rglob("*.sql"):
        for macro, source, table in _CALL.findall(file.read_text(encoding="utf-8")):
            read.setdefault(macro, set()).add((source, table))
    assert read["retours"] == RETURNS
    assert not RETURNS & set().union(*(tables for macro, tables in read.items() if macro != "retours"))


def test_each_source_of_returns_tells_dbt_its_corrections() -> None:
    described = yaml.safe_load((MODELS / "staging" / "sources.yml").read_text(encoding="utf-8"))
    named = {t["name"] for s in described["sources"] for t in s["tables"]}
    sources = {source for source, _ in RETURNS}
    assert {n.removeprefix("corrigees_") for n in named if n.startswith("corrigees_")} == sources
    compared = (MODELS / "controles" / "ctl_revisions.sql").read_text(encoding="utf-8")
    [listed] = re.findall(r"set de_retours = \[(.*?)\]", compared)
    assert set(re.findall(r"'(\w+)'", listed)) == sources


def test_nobody_has_to_write_an_edition() -> None:
    columns = {(k.source, k.table): c for s in CATALOGUE.sources for k in s.layouts if k.own_format for c in k.columns
               if c.type == "edition"}  # fmt: skip
    assert columns.keys() == RETURNS
    assert all(c.optional for c in columns.values())
