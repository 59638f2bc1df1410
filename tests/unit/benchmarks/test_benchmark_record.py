"""A document keeps what was measured in its place, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import record
from tests.conftest import PROJECT

PAGE = "# Titre\n<!-- mesure a -->\n<!-- fin a -->\nEntre deux.\n<!-- mesure b -->\nvieux\n<!-- fin b -->\n"


def test_each_measure_has_its_place(tmp_path: Path) -> None:
    page = tmp_path / "p.md"
    page.write_text(PAGE, encoding="utf-8")
    record.write(page, "b", "a \\1 = 2   \nfin\n")
    record.write(page, "b", "a \\1 = 3   \nfin\n")
    assert page.read_text(encoding="utf-8") == PAGE.replace("vieux\n", "```\na \\1 = 3\nfin\n```\n")


def test_a_measure_without_a_place_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "p.md"
    page.write_text(PAGE, encoding="utf-8")
    with pytest.raises(record.NoPlace):
        record.write(page, "c", "rien")


def test_the_projects_page_has_a_place_for_every_measure() -> None:
    from benchmarks.__main__ import BENCHMARKS

    text = (PROJECT / "docs" / "performance.md").read_text(encoding="utf-8")
    for key in BENCHMARKS:
        assert f"<!-- mesure {key} -->" in text
