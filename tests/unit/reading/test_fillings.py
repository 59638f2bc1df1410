"""A hundred and twenty ways of filling in a form: read with the right value, or refused for the true reason."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.reading.parse import Limits, Verdict, parse_file
from tests.fillings.catalogue import Filling, fillings, values_read, write_all

CATALOGUE, LIMITS = load_catalogue(), Limits(64, 1_000_000, today=dt.date(2025, 2, 15))
FILLINGS = fillings()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_all(FILLINGS, tmp_path_factory.mktemp("retours"))


@pytest.mark.parametrize("filling", FILLINGS, ids=[f.code for f in FILLINGS])
def test_what_a_person_did(filling: Filling, files: dict[str, Path], tmp_path: Path) -> None:
    if filling.code not in files:
        pytest.skip("LibreOffice n'est pas installé : apt-get install libreoffice-calc")
    verdict = parse_file(files[filling.code], filling.code, tmp_path, CATALOGUE, LIMITS)
    if filling.refus or filling.code == "csv_guillemet":
        assert_refused(filling, verdict)
        return
    assert verdict.defects == []
    assert values_read(verdict, tmp_path) == filling.expected()
    if filling.remarque:
        assert filling.remarque in {r.code for r in verdict.remarks}


def assert_refused(filling: Filling, verdict: Verdict) -> None:
    # What is not whole is refused when it corrects nothing.
    defects = verdict.defects or [lack.defaut for lack in verdict.lacks]
    assert defects
    wanted = filling.refus
    first = next((d for d in defects if d.code == wanted.get("code", d.code)), None)
    assert first is not None, defects
    for part in ("feuille", "ligne", "colonne"):
        if part in wanted:
            assert getattr(first, part) == wanted[part]
    said = " ".join(str(v) for d in defects for v in vars(d).values())
    assert [w for w in wanted.get("dit", ()) if w.casefold() not in said.casefold()] == []
    told = " ".join(d.remede for d in defects)
    assert [w for w in wanted.get("tait", ()) if w in told] == []
    assert len(defects) <= wanted.get("defauts", 50)
    if "une_ligne" in wanted:
        assert wanted["une_ligne"] in {d.ligne for d in defects}
    # A sender has a form, not the tables of the project.
    for word in ("layout", "sources/", "vigie.toml", "dbt_project"):
        assert word not in told, (word, told)


def test_the_table_is_large_and_its_codes_are_unique() -> None:
    assert len(FILLINGS) >= 120
    assert [c for c, n in Counter(f.code for f in FILLINGS).items() if n > 1] == []


def test_few_refusals_are_needless() -> None:
    needless = [f.code for f in FILLINGS if f.inutile]
    assert len(needless) <= len(FILLINGS) // 50, needless
