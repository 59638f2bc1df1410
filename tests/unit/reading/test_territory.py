"""Of a file that covers the country, a home keeps its own communes and those it is compared with, and says how many."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from pipelines.catalogue.load import load_catalogue
from pipelines.files import text_file
from pipelines.reading.parse import Limits, parse_file
from pipelines.reading.territory import departement_of
from pipelines.settings.model import Settings
from tests.unit.catalogue.test_layout_columns import SOURCE, sources

TERRITORY = SOURCE.replace("cles: [annee, code_commune]}", "cles: [annee, code_commune], territoire: code_commune}", 1)
CODES = ["01001", "2A004", "2B033", "46042", "46102", "12202", "31555", "75056", "97101", "97501", "98818", "46", ""]


@pytest.mark.parametrize(
    ("code", "departement"),
    [("46042", "46"), ("46", "46"), ("2A004", "2A"), ("97101", "971"), ("976", "976"), ("97501", "975"),
     ("98818", "988"), ("1001", "01"), ("1", "01"), (" 46042", "46"), ("", None)],
)  # fmt: skip
def test_the_departement_of_a_code(code: str, departement: str | None) -> None:
    assert departement_of(pa.array([code])).to_pylist() == [departement]


def home(**given: object) -> Settings:
    return Settings(home="/nulle/part", **given)


def test_the_setting_names_those_that_are_kept() -> None:
    occitanie = {"09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82"}
    assert home(departement="46").kept_departements == occitanie
    assert home(departement="971").kept_departements == {"971"}
    assert home(departement="46", comparaison="france").kept_departements is None
    for given in ("12 2A", "12,2A", ["12", "2A"]):
        assert home(departement="46", comparaison=given).kept_departements == {"46", "12", "2A"}
    with pytest.raises(ValidationError):
        home(comparaison="12 99")


def catalogue_of(folder: Path):
    root = sources(folder)
    (root / "essai" / "source.yml").write_text(TERRITORY, encoding="utf-8")
    return load_catalogue(root, models=None)


def files(folder: Path, codes: list[str]) -> dict[str, Path]:
    text = "codgeo;annee;nombre;taux\n" + "".join(f"{c};2022;{i};0,5\n" for i, c in enumerate(codes))
    (folder / "a.csv").write_text(text, encoding="utf-8")
    (folder / "b.csv.gz").write_bytes(gzip.compress(text.encode()))
    columns = {
        "codgeo": codes,
        "annee": [2022] * len(codes),
        "nombre": list(range(len(codes))),
        "taux": [0.5] * len(codes),
    }
    pq.write_table(pa.table(columns), folder / "c.parquet", row_group_size=4)
    return {"csv": folder / "a.csv", "gz": folder / "b.csv.gz", "parquet": folder / "c.parquet"}


@pytest.mark.parametrize("form", ["csv", "gz", "parquet"])
@pytest.mark.parametrize("small_blocks", [False, True])
def test_the_others_are_left_aside_and_counted(form: str, small_blocks: bool, tmp_path: Path, monkeypatch) -> None:
    if small_blocks:
        for name, size in (("_WHOLE", 10), ("_CHUNK", 64), ("BLOCK", 30)):
            monkeypatch.setattr(text_file, name, size)
    codes = CODES[:9]
    limits = Limits(64, 1_000, dt.date(2030, 1, 1), frozenset({"46", "12"}))
    verdict = parse_file(files(tmp_path, codes)[form], "abcabcabcabc", tmp_path / "raw", catalogue_of(tmp_path), limits)
    assert verdict.defects == []
    rows = pq.read_table(tmp_path / "raw" / "essai" / "faits" / "abcabcabcabc.parquet").to_pylist()
    assert [(r["code_commune"], r["faits"]) for r in rows] == [("46042", "3"), ("46102", "4"), ("12202", "5")]
    [told] = verdict.lectures
    assert (told.lignes, told.gardees) == (9, 3)
    assert sum(p.lignes for p in verdict.parts) == 3


def test_what_no_departement_explains_is_judged(tmp_path: Path) -> None:
    catalogue, limits = catalogue_of(tmp_path), Limits(64, 1_000, dt.date(2030, 1, 1), frozenset({"46"}))
    for code, found in (("97501", []), ("461", ["code_trop_court"]), ("", ["cellule_vide"])):
        file = files(tmp_path, ["46042", "75056", code])["csv"]
        defects = parse_file(file, "abcabcabcabc", tmp_path / "raw", catalogue, limits).defects
        assert [(d.code, d.ligne) for d in defects] == [(c, 4) for c in found]


def test_a_file_of_another_departement_alone_is_refused(tmp_path: Path) -> None:
    limits = Limits(64, 1_000, dt.date(2030, 1, 1), frozenset({"46"}))
    file = files(tmp_path, ["75056", "97101"])["csv"]
    [defect] = parse_file(file, "abcabcabcabc", tmp_path / "raw", catalogue_of(tmp_path), limits).defects
    assert defect.code == "hors_perimetre"
    assert "46" in defect.constat
