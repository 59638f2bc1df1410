"""The rooms of the house: an import goes down, never up, and no room is most of the house."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from pipelines.settings.model import PROJECT

# From what everything rests on to what people see (docs/developper/maison.md).
ROOMS = (
    "base", "pages", "machine", "settings", "catalogue", "personal", "home", "files", "reading", "reception", "quality",
    "warehouse", "publication", "postgresql", "spark", "statistics", "disclosure", "maps", "snapshots", "report",
    "site", "templates", "reminders", "messages", "fetch", "explain", "operations", "loading", "officer", "demo",
    "desk", "webserver", "defs", "cli",
)  # fmt: skip
LARGEST_SHARE = 0.15


def rooms() -> dict[Path, str]:
    """The files of Vigie by the room they are in; the entry point of Dagster counts with its boxes."""
    root = PROJECT / "pipelines"
    files = {f: f.relative_to(root).parts[0].removesuffix(".py") for f in sorted(root.rglob("*.py"))}
    entry = {"definitions": "defs"}
    return {f: entry.get(room, room) for f, room in files.items() if room != "__init__"}


def imports(file: Path) -> set[str]:
    """The rooms that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom) and node.module == "pipelines":
            names = [f"pipelines.{alias.name}" for alias in node.names]
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("pipelines.")}
    return {"defs" if room == "definitions" else room for room in found & {*ROOMS, "definitions"}}


def test_every_file_is_in_a_room_that_is_known() -> None:
    assert set(rooms().values()) == set(ROOMS)


def test_no_import_goes_up() -> None:
    upward = {
        f"{file.relative_to(PROJECT)} → {other}"
        for file, room in rooms().items()
        for other in imports(file)
        if ROOMS.index(other) > ROOMS.index(room)
    }
    assert upward == set()


def test_no_room_is_most_of_the_house() -> None:
    lines = Counter()
    for file, room in rooms().items():
        lines[room] += len(file.read_text(encoding="utf-8").splitlines())
    room, most = lines.most_common(1)[0]
    assert most / lines.total() < LARGEST_SHARE, (room, most, lines.total())


def test_every_room_has_a_line_that_tells_it() -> None:
    for room in ROOMS:
        text = (PROJECT / "pipelines" / room / "__init__.py").read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(text)), room
