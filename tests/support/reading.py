"""One file read by itself: what it is refused for, without a load."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipelines.base.refusal import Defect
from pipelines.catalogue.load import load_catalogue
from pipelines.reading.parse import Limits, parse_file
from pipelines.reading.verdict import Verdict

CATALOGUE = load_catalogue()
LIMITS = Limits(256, 30_000_000, dt.date(2025, 2, 15))


def read(file: Path, folder: Path, limits: Limits = LIMITS) -> Verdict:
    """The verdict on a file; its raw rows, if it is sound, are written under `folder`."""
    return parse_file(file, "essai", folder / "brut", CATALOGUE, limits)


def defects(file: Path, folder: Path) -> list[Defect]:
    """What the file is refused for; nothing when it is sound."""
    return read(file, folder).defects
