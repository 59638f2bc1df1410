"""What is refused before any reader opens the file, each by its name."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pipelines.intake.guard import check_workbook
from pipelines.intake.refusal import Refused


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
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "classeur_protege_ou_ancien"),
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
