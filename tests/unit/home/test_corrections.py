"""Of several files of one return: which rows count, and which file only proposes itself; hashes decide nothing."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.home.corrections import LINES, UNSAID, WHOLE, Row, Settled, Version, settle


def version(name: str, day: int, rows: str, edition: str = "", **more) -> Version:
    """`rows` is `a1 b2`: the key a answers 1, the key b answers 2."""
    held = {word[0]: Row(word[1:], "", line) for line, word in enumerate(rows.split(), start=2)}
    return Version(name, edition, f"2021-01-{day:02d}", held, **more)


def in_use(found: Settled, versions: list[Version]) -> dict[str, str]:
    """Key → what counts, put together by hand: the base, then each correction over it, each of its rows once."""
    known = {v.delivery: v for v in versions}
    gone = {(c.delivery, c.row.line) for c in found.corrected}
    rows = [
        (key, row.content)
        for name, _ in found.layers
        for key, row in known[name].rows.items()
        if (name, row.line) not in gone
    ]
    assert len(dict(rows)) == len(rows), "a key counts twice"
    return dict(rows)


def seen(*versions: Version) -> tuple[dict[str, str], dict[str, str]]:
    """(what counts, what proposes itself and how it is read)."""
    found = settle(versions)
    return in_use(found, list(versions)), found.proposed


def test_a_newer_file_that_differs_proposes_itself_and_what_was_in_use_stays() -> None:
    assert seen(version("f", 1, "a1 b2"), version("0", 2, "a1 b9")) == ({"a": "1", "b": "2"}, {"0": WHOLE})
    assert seen(version("0", 1, "a1 b2"), version("f", 2, "a1 b9")) == ({"a": "1", "b": "2"}, {"f": WHOLE})


def test_a_newer_file_that_says_the_same_proposes_nothing() -> None:
    found = settle([version("a", 1, "a1 b2"), version("b", 2, "a1 b2")])
    assert (found.proposed, found.same) == ({}, {"a", "b"})


def test_corrected_lines_alone_correct_those_lines_and_the_others_stay() -> None:
    base, correction = version("a", 1, "a1 b2 c3"), version("b", 2, "b9")
    assert seen(base, correction) == ({"a": "1", "b": "2", "c": "3"}, {"b": LINES})
    taken = replace(correction, confirmed=(("2021-01-03", LINES),))
    assert seen(base, taken) == ({"a": "1", "b": "9", "c": "3"}, {})
    [gone] = settle([base, taken]).corrected
    assert (gone.delivery, gone.row.line, gone.by, gone.by_row.line, gone.changed) == ("a", 3, "b", 2, True)


def test_a_written_edition_ranks_first_and_corrects_lines_in_either_order() -> None:
    for first, second in ((1, 2), (2, 1)):
        versions = version("a", first, "a1 b2", "0001"), version("b", second, "b9", "0002")
        assert seen(*versions) == ({"a": "1", "b": "9"}, {})
    assert seen(version("a", 1, "a1 b2"), version("b", 2, "a1 b9 c3", "0002")) == ({"a": "1", "b": "9", "c": "3"}, {})


def test_where_lines_lack_and_others_are_new_a_person_says_which() -> None:
    for edition in ("", "0002"):
        base, renamed = version("a", 1, "a1 b2"), version("b", 2, "a1 d2", edition)
        assert seen(base, renamed) == ({"a": "1", "b": "2"}, {"b": UNSAID})
        lines = replace(renamed, confirmed=(("2021-01-03", LINES),))
        assert seen(base, lines) == ({"a": "1", "b": "2", "d": "2"}, {})
        whole = replace(renamed, confirmed=(("2021-01-03", WHOLE),))
        assert seen(base, whole) == ({"a": "1", "d": "2"}, {})


def test_an_older_edition_that_comes_late_does_not_unseat_what_nobody_can_compare() -> None:
    assert seen(version("b", 1, "a1 d2", "0002"), version("a", 2, "a1 b2", "0001")) == (
        {"a": "1", "d": "2"}, {"a": UNSAID}
    )  # fmt: skip


def test_a_file_that_only_leaves_lines_out_is_not_taken_for_their_removal() -> None:
    base = version("a", 1, "a1 b2")
    for edition in ("", "0002"):
        assert seen(base, version("b", 2, "a1", edition)) == ({"a": "1", "b": "2"}, {"b": UNSAID})
    removal = version("b", 2, "a1", confirmed=(("2021-01-03", WHOLE),))
    assert seen(base, removal) == ({"a": "1"}, {})


def test_what_cannot_stand_alone_never_does() -> None:
    partial = version("b", 1, "b9", partial=True)
    assert seen(partial) == ({}, {})
    assert seen(partial, version("a", 1, "a1 b2")) == ({"a": "1", "b": "2"}, {"b": LINES})
    assert seen(replace(partial, confirmed=(("2021-01-02", LINES),))) == ({}, {})  # its base was withdrawn
    stated = replace(partial, edition="0002")
    assert seen(stated, version("a", 5, "a1 b2", "0001")) == ({"a": "1", "b": "9"}, {})


def test_two_that_disagree_keep_what_is_in_use_and_neither_is_taken() -> None:
    base = version("a", 1, "a1 b2")
    for edition in ("", "0002"):
        used, proposed = seen(base, version("b", 2, "b8", edition), version("c", 2, "b9", edition))
        assert (used, proposed) == ({"a": "1", "b": "2"}, {"b": LINES, "c": LINES})


def test_two_of_one_edition_that_correct_other_lines_do_not_disagree() -> None:
    versions = version("a", 1, "a1 b2 c3"), version("b", 2, "a7", "0002"), version("c", 2, "b8", "0002")
    assert seen(*versions) == ({"a": "7", "b": "8", "c": "3"}, {})


def test_two_first_files_that_disagree_leave_none_in_use_until_one_is_chosen() -> None:
    first, second = version("a", 1, "a1 b2"), version("b", 1, "a1 b9")
    assert settle([first, second]).undecided == ["a", "b"]
    assert seen(first, second) == ({}, {})
    assert seen(first, replace(second, confirmed=(("2021-01-02", WHOLE),))) == ({"a": "1", "b": "9"}, {})


def test_keeping_what_is_in_use_declines_what_was_proposed_and_not_what_comes_after() -> None:
    base = version("a", 1, "a1 b2", confirmed=(("2021-01-03", UNSAID),))
    assert seen(base, version("b", 2, "a1 b9")) == ({"a": "1", "b": "2"}, {})
    assert seen(base, version("b", 2, "a1 b9"), version("c", 4, "a1 b8")) == ({"a": "1", "b": "2"}, {"c": WHOLE})


def test_a_correction_taken_is_undone_by_taking_the_first_file_again() -> None:
    taken = version("b", 2, "b9", confirmed=(("2021-01-03", LINES),))
    base = version("a", 1, "a1 b2 c3")
    assert seen(replace(base, confirmed=(("2021-01-04", WHOLE),)), taken) == ({"a": "1", "b": "2", "c": "3"}, {})


def test_what_was_in_use_before_is_told_line_by_line() -> None:
    found = settle([version("a", 1, "a1 b2"), version("b", 2, "b8", "0002"), version("c", 3, "b9", "0003")])
    assert [name for name, _ in found.layers] == ["c", "a"]  # no line of the second is left
    assert found.before == ["b", "a"]
    assert {(c.delivery, c.by, c.last) for c in found.corrected} == {("a", "c", False), ("b", "c", True)}


NAMES = ("a", "b", "c", "d")
ROWS = st.dictionaries(st.sampled_from("xyz"), st.sampled_from("12"), min_size=1)


@settings(max_examples=300, deadline=None)
@given(contents=st.lists(ROWS, min_size=2, max_size=4), partial=st.integers(0, 4), data=st.data())
def test_stated_editions_give_the_same_figures_in_every_order(contents, partial, data) -> None:
    """Where each file says its number, neither the order of the loads nor the hashes decide anything."""
    # Nobody can compare two of which each has rows of its own: there what was in use stays, and time decides.
    contents = [c for c in contents if not any(c.keys() - d.keys() and d.keys() - c.keys() for d in contents)]
    figures = set()
    for order in itertools.permutations(range(len(contents))):
        names = data.draw(st.permutations(NAMES))
        versions = [
            Version(names[i], f"{i + 1:04d}", f"2021-01-{order.index(i) + 1:02d}",
                    {k: Row(v, "", n) for n, (k, v) in enumerate(sorted(rows.items()))}, partial=i == partial)
            for i, rows in enumerate(contents)
        ]  # fmt: skip
        figures.add(tuple(sorted(in_use(settle(versions), versions).items())))
    assert len(figures) <= 1


@settings(max_examples=300, deadline=None)
@given(
    contents=st.lists(ROWS, min_size=1, max_size=4),
    days=st.lists(st.integers(1, 3), min_size=4, max_size=4),
    editions=st.lists(st.sampled_from(["", "0001", "0002"]), min_size=4, max_size=4),
    taken=st.lists(st.tuples(st.integers(0, 3), st.sampled_from([LINES, WHOLE, UNSAID])), max_size=3),
    names=st.permutations(NAMES),
)
def test_the_hashes_decide_nothing_whatever_happens(contents, days, editions, taken, names) -> None:
    """Other names for the same files, and the same figures, proposals and choices."""

    def told(called) -> tuple:
        made = [
            Version(called[i], editions[i], f"2021-01-{days[i]:02d}",
                    {k: Row(v, "", n) for n, (k, v) in enumerate(sorted(rows.items()))},
                    order=(f"{days[i]}", f"{i}"),
                    confirmed=tuple((f"2021-02-{at + 1:02d}", how) for at, (n, how) in enumerate(taken) if n == i))
            for i, rows in enumerate(contents)
        ]  # fmt: skip
        found = settle(made)
        position = {v.delivery: i for i, v in enumerate(made)}
        proposed = sorted((position[name], how) for name, how in found.proposed.items())
        undecided = sorted(position[name] for name in found.undecided)
        return sorted(in_use(found, made).items()), proposed, undecided, [position[n] for n, _ in found.layers]

    assert told(NAMES) == told(names)


@pytest.mark.parametrize("late", [True, False])
def test_the_same_decisions_give_the_same_figures_whichever_came_first(late: bool) -> None:
    days = (2, 1) if late else (1, 2)
    base = version("a", days[0], "a1 b2")
    lines = version("b", days[1], "b9", confirmed=(("2021-01-05", LINES),))
    assert seen(base, lines)[0] == {"a": "1", "b": "9"}
    whole = version("c", days[1], "a1 b9 c3", confirmed=(("2021-01-05", WHOLE),))
    assert seen(base, whole)[0] == {"a": "1", "b": "9", "c": "3"}
