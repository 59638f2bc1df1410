"""A text file that stops in the middle of its last record, and one that only lacks its last line end."""

from __future__ import annotations

import pytest

from pipelines.base.refusal import Refused
from pipelines.files.wholeness import check_end
from tests.conftest import real_file

HEADER = "annee;classe;faits;millesime"
LINES = [f"2019;C{i};{i * 7};2017" for i in range(20)]


def judged(text: str) -> None:
    check_end(text.encode(), ";", text.count("\n") + 1, header=1)


@pytest.mark.parametrize("end", ["\n", ""], ids=["with its end", "without"])
def test_a_whole_file_is_whole(end: str) -> None:
    judged("\n".join([HEADER, *LINES]) + end)


@pytest.mark.parametrize(
    "last", ["2019;C20;140;201", "2019;C20;140;", "2019;C20;14", "2019", "20", "2019;C20;140"], ids=repr
)
def test_a_last_record_that_is_cut_is_seen(last: str) -> None:
    with pytest.raises(Refused) as refused:
        judged("\n".join([HEADER, *LINES, last]))
    [defect] = refused.value.defects
    assert (defect.code, defect.ligne) == ("fichier_coupe", len(LINES) + 2)
    assert "télécharger" in defect.remede


def test_a_quote_that_is_not_closed_is_a_cut() -> None:
    rows = [f'"2019";"C{i}";"{i * 7}"' for i in range(20)]
    check_end("\n".join(['"a";"b";"c"', *rows]).encode(), ";", 21, header=1)
    with pytest.raises(Refused):
        check_end("\n".join(['"a";"b";"c"', *rows, '"2019";"C20";"14']).encode(), ";", 22, header=1)


def test_few_records_say_nothing() -> None:
    judged(f"{HEADER}\n{LINES[0]}\n2019;C1;7;201")


@pytest.mark.parametrize("folder", ["2013", "2017"])
def test_the_producers_files_are_whole_without_their_last_line_end_and_cut_at_any_other_byte(folder: str) -> None:
    data = real_file("baac", folder, f"lieux{'_' if folder == '2013' else '-'}{folder}.csv").read_bytes()
    data = data.replace(b"\r\n", b"\n").rstrip(b"\n")[-400_000:]
    data = data[data.index(b"\n") + 1 :]
    lines = data.count(b"\n") + 1
    check_end(data, ",", lines)
    last = len(data) - data.rindex(b"\n") - 1
    for lost in range(3, last - 1):
        with pytest.raises(Refused):
            check_end(data[:-lost], ",", lines)
