"""The headers of the forms are French, the technical names are read too, and no header says two things."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from pathlib import Path

import pytest

from pipelines.base.refusal import Refused
from pipelines.base.spelling import folded
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Layout
from pipelines.reading.parse import Limits, parse_file
from pipelines.reading.recognise import ListMatch, recognise
from pipelines.templates import choose
from tests.support.filling import filled, schemas

CATALOGUE = load_catalogue()
LIMITS = Limits(64, 1_000_000, today=dt.date(2021, 6, 1))
OWN = [layout for s in CATALOGUE.sources for layout in s.layouts if layout.own_format]
FORMS = [layout for layout in OWN if layout.templated]
EVERY = CATALOGUE.layouts("xlsx")


def read(headers: list[str]) -> Layout:
    match = recognise("Feuil1", [headers, ["x"] * len(headers)], EVERY, CATALOGUE.ignored_columns)
    assert isinstance(match, ListMatch)
    return match.layout


@pytest.mark.parametrize("layout", OWN, ids=lambda layout: layout.name)
def test_titles_and_names_are_read_alike_and_as_one_layout(layout: Layout) -> None:
    titles = [c.header for c in layout.columns]
    names = [c.name for c in layout.columns]
    assert titles != names
    mixed = [pair[i % 2] for i, pair in enumerate(zip(titles, names, strict=True))]
    for headers in (titles, names, mixed, [h.upper() for h in titles], sorted(titles)):
        assert read(headers) == layout


@pytest.mark.parametrize("layout", OWN, ids=lambda layout: layout.name)
def test_a_spelling_says_one_column_and_what_is_read_past_says_none(layout: Layout) -> None:
    spelt = [{folded(s) for s in c.spellings} for c in layout.columns]
    assert not [a & b for a, b in itertools.combinations(spelt, 2) if a & b]
    assert not set(layout.passed) & set().union(*spelt)
    # A form is its own: what one layout reads past is never what another one reads.
    others = set().union(*({folded(s) for s in c.spellings} for k in OWN for c in k.columns))
    assert not set(layout.passed) & others


@pytest.mark.parametrize("layout", FORMS, ids=lambda layout: layout.name)
def test_no_form_is_within_another(layout: Layout) -> None:
    """The headers of a form, or all but one of them, are never those of another layout."""
    titles = [c.header for c in layout.columns]
    needed = [c.header for c in layout.columns if not c.optional]
    # Its edition, and what a file of an earlier version of the form has not.
    assert len(titles) - len(needed) == 1 + sum(c.may_lack for c in layout.columns)
    for missing in needed:
        with pytest.raises(Refused) as refused:
            read([h for h in titles if h != missing])
        assert {d.code for d in refused.value.defects} == {"en_tete_manquant"}
        assert f"« {layout.sheet} »" in refused.value.defects[0].constat


@pytest.mark.parametrize("source", ["service_returns", "iscg", "road_barometer", "action_followup"])
def test_a_csv_with_french_headers_is_read_as_one_with_names(source: str, tmp_path: Path) -> None:
    [template, *_], _ = choose("46", dt.date(2021, 6, 1), source)
    for table in template.tables:
        schema = schemas(source)[table.sheet]
        answers = filled(schema, table.rows)
        said = {}
        for kind in ("name", "title"):
            file = tmp_path / f"{table.name}_{kind}.csv"
            with file.open("w", encoding="utf-8-sig", newline="") as stream:
                writer = csv.writer(stream, delimiter=";")
                writer.writerow([f[kind] for f in schema["fields"]])
                writer.writerows([row[f["name"]] for f in schema["fields"]] for row in answers)
            verdict = parse_file(file, file.stem, tmp_path / "raw", CATALOGUE, LIMITS)
            assert verdict.defects == []
            said[kind] = {(s.tranche, s.empreinte) for s in verdict.parts}
        assert said["name"] == said["title"]
