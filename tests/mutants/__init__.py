"""For each rule, one mutation of the demonstration that it must turn red.

A mutant damages one file of a landing folder that holds the demonstration. Where Vigie's own tables or models answer
for what the rule holds, no delivery can break it: the mutant is then a line of a table, or of a model, in a copy of the
project, and says so in `kind`.
"""

from __future__ import annotations

from tests.mutants.blocking import BLOCKING_FILES, CONTRADICTING_FILES
from tests.mutants.kinds import FILE, MODEL, TABLE, Finding, Mutant, caught, others, said
from tests.mutants.project import IN_THE_PROJECT
from tests.mutants.reception import IMPOSSIBLE_FILES
from tests.mutants.silent import SILENT_REFUSED, SILENT_WARNED
from tests.mutants.totals import TOTALS_REFUSED, TOTALS_WARNED
from tests.mutants.warnings import WARNING_FILES as SLIPS

REFUSED_FILES = [*IMPOSSIBLE_FILES, *CONTRADICTING_FILES, *SILENT_REFUSED, *TOTALS_REFUSED]
WARNING_FILES = [*SLIPS, *SILENT_WARNED, *TOTALS_WARNED]
MUTANTS: list[Mutant] = [*REFUSED_FILES, *BLOCKING_FILES, *WARNING_FILES, *IN_THE_PROJECT]

__all__ = [
    "BLOCKING_FILES", "FILE", "IN_THE_PROJECT", "MODEL", "MUTANTS", "REFUSED_FILES", "TABLE", "WARNING_FILES",
    "Finding", "Mutant", "caught", "others", "said",
]  # fmt: skip
