"""Backups on a schedule: named by their day, counted, the oldest removed once the new one is whole."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from pipelines.settings.model import Settings

_NAMED = re.compile(r"vigie-(?P<departement>[0-9AB]{2,3})-(?P<instant>\d{8}-\d{6})\.tar\.gz")


def next_name(settings: Settings, now: dt.datetime) -> str:
    return f"vigie-{settings.departement}-{now:%Y%m%d-%H%M%S}.tar.gz"


def remove_oldest(folder: Path, settings: Settings) -> list[str]:
    """Keep the last backups, and the first of each of the last months; returns the names of those that went. A file
    that has another name, or is of another département, is not ours.
    """
    for draft in folder.glob(f".vigie-{settings.departement}-*.tar.gz.tmp"):
        draft.unlink(missing_ok=True)  # of a backup that was killed
    found = sorted(
        (match["instant"], file)
        for file in folder.iterdir()
        if (match := _NAMED.fullmatch(file.name)) and match["departement"] == settings.departement
    )
    months: dict[str, Path] = {}
    for instant, file in found:
        months.setdefault(instant[:6], file)
    kept = {file for _, file in found[-settings.backups_kept :]}
    kept |= {months[month] for month in sorted(months)[-settings.backups_kept_months :]}
    gone = [file for _, file in found if file not in kept]
    for file in gone:
        file.unlink()
    return [file.name for file in gone]
