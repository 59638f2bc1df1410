"""No withheld count can be narrowed, even by whoever knows the rule; with secondary suppression off, it is found."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.disclosure.suppress import PRIMARY, SECONDARY, suppress
from pipelines.disclosure.system import BOUND, PART, SUM, Cell, Relation, build
from tests.disclosure.attacker import Attacker

THRESHOLD = 4


def attack(cells: list[Cell], relations: list[Relation], withheld: set) -> Attacker:
    attacker = Attacker(
        known={c.key: c.value for c in cells if c.key not in withheld},
        withheld={c.key for c in cells if c.key in withheld},
    )
    for relation in relations:
        attacker.sums(relation.whole, list(relation.parts), relation.kind == SUM)
    return attacker


def cell(name: str, value: float, **more: object) -> Cell:
    return Cell((name, "", ""), value, THRESHOLD, **more)


def tie(whole: str, *parts: str, kind: str = SUM) -> Relation:
    return Relation((whole, "", ""), tuple((p, "", "") for p in parts), kind)


def names(found: dict) -> dict[str, str]:
    return {key[0]: why for key, why in found.items()}


def test_the_detail_of_a_total_goes_as_a_whole() -> None:
    cells = [cell("t", 20), cell("a", 3), cell("b", 9), cell("c", 8)]
    ties = [tie("t", "a", "b", "c")]
    assert attack(cells, ties, {("a", "", "")}).recovered() == {("a", "", ""): 3}
    found = suppress(build(cells, ties))
    assert names(found) == {"a": PRIMARY, "b": SECONDARY, "c": SECONDARY}
    assert attack(cells, ties, set(found)).range_of(("a", "", "")) == (0, 20)


def test_nothing_small_nothing_withheld() -> None:
    assert suppress(build([cell("t", 20), cell("a", 0), cell("b", 20)], [tie("t", "a", "b")])) == {}


def test_the_cells_of_a_block_go_together() -> None:
    quarters = [cell(f"q{n}", v, block="2024") for n, v in enumerate((3, 0, 30, 28))]
    found = suppress(build([*quarters, cell("y", 61)], [tie("y", *(f"q{n}" for n in range(4)))]))
    assert set(names(found)) == {"q0", "q1", "q2", "q3"}


def test_what_is_known_elsewhere_hides_nothing_and_is_not_hidden() -> None:
    cells = [cell("t", 12), cell("a", 3), cell("b", 9, known=True), cell("u", 30), cell("x", 18)]
    found = suppress(build(cells, [tie("t", "a", "b"), tie("u", "t", "x")]))
    assert names(found) == {"a": PRIMARY, "t": SECONDARY, "x": SECONDARY}
    assert names(suppress(build([cell("a", 3, known=True)], []))) == {}


def test_what_follows_from_what_is_known_alone_is_known() -> None:
    cells = [cell("t", 12, known=True), cell("a", 3), cell("b", 9, known=True)]
    assert suppress(build(cells, [tie("t", "a", "b")])) == {}


def test_disjoint_parts_are_bounded_together() -> None:
    """Usage and trafic are parts of stupéfiants, and nothing is both: 142 less 140 leaves 2 at most."""
    cells = [cell("stupefiants", 142), cell("usage", 140), cell("trafic", 2)]
    ties = [tie("stupefiants", "usage", "trafic", kind=PART)]
    assert attack(cells, ties, {("trafic", "", "")}).range_of(("trafic", "", "")) == (0, 2)
    found = suppress(build(cells, ties))
    assert set(names(found)) == {"trafic", "usage"}
    assert attack(cells, ties, set(found)).range_of(("trafic", "", "")) == (0, 142)


def test_parts_that_are_far_from_their_whole_do_not_hide_each_other() -> None:
    cells = [cell("vols", 700), cell("cambriolages", 220), cell("ruse", 3)]
    found = suppress(build(cells, [tie("vols", "cambriolages", "ruse", kind=PART)]))
    assert names(found) == {"ruse": PRIMARY}


def test_the_victims_of_accidents_are_at_least_as_many() -> None:
    cells = [cell("accidents", 40), cell("tues", 2), cell("blesses", 38)]
    ties = [tie("accidents", "tues", "blesses", kind=BOUND)]
    found = suppress(build(cells, ties))
    assert names(found)["tues"] == PRIMARY
    assert len(found) > 1, "40 accidents and 38 injured leave 2 dead at least"


def test_cells_that_count_the_same_facts_are_narrowed_by_each_other() -> None:
    """No relation says that a is within both wholes: what they count says so."""
    cells = [cell("t", 30), cell("u", 28), cell("a", 2), cell("b", 28)]
    counted = {("t", "", ""): "123", ("u", "", ""): "23", ("a", "", ""): "1", ("b", "", ""): "23"}
    assert set(names(suppress(build(cells, [], counted)))) > {"a"}


def test_what_was_withheld_before_stays_withheld() -> None:
    cells = [cell("t", 40), cell("a", 20), cell("b", 20)]
    found = suppress(build(cells, [tie("t", "a", "b")]), {("a", "", "")})
    assert names(found) == {"a": SECONDARY, "b": SECONDARY}


def test_months_that_others_publish_leave_the_rest_of_a_quarter() -> None:
    cells = [cell("q", 15, floor=12, base=12), cell("r", 45), cell("y", 60)]
    found = suppress(build(cells, [tie("y", "q", "r")]))
    assert names(found)["q"] == PRIMARY, "the quarter less its two public months is 3"
    assert "q" not in names(suppress(build([cell("q", 12, floor=12, base=12)], [])))


def test_a_correction_does_not_give_the_part_that_it_changed() -> None:
    cells = [cell("vols", 695, revised=True), cell("ruse", 3, revised=True), cell("autres", 300, known=True)]
    found = suppress(build(cells, [tie("vols", "ruse", "autres", kind=PART)]))
    assert set(names(found)) == {"ruse", "vols"}


def tables(rows: int, columns: int) -> Iterator[Relation]:
    for i in range(rows):
        yield tie(f"r{i}", *(f"{i}.{j}" for j in range(columns)))
    for j in range(columns):
        yield tie(f"c{j}", *(f"{i}.{j}" for i in range(rows)))
    yield tie("t", *(f"r{i}" for i in range(rows)))
    yield tie("t", *(f"c{j}" for j in range(columns)))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_table_narrows_what_it_withholds(data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(2, 3)), data.draw(st.integers(2, 4))
    counts = st.one_of(st.integers(0, 6), st.integers(7, 60))
    inside = {(i, j): data.draw(counts) for i in range(rows) for j in range(columns)}
    cells = [cell(f"{i}.{j}", v, block=i) for (i, j), v in inside.items()]
    cells += [cell(f"r{i}", sum(inside[i, j] for j in range(columns))) for i in range(rows)]
    cells += [cell(f"c{j}", sum(inside[i, j] for i in range(rows)), block="c") for j in range(columns)]
    cells.append(cell("t", sum(inside.values())))
    ties = list(tables(rows, columns))
    found = suppress(build(cells, ties))
    assert {c.key for c in cells if 1 <= c.value <= THRESHOLD} <= set(found)
    attacker = attack(cells, ties, set(found))
    assert attacker.recovered() == {}
    for small in (c.key for c in cells if c.sensitive):
        low, high = attacker.range_of(small)
        assert low <= 1
        assert high >= THRESHOLD


@pytest.mark.parametrize("secondary", [True, False])
def test_the_attacker_is_no_straw_man(secondary: bool) -> None:
    cells = [cell("y", 90), *(cell(f"q{n}", v, block="q") for n, v in enumerate((2, 30, 28, 30)))]
    ties = [tie("y", *(f"q{n}" for n in range(4)))]
    found = suppress(build(cells, ties), secondary=secondary)
    assert (attack(cells, ties, set(found)).recovered() == {}) is secondary


# ── whoever knows the rule replays it on every set of counts, and keeps those that give the same publication ──────────
Home = tuple[list[Cell], list[Relation]]


def a_year(counts: tuple[int, ...]) -> Home:
    """A year and its quarters."""
    quarters = [Cell(n, v, 2, block="q") for n, v in enumerate(counts)]
    return [*quarters, Cell("y", sum(counts), 2)], [Relation("y", tuple(range(len(counts))))]


def a_sum(counts: tuple[int, ...]) -> Home:
    """A total and its parts."""
    return [*(Cell(n, v, 2) for n, v in enumerate(counts)), Cell("t", sum(counts), 2)], [
        Relation("t", tuple(range(len(counts))))
    ]


def some_parts(counts: tuple[int, ...]) -> Home:
    """A total, and all but one of its parts."""
    *parts, _ = counts
    return [*(Cell(n, v, 1) for n, v in enumerate(parts)), Cell("t", sum(counts), 1)], [
        Relation("t", tuple(range(len(parts))), PART)
    ]


def two_years(counts: tuple[int, ...]) -> Home:
    """A total and its two parts, each with two halves and their year."""
    (a, b), (c, d) = counts[:2], counts[2:]
    cells, ties = [], []
    for name, halves in (("a", (a, b)), ("b", (c, d)), ("t", (a + c, b + d))):
        cells += [Cell((name, n), v, 1, block=name) for n, v in enumerate(halves)] + [Cell((name, "y"), sum(halves), 1)]
        ties.append(Relation((name, "y"), ((name, 0), (name, 1))))
    ties += [Relation(("t", n), (("a", n), ("b", n))) for n in (0, 1, "y")]
    return cells, ties


@pytest.mark.long
@pytest.mark.parametrize(
    ("home", "dimensions", "top", "threshold"),
    [(a_year, 3, 6, 2), (a_sum, 2, 12, 2), (some_parts, 3, 6, 1), (two_years, 4, 3, 1)],
)
def test_replaying_the_rule_tells_nothing(
    home: Callable[[tuple[int, ...]], Home], dimensions: int, top: int, threshold: int
) -> None:
    printed: dict[tuple, list[list[Cell]]] = {}
    edges = 0
    for counts in itertools.product(range(top + 1), repeat=dimensions):
        cells, ties = home(counts)
        withheld = suppress(build(cells, ties))
        printed.setdefault(tuple(None if c.key in withheld else c.value for c in cells), []).append(cells)
    for publication, candidates in printed.items():
        hidden = [i for i, value in enumerate(publication) if value is None]
        # Counts beyond those that were tried would give the same: nothing can be said of these.
        if max((candidate[i].value for candidate in candidates for i in hidden), default=0) >= top - threshold:
            edges += 1
            continue
        for i in hidden:
            small = {c[i].value for c in candidates if 1 <= c[i].value <= threshold}
            assert small in (set(), set(range(1, threshold + 1))), (publication, candidates[0][i])
    assert edges < len(printed)
