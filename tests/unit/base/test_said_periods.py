"""Periods and days as people type them, read as they mean them; what has two meanings is refused with both."""

from __future__ import annotations

import datetime as dt

import pytest

from pipelines.base.said_periods import read_said, read_said_day, read_said_range


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2019", "2019"),
        ("année 2019", "2019"),
        ("2019-T4", "2019-T4"),
        ("2019-t4", "2019-T4"),
        ("T4 2019", "2019-T4"),
        ("t4-2019", "2019-T4"),
        ("T4/2019", "2019-T4"),
        ("2019T4", "2019-T4"),
        ("4T2019", "2019-T4"),
        ("4e trimestre 2019", "2019-T4"),
        ("4ème trim. 2019", "2019-T4"),
        ("1er trimestre 2021", "2021-T1"),
        ("Quatrième trimestre 2019", "2019-T4"),
        ("trimestre 2 2020", "2020-T2"),
        ("2019-03", "2019-03"),
        ("03/2021", "2021-03"),
        ("3/2021", "2021-03"),
        ("2021/03", "2021-03"),
        ("2019-12", "2019-12"),
        ("2019-7", "2019-07"),
        ("mars 2021", "2021-03"),
        ("Mars\u00a02021", "2021-03"),
        ("FÉVRIER 2021", "2021-02"),
        ("fevrier 2021", "2021-02"),
        ("févr. 2021", "2021-02"),
        ("2021 août", "2021-08"),
        ("déc. 2020", "2020-12"),
        ("avril-2019", "2019-04"),
    ],
)
def test_a_period_is_read_as_it_is_meant(text: str, read: str) -> None:
    assert str(read_said(text)) == read


@pytest.mark.parametrize(("kind", "read"), [("trimestre", "2019-T4"), ("mois", "2019-04")])
def test_the_figure_four_is_what_the_command_wants(kind: str, read: str) -> None:
    assert str(read_said("2019-4", kind)) == read
    with pytest.raises(ValueError, match=r"deux façons : le 4e trimestre \(2019-T4\) ou avril \(2019-04\)"):
        read_said("2019-4")


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("2019-11", "trimestre", "n'est pas un trimestre. Attendu : 2019-T4"),
        ("2019-04", "trimestre", "n'est pas un trimestre"),
        ("4/2019", "trimestre", "n'est pas un trimestre"),
        ("2019", "mois", "n'est pas un mois. Attendu : 2019-11"),
        ("2019-T4", "annee", "n'est pas une année. Attendu : 2019"),
        ("2019-T5", None, "quatre trimestres"),
        ("2019-13", None, "douze mois"),
        ("2019-00", None, "douze mois"),
        ("31/12/2019", "mois", "est un jour"),
        ("19-04", None, "n'est pas une période"),
        ("jui 2019", None, "n'est pas une période"),
        ("hier", None, "n'est pas une période"),
        ("", None, "n'est pas une période"),
        ("3019", None, "n'est pas une période"),
    ],
)
def test_what_is_no_such_period_says_what_is_expected(text: str, kind: str | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_said(text, kind)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-01..2025-06", "2025-01", "2025-06"),
        ("de janvier 2025 à juin 2025", "2025-01", "2025-06"),
        ("du T1 2024 au T3 2024", "2024-T1", "2024-T3"),
        ("2019 .. 2021", "2019", "2021"),
        ("2025-03", "2025-03", "2025-03"),
    ],
)
def test_a_range_has_two_ends(text: str, first: str, last: str) -> None:
    assert [str(p) for p in read_said_range(text)] == [first, last]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2025-06..2025-01", "2025-06 vient après 2025-01"),
        ("2025-01..2025-T2", "ne sont pas de la même sorte"),
        ("2025-01..2025-02..2025-03", "Attendu : 2025-01..2025-06"),
    ],
)
def test_a_range_that_is_none_says_why(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_said_range(text)


@pytest.mark.parametrize("text", ["31/12/2026", "2026-12-31", "31-12-2026", "31.12.2026", "31 décembre 2026"])
def test_a_day_is_read_as_it_is_meant(text: str) -> None:
    assert read_said_day(text) == dt.date(2026, 12, 31)


def test_the_first_of_a_month_has_its_own_word() -> None:
    assert read_said_day("1er janvier 2027") == dt.date(2027, 1, 1)


@pytest.mark.parametrize("text", ["31/12/26", "12/2026", "demain", "31/02/2026", "2026"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="n'est pas une date"):
        read_said_day(text)
