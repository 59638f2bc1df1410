"""A test that `make test` leaves out is played by a verification."""

from __future__ import annotations

import re

from pipelines.settings.model import PROJECT

_LONG = re.compile(r"\bpytest\.mark\.long\b")


def test_every_long_test_is_named_by_a_verification() -> None:
    verifications = "".join(f.read_text(encoding="utf-8") for f in (PROJECT / "tests" / "verify").glob("*.py"))
    files = sorted((PROJECT / "tests").rglob("test_*.py"))
    long = {f.stem for f in files if _LONG.search(f.read_text(encoding="utf-8")) and f.stem != "test_long_tests"}
    assert long
    assert {name for name in long if name not in verifications} == set()
