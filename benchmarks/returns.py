"""The monthly returns of the services of every département over nine years: many small files."""

from benchmarks.returns_files import write_one_more, write_returns
from benchmarks.scale import Scaled

RETURNS = Scaled(
    key="retours",
    write=write_returns,
    rows_are="lignes",
    lean="returns_lean.py",
    bare="returns_duckdb.py",
    pandas="returns_pandas.py",
    source="retours_services",
    raw="service_returns",
    tables=("faits",),
    most_of_bare=1.5,
    sizes=(1, 3, 10, 30),
    more=write_one_more,
)
