"""What was not checked never passes for sound, whatever the library calls it."""

from __future__ import annotations

import gc
import os
import signal
import threading
import weakref

import pandas as pd
import pytest

from pipelines.quality import examiner
from pipelines.quality.distinct import meets
from pipelines.quality.suites import SuiteError, forget, run

BETWEEN = "expect_column_values_to_be_between"
FRAME = pd.DataFrame({"valeur": [1.0, 2.0, 30.0], "statut": ["a", "b", "b"]})


def suite(*expectations: dict) -> dict:
    return {"name": "essai", "expectations": list(expectations)}


def expectation(type_: str = BETWEEN, rule: str = "R1", **kwargs: object) -> dict:
    return {"type": type_, "kwargs": {"column": "valeur", "max_value": 10} | kwargs, "meta": {"regle": rule}}


def when(operator: str, value: str, column: str = "statut") -> dict:
    return {"type": "comparison", "column": {"name": column}, "operator": operator, "parameter": value}


@pytest.mark.parametrize(("operator", "success", "checked"), [("==", True, 1), ("!=", False, 2)])
def test_a_condition_chooses_the_rows(operator: str, success: bool, checked: int) -> None:
    condition = when(operator, "a")
    [outcome] = run(suite(expectation(row_condition=condition)), FRAME, {})
    assert (outcome.success, outcome.checked) == (success, checked)
    assert int(meets(FRAME, condition).sum()) == checked


def test_what_is_off_is_found_with_its_rows() -> None:
    [outcome] = run(suite(expectation()), FRAME, {})
    assert (outcome.success, outcome.checked, outcome.unexpected, outcome.rows, outcome.error) == (
        False, 3, 1, (2,), None,
    )  # fmt: skip


def test_what_is_within_is_sound() -> None:
    [outcome] = run(suite(expectation(max_value=30)), FRAME, {})
    assert (outcome.success, outcome.rows, outcome.error) == (True, (), None)


def test_a_number_of_the_tables_is_a_parameter_of_the_suite() -> None:
    limit = {"$PARAMETER": "LIMITE"}
    assert run(suite(expectation(max_value=limit)), FRAME, {"LIMITE": 30})[0].success
    assert not run(suite(expectation(max_value=limit)), FRAME, {"LIMITE": 29})[0].success


def test_an_empty_suite_is_red() -> None:
    with pytest.raises(SuiteError, match="empty"):
        run(suite(), FRAME, {})


def test_a_misspelt_expectation_is_red() -> None:
    with pytest.raises(SuiteError):
        run(suite(expectation(), expectation("expect_column_values_to_be_betwen", "R2")), FRAME, {})


def test_a_parameter_that_no_table_gives_is_red() -> None:
    try:
        [outcome] = run(suite(expectation(max_value={"$PARAMETER": "ABSENTE"})), FRAME, {})
    except SuiteError:
        return
    assert not outcome.success
    assert outcome.error


def test_zero_rows_are_red() -> None:
    [outcome] = run(suite(expectation()), FRAME.head(0), {})
    assert (outcome.success, outcome.error) == (False, "rien n'a été vérifié")


def test_results_come_in_the_order_of_the_suite() -> None:
    """The library gives broken expectations first, whatever their place."""
    many = [expectation(rule=f"R{i}", **({"column": "absente"} if i % 3 == 2 else {})) for i in range(9)]
    assert [o.rule for o in run(suite(*many), FRAME, {})] == [f"R{i}" for i in range(9)]


@pytest.mark.parametrize(
    "kwargs", [{"column": "colonne_absente"}, {"row_condition": when("==", "a", column="colonne_absente")}]
)
def test_an_exception_inside_an_expectation_is_red_and_told_apart(kwargs: dict) -> None:
    try:
        sound, broken = run(suite(expectation(max_value=99), expectation(rule="R2", **kwargs)), FRAME, {})
    except SuiteError:
        return
    assert sound.success
    assert (broken.rule, broken.success) == ("R2", False)
    assert broken.error


def test_a_condition_that_no_row_meets_has_checked_nothing() -> None:
    [outcome] = run(suite(expectation(row_condition=when("==", "z"))), FRAME, {})
    assert (outcome.success, outcome.checked, outcome.error) == (False, 0, "rien n'a été vérifié")


def test_a_frame_is_judged_for_itself_whatever_was_judged_before_and_then_let_go() -> None:
    wanted = suite(expectation(max_value=10))
    for n in range(4):
        frame = pd.DataFrame({"valeur": [1.0] * 3 + [100.0] * n})
        [outcome] = run(wanted, frame, {})
        assert (outcome.checked, outcome.unexpected) == (3 + n, n)
    last = weakref.ref(frame)
    del frame
    forget()
    gc.collect()
    assert last() is None


def test_the_child_gives_back_its_memory_and_goes_on() -> None:
    wanted = suite(expectation())
    before = examiner.examine(wanted, FRAME, {})
    child = examiner._child
    examiner.give_back()
    assert examiner.examine(wanted, FRAME, {}) == before
    assert examiner._child is child
    child.kill()
    child.wait()
    examiner.give_back()  # a child that is dead has nothing to give


def test_the_child_that_runs_suites_says_what_they_say_and_is_replaced_when_it_dies() -> None:
    wanted = suite(expectation())
    assert examiner.examine(wanted, FRAME, {}) == run(wanted, FRAME, {})
    with pytest.raises(SuiteError, match="empty"):
        examiner.examine(suite(), FRAME, {})
    examiner._child.kill()
    examiner._child.wait()
    assert examiner.examine(wanted, FRAME, {}) == run(wanted, FRAME, {})
    os.kill(examiner._child.pid, signal.SIGSTOP)
    killer = threading.Timer(0.5, examiner._child.kill)
    killer.start()
    with pytest.raises(SuiteError, match="stopped"):
        examiner.examine(wanted, FRAME, {})
    assert examiner.examine(wanted, FRAME, {}) == run(wanted, FRAME, {})
