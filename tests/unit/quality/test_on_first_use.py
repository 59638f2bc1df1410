"""Modules loaded on first use: the suites give the same, and what is used is there."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from pipelines.quality.on_first_use import load_on_first_use
load_on_first_use("scipy.stats", "altair")
import pandas as pd
from pipelines.quality.suites import run
suite = {"name": "essai", "expectations": [{
    "type": "expect_column_values_to_be_between", "kwargs": {"column": "n", "max_value": 2}, "meta": {"regle": "R"}}]}
[outcome] = run(suite, pd.DataFrame({"n": [1, 2, 3]}), {})
print(outcome.success, outcome.checked, outcome.rows)
loaded = lambda: any(name.startswith("scipy.stats.") for name in sys.modules)
print(loaded())
import scipy.stats
print(round(scipy.stats.norm.ppf(0.975), 3), loaded())
"""


def test_suites_run_without_them_and_they_load_when_used() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False 3 (2,)", "False", "1.96 True"]
