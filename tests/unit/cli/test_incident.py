"""What nobody foresaw: a log for each, the model that dbt could not build named, a faulty table told as what it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.base.exit_codes import INTERNAL_FAULT, USAGE
from pipelines.catalogue import table_checks
from pipelines.cli import accident
from pipelines.settings.tables import Fault
from pipelines.warehouse.failures import ProjectFault, failures_in

# As dbt 1.11 writes them with --log-format json, less what is not read here.
EVENTS = [
    {"data": {"status": "error"}, "info": {"name": "LogModelResult", "msg": "2 of 408 ERROR"}},
    {
        "data": {
            "msg": "Runtime Error in model int_mesures_route (models/intermediate/route/int_mesures_route.sql)\n"
            "  Conversion Error: Could not convert string 'abc' to INT32\n  \n  LINE 10:  select 1",
            "node_info": {"node_name": "int_mesures_route", "resource_type": "model"},
        },
        "info": {"name": "RunResultError"},
    },
]
UNKNOWN = {
    "data": {"exc": "Compilation Error\n  Model 'model.vigie.taux' depends on a node named 'nulle_part'"},
    "info": {"name": "MainEncounteredError"},
}


def output(*events: dict) -> str:
    return "\n".join(["a warning that is no event", *map(json.dumps, events)])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    return tmp_path


def test_a_model_that_dbt_cannot_build_is_named_with_its_file_and_its_message(home: Path, capsys) -> None:
    text = output(*EVENTS)
    assert accident.report(ProjectFault(failures_in(text), text)) == INTERNAL_FAULT
    shown = capsys.readouterr().err
    assert "int_mesures_route (models/intermediate/route/int_mesures_route.sql) : Conversion Error" in shown
    assert "Could not convert string 'abc' to INT32" in shown
    [log] = (home / "logs").glob("incident-*.log")
    assert str(log) in shown.replace("\n", "")
    assert "LINE 10" in log.read_text(encoding="utf-8")


def test_a_project_that_does_not_compile_is_told_in_dbt_s_words() -> None:
    text = output(UNKNOWN)
    assert "depends on a node named 'nulle_part'" in ProjectFault(failures_in(text), text).sentence()


def test_two_incidents_of_one_second_keep_two_logs(home: Path, capsys) -> None:
    for n in range(3):
        assert accident.report(LookupError(f"incident {n}")) == INTERNAL_FAULT
    logs = sorted((home / "logs").glob("incident-*.log"))
    assert len(logs) == 3
    told = "".join(log.read_text(encoding="utf-8") for log in logs)
    assert all(f"incident {n}" in told for n in range(3))


def test_an_error_that_a_faulty_table_explains_is_no_incident(home: Path, monkeypatch, capsys) -> None:
    fault = Fault("sources/units.csv", 3, "decimales", "« deux » ne convient pas", "Attendu : un nombre entier")
    monkeypatch.setattr(table_checks, "check", lambda: [fault])
    assert accident.report(ValueError("invalid literal for int()")) == USAGE
    assert "sources/units.csv, ligne 3, colonne decimales" in capsys.readouterr().err
    assert not list((home / "logs").glob("incident-*.log"))
