"""French is typed one way in every message, table and document, and shown set on every page."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment, meta

from pipelines.pages import render as pages
from pipelines.pages.render import render
from pipelines.settings.model import PROJECT
from tests.support.typed import as_typed, page_texts, shown_wrong, typed_wrong

_TEMPLATES = Path(pages.__file__).parent
_PAGES = sorted(file.name for file in _TEMPLATES.glob("*.j2") if file.name != "base.html.j2")
_WORDS = "le|la|les|un|une|des|du|de|est|sont|pas|dans|pour|par|sur|ne|et|ou|qui|que|aucun"
_IN_FRENCH = re.compile(rf"[éèàçùêîôâœ«»…]|(?<!\w)(?:{_WORDS})(?!\w)", re.IGNORECASE)
_TRICKY = "l'état : « x » ; 12 345 faits, 5 % au 4e trimestre ?"
# Expressions that recognise what people write; tables that quote what others printed.
_PATTERNS = {"pipelines/personal/names.py", "pipelines/reading/answers.py"}
_QUOTING = re.compile(r"dbt_project/seeds/(plan/|reference/(index_4001|ruptures)\.csv)")


def files(*patterns: str) -> Iterator[tuple[str, str]]:
    """The name and the text of each file of the project that these patterns find."""
    for pattern in patterns:
        found = sorted(PROJECT.glob(pattern))
        assert found, pattern
        for file in found:
            name = file.relative_to(PROJECT).as_posix()
            if name not in _PATTERNS and not _QUOTING.match(name):
                yield name, file.read_text(encoding="utf-8")


def wrong(name: str, texts: Iterable[str]) -> list[str]:
    """What is wrong with those that are French sentences, but for what they name between backquotes."""
    typed = (re.sub(r"`[^`]*`", "`…`", re.sub(r"\s*\n\s*", " ", text.strip())) for text in texts)
    french = (text for text in typed if " " in text and _IN_FRENCH.search(text))
    return [f"{name} : {fault}" for text in french for fault in typed_wrong(text)]


def messages(source: str) -> Iterator[str]:
    """The strings of a module on one line, their values as a letter; neither its docstrings nor its SQL."""
    tree = ast.parse(source)
    apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            apart |= {id(part) for part in node.values}
            yield "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield "" if "\n" in node.value.strip() else node.value


def prose(document: str) -> Iterator[str]:
    """The lines of a document, but its examples, its addresses, its expressions and the rules of its tables."""
    shown = re.sub(r"{{.*?}}", "x", re.sub(r"```.*?```|<!--.*?-->|{%.*?%}", "", document, flags=re.DOTALL))
    for line in shown.splitlines():
        yield re.sub(r"^\|[\s:|-]+\|$|<[^>]*>|(?<=\])\([^)]*\)", "", line)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        yield from chain.from_iterable(map(strings, value.values() if isinstance(value, dict) else value))


def test_every_message_is_typed_as_french() -> None:
    assert [fault for name, text in files("pipelines/**/*.py") for fault in wrong(name, messages(text))] == []


def test_every_document_is_typed_as_french() -> None:
    documents = files("*.md", "docs/**/*.md", "sources/**/*.md", "expectations/*.md", "dbt_project/seeds/**/*.md",
                      ".github/**/*.md", "pipelines/**/*.txt*")  # fmt: skip
    assert [fault for name, text in documents for fault in wrong(name, prose(text))] == []


def test_every_table_and_description_is_typed_as_french() -> None:
    tables = files("dbt_project/seeds/**/*.csv", "sources/**/*.csv", "expectations/**/*.csv", "pipelines/**/*.csv")
    cells = ((name, chain.from_iterable(csv.reader(text.splitlines()))) for name, text in tables)
    described = files(
        "dbt_project/models/**/*.yml", "dbt_project/seeds/**/*.yml", "sources/**/*.yml", "expectations/*.yml"
    )
    values = ((name, strings(yaml.safe_load(text))) for name, text in described)
    rules = ((name, strings(json.loads(text))) for name, text in files("expectations/**/*.json", "sources/**/*.json"))
    literals = (
        (name, (found.replace("''", "'") for found in re.findall(r"'((?:[^'\n]|'')*)'", text)))
        for name, text in files("dbt_project/models/**/*.sql", "dbt_project/macros/*.sql")
    )
    assert [fault for name, texts in chain(cells, values, rules, literals) for fault in wrong(name, texts)] == []


@pytest.mark.parametrize(
    "text",
    ["le mot\u00a0: le voici", "l’état est là", "deux  espaces de trop", "la ligne: rien", "un «mot» ici",
     "et la suite...", 'un nom "propre" de', "A faire dans le mois", "le fichier ; Etat des lieux"],
)  # fmt: skip
def test_what_is_typed_otherwise_is_seen(text: str) -> None:
    assert wrong("essai", [text])


class Anything:
    """Whatever a page asks of its values: two of each, with a text that is hard to set; or none."""

    def __init__(self, full: bool) -> None:
        self.full = full

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> Anything:
        return self

    def __call__(self, *values: object) -> Anything:
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter((self, self) if self.full else ())

    def __len__(self) -> int:
        return 2 * self.full

    def __add__(self, other: object) -> Anything:
        return self

    __radd__ = __add__

    def __lt__(self, other: object) -> bool:
        return False

    def __format__(self, form: str) -> str:
        return "2"

    def __str__(self) -> str:
        return _TRICKY


@pytest.mark.parametrize("page", _PAGES)
@pytest.mark.parametrize("full", [True, False])
def test_every_page_is_shown_set(page: str, full: bool) -> None:
    own = dict.fromkeys(("montre", "en_css", "quand", "nombre", "chiffre"), str)
    environment = Environment(autoescape=True)
    environment.filters |= own
    files = [_TEMPLATES / page, *(_TEMPLATES / page.partition(".")[0]).glob("*.j2")]
    sources = [environment.parse(file.read_text(encoding="utf-8")) for file in files]
    names = set().union(*map(meta.find_undeclared_variables, sources)) - {"pluriel"}
    shown = render(page, own, **{name: Anything(full) for name in names})
    assert "<html" in shown
    texts = page_texts(shown)
    assert [fault for text in texts for fault in shown_wrong(text)] == []
    assert wrong(page, map(as_typed, texts)) == []
    assert any(map(shown_wrong, map(as_typed, texts))), "a page that is not set is seen"
