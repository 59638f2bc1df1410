"""No withheld cell can be worked out; with secondary suppression off, the attacker finds them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.disclosure.suppress import PRIMARY, SECONDARY, suppress
from pipelines.disclosure.system import Cell, Relation, build
from tests.disclosure.attacker import Attacker


def attack(cells: list[Cell], relations: list[Relation], withheld: set) -> dict:
    attacker = Attacker(
        known={c.key: c.value for c in cells if c.key not in withheld},
        withheld={c.key for c in cells if c.key in withheld},
    )
    for relation in relations:
        attacker.sums(relation.whole, list(relation.parts), relation.exact)
    return attacker.recovered()


def cell(name: str, value: float, **more: object) -> Cell:
    return Cell((name, "", ""), value, 4, **more)


def tie(whole: str, *parts: str, exact: bool = True) -> Relation:
    return Relation((whole, "", ""), tuple((p, "", "") for p in parts), exact)


def names(found: dict) -> dict[str, str]:
    return {key[0]: why for key, why in found.items()}


def test_a_count_alone_in_its_total_takes_another_with_it() -> None:
    cells = [cell("t", 20), cell("a", 3), cell("b", 9), cell("c", 8)]
    ties = [tie("t", "a", "b", "c")]
    assert attack(cells, ties, {("a", "", "")}) == {("a", "", ""): 3}
    found = suppress(build(cells, ties))
    assert names(found) == {"a": PRIMARY, "c": SECONDARY}
    assert attack(cells, ties, set(found)) == {}


def test_nothing_small_nothing_withheld() -> None:
    assert suppress(build([cell("t", 20), cell("a", 0), cell("b", 20)], [tie("t", "a", "b")])) == {}


def test_what_is_known_elsewhere_hides_nothing_and_is_not_hidden() -> None:
    cells = [cell("t", 12), cell("a", 3), cell("b", 9, known=True), cell("u", 30), cell("x", 18)]
    found = suppress(build(cells, [tie("t", "a", "b"), tie("u", "t", "x")]))
    assert names(found) == {"a": PRIMARY, "t": SECONDARY, "x": SECONDARY}
    assert names(suppress(build([cell("a", 3, known=True)], []))) == {}


def test_what_follows_from_what_is_known_alone_is_known() -> None:
    cells = [cell("t", 12, known=True), cell("a", 3), cell("b", 9, known=True)]
    assert suppress(build(cells, [tie("t", "a", "b")])) == {}


def test_a_part_bounds_its_whole() -> None:
    cells = [cell("t", 4), cell("a", 4, cost=1.0), cell("b", 0)]
    ties = [tie("t", "a", exact=False), tie("t", "a", "b")]
    assert attack(cells, ties, set(suppress(build(cells, ties)))) == {}


def test_what_was_withheld_before_stays_withheld() -> None:
    cells = [cell("t", 40), cell("a", 20), cell("b", 20)]
    found = suppress(build(cells, [tie("t", "a", "b")]), {("a", "", "")})
    assert found[("a", "", "")] == SECONDARY
    assert len(found) == 2


def test_what_is_not_published_is_not_found_through_what_is() -> None:
    cells = [
        cell("q", 15), cell("m1", 5, known=True, published=False), cell("m2", 7, known=True, published=False),
        cell("m3", 3, published=False), cell("y", 60), cell("r", 45),
    ]  # fmt: skip
    found = suppress(build(cells, [tie("q", "m1", "m2", "m3"), tie("y", "q", "r")]))
    assert set(names(found)) == {"q", "r"}, "the quarter would give its third month"


def tables(rows: int, columns: int) -> Iterator[Relation]:
    for i in range(rows):
        yield tie(f"r{i}", *(f"{i}.{j}" for j in range(columns)))
    for j in range(columns):
        yield tie(f"c{j}", *(f"{i}.{j}" for i in range(rows)))
    yield tie("t", *(f"r{i}" for i in range(rows)))
    yield tie("t", *(f"c{j}" for j in range(columns)))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_table_gives_away_what_it_withholds(data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(2, 4)), data.draw(st.integers(2, 4))
    counts = st.one_of(st.integers(0, 6), st.integers(7, 60))
    inside = {(i, j): data.draw(counts) for i in range(rows) for j in range(columns)}
    cells = [cell(f"{i}.{j}", v, cost=1.0) for (i, j), v in inside.items()]
    cells += [cell(f"r{i}", sum(inside[i, j] for j in range(columns)), cost=2.0) for i in range(rows)]
    cells += [cell(f"c{j}", sum(inside[i, j] for i in range(rows)), cost=2.0) for j in range(columns)]
    cells.append(cell("t", sum(inside.values()), cost=3.0))
    ties = list(tables(rows, columns))
    found = suppress(build(cells, ties))
    assert {c.key for c in cells if 1 <= c.value <= 4} <= set(found)
    assert attack(cells, ties, set(found)) == {}


@pytest.mark.parametrize("secondary", [True, False])
def test_the_attacker_is_no_straw_man(secondary: bool) -> None:
    cells = [cell("y", 90), *(cell(f"q{n}", v) for n, v in enumerate((2, 30, 28, 30)))]
    ties = [tie("y", *(f"q{n}" for n in range(4)))]
    found = suppress(build(cells, ties if secondary else []))
    assert (attack(cells, ties, set(found)) == {}) is secondary
