"""A month of a service of the Lot as it is dropped, from the list of what its form counts, and a home for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.settings.model import Settings

HEADER = "edition;annee;mois;code_departement;force;service;nature;faits"
_FORCES = {"CIAT DE CAHORS": "police"}
MARK = "DONNÉES DE DÉMONSTRATION"


def natures() -> list[str]:
    layouts = load_catalogue().source("service_returns").layouts
    [column] = {c for k in layouts if k.table == "tranquillite" for c in k.columns if c.name == "nature"}
    return list(column.choices)


def month(file: Path, service: str, month: str, facts: str = "7", mark: bool = False) -> Path:
    """Write the public order of a month, `2025-01`; `facts` is in each of its boxes."""
    year, number = month.split("-")
    force = _FORCES.get(service, "gendarmerie")
    rows = [f"1;{year};{int(number)};46;{force};{service};{nature};{facts}" for nature in natures()]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([*([MARK] if mark else []), HEADER, *rows, ""]), encoding="utf-8")
    return file


def with_drops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an empty home that looks in `depots`, where what is dropped is taken at once."""
    for name, value in {
        "HOME": tmp_path / "home", "DEPOTS": tmp_path / "depots", "DEPOTS_SECONDS": 0, "STABILITY_SECONDS": 0,
        "TODAY": "2025-02-15",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"VIGIE_{name}", str(value))
    found = Settings()
    found.paths.create()
    return found
