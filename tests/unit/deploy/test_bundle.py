"""The offline bundle takes from the lock all that Vigie stands on, for the Python that makes it."""

from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.bundle import locked, needed
from tests.conftest import PROJECT

LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")


def installed(text: str) -> list[str]:
    """The names that pip would install here from these lines, by their markers."""
    wanted = [Requirement(line.rstrip(" \\")) for line in re.findall(r"^[a-z0-9].*==.*$", text, re.M)]
    return sorted(canonicalize_name(r.name) for r in wanted if r.marker is None or r.marker.evaluate())


def test_each_package_is_there_once_for_this_python() -> None:
    # Some are pinned in one version for Python 3.11 and in another for the later ones.
    assert installed(locked(needed(), LOCK)) == sorted(needed())


def test_a_package_pinned_for_two_pythons_keeps_both_lines() -> None:
    lock = (
        "outil==1.0 ; python_full_version < '3.12' \\\n    --hash=sha256:aa\n    # via vigie\n"
        "outil==2.0 ; python_full_version >= '3.12' \\\n    --hash=sha256:bb\nautre==3.0 \\\n    --hash=sha256:cc\n"
    )
    kept = locked({"outil"}, lock)
    assert "outil==1.0" in kept
    assert "outil==2.0" in kept
    assert "autre" not in kept
    with pytest.raises(ValueError, match="absent"):
        locked({"absent"}, lock)
