"""Nine years of road accidents for the whole country: few files, large ones."""

from benchmarks.accidents_files import write_accidents
from benchmarks.scale import Scaled

ACCIDENTS = Scaled(
    key="national",
    write=write_accidents,
    rows_are="usagers",
    lean="accidents_lean.py",
    bare="accidents_duckdb.py",
    pandas="accidents_pandas.py",
    source="baac",
    raw="road_safety",
    tables=("caracteristiques", "lieux", "vehicules", "usagers"),
)
