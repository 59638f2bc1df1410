"""How long the quarantine keeps the bytes of a file that speaks of persons: the time to put it right."""

from __future__ import annotations

import datetime as dt
import json

from pipelines.home import archive
from pipelines.machine.paths import Paths
from pipelines.personal.detect import PERSONAL


def destroy_expired(paths: Paths, days: int, today: dt.date) -> list[str]:
    """Destroy the bytes of what was refused for a person `days` ago or more; returns the SHA-256 of each. What is left
    of it is how it was received, which quotes nothing, and the day of its destruction.
    """
    destroyed = []
    for folder in sorted(f for f in paths.quarantine.glob("*") if (f / archive.CONTENT).exists()):
        try:
            reception = archive.reception_of(folder)
            received = dt.date.fromisoformat(reception["recu_le"][:10])
        except (OSError, ValueError, KeyError):  # `vigie verify` says it
            continue
        personal = any(d["code"] == PERSONAL for d in reception.get("defauts", ()))
        if personal and (today - received).days >= days:
            (folder / archive.DESTROYED).write_text(json.dumps({"detruit_le": today.isoformat()}), encoding="utf-8")
            (folder / archive.CONTENT).unlink()
            destroyed.append(folder.name)
    return destroyed
