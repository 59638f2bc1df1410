"""What the documents name exists: links, files, targets of make, commands, options. Their French is set as French."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import typer

from pipelines.cli.main import app
from pipelines.settings.model import PROJECT

PLACES = (".github", "docs", "sources", "expectations", "dbt_project/seeds")
PAGES = sorted([*PROJECT.glob("*.md"), *(page for place in PLACES for page in (PROJECT / place).rglob("*.md"))])
# The folders that documents name from where they stand in the project; a folder of a home is none of them.
FOLDERS = dict.fromkeys(
    ("sources", "dbt_project", "expectations", "pipelines", "tests", "docs", ".ci", ".github"), PROJECT
)
FOLDERS |= dict.fromkeys(("plan", "indicateurs", "reference"), PROJECT / "dbt_project" / "seeds")
MADE = ("dbt_project/target/", "dbt_project/logs/", "dbt_project/.vigie/")  # written by a run, and ignored by git
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(PROJECT)))


def fences(text: str) -> list[tuple[str, str]]:
    """(language, content) of each fenced block."""
    return re.findall(r"^ *```(\w*)\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)


def prose(text: str) -> str:
    """The text without its blocks of code; spans are left."""
    return re.sub(r"^ *```.*?^ *```\n", "", text, flags=re.MULTILINE | re.DOTALL)


def spans(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", prose(text))


@cache
def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the forges make them."""
    headings = re.findall(r"^#+ (.+)$", prose(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            name, _, anchor = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            assert file.exists(), target
            assert not anchor or anchor in anchors(file), target


@each_page
def test_every_file_that_is_named_is_there(page: Path) -> None:
    for name in spans(page.read_text(encoding="utf-8")):
        folder = name.split("/")[0]
        # « SOURCE », `{annee}`, `<table>`: what the reader puts in.
        if "/" not in name or folder not in FOLDERS or re.search(r"[A-Z]{3,}|[{<…\s]", Path(name).stem):
            continue
        if name.startswith(MADE):
            continue
        assert list(FOLDERS[folder].glob(name.rstrip("/"))), name


@each_page
def test_every_target_of_make_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    code = [*spans(text), *(line for language, block in fences(text) if language in {"console", "sh"}
                            for line in block.splitlines())]  # fmt: skip
    named = {t for c in code for t in re.findall(r"(?:^|[;&] *)make ([a-z][a-z-]*[a-z])(?![a-z-]*…)", c)}
    assert named <= targets


@each_page
def test_every_command_and_option_exists(page: Path) -> None:
    commands = typer.main.get_command(app).commands
    text = page.read_text(encoding="utf-8")
    lines = [line for language, block in fences(text) if language in {"console", "sh"} for line in block.splitlines()]
    for code in [*spans(text), *lines]:
        for name, rest in re.findall(r"(?:^|[/;&=\w] ?)\bvigie ([a-z][a-z-]*)((?: [^;&|#\n]*)?)", code):
            assert name in commands, code
            known = {o for p in commands[name].params for o in p.opts} | {"--help", "-h"}
            assert set(re.findall(r"(?<=\s)(--[a-z][a-z-]*)", rest)) <= known, code


@each_page
def test_french_is_set_as_french(page: Path) -> None:
    """Guillemets and the sign … instead of what a keyboard gives; a space on the inner side, and before : ; ? !"""
    text = re.sub(r"<!--.*?-->|^---\n.*?^---\n", "", prose(page.read_text(encoding="utf-8")), flags=re.DOTALL | re.M)
    text = re.sub(r"\]\([^)]*\)|<[^>]+>|https?://\S+", "", re.sub(r"`[^`\n]*`", "C", text))
    wrong = re.findall(r'.{0,20}(?:"|\.\.\.|«\S|\S»|[\w»)\]][:;?!](?=\s|$)).{0,20}', text)
    assert wrong == []
