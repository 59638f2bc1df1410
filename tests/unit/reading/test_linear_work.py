"""What meets a received text works in a time that follows its length: no short file holds the lock for minutes."""

from __future__ import annotations

import importlib
import io
import pkgutil
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from pipelines.base import refusal
from pipelines.catalogue import labels
from pipelines.catalogue import model as tables
from pipelines.catalogue.load import load_catalogue
from pipelines.personal import detect as personal
from pipelines.reading import types
from tests.support.processor import processor_seconds
from tests.support.reading import read

# What a pattern may stumble on: a run of what it repeats, or of what may stand between, and an end that is no match.
PUMPS = (
    "a", "A", "0", "1", " ", "\t", "-", ".", ",", "/", "@", "é", "_", "+", '"', "'", "=", "&", "<", ">", ":", ";", "t ",
    " t", "t=", "a.", "a-", "a@", "@a", "0.", "0 ", " 0", "06 ", "0123456789", "1 000 ", "12/", "1.2.", "+33 ", "né ",
    "nom ", "a b ", "encoding=", "t='e ", "<f", "2019-", "T1", "\u0300", "\u0315\u0300", "\u00a0",
)  # fmt: skip
ENDS = ("", "!", "\n", "é", "@", "a")
SMALL, LARGE = 1_000, 10_000
# Ten times the length; what is linear takes ten times as long, and what is quadratic a hundred.
MOST_RATIO, NOISE_SECONDS = 25, 0.02


def is_linear(work: Callable[[str], object]) -> str | None:
    """The first text whose cost grows faster than its length, in words; None when there is none."""
    for pump in PUMPS:
        for end in ENDS:
            small, large = ((pump * n)[:n] + end for n in (SMALL, LARGE))
            long = processor_seconds(lambda text=large: work(text), 2)
            if long > NOISE_SECONDS and long > MOST_RATIO * processor_seconds(lambda text=small: work(text), 2):
                return f"{pump!r} × {LARGE} + {end!r} : {long:.2f} s"
    return None


def modules() -> Iterator[object]:
    for room in ("base", "catalogue", "personal", "home", "files", "reading", "reception"):
        package = importlib.import_module(f"pipelines.{room}")
        for found in pkgutil.iter_modules(package.__path__):
            if found.name != "worker":
                yield importlib.import_module(f"{package.__name__}.{found.name}")
    yield importlib.import_module("pipelines.fetch.names")


