"""The Lot's communes: real codes, names, arrondissements and EPCI of each year, and invented populations.

The codes, names and attachments are facts of the Code officiel géographique and of Insee's list of EPCI. The
populations are invented, but for those that the plan prints; a commune's is that of the 2017 census, and
the département's is the 173 828 that the plan divides by.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from pipelines.demo.tables import own_rows, reference_rows

CENSUSES = range(2013, 2022)
GEOGRAPHIES = range(2016, 2025)

# How the Insee writes a commune that is in no EPCI.
NO_EPCI = "ZZZZZZZZZ"
_KNOWN_CENSUS = 2017
# A commune's own drift from one census to the next, around the département's.
_DRIFT = 0.004
_GROWTH = 0.0012


@dataclass(frozen=True)
class Commune:
    """A commune as it was in the years of one geography."""

    code: str
    name: str
    arrondissement: str
    epci: str
    first: int
    last: int
    population_2017: int
    became: str


class Communes:
    """The communes of each year, and how many people each census found in them."""

    def __init__(self, seed: int) -> None:
        people = {row["code_commune"]: int(row["population_2017"]) for row in own_rows("communes_lot.csv")}
        self.rows = [
            Commune(
                row["code_commune"],
                row["libelle"],
                row["code_arrondissement"],
                row["code_epci"] or NO_EPCI,
                max(int(row["valide_de"][:4] or GEOGRAPHIES.start), GEOGRAPHIES.start),
                int(row["valide_a"][:4] or GEOGRAPHIES.stop - 1),
                people[row["code_commune"]],
                # A merger after the last geography is not seen in any.
                row["suite"] if row["valide_a"] < f"{GEOGRAPHIES.stop - 1}" else "",
            )
            for row in reference_rows("communes")
            if (row["valide_a"] or "9999") >= str(GEOGRAPHIES.start)
        ]
        self._years = {year: [row for row in self.rows if row.first <= year <= row.last] for year in GEOGRAPHIES}
        rng = random.Random(f"{seed} communes")
        self._drifts = {code: _GROWTH + rng.gauss(0, _DRIFT) for code in dict.fromkeys(row.code for row in self.rows)}

    def of_year(self, year: int) -> list[Commune]:
        """The geography of a year; before the first that is held, the first."""
        return self._years[max(year, GEOGRAPHIES.start)]

    def population(self, commune: Commune, census: int, geography: int) -> int:
        """Inhabitants within the limits of `geography`: a later merger is taken off again."""
        merged = [row for row in self.of_year(geography) if row.became == commune.code]
        return self._counted(commune, census) - sum(self._counted(row, census) for row in merged)

    def total(self, census: int) -> int:
        latest = GEOGRAPHIES.stop - 1
        return sum(self.population(commune, census, latest) for commune in self.of_year(latest))

    def _counted(self, commune: Commune, census: int) -> int:
        if census == _KNOWN_CENSUS:
            return commune.population_2017
        grown = commune.population_2017 * math.exp(self._drifts[commune.code] * (census - _KNOWN_CENSUS))
        return round(grown)
