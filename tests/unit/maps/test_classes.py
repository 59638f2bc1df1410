"""Classes: every value is in the one whose written bounds hold it, and 0 is never mixed with what is missing."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pipelines.base.typography import NARROW
from pipelines.maps.classes import Classes, classes_of
from tests.support.typed import as_typed


def bounds_of(label: str) -> tuple[float, float, bool]:
    """The bounds that a label writes, and whether the upper one belongs."""
    written = re.findall(r"[\d,]+", label.replace(NARROW, ""))
    figures = [float(f.replace(",", ".")) for f in written]
    return (figures[0], figures[-1], "moins de" not in label)


@given(st.lists(st.floats(0, 5000, allow_nan=False).map(lambda v: round(v, 2)), min_size=1, max_size=60))
def test_a_value_is_in_the_class_whose_bounds_hold_it(values: list[float]) -> None:
    classes = classes_of(values)
    assert classes is not None
    assert len(classes.labels) <= 5
    for value in values:
        low, high, closed = bounds_of(classes.labels[classes.place(value)])
        assert low <= value < high or (closed and low <= value <= high)


def test_zero_has_a_class_of_its_own() -> None:
    classes = classes_of([0, 0, 1.2, 2.5, 3.1, 4.8, 5.0, 7.7])
    assert classes is not None
    assert classes.labels[0] == "0"
    assert [classes.place(v) for v in (0, 1.2)] == [0, 1]


def test_the_bounds_are_written_as_french_readers_do() -> None:
    assert [as_typed(label) for label in Classes((0.5, 1.2, 1500.0)).labels] == [
        "de 0,5 à moins de 1,2",
        "de 1,2 à 1 500",
    ]


def test_without_a_value_there_is_no_class() -> None:
    assert classes_of([]) is None
    assert classes_of([float("nan")]) is None


def test_one_value_makes_one_class() -> None:
    classes = classes_of([3.0, 3.0])
    assert classes is not None
    assert len(classes.labels) == 1
    assert classes.place(3.0) == 0
