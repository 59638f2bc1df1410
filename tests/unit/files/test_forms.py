"""The forms a list comes in: read with the same values, or refused for the true cause. Cases, and their twins."""

from __future__ import annotations

import bz2
import csv
import datetime as dt
import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.files import text_file
from pipelines.reading.parse import Limits, Verdict, parse_file, parse_texts
from tests.conftest import case_file

CATALOGUE = load_catalogue()
LIMITS = Limits(64, 1_000_000, dt.date(2030, 1, 1))
HEADERS = [
    "code_departement", "code_region", "annee", "indicateur", "unite_de_compte", "nombre", "taux_pour_mille",
    "insee_pop", "insee_pop_millesime", "insee_log", "insee_log_millesime",
]  # fmt: skip
ROWS = [
    ["46", "76", "2024", "Homicides", "Victime", "3", "0,0170823", "175620", "2022", "120797", "2021"],
    ["12", "76", "2024", "Homicides", "Victime", "0", "0", "279554", "2022", "180000,5", "2021"],
]
VALUES = [("46", "3", "0.0170823", "120797"), ("12", "0", "0", "180000.5")]


def read(file: Path, limits: Limits = LIMITS) -> Verdict:
    return parse_file(file, "abcabcabcabc", file.parent / "raw", CATALOGUE, limits)


def raw(folder: Path, source: str = "ssmsi", table: str = "base") -> list[dict]:
    return pq.read_table(folder / "raw" / source / table / "abcabcabcabc.parquet").to_pylist()


def values(folder: Path) -> list[tuple]:
    code = "code_departement_nu" if "code_departement_nu" in raw(folder)[0] else "code_departement"
    return [(r[code], r["faits"], r["taux"], r["logements"]) for r in raw(folder)]


def text(separator: str = ";", rows: list[list[str]] | None = None, quoting: int = csv.QUOTE_MINIMAL) -> str:
    kept = io.StringIO()
    writer = csv.writer(kept, delimiter=separator, quoting=quoting, lineterminator="\n")
    writer.writerows([HEADERS, *(rows or ROWS)])
    return kept.getvalue()


def written(folder: Path, content: bytes, name: str = "base.csv") -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def zipped(folder: Path, **members: bytes) -> Path:
    file = folder / "base.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def parquet(folder: Path, columns: dict[str, pa.Array] | None = None, rows: int = 1 << 20) -> Path:
    typed = {
        h: pa.array([int(r[i]) for r in ROWS])
        if h in {"annee", "nombre", "insee_pop_millesime", "insee_log_millesime"}
        else pa.array([float(r[i].replace(",", ".")) for r in ROWS])
        if h in {"taux_pour_mille", "insee_pop", "insee_log"}
        else pa.array([r[i] for r in ROWS])
        for i, h in enumerate(HEADERS)
    }  # fmt: skip
    file = folder / "base.parquet"
    pq.write_table(pa.table(typed | (columns or {})), file, row_group_size=rows)
    return file


def workbook(folder: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "base.xlsx")
    return folder / "base.xlsx"


