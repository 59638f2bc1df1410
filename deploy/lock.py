"""What requirements.lock pins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[1]
LOCK = PROJECT / "requirements.lock"
# What Vigie runs on: packages for another system are in the lock, and never installed.
_SYSTEM = {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux"}
_PYTHONS = ("3.11", "3.12", "3.13")


@dataclass(frozen=True)
class Pin:
    """One package in one version. `here` tells whether some Python that Vigie is for installs it, on its system."""

    name: str
    version: str
    here: bool


def pins(text: str | None = None) -> list[Pin]:
    """Every pin of the lock, in its order; a package that depends on the version of Python has several."""
    found = []
    for line in re.findall(r"^[A-Za-z0-9].*==.*$", LOCK.read_text(encoding="utf-8") if text is None else text, re.M):
        wanted = Requirement(line.rstrip(" \\"))
        [pin] = wanted.specifier
        found.append(Pin(canonicalize_name(wanted.name), pin.version, _is_installed(wanted.marker)))
    return found


def _is_installed(marker: Marker | None) -> bool:
    pythons = ({"python_version": v, "python_full_version": f"{v}.0"} for v in _PYTHONS)
    return marker is None or any(marker.evaluate({**default_environment(), **_SYSTEM, **p}) for p in pythons)
