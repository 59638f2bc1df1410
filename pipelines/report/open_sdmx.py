"""The series as SDMX-CSV 2.0, which statistical offices exchange: one line an observation, every code of SDMX's own.

Dimensions: FREQ, REF_AREA, INDICATOR, BREAKDOWN_TYPE, BREAKDOWN, TIME_PERIOD. Attributes: OBS_STATUS and CONF_STATUS
(CL_OBS_STATUS, CL_CONF_STATUS), UNIT_MEASURE, SOURCE, COVERAGE, REASON.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

FILE = "series.sdmx.csv"
STRUCTURE = "VIGIE:SERIES(1.0)"
_FREQUENCIES = {"annee": "A", "trimestre": "Q", "mois": "M"}
# What is missing, and what is missing because it is withheld.
_MISSING, _WITHHELD = "O", "Q"
# The column of the open data → the component.
_COMPONENTS = {
    "territoire_code": "REF_AREA",
    "indicateur_code": "INDICATOR",
    "ventilation_type": "BREAKDOWN_TYPE",
    "ventilation_code": "BREAKDOWN",
    "unite": "UNIT_MEASURE",
    "source": "SOURCE",
    "perimetre": "COVERAGE",
    "motif_code": "REASON",
}
_HEADER = [
    "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "INDICATOR", "BREAKDOWN_TYPE", "BREAKDOWN",
    "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "SOURCE", "COVERAGE", "REASON",
]  # fmt: skip


def write_sdmx(file: Path, rows: pd.DataFrame) -> int:
    """Write the rows of the open data's `series`; returns how many. Figures have a point, as SDMX asks."""
    kept = rows[rows["periode_type"].isin(_FREQUENCIES)]
    made = pd.DataFrame({new: kept[old] for old, new in _COMPONENTS.items() if old in kept}, dtype=object)
    made["STRUCTURE"], made["STRUCTURE_ID"], made["ACTION"] = "dataflow", STRUCTURE, "I"
    made["FREQ"] = kept["periode_type"].map(_FREQUENCIES)
    made["TIME_PERIOD"] = kept["periode"].str.replace("-T", "-Q", regex=False)
    made["OBS_VALUE"] = [None if v is None else _written(v) for v in kept["valeur"]]
    confidential = kept["confidentialite"] if "confidentialite" in kept else pd.Series("F", index=kept.index)
    made["CONF_STATUS"] = confidential
    made["OBS_STATUS"] = [
        _WITHHELD if c != "F" else _MISSING if v is None else s
        for s, c, v in zip(kept["statut"], confidential, kept["valeur"], strict=True)
    ]
    header = [name for name in _HEADER if name in made]
    made[header].to_csv(file, index=False, lineterminator="\n", encoding="utf-8", quoting=csv.QUOTE_MINIMAL)
    return len(made)


def _written(value: float) -> str:
    return f"{value:.10f}".rstrip("0").rstrip(".")