def forms(folder: Path) -> dict[str, Path]:
    plain, number = text().encode(), [[int(v) if v.isdigit() else v for v in row] for row in ROWS]
    lines = text().splitlines(keepends=True)
    floats = [[float(v.replace(",", ".")) if "," in str(v) else v for v in row] for row in number]
    return {
        "csv": written(folder, plain, "a.csv"),
        "quoted": written(folder, text(quoting=csv.QUOTE_ALL).encode("utf-8-sig"), "b.csv"),
        "windows": written(folder, text().replace("\n", "\r\n").encode("cp1252"), "c.csv"),
        "macintosh": written(folder, text().replace("\n", "\r").encode(), "d.csv"),
        "unicode": written(folder, text().encode("utf-16"), "e.csv"),
        "no last end of line": written(folder, plain.rstrip(b"\n"), "f.csv"),
        "blank records": written(folder, plain + b";;;;;;;;;;\n\n" + b'"";;;;;;;;;;""\n', "g.csv"),
        "portal": written(folder, "".join(f"{i or '__id'};{line}" for i, line in enumerate(lines)).encode(), "h.csv"),
        "empty columns": written(folder, text().replace("\n", ";;\n").encode(), "i.csv"),
        "gz": written(folder, gzip.compress(plain), "j.csv.gz"),
        "gz in members": written(folder, gzip.compress(plain[:90]) + gzip.compress(plain[90:]), "k.csv.gz"),
        "zip": zipped(folder, **{"base.csv": plain}).rename(folder / "l.zip"),
        "zip of a folder": zipped(
            folder, **{"dossier/": b"", "dossier/base.csv": plain, "__MACOSX/._base.csv": b"x"}
        ).rename(folder / "p.zip"),
        "parquet": parquet(folder),
        "workbook": workbook(folder, [HEADERS, *floats]),
        "workbook of text": workbook(folder, [[], HEADERS, *ROWS, []]).rename(folder / "m.xlsx"),
        "workbook in a zip": zipped(
            folder, **{"base.xlsx": workbook(folder, [HEADERS, *ROWS]).read_bytes()}
        ).rename(folder / "n.zip"),
        "parquet in a gz": written(folder, gzip.compress(parquet(folder).read_bytes()), "o.gz"),
    }  # fmt: skip


