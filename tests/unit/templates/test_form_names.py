"""The names of the forms: as people read them, on every disk."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest

from pipelines.base.periods import Period
from pipelines.templates import choose
from pipelines.templates.names import file_name, period_in_words, tab

FORBIDDEN = set('<>:"/\\|?*')


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("Retour mensuel", "CGD CAHORS", "mars 2021"), "Retour mensuel - CGD CAHORS - mars 2021"),
        (("Baromètre", "", "2019"), "Baromètre - 2019"),
        (("Retour", 'BTA "A/B": 1*?', "mai 2021"), "Retour - BTA -A-B-- 1-- - mai 2021"),
        (("Retour", "Figeac  ", "2021."), "Retour - Figeac - 2021"),
        (("Re\u0301gion", "a\tb"), "Région - a b"),
    ],
)
def test_a_name_is_what_is_said_without_what_windows_refuses(parts: tuple[str, ...], expected: str) -> None:
    named = file_name(*parts)
    assert named == expected
    assert not FORBIDDEN & set(named)
    assert named == unicodedata.normalize("NFC", named)
    assert not named.endswith((" ", "."))


def test_a_long_name_is_cut() -> None:
    assert len(file_name("Retour", "x" * 400, "mars 2021")) <= 150


@pytest.mark.parametrize(
    ("period", "said"), [("2021-03", "mars 2021"), ("2021-T1", "1er trimestre 2021"), ("2021-T3", "3e trimestre 2021"),
                         ("2019", "2019")],
)  # fmt: skip
def test_a_period_is_said_in_words(period: str, said: str) -> None:
    assert period_in_words(Period.read(period)) == said


def test_the_tabs_of_a_year_are_told_apart_and_short() -> None:
    year = Period.read("2019")
    for sheet in ("Faits", "Tranquillité publique", "Une feuille dont le nom est bien trop long"):
        names = [tab(sheet, Period.read(f"2019-{m:02d}"), year) for m in range(1, 13)]
        assert len(set(names)) == 12
        assert all(len(name) <= 31 for name in names)
    assert tab("Faits", Period.read("2019-03"), Period.read("2019-03")) == "Faits"


def test_no_two_forms_of_a_period_have_one_name() -> None:
    for period in ("2021-03", "2021-T1", "2021"):
        names = [t.name.casefold() for t in choose("46", dt.date(2022, 6, 1), None, period)[0]]
        assert len(set(names)) == len(names)
