"""The search for the delivery that breaks a build, against builds that are a function of what they are made of."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.loading.search import MOST_BUILDS, Conclusion, Ids, Judgement, search

Build = Callable[[Ids], Judgement]


def run(accepted: list[str], published: set[str], build: Build) -> tuple[Conclusion, list[Ids]]:
    asked = []
    looking = search(accepted, frozenset(published))
    wanted = next(looking)
    while True:
        asked.append(wanted)
        try:
            wanted = looking.send(build(wanted))
        except StopIteration as end:
            return end.value, asked


def breaking(*culprits: str, name: bool = False) -> Build:
    """A build that any of these breaks by itself; `name` when the findings say which."""

    def build(of: Ids) -> Judgement:
        hit = sorted(of & set(culprits))
        return Judgement(not hit, "rouge", dict.fromkeys(hit, "rouge") if name else {})

    return build


def contradicting(one: str, other: str, name: bool = False) -> Build:
    def build(of: Ids) -> Judgement:
        both = {one, other} <= of
        return Judgement(not both, "se contredisent", {}, frozenset({one, other}) if both and name else frozenset())

    return build


def test_a_sound_build_is_the_only_one() -> None:
    assert run(["a", "b"], set(), breaking()) == (Conclusion({}), [frozenset("ab")])


def test_a_delivery_that_is_named_costs_one_more_build() -> None:
    found, asked = run(list("abcd"), {"a"}, breaking("c", "d", name=True))
    assert found == Conclusion({"c": "rouge", "d": "rouge"})
    assert asked == [frozenset("abcd"), frozenset("ab")]


@given(st.sets(st.integers(0, 19), max_size=4), st.sets(st.integers(0, 19), max_size=12))
def test_whatever_breaks_it_alone_is_found_and_nothing_else(culprits: set[int], published: set[int]) -> None:
    names = [f"{i:02d}" for i in range(20)]
    bad = {f"{i:02d}" for i in culprits}
    found, asked = run(names, {f"{i:02d}" for i in published} - bad, breaking(*bad))
    assert set(found.aside) == bad or len(asked) >= MOST_BUILDS
    assert bad <= set(found.aside)
    assert not found.unexplained
    assert len(asked) == len(set(asked)), "no build is made twice"
    assert len(asked) <= MOST_BUILDS + 5


def test_one_culprit_of_a_hundred_costs_a_logarithm() -> None:
    names = [f"{i:03d}" for i in range(100)]
    found, asked = run(names, set(), breaking("042"))
    assert found == Conclusion({"042": "rouge"})
    assert len(asked) <= 16


@pytest.mark.parametrize("name", [False, True])
@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_two_new_ones_that_contradict_each_other_are_both_named_in_any_order(
    order: tuple[str, ...], name: bool
) -> None:
    found, _ = run(list(order), set(), contradicting("a", "b", name))
    assert (found.aside, found.unexplained) == ({}, "se contredisent")
    assert set(found.between) <= {"a", "b"}
    assert found.between == (("a", "b") if name else found.between)


def test_what_is_published_keeps_its_place_against_what_contradicts_it() -> None:
    found, _ = run(["b", "a", "c"], {"a", "c"}, contradicting("a", "b", name=True))
    assert found == Conclusion({"b": "se contredisent"})


def test_what_was_published_is_suspected_when_it_does_not_build_any_more() -> None:
    found, _ = run(list("abcd"), {"a", "b"}, breaking("b"))
    assert found == Conclusion({"b": "rouge"})


def test_nothing_is_set_aside_when_nothing_delivered_explains_it() -> None:
    found, asked = run(list("abcdefgh"), {"a"}, lambda of: Judgement(False, "modèle"))
    assert (found.aside, found.unexplained, found.between) == ({}, "modèle", ())
    assert asked == [frozenset("abcdefgh"), frozenset("a"), frozenset()]


def test_a_machine_that_fails_ends_the_search() -> None:
    found, asked = run(list("ab"), set(), lambda of: Judgement(False, "disque plein", of_machine=True))
    assert found.of_machine
    assert (found.aside, len(asked)) == ({}, 1)