def compiled(value: object) -> Iterator[re.Pattern]:
    """The patterns in a value of a module, however it holds them."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from (p for v in value.values() for p in compiled(v))
    elif isinstance(value, (tuple, list, set, frozenset)):
        yield from (p for v in value for p in compiled(v))
    elif isinstance(value, types.Type):
        yield re.compile(value.pattern)


def patterns() -> dict[str, re.Pattern]:
    """Every pattern of the reception by where it is, those of its own tables apart."""
    found = {
        f"{module.__name__.rpartition('.')[2]}.{name}.{i}": pattern
        for module in modules()
        if not module.__name__.endswith("catalogue.checks")  # it reads dbt's models, which nobody receives
        for name, value in vars(module).items()
        for i, pattern in enumerate(compiled(value))
    }
    for source in load_catalogue(models=None).sources:
        for layout in source.layouts:
            found[f"{layout.name}.feuille"] = layout.sheet_pattern()
            for c in layout.columns:
                if "{" in c.header:
                    found[f"{layout.name}.{c.name}"] = tables._pattern(c.header)
        for i, name in enumerate(source.names):
            found[f"{source.name}.nom.{i}"] = name.publication or name.geography
    # One sheet's pattern is like another's.
    return {p.pattern: (n, p) for n, p in found.items()}


ALL = dict(patterns().values())


def test_the_patterns_are_found_where_they_are() -> None:
    assert {n.partition(".")[0] for n in ALL} >= {"detect", "sheet_xml", "xml_parts", "counts", "periods", "names"}
    assert len(ALL) > 25


@pytest.mark.parametrize("name", ALL)
def test_a_pattern_is_linear(name: str) -> None:
    pattern = ALL[name]

    def work(text: str) -> None:
        received = text.encode() if isinstance(pattern.pattern, bytes) else text
        pattern.search(received)
        pattern.fullmatch(received)

    assert is_linear(work) is None


def test_a_quadratic_pattern_is_seen() -> None:
    assert is_linear(re.compile(r"[\w.]+@x").search) is not None
    assert is_linear(re.compile(r"\s*=").search) is not None


WORKS = {
    "tidy": tables.tidy,
    "folded": tables.folded.__wrapped__,
    "words of a name": tables._words,
    "text misplaced": personal.misplaced_text,
    "header": personal.header_is_personal,
    "quotation": refusal.quote,
    "key of a label": labels.label_key,
    "nearest labels": lambda text: labels.nearest(text, {"ARR-461": "Cahors", "a" * 40: "0123456789" * 4}),
    "cells": lambda text: types.tidied(pa.array([text])),
    "sign of a person": personal.personal_sign,
}


@pytest.mark.parametrize("name", WORKS)
def test_what_is_done_with_a_text_is_linear(name: str) -> None:
    assert is_linear(WORKS[name]) is None


@pytest.mark.parametrize("text", ["\u0315\u0300" * 400, "e\u0301" + "x" * 400, "\u0301" * 300, "a\u0301"])
def test_a_heap_of_signs_is_left_as_it_is_and_accents_are_composed(text: str) -> None:
    heap = text.count("\u0300") + text.count("\u0301") > 30
    assert ("\u0301" in tables.tidy(text) or "\u0300" in tables.tidy(text)) is heap
    [told] = types.tidied(pa.array([text])).to_pylist()
    assert (told == text) is heap


HEADERS = (
    "code_departement;code_region;annee;indicateur;unite_de_compte;nombre;taux_pour_mille;insee_pop;"
    "insee_pop_millesime;insee_log;insee_log_millesime"
)
LINE = ["46", "76", "2021", "Homicides", "Victime", "3", "0,01", "175620", "2022", "120797", "2021"]


def workbook(headers: list[str], line: list[str]) -> bytes:
    """A workbook of two lines of texts, written as XML: openpyxl has limits of its own."""
    cells = ["".join(f'<c t="inlineStr"><is><t>{v}</t></is></c>' for v in row) for row in (headers, line)]
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{name}"><sheetData><row>{cells[0]}</row><row>{cells[1]}</row></sheetData></worksheet>'
    plain, kept = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for part in old.namelist():
            new.writestr(part, sheet if part.endswith("sheet1.xml") else old.read(part))
    return kept.getvalue()


@pytest.mark.long
@pytest.mark.parametrize("column", [0, 2, 3, 5])
@pytest.mark.parametrize("pump", ["a", "0", "1 ", " ", "\u0315\u0300", "a.", "06 ", "-"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_cell_of_half_a_million_characters_is_judged_at_once(
    form: str, pump: str, column: int, tmp_path: Path
) -> None:
    line = [*LINE]
    line[column] = (pump * 500_000)[:500_000]
    file = tmp_path / f"f.{form}"
    file.write_bytes(
        workbook(HEADERS.split(";"), line) if form == "xlsx" else f"{HEADERS}\n{';'.join(line)}\n".encode()
    )
    verdicts = []
    assert processor_seconds(lambda: verdicts.append(read(file, tmp_path)), 1) < 5
    [verdict] = verdicts
    assert verdict.defects or pump == " " or (column, pump) == (0, "0")
    assert all(len(d.constat) < 400 for d in verdict.defects)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda n: "a" * n + ";" + HEADERS + "\n1;2\n", id="one long header"),
        pytest.param(lambda n: "\u0315\u0300" * (n // 2) + ";" + HEADERS + "\n1;2\n", id="one heap"),
        pytest.param(lambda n: HEADERS + ";" * 16_380 + "\n" + ";" * n, id="separators"),
        pytest.param(lambda n: HEADERS + ";annee" * 3000 + "\n1\n", id="one header many times"),
        pytest.param(lambda n: HEADERS + "".join(f";c{i}" for i in range(3000)) + "\n1\n", id="many headers"),
        pytest.param(lambda n: HEADERS + "".join(f";c{i}" for i in range(n // 5)) + "\n1\n", id="too many headers"),
        pytest.param(lambda n: HEADERS + "\n" + '"' * n + "\n", id="quotes"),
        pytest.param(lambda n: '"' * n + "\n" + HEADERS + "\n", id="quotes above"),
        pytest.param(lambda n: HEADERS + "\n" + '";' * (n // 2) + "\n", id="quoted separators"),
        pytest.param(lambda n: HEADERS + "\n" * n, id="blank lines"),
        pytest.param(lambda n: HEADERS + "\r" * n, id="carriage returns"),
        pytest.param(lambda n: HEADERS + "\n" + " " * n + "x\n", id="spaces"),
        pytest.param(lambda n: " " * n + "<html>", id="spaces above a page"),
    ],
)
def test_a_text_of_half_a_million_characters_is_judged_at_once(content: Callable[[int], str], tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text(content(500_000), encoding="utf-8")
    verdicts = []
    assert processor_seconds(lambda: verdicts.append(read(file, tmp_path)), 1) < 5
    [verdict] = verdicts
    assert verdict.defects
