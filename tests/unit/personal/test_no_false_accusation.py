"""Official files, the labels of the tables, the forms and the demonstration: nobody is seen where nobody is."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.files.whole_file import look_at_text, look_at_workbook
from pipelines.personal.detect import header_is_personal, personal_name_of, personal_sign
from pipelines.settings.model import SEEDS, SOURCES
from pipelines.templates import as_workbook, choose, table_as_csv
from tests.conftest import case_path, real_path
from tests.support.filling import save_filled

# A file of accidents says at which number of which street; names of communes in capitals are those of families too.
HOLDS_ADDRESSES = {"caracteristiques_2013.csv"}
IN_CAPITALS = {"v_commune_2025.csv", "crimes-et-delits-services-depuis-2012.xlsx"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2} \w+ \d{4}")
# The head of a file is enough to tell one of hundreds of thousands of lines.
_HEAD = 1 << 20


def official() -> list[Path]:
    roots = [r for r in (real_path(), case_path()) if r]
    return [f for r in roots for f in sorted(r.rglob("*")) if f.suffix in {".csv", ".xlsx", ".gz"}]


def opened(file: Path) -> Callable[[], BinaryIO]:
    if file.suffix == ".gz":
        return partial(io.BytesIO, gzip.decompress(file.read_bytes()))
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    return partial(io.BytesIO, head)


def accused(file: Path, own: bool) -> bool:
    if file.suffix == ".xlsx":
        return look_at_workbook(file, own) != []
    return look_at_text(opened(file), own) != []


@pytest.mark.long
def test_official_files_as_if_they_were_returns() -> None:
    files = official()
    if len(files) < 30:
        pytest.skip("les fichiers publics ne sont pas là ; VIGIE_DONNEES et VIGIE_CAS disent où les trouver")
    found = {f.name for f in files if accused(f, own=True)}
    assert found <= HOLDS_ADDRESSES | IN_CAPITALS
    assert len({f for f in files if f.name not in found}) >= 30


@pytest.mark.long
def test_official_files_that_no_layout_would_read() -> None:
    """A new header makes a public file unknown: it is refused for that, and for nothing else."""
    small = [f for f in official() if f.stat().st_size < 4 << 20]
    assert {f.name for f in small if accused(f, own=False)} <= HOLDS_ADDRESSES


def test_names_of_official_files_and_folders() -> None:
    assert [f for f in official() if personal_name_of(f.name) or personal_name_of(f"{f.parent.name}/{f.name}")] == []


def test_labels_of_every_table() -> None:
    """Every text of the tables but one who signed the plan, and days that are figures of it."""
    found = set()
    for file in sorted([*SEEDS.rglob("*.csv"), *SOURCES.rglob("*.csv")]):
        if file.name == "personal_words.csv":
            continue
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                found |= {
                    (file.stem, column)
                    for column, text in row.items()
                    if text and not _DAY.fullmatch(text) and personal_sign(text)
                }
    assert found == {("versions", "signataire")}


def test_headers_of_every_layout() -> None:
    headers = {c.header for s in load_catalogue().sources for k in s.layouts for c in k.columns}
    assert len(headers) > 200
    assert {h for h in headers if header_is_personal(h)} == set()


def test_what_the_forms_say(tmp_path: Path) -> None:
    made, _ = choose("46", dt.date(2021, 6, 1))
    for template in made:
        file = tmp_path / f"{template.name}.xlsx"
        file.write_bytes(as_workbook(template))
        assert look_at_workbook(file) == [], template.name
        assert look_at_workbook(save_filled(template, tmp_path)) == [], template.name
        assert personal_name_of(file.name) is None
        for table in template.tables:
            assert look_at_text(partial(io.BytesIO, table_as_csv([table]))) == [], table.name


@pytest.mark.long
def test_the_demonstration(demo_files: Path) -> None:
    files = [f for f in demo_files.iterdir() if f.suffix in {".csv", ".xlsx"}]
    assert len(files) > 30
    assert [f.name for f in files if accused(f, own=True)] == []
    assert [f.name for f in files if personal_name_of(f.name)] == []
