"""What is refused before any reader opens the file, each by its name."""

from __future__ import annotations

import errno
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pipelines.base.refusal import Refused
from pipelines.files.guard import check_workbook


def refused(path: Path, expansion: int = 64) -> str:
    with pytest.raises(Refused) as caught:
        check_workbook(path, expansion)
    defect = caught.value.defects[0]
    assert defect.remede
    return defect.code


def rezip(source: Path, target: Path, **parts: bytes) -> Path:
    """A copy of a workbook with parts added or replaced (`__` in a name is `/`)."""
    wanted = {k.replace("__", "/"): v for k, v in parts.items()}
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in wanted:
                new.writestr(name, old.read(name))
        for name, content in wanted.items():
            new.writestr(name, content)
    return target


def test_the_demonstration_passes(demo_workbook: Path) -> None:
    check_workbook(demo_workbook, 64)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "pas_un_classeur"),
        (b"code;libelle\n1;a\n", "pas_un_classeur"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "classeur_protege"),
        (b"PK\x03\x04 not a zip at all", "classeur_tronque"),
    ],
)
def test_other_contents(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "f.xlsx"
    file.write_bytes(content)
    assert refused(file) == code


@pytest.mark.parametrize("tenth", range(1, 10))
def test_truncated_at_each_tenth(demo_workbook: Path, tmp_path: Path, tenth: int) -> None:
    whole = demo_workbook.read_bytes()
    file = tmp_path / "f.xlsx"
    file.write_bytes(whole[: len(whole) * tenth // 10])
    assert refused(file) == "classeur_tronque"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet2.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_byte_flipped_in_any_part(demo_workbook: Path, tmp_path: Path, part: str) -> None:
    content = bytearray(demo_workbook.read_bytes())
    with zipfile.ZipFile(demo_workbook) as book:
        found = book.getinfo(part)
    content[found.header_offset + 30 + len(part) + found.compress_size // 2] ^= 0x10
    file = tmp_path / "f.xlsx"
    file.write_bytes(content)
    assert refused(file) == "classeur_tronque"


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    file = tmp_path / "f.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("lisez-moi.txt", "rien")
    assert refused(file) == "pas_un_classeur"


def test_macros_links_entities_and_bombs(demo_workbook: Path, tmp_path: Path) -> None:
    target = tmp_path / "f.xlsx"
    assert refused(rezip(demo_workbook, target, **{"xl__vbaProject.bin": b"x"})) == "macros"
    assert (
        refused(rezip(demo_workbook, target, **{"xl__externalLinks__externalLink1.xml": b"<a/>"})) == "liens_externes"
    )
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert refused(rezip(demo_workbook, target, **{"xl__sharedStrings.xml": bomb})) == "entites_xml"
    assert refused(rezip(demo_workbook, target, **{"xl__media__x.bin": b"\0" * (3 << 20)}), expansion=2) == (
        "expansion_excessive"
    )


SHEET = b"xl/worksheets/sheet"


def altered(whole: bytes, place: int, *values: int) -> bytes:
    return whole[:place] + bytes(values) + whole[place + len(values) :]


def central(whole: bytes, offset: int) -> int:
    """Where a field of the last sheet's entry of the central directory is (.ZIP File Format Specification 4.3.12)."""
    return whole.rindex(b"PK\x01\x02", 0, whole.rindex(SHEET)) + offset


def sheet_data(whole: bytes) -> int:
    """A place inside the compressed bytes of the first sheet."""
    return whole.index(SHEET) + 400


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        pytest.param(lambda w: altered(w, sheet_data(w), *b"\xff" * 40), "classeur_tronque", id="compressed bytes"),
        pytest.param(lambda w: altered(w, central(w, 16), 0, 0, 0, 0), "classeur_tronque", id="checksum"),
        pytest.param(
            lambda w: altered(altered(w, central(w, 9), 8), central(w, 46), 0xFB), "classeur_tronque", id="name"
        ),
        pytest.param(lambda w: altered(w, central(w, 10), 77, 0), "compression_inconnue", id="method"),
        pytest.param(lambda w: altered(w, central(w, 8), 1), "classeur_protege", id="encrypted"),
        pytest.param(lambda w: altered(w, central(w, 6), 205, 0), "compression_inconnue", id="version"),
    ],
)
def test_damaged_parts(demo_workbook: Path, tmp_path: Path, damage: Callable[[bytes], bytes], code: str) -> None:
    file = tmp_path / "f.xlsx"
    file.write_bytes(damage(demo_workbook.read_bytes()))
    assert refused(file) == code


def test_any_bytes_changed_are_refused_or_read(small_workbook: bytes, tmp_path: Path) -> None:
    """Whatever the damage, the answer is a refusal or a workbook, never another error."""
    chance = random.Random(46)
    refusals = 0
    for rank in range(300):
        content = bytearray(small_workbook)
        for _ in range(chance.choice((1, 2, 8))):
            content[chance.randrange(4, len(content))] = chance.randrange(256)
        file = tmp_path / f"{rank}.xlsx"
        file.write_bytes(content)
        try:
            check_workbook(file, 64)
        except Refused:
            refusals += 1
    assert refusals > 100


def test_a_disk_that_does_not_answer_is_not_the_fault_of_the_file(
    demo_workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(zipfile.ZipFile, "open", broken)
    with pytest.raises(OSError, match="Input/output"):
        check_workbook(demo_workbook, 64)


@pytest.fixture(scope="module")
def small_workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in range(40):
        book.active.append([row, f"libellé {row}", row / 7])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
