"""Labels in the spelling of their table; what it does not know is refused by name, with what is near."""

from __future__ import annotations

import datetime as dt
import unicodedata
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.labels import label_key
from pipelines.catalogue.load import load_catalogue
from pipelines.reading.parse import parse_file
from pipelines.reading.verdict import Limits, Verdict

HEADER = (
    '"Code_departement";"Code_region";"annee";"indicateur";"unite_de_compte";"nombre";"taux_pour_mille";"insee_pop";'
    '"insee_pop_millesime";"insee_log";"insee_log_millesime"'
)


def read(folder: Path, *lines: str) -> tuple[Verdict, list[dict]]:
    file = folder / "base.csv"
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    verdict = parse_file(
        file, "abcabcabcabc", folder / "raw", load_catalogue(), Limits(64, 10_000, dt.date(2026, 11, 28))
    )
    found = folder / "raw" / "ssmsi" / "base" / "abcabcabcabc.parquet"
    return verdict, pq.read_table(found).to_pylist() if found.exists() else []


def line(label: str, unit: str = "Victime") -> str:
    return f'"46";"76";"2024";"{label}";"{unit}";"3";"0,1";"175000";"2022";"121000";"2021"'


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Tentatives d'homicides", "Tentatives d'homicide"),
        ("Tentatives d’homicide", "Tentatives d'homicide"),
        ("TENTATIVES D' HOMICIDE", "Tentatives d'homicide"),
        ("Usage de stupéfiants ( AFD )", "Usage de stupéfiants (AFD)"),
        (unicodedata.normalize("NFD", "Usage  de stupéfiants (AFD)"), "Usage de stupéfiants (AFD)"),
        ("Vols de véhicules", "Vols de véhicule"),
        ("Escroqueries", "Escroqueries"),
        ("Escroqueries et fraudes aux moyens de paiement", "Escroqueries et fraudes aux moyens de paiement"),
    ],
)
def test_a_label_is_kept_in_the_spelling_of_its_table(tmp_path: Path, written: str, known: str) -> None:
    verdict, rows = read(tmp_path, line(written, "VICTIME"))
    assert verdict.defects == []
    assert [(r["classe"], r["unite_compte"]) for r in rows] == [(known, "victime")]


def test_two_spellings_of_one_class_are_the_same_line_twice(tmp_path: Path) -> None:
    verdict, rows = read(tmp_path, line("Tentatives d'homicide"), line("Tentatives d’homicides"))
    assert [d.code for d in verdict.defects] == ["cle_en_double"]
    assert rows == []


def test_an_unknown_label_is_refused_by_name_with_the_nearest(tmp_path: Path) -> None:
    verdict, _ = read(tmp_path, line("Vols avec armes"), line("Vols avec arme"), line("Fraudes", "Dossier"))
    told = {d.constat.split(" n'est")[0]: d for d in verdict.defects}
    assert set(told) == {"« Vols avec arme »", "« Fraudes »", "« Dossier »"}
    assert "« Vols avec armes »" in told["« Vols avec arme »"].attendu
    assert told["« Vols avec arme »"].ligne == 3
    assert "ssmsi_unites.csv" in told["« Dossier »"].constat


def test_no_two_series_share_a_key() -> None:
    classes = load_catalogue().lists["ssmsi_classes"]
    keys = {label_key(r["classe"]): r["indicateur_code"] for r in classes}
    assert len(keys) == len(classes)
    named = {r["classe"]: r["indicateur_code"] for r in classes}
    assert all(named[r["synonyme_de"]] == r["indicateur_code"] for r in classes if r["synonyme_de"])
    canonical = [r["indicateur_code"] for r in classes if not r["synonyme_de"]]
    assert len(set(canonical)) == len(canonical)
