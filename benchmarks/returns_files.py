"""Monthly returns of the services of every département over nine years, in Vigie's own format: invented, as CSV.

A file is a service's year: 12 months × 107 indexes = 1 284 rows. At size 1 each département has one service, at size n
it has n. The Lot has no more than its list holds; an unlisted service anywhere else is « non rattaché ».
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipelines.settings.model import SEEDS

YEARS = range(2016, 2025)
MONTHS = range(1, 13)
INDEXES = range(1, 108)
FORCES = ("gendarmerie", "police")
HEADER = (
    "edition;annee;mois;code_departement;force;service;code_index;faits_constates;faits_elucides;mis_en_cause;"
    "mis_en_cause_mineurs;faits_vif"
)
# One figure in ten thousand is not known, and stays empty: it makes every sum it enters missing.
_EMPTY = 0.0001


def write_returns(folder: Path, size: int, seed: int = 46) -> tuple[int, int]:
    """Write the files of one size in `folder`; returns (files, rows). The same size and seed give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    files = 0
    for department, force, service in services(size):
        rng = np.random.default_rng([seed, size, files])
        for year in YEARS:
            name = f"retours-faits-{department}-{service}-{year}.csv".replace(" ", "-").lower()
            (folder / name).write_text(_content(department, force, service, year, rng), encoding="utf-8")
            files += 1
    return files, files * len(MONTHS) * len(INDEXES)


def write_one_more(folder: Path, size: int, seed: int = 46) -> None:
    """One more delivery: the year before the others, of the last service. A year to come would be refused."""
    *_, (department, force, service) = services(size)
    year = YEARS[0] - 1
    text = _content(department, force, service, year, np.random.default_rng([seed, size, year]))
    (folder / f"retours-faits-de-plus-{year}.csv").write_text(text, encoding="utf-8")


def services(size: int) -> Iterator[tuple[str, str, str]]:
    """(département, force, name) of the services that report at this size."""
    with (SEEDS / "reference" / "services.csv").open(encoding="utf-8", newline="") as stream:
        listed = list(csv.DictReader(stream))
    with (SEEDS / "reference" / "departements.csv").open(encoding="utf-8", newline="") as stream:
        departments = [row["code_departement"] for row in csv.DictReader(stream)]
    for department in departments:
        known = list(dict.fromkeys((s["force"], s["service"]) for s in listed if s["code_departement"] == department))
        invented = [(FORCES[i % 2], f"SERVICE {i + 1}") for i in range(size)]
        for force, service in (known or invented)[:size]:
            yield department, force, service


def _content(department: str, force: str, service: str, year: int, rng: np.random.Generator) -> str:
    n = len(MONTHS) * len(INDEXES)
    recorded = rng.poisson(rng.gamma(0.6, 30, n))
    cleared = rng.binomial(recorded, 0.4)
    suspects = cleared + rng.binomial(cleared, 0.3)
    minors = rng.binomial(suspects, 0.2)
    family = rng.binomial(recorded, 0.1)
    known = np.stack([recorded, cleared, suspects, minors, family]).astype(str)
    known[:, rng.random(n) < _EMPTY] = ""
    start = f"1;{year}"
    place = f"{department};{force};{service}"
    keys = [f"{start};{month};{place};{index}" for month in MONTHS for index in INDEXES]
    lines = [";".join(cells) for cells in zip(keys, *known.tolist(), strict=True)]
    return "\n".join([HEADER, *lines, ""])
