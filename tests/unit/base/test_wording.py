"""Figures as they are read."""

import pytest

from pipelines.base.wording import figure, mebibytes, plural


@pytest.mark.parametrize(
    ("size", "said"),
    [(2**20, "1 Mio"), (2**20 + 1, "1,1 Mio"), (3 * 2**19, "1,5 Mio"), (5000 * 2**20, "5\u202f000 Mio")],
)
def test_what_is_over_a_limit_never_reads_as_the_limit(size: int, said: str) -> None:
    assert mebibytes(size) == said


def test_a_missing_figure_is_a_dash_and_nought_is_nought() -> None:
    assert (figure(None), figure(0), figure(1234.5, sign=True)) == ("—", "0", "+1\u202f234,5")


def test_one_and_none_are_singular() -> None:
    assert [plural(n, "fichier") for n in (0, 1, 2)] == ["0 fichier", "1 fichier", "2 fichiers"]
