"""The recipes of the developer's pages do what they say: every line runs, and nothing that is right turns red.

`make verify-house` follows each alone, times it and loads what it gives.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.recipes import clean_copy, follow, python, recipes

QUICK = (
    "tests/consistency/test_coherence_tables.py", "tests/consistency/test_expectations.py",
    "tests/consistency/test_shares_and_breakdowns.py", "tests/consistency/test_documents.py",
    "tests/unit/cli/test_help.py",
    "tests/unit/test_latest_deliveries.py", "tests/unit/test_deliveries_page.py",
)  # fmt: skip


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which every recipe was followed, one after the other."""
    project = clean_copy(tmp_path_factory.mktemp("recettes") / "projet")
    for title in recipes():
        follow(project, title)
    return project


def test_every_recipe_has_lines_to_follow() -> None:
    assert {title for title, blocks in recipes().items() if not blocks} == set()


def test_the_tables_still_hold_together(followed: Path) -> None:
    checked = python(followed, "-m", "pipelines.cli.main", "check-tables")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.long
def test_no_test_turns_red(followed: Path) -> None:
    done = python(followed, "-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", "-k", "not published_model", *QUICK)
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_code_of_a_recipe_is_in_order(followed: Path) -> None:
    for check in (["check"], ["format", "--check"]):
        done = python(followed, "-m", "ruff", *check, "pipelines/cli", "tests/mutants", "tests/unit")
        assert done.returncode == 0, done.stdout
