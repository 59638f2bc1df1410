"""The name under which a file of a stranger lands: its producer's own, made harmless."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from pipelines.home.landing import is_left_alone

_LONGEST = 150  # bytes; most file systems take 255, and Vigie adds to it
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def file_name(address: str, title: str = "", format: str = "") -> str:
    """The last part of the address; where it has no extension, the title with the format for one."""
    last = unquote(urlsplit(address).path.rsplit("/", 1)[-1], errors="replace")
    if _suffix(last):
        return safe_name(last)
    name = title or last
    extension = re.sub(r"[^a-z0-9.]", "", format.lower()).strip(".")
    return safe_name(name if _suffix(name) or not extension else f"{name}.{extension}")


def safe_name(name: str) -> str:
    """One part of a path, visible, printable, of a length that any disk takes, and that reception does not overlook."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if c.isprintable() and c != "�")
    kept = re.sub(r'[<>:"|?*\s]+', " ", kept).lstrip(".~$ -").rstrip(". ") or "fichier"
    if _RESERVED.match(kept):
        kept = f"_{kept}"
    kept = _shortened(kept)
    return f"{kept}_" if is_left_alone(kept) else kept


def with_mark(name: str, mark: str) -> str:
    """`usagers.csv`, `2025-10-21` → `usagers (2025-10-21).csv`."""
    suffix = _suffix(name)
    return f"{name.removesuffix(suffix)} ({mark}){suffix}"


def _suffix(name: str) -> str:
    """`.csv`, `.csv.gz`; empty when what follows the point is no extension."""
    found = re.search(r"(?:\.(?:csv|txt|json|tar))?\.[A-Za-z][A-Za-z0-9]{0,7}$", name, re.IGNORECASE)
    return found[0] if found and found[0] != PurePosixPath(name).name else ""


def _shortened(name: str) -> str:
    suffix = _suffix(name)
    stem = name.removesuffix(suffix).encode()[: _LONGEST - len(suffix)].decode(errors="ignore").rstrip(". ")
    return f"{stem}{suffix}"
