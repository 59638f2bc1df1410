"""What the names of a producer's files say of a publication, as its source declares."""

from __future__ import annotations

import datetime as dt

from pipelines.intake.catalogue import Catalogue, Source


def said_by(name: str, source: Source) -> tuple[str, str]:
    """(publication's date `2025-06-04`, year of geography `2025`) as a file's name declares them, or empty texts."""
    date = geography = ""
    for pattern in source.names:
        if pattern.publication and not date and (hit := pattern.publication.search(name)):
            date = hit[1] if _is_date(hit[1]) else ""
        if pattern.geography and not geography and (hit := pattern.geography.search(name)):
            geography = hit[1]
    return date, geography


def dated_by_name(parts: list[dict], name: str, catalogue: Catalogue) -> list[dict]:
    """The slices of a delivery, those of the tables whose content has no year dated by the file's name."""
    return [
        part | {"edition": said_by(name, catalogue.source(part["source"]))[1]}
        if catalogue.source(part["source"]).tables[part["table"]].edition == "nom"
        else part
        for part in parts
    ]


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