FORMS = [
    "csv", "quoted", "windows", "macintosh", "unicode", "no last end of line", "blank records", "portal",
    "empty columns", "gz", "gz in members", "zip", "zip of a folder", "parquet", "workbook", "workbook of text",
    "workbook in a zip", "parquet in a gz",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_one_base_in_every_form_gives_the_same_rows(form: str, tmp_path: Path) -> None:
    verdict = read(forms(tmp_path)[form])
    assert verdict.defects == []
    assert values(tmp_path) == VALUES
    [told] = verdict.lectures
    assert (told.source, told.table, told.lignes, told.gardees) == ("ssmsi", "base", 2, 2)
    assert told.cellules >= 2 * len(HEADERS)
    assert sum(p.lignes for p in verdict.parts) == 2
    assert sum(p.cellules for p in verdict.parts) == 2 * 10  # the région is not kept


def seen(verdict: Verdict, offset: int) -> list[tuple]:
    """What a file is refused for; `offset` is the line of its headers, which Parquet has not."""
    return [(d.code, d.colonne, d.ligne - offset if d.ligne else None) for d in verdict.defects]


@pytest.mark.parametrize("header", HEADERS)
def test_nothing_in_a_cell_of_parquet_is_an_empty_cell_of_text(header: str, tmp_path: Path) -> None:
    """The first line of each column in turn, as the software of a producer writes what is absent."""
    at = HEADERS.index(header)
    rows = [[("" if i == at else v) for i, v in enumerate(ROWS[0])], ROWS[1]]
    plain = pq.read_table(parquet(tmp_path))[header].type
    values = pa.array([None, *pq.read_table(tmp_path / "base.parquet")[header].to_pylist()[1:]], plain)
    by_text = read(written(tmp_path, text(rows=rows).encode()))
    of_text = [] if by_text.defects else raw(tmp_path)
    by_parquet = read(parquet(tmp_path, {header: values}))
    assert seen(by_parquet, 0) == seen(by_text, 1)
    if header in {"code_departement", "annee", "indicateur"}:
        assert by_parquet.defects
    elif not by_text.defects:
        kept = [{k: v for k, v in r.items() if k != "ligne"} for r in raw(tmp_path)]
        assert kept == [{k: v for k, v in r.items() if k != "ligne"} for r in of_text]


def test_infinity_is_refused_as_text_is_and_what_is_no_number_is_an_empty_cell(tmp_path: Path) -> None:
    refused = read(parquet(tmp_path, {"taux_pour_mille": pa.array([float("inf"), 0.5])}))
    by_text = read(written(tmp_path, text(rows=[[*ROWS[0][:6], "inf", *ROWS[0][7:]], ROWS[1]]).encode()))
    assert by_text.defects
    assert [d.code for d in refused.defects] == [d.code for d in by_text.defects]
    assert read(parquet(tmp_path, {"taux_pour_mille": pa.array([float("nan"), 0.5])})).defects == []


def hostile(folder: Path) -> Path:
    return zipped(folder, **{"../../etc/base.csv": text().encode()})


def bad_zip(folder: Path) -> Path:
    file = zipped(folder, **{"base.csv": text().encode() * 50})
    content = bytearray(file.read_bytes())
    content[60] ^= 0xFF
    return written(folder, bytes(content), "b.zip")


@pytest.mark.parametrize(
    ("make", "code", "word"),
    [
        (lambda d: written(d, gzip.compress(text().encode())[:-12]), "archive_tronquee", "fin manque"),
        (lambda d: written(d, gzip.compress(text().encode())[:-8] + b"\0" * 8), "archive_abimee", "abîmée"),
        (lambda d: written(d, gzip.compress(gzip.compress(b"a;b\n"))), "archive_imbriquee", "autre archive"),
        (lambda d: zipped(d, **{"a.zip": zipped(d, **{"b.csv": b"a"}).read_bytes()}), "archive_imbriquee", "autre"),
        (lambda d: zipped(d, **{"a.csv": b"x", "b.csv": b"y"}), "archive_de_plusieurs_fichiers", "« b.csv »"),
        (lambda d: zipped(d, **{"vide/": b""}), "archive_vide", "aucun fichier"),
        (hostile, "nom_hostile", "chemin"),
        (bad_zip, "archive_abimee", "abîmée"),
        (lambda d: written(d, bz2.compress(text().encode()), "base.csv.bz2"), "autre_format", ".bz2"),
        (lambda d: written(d, b"7z\xbc\xaf\x27\x1c\0\4", "base.csv"), "autre_format", ".7z"),
        (lambda d: written(d, b"%PDF-1.7\n", "base.csv"), "autre_format", "PDF"),
        (lambda d: written(d, b"\n <!DOCTYPE html>\n<html lang=fr>", "base.csv"), "autre_format", "page web"),
        (lambda d: written(d, b'{"error": 404}', "base.csv"), "autre_format", "JSON"),
        (lambda d: written(d, b"PAR1" + b"\0" * 40, "base.parquet"), "parquet_abime", "Parquet"),
        (lambda d: written(d, parquet(d).read_bytes()[:-20], "b.parquet"), "parquet_abime", "Parquet"),
        (lambda d: written(d, b"\xd0\xcf\x11\xe0\xa1\xb1" + b"\0" * 60), "classeur_tronque", "incomplet"),
        (lambda d: written(d, text(",").encode()), "separateur", "la virgule"),
        (lambda d: written(d, text("\t").encode()), "separateur", "la tabulation"),
        (lambda d: written(d, text("|").encode()), "separateur", "la barre verticale"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_named_for_what_it_is(make, code: str, word: str, tmp_path: Path) -> None:
    defect = read(make(tmp_path)).defects[0]
    assert defect.code == code
    assert word in defect.constat
    remedies = " ".join(d.remede for d in read(make(tmp_path)).defects)
    assert "le retirer" not in remedies
    assert ".xlsx), puis" not in remedies or "ods" in defect.constat


def test_an_archive_that_grows_too_large_is_not_unpacked(tmp_path: Path) -> None:
    bomb = b"\0" * (3 << 20)
    for file in (written(tmp_path, gzip.compress(b"a;b\n" + b"1;2\n" * (1 << 20)), "b.gz"), zipped(tmp_path, b=bomb)):
        assert read(file, Limits(2, 1_000_000, dt.date(2030, 1, 1))).defects[0].code == "expansion_excessive"


@pytest.mark.parametrize(("header", "near"), [("nombr", "nombre"), ("code_departemnt", "code_departement")])
def test_a_misspelt_header_is_told_its_name(header: str, near: str, tmp_path: Path) -> None:
    defects = read(written(tmp_path, text().replace(near, header, 1).encode())).defects
    unknown = next(d for d in defects if d.code == "en_tete_inconnu")
    assert f"« {near} »" in unknown.remede
    assert unknown.ligne == 1


def test_a_filled_column_without_a_header_is_refused(tmp_path: Path) -> None:
    [defect] = read(written(tmp_path, text().replace("\n", ";x\n").replace(";x", ";", 1).encode())).defects
    assert (defect.code, defect.ligne, defect.colonne) == ("en_tete_manquant", 2, "L")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_in_blocks_is_what_it_is_whole(encoding: str, end: str, tmp_path: Path, monkeypatch) -> None:
    rows = [[f"{d:02d}", "76", "2024", "Vols de véhicule", "Véhicule", str(d), "0,5", "1", "2022", "1", "2021"]
            for d in range(10, 96) if d != 20]  # fmt: skip
    content = text(rows=rows).replace("\n", end).replace(f"{end}46;", f"{end}{end};;;;;;;;;;{end}46;").encode(encoding)
    file = written(tmp_path, content)
    assert read(file).defects == []
    whole = raw(tmp_path)
    for name, size in (("_WHOLE", 10), ("_CHUNK", 512), ("BLOCK", 97)):
        monkeypatch.setattr(text_file, name, size)
    verdict = read(file)
    assert verdict.defects == []
    assert raw(tmp_path) == whole
    assert verdict.lectures[0].lignes == len(rows)
    assert next(r["ligne"] for r in whole if r["faits"] == "46") == 2 + 35 + 2
    codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    cells = ["véhicule;Véhicule;46", "véhicule;Véhicule;46;"]
    broken = content.replace(*(text.encode(codec) for text in cells))
    [defect] = read(written(tmp_path, broken)).defects
    assert (defect.code, defect.ligne) == ("ligne_mal_coupee", 39)


def test_texts_read_together_may_be_packed(tmp_path: Path) -> None:
    files = [
        written(tmp_path, text(rows=[ROWS[0]]).encode(), "1.csv"),
        written(tmp_path, gzip.compress(text(rows=[ROWS[1]]).encode()), "2.csv.gz"),
        written(tmp_path, b"%PDF-1.4", "3.csv"),
    ]
    ids = [f"{i}" * 12 for i in (1, 2, 3)]
    verdicts = parse_texts(list(zip(files, ids, strict=True)), tmp_path / "raw", CATALOGUE, LIMITS)
    assert [bool(verdicts[i].defects) for i in ids] == [False, False, True]


READ = {
    "baac/caract-2023.csv": 58, "baac/caract-min-975.csv": 3, "baac/caracteristiques_2008.csv": 11,
    "baac/caracteristiques_2009_virgule.csv": 11, "baac/carcteristiques-2021.csv": 63, "baac/usagers-2021.csv": 184,
    "baac/usagers-2021-sans-id_usager.csv": 184, "baac/usagers-2023-tail-blank.csv": 185, "baac/usagers-2023.csv": 191,
    "baac/vehicules-2021.csv": 120, "baac/vehicules-2023.csv": 125, "merge/caract-2023.csv": 4,
    "ssmsi/ssmsi_dep_2026_quoted_capital.csv": 3636, "ssmsi/iss_nfd.csv": 36, "ssmsi/ssmsi_dep_unite_changee.csv": 4,
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_the_official_files_are_read_whole(name: str, tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_bytes(case_file(*name.split("/")).read_bytes())
    verdict = read(file)
    assert verdict.defects == []
    assert verdict.lectures[0].lignes == READ[name]
    assert sum(p.lignes for p in verdict.parts) == READ[name]
    assert all(p.cellules > p.lignes for p in verdict.parts)


@pytest.mark.parametrize(
    ("name", "code", "word"),
    [
        ("ssmsi/iss_virgule.csv", "separateur", "virgule"),
        ("ssmsi/serieschrono.csv", "fichier_sans_emploi", "chronologiques"),
        ("baac/caract-2023-31-fevrier.csv", "date_impossible", "31/02/2023"),
    ],
)
def test_the_official_files_that_are_refused_say_why(name: str, code: str, word: str, tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_bytes(case_file(*name.split("/")).read_bytes())
    defect = read(file).defects[0]
    assert defect.code == code
    assert word in defect.constat
