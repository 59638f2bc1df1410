"""Which snapshots were given: kept apart from their folders, so that one that is gone is missed.

A line says a name and the hash of its manifest, which holds the hash of every other file.
"""

from __future__ import annotations

import json

from pipelines.home.archive import hash_of
from pipelines.machine.durable import write_whole
from pipelines.machine.faults import MachineFault
from pipelines.machine.paths import Paths
from pipelines.snapshots import folder

_MODE = 0o640


class UnreadableList(MachineFault):
    """The list is damaged. The text is French."""


def told(paths: Paths) -> dict[str, str]:
    """Name → SHA-256 of its manifest. Raises UnreadableList."""
    if not paths.given.exists():
        return {}
    try:
        names: dict[str, str] = json.loads(paths.given.read_text(encoding="utf-8"))
        return {str(folder.Name.read(name)): str(sha256) for name, sha256 in names.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise UnreadableList(
            f"La liste des clichés donnés ({paths.given}) est abîmée. La rétablir : vigie restore SAUVEGARDE --reparer"
        ) from error


def remember(paths: Paths) -> None:
    """Add the snapshots that are there and not in the list; nothing in it is ever changed."""
    known = told(paths)
    names = {str(name) for name in folder.given(paths.snapshots)} - known.keys()
    new = {name: hash_of(paths.snapshots / name / folder.MANIFEST) for name in names}
    if new:
        text = json.dumps(dict(sorted((known | new).items())), indent=1)
        write_whole(paths.given, f"{text}\n".encode(), _MODE)
