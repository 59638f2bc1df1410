"""Forms that services have of their own: what their tables may declare, how they are read, what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.base.refusal import Defect
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import CatalogueError
from pipelines.reading.parse import parse_file
from pipelines.reading.verdict import Limits, Verdict
from pipelines.settings.model import SEEDS, SOURCES
from tests.support.returns import cumulative, year_of

LIMITS = Limits(200, 1_000_000, dt.date(2025, 2, 15))
TOLD = year_of("CGD FIGEAC", 2021)


def read(content: bytes, folder: Path) -> tuple[Verdict, Path]:
    file = folder / "retour.csv"
    file.write_bytes(content)
    return parse_file(file, "essai", folder / "raw", load_catalogue(), LIMITS, name=file.name), folder / "raw"


def rewritten(content: bytes, change: Callable[[dict[str, str]], dict[str, str] | None]) -> bytes:
    """The same table, each line as `change` gives it back."""
    lines = [
        new for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";") if (new := change(row))
    ]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(lines[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode()


def of_service(groups: tuple[str, ...] = ("72-73", "37-38"), **more: object) -> bytes:
    return cumulative("CGD FIGEAC", 2021, [1, 2], TOLD, groups=groups, **more)


# ---- reading


def test_a_service_s_own_table_is_read_with_its_groups_and_without_what_is_passed(tmp_path: Path) -> None:
    verdict, raw = read(of_service(before=TOLD), tmp_path)
    assert verdict.defects == []
    assert {(p.layout, p.tranche) for p in verdict.parts} == {
        ("retour_cumul_1", f"46|gendarmerie|CGD FIGEAC|2021|{month:02d}") for month in (1, 2)
    }
    rows = pq.ParquetFile(raw / "service_returns" / "faits" / "essai.parquet").read().to_pylist()
    told = {(r["code_index"], r["mois"]): r for r in rows}
    both = sum(TOLD[i, m]["faits_constates"] for i in (72, 73) for m in (1, 2))
    assert told["72-73", "02"]["faits_constates_cumul"] == told["72-73", "02"]["faits_constates_cumul_n1"] == str(both)
    # A total is in no column of a month.
    assert {r["faits_constates"] for r in rows} == {None}
    assert "evolution" not in rows[0]


@pytest.mark.parametrize("written", ["72-73", "72 - 73", "72/73", "72 et 73", "72 – 73", "72+73"])
def test_a_group_is_read_however_it_is_written(written: str, tmp_path: Path) -> None:
    content = rewritten(of_service(), lambda r: r | {"Index": written} if r["Index"] == "72-73" else r)
    verdict, raw = read(content, tmp_path)
    assert verdict.defects == []
    codes = pq.ParquetFile(raw / "service_returns" / "faits" / "essai.parquet").read()["code_index"].to_pylist()
    assert codes.count("72-73") == 2


def test_what_a_service_does_not_keep_may_be_absent(tmp_path: Path) -> None:
    kept = ("Édition", "Année", "Mois", "Département", "Force", "Service", "Index", "Cumul N")
    verdict, raw = read(rewritten(of_service(), lambda r: {n: r[n] for n in kept}), tmp_path)
    assert verdict.defects == []
    rows = pq.ParquetFile(raw / "service_returns" / "faits" / "essai.parquet").read().to_pylist()
    assert {r["mis_en_cause_cumul"] for r in rows} == {None}


def refusal(content: bytes, folder: Path) -> Defect:
    verdict, _ = read(content, folder)
    assert verdict.defects
    return verdict.defects[0]


def test_an_index_in_a_group_and_by_itself_is_refused(tmp_path: Path) -> None:
    double = rewritten(of_service(), lambda r: r | {"Index": "72"} if (r["Index"], r["Mois"]) == ("1", "1") else r)
    told = refusal(double, tmp_path)
    assert told.code == "code_deux_fois"
    assert "« 72 » est compté deux fois" in told.constat
    assert "« 72-73 »" in told.constat


def test_a_list_with_a_group_is_whole_when_its_members_are(tmp_path: Path) -> None:
    """What lacks indexes is no return: it may only correct one (`lacks`)."""
    whole, _ = read(of_service(), tmp_path)
    assert (whole.lacks, {p.partielle for p in whole.parts}) == ([], {False})
    partial, _ = read(rewritten(of_service(), lambda r: None if r["Index"] == "72-73" else r), tmp_path)
    assert {p.partielle for p in partial.parts} == {True}
    assert {lack.defaut.code for lack in partial.lacks} == {"code_absent"}
    assert all("72, 73" in lack.defaut.constat for lack in partial.lacks)


def test_a_group_that_no_table_names_is_refused_and_those_it_names_are_told(tmp_path: Path) -> None:
    told = refusal(rewritten(of_service(), lambda r: r | {"Index": "72-74"} if r["Index"] == "72-73" else r), tmp_path)
    assert told.code == "code_inconnu"
    assert told.attendu == "un seul code, ou un de ces groupes : 37-38, 72-73"


def test_a_person_in_a_service_s_own_table_is_refused(tmp_path: Path) -> None:
    told = refusal(
        rewritten(of_service(), lambda r: r | {"Service": "jean.dupont@exemple.fr"} if r["Index"] == "1" else r),
        tmp_path,
    )
    assert "dupont" not in str(told)


# ---- what the tables of sources/ may declare


def declared(folder: Path, change: Callable[[dict[str, dict]], None]) -> Path:
    """The tables of service_returns, the fields of its own form changed."""
    root = folder / "sources"
    shutil.copytree(SOURCES / "service_returns", root / "service_returns")
    for table in SOURCES.glob("*.csv"):
        shutil.copy(table, root)
    file = root / "service_returns" / "cumul.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    change({f["name"]: f for f in schema["fields"]})
    file.write_text(json.dumps(schema, ensure_ascii=False), encoding="utf-8")
    return root


WRONG = {
    "an unknown measure": (lambda f: f["faits_vif_cumul"].update({"vigie:cumul": "vif"}), "doit se nommer vif_cumul"),
    "another name": (lambda f: f["faits_vif_cumul"].update({"name": "faits_vif_n"}), "doit se nommer faits_vif_cumul"),
    "a year before without a total": (lambda f: f["faits_constates_cumul_n1"].pop("vigie:cumul"), "celle d'un cumul"),
    "a year before alone": (
        lambda f: f["faits_constates_cumul"].update({"name": "faits_elucides_cumul_n1", "vigie:cumul": "faits_elucides",
                                                     "vigie:annee_precedente": True}),
        "il manque faits_constates_cumul",
    ),
    "groups without a list": (lambda f: f["code_index"].pop("vigie:liste"), "ceux d'une liste"),
    "an optional key": (lambda f: f["code_index"].update({"vigie:facultative": True}), "n'est pas facultative"),
    "a month beside its total": (lambda f: f["evolution"].update({"name": "faits_constates", "vigie:type": "nombre"}),
                                 "donne déjà faits_constates"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_form_that_does_not_hold_is_named(name: str, tmp_path: Path) -> None:
    change, said = WRONG[name]
    with pytest.raises(CatalogueError, match=r"sources/service_returns, layout retour_cumul_1, ") as caught:
        load_catalogue(declared(tmp_path, change), models=None)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("72-73,72\n", "doit compter deux codes"), ("72-73,72\n72-73,72\n", "doit compter deux codes"),
        ("72-73,72\n72-73,108\n", "le code 108, qui n'est pas de index_4001"), ("72,72\n72,73\n", "est aussi un code"),
    ],
)  # fmt: skip
def test_groups_that_do_not_hold_are_named(lines: str, said: str, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds)
    (seeds / "reference" / "index_groupes.csv").write_text("groupe,code_index\n" + lines, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(SOURCES, seeds, models=None)
    assert said in str(caught.value)
