"""The plan's own text, read independently of the seeds: sections, tables, and every number it prints."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from pipelines.settings.model import DBT_PROJECT, PROJECT
from tests.support.tables import rows

PLAN_SEEDS = DBT_PROJECT / "seeds" / "plan"
DEPARTEMENT, FIRST_DAY = "46", "2020-01-01"  # of the plan that is transcribed here

WORDS = {
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "quarantaine": 40, "deuxième": 2, "sixième": 6, "doublé": 100, "mi-temps": 1,
}  # fmt: skip
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
# What bears digits and is no figure: numbering, legal names of things, and the base of a rate.
_NOT_FIGURES = [
    r"^(?:[IV]+|[A-F](?:\.\d)?|\d)\. ", r"\(A|B\.\d\)", r"Priorité n° \d :", r"(?:pour|/) ?1 ?000\b", r"n°(?= )",
    r"(?:AMF|Victimes|GGD) 46|OSE46", r"<http[^>]*>",
]  # fmt: skip
_TOKEN = re.compile(
    rf"(?P<date>(?:\d{{1,2}}(?:er)? )?(?:{_MONTHS}) \d{{4}})"
    r"|(?P<law>\d{4}-\d{3,4}(?!\d)(?<!-20\d\d))|(?P<article>\d\d-\d(?!\d))"
    r"|(?P<span>(?:19|20)\d\d-(?:19|20)\d\d)|(?P<year>(?<![\d,.])(?:19|20)\d\d(?!\d|[,.]\d))"
    r"|(?P<number>\d{1,3}(?: \d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?e?)"
    rf"|(?P<word>\b(?:{'|'.join(WORDS)})\b)",
    re.IGNORECASE,
)


def document() -> list[str]:
    """The lines of the plan, without typographic marks; the test skips with a sentence when it is not there."""
    root = Path(os.environ.get("VIGIE_PLAN") or PROJECT.parent / "shared" / "seeds")
    found = sorted(root.glob("*.txt")) if root.is_dir() else [root] if root.exists() else []
    if not found:
        pytest.skip("le texte du plan n'est pas là ; VIGIE_PLAN dit où le trouver")
    return [plain(line) for line in found[0].read_text(encoding="utf-8").split("\n")]


def plain(text: str) -> str:
    text = text.replace("*", "").replace("Д", "D").replace(" ^{er}", "er").replace("^{er}", "er").replace("^e", "e")
    return re.sub(r"[ \u00a0\u202f]+", " ", text).strip(" ")


def seed(name: str) -> list[dict[str, str]]:
    """The lines of a table that transcribe this document: those of the Lot, as the plan was signed.

    Another département's plan and an amendment (closed and opened lines) are lines too, of other documents.
    """
    return [
        row
        for row in rows(PLAN_SEEDS / f"{name}.csv")
        if row.get("code_departement", DEPARTEMENT) == DEPARTEMENT and row.get("valide_de", FIRST_DAY) <= FIRST_DAY
    ]


def sections(lines: list[str]) -> dict[str, list[str]]:
    """The lines of each section of the document, by the code that the seeds give it."""
    found: dict[str, list[str]] = {}
    code, chapter, priority, action = "", "", 0, 0
    for line in _joined_titles(lines):
        if line.startswith("Pour les Lotoises"):
            code = "MP"
        elif not code:
            continue
        elif line.startswith("AAB : "):
            break
        elif m := re.match(r"Chapitre (I|II|III|IV|V) :", line):
            chapter = m[1]
            code = {"I": "I", "II": "II.1", "III": "III", "IV": "IV", "V": "V"}[chapter]
        elif not chapter and (m := re.match(r"(I|II|III|IV)\. ", line)):
            code = f"INT.{m[1]}"
        elif chapter == "I" and (m := re.match(r"([A-F](?:\.\d)?)\. ", line)):
            code = f"I.{m[1]}"
        elif chapter == "III" and (m := re.match(r"(\d)\. ", line)):
            code = f"III.{m[1]}"
        elif chapter == "V" and line.startswith("Priorité n°"):
            priority, action = priority + 1, 0
        elif chapter == "V" and line.startswith("Action :"):
            action += 1
            code = f"V.P{priority}.A{action}"
        found.setdefault(code, []).append(line)
    return found


def _joined_titles(lines: list[str]) -> list[str]:
    """A few titles run over two lines."""
    joined: list[str] = []
    for line in lines:
        if joined and re.match(r"(?:Action|Priorité n° \d) ?:", joined[-1]) and re.match(r"(?:et|en) ", line):
            joined[-1] += " " + line
        else:
            joined.append(line)
    return joined


def tokens(text: str) -> Counter[str]:
    """The figures of a text: dates, periods, years, numbers as written, number words."""
    for pattern in _NOT_FIGURES:
        text = re.sub(pattern, "", text)
    return Counter(f"{m.lastgroup}:{m[0].lower()}" for m in _TOKEN.finditer(text))


def unaccounted(lines: list[str], figures: list[dict], claims: list[dict]) -> list[tuple[str, str, str]]:
    """(section, line, token) of every number of the prose that no row accounts for.

    A year or a month is accounted for when a figure or a claim anchored on its line says it is its period; a date
    that is itself what the plan announces needs its own row.
    """
    left: list[tuple[str, str, str]] = []
    for section, text_lines in sections(lines).items():
        here = [f for f in figures if f["section"] == section and not f["tableau"]]
        said = [c for c in claims if c["section"] == section]
        for line in text_lines:
            if "\t" in line or not line or (re.match(r"(?:Chapitre|Priorité n°)", line) and not here):
                continue
            anchored = [f for f in here if f["texte"] in line]
            measured = [f for f in anchored if f["grandeur"] != "date"]
            periods = {
                p.get(k) or ""
                for p in [*measured, *(c for c in said if c["texte"] in line)]
                for k in ("periode", "periode_reference", "autre_periode", "autre_periode_reference")
            }
            years = {year for p in periods for year in re.findall(r"\d{4}", p)}
            rest = tokens(line)
            for f in anchored:
                rest -= tokens(f["imprime"])
                if f["periode_type"] == "cumul" and f["periode"].endswith("-09"):
                    rest -= Counter(["word:neuf"])
            for token in rest.elements():
                kind, _, value = token.partition(":")
                if not (kind == "year" and value in years) and not (kind == "date" and _iso_month(value) in periods):
                    left.append((section, line, token))
    return left


def _iso_month(written: str) -> str | None:
    """« février 2018 » → 2018-02; other dates are no period of a figure."""
    month, _, year = written.partition(" ")
    months = _MONTHS.split("|")
    return f"{year}-{months.index(month) + 1:02d}" if month in months else None


def table_cells(lines: list[str]) -> dict[tuple[str, str, str], str]:
    """(table, line, column) → cell, of the three tables of chapitre I, as printed."""
    cells: dict[tuple[str, str, str], str] = {}
    by_section = sections(lines)
    columns = [f"{t} {y}" for t in ("France entière", "Lot") for y in ("2019", "2018", "2017", "2016", "2019/2018")]
    for line in by_section["I.A"]:
        label, *values = line.split("\t")
        if label and len(values) == len(columns):
            cells |= {("A", label, c): v.strip() for c, v in zip(columns, values, strict=True)}
    for line in by_section["I.B.4"]:
        values = line.split("\t")
        if len(values) == 9 and values[0] == "71":
            names = [f"{what} {c}" for what in ("Accidents", "Tués", "Blessés") for c in ("2018", "2019", "%")]
            cells |= {("B.4", "", c): v.strip() for c, v in zip(names, values, strict=True)}
    years: list[str] = []
    for line in by_section["I.D"]:
        label, *values = line.split("\t")
        if label == "Stupéfiants":
            years = values
        elif values:
            cells |= {("D", label, y): v.strip() for y, v in zip(years, values, strict=True)}
    return cells


def printed_number(text: str) -> float | None:
    """The number in what is printed, whatever its sign; None when it is written otherwise."""
    for token in tokens(text):
        kind, _, value = token.partition(":")
        if kind in {"number", "year"}:
            return float(value.rstrip("e").replace(" ", "").replace(",", "."))
        if kind == "word" and value != "mi-temps":
            return float(WORDS[value])
    return None
