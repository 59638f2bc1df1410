"""The rate of an indicator in the département, beside those of the région and of France: like with like, one year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.settings.tables import read_rows


@dataclass(frozen=True)
class Rates:
    """Rates of one indicator, one source and one year: in the département, in the région, in France.

    `of` names the indicator when it is a neighbour of the one that is shown, whose source gives no rate elsewhere.
    """

    values: tuple[float, float | None, float | None]
    unit: str
    year: str
    of: str = ""

    @property
    def local(self) -> str:
        return _shown(self.values[0])

    @property
    def region(self) -> str:
        return _shown(self.values[1])

    @property
    def france(self) -> str:
        return _shown(self.values[2])

    @property
    def short_unit(self) -> str:
        """Return the unit as the head of a column takes it."""
        return self.unit.replace("habitants", "hab.").replace(", moyenne de cinq ans", " (5 ans)")

    @property
    def elsewhere(self) -> bool:
        """Tell whether there is anything to compare with."""
        return bool(self.region or self.france)


class Beside:
    """The rates of one edition."""

    def __init__(self, edition: Edition) -> None:
        self._labels = edition.labels("indicateurs", "indicateur_code")
        self._department = edition.department
        places = edition.tables["territoires"]
        self._region = next(iter(places.loc[places["niveau"] == "region", "territoire_code"]), "")
        self._last = str(edition.period)[:4]
        rates = edition.tables["taux"]
        self._rows = {
            (r["indicateur_code"], r["territoire_code"], r["periode"], r["source"]): r
            for r in rates[rates["taux"].notna()].to_dict("records")
        }
        self._of: dict[str, list[tuple[str, str]]] = {}
        for indicator, place, year, source in self._rows:
            if place == self._department and year <= self._last:
                self._of.setdefault(indicator, []).append((year, source))

    def rates(self, indicator: str) -> Rates | None:
        """Find the rates of the last year that has them: its own beside the région's, else those of its neighbour, else
        its own alone.
        """
        own = self._last_of(indicator)
        if own is not None and own.elsewhere:
            return own
        other = self._last_of(near(indicator), near=True)
        return other if other is not None and other.elsewhere else own

    def _last_of(self, indicator: str, near: bool = False) -> Rates | None:
        held = self._of.get(indicator)
        if not held:
            return None
        year, source = max(held)
        row = self._rows[indicator, self._department, year, source]
        return Rates(
            (
                float(row["taux"]),
                self._elsewhere(indicator, self._region, year, source),
                self._elsewhere(indicator, "FRA", year, source),
            ),
            row["unite"],
            year,
            self._labels[indicator] if near else "",
        )

    def _elsewhere(self, indicator: str, place: str, year: str, source: str) -> float | None:
        row = self._rows.get((indicator, place, year, source))
        return None if row is None else float(row["taux"])


def _shown(rate: float | None) -> str:
    return "" if rate is None else wording.shown(rate, 2)


def near(indicator: str) -> str:
    """Return the indicator of another source that is read beside this one; nothing when there is none."""
    return _neighbours().get(indicator, "")


@cache
def _neighbours() -> dict[str, str]:
    rows = read_rows(Path(__file__).with_name("neighbours.csv"))
    return {row["indicateur_code"]: row["voisin_code"] for row in rows}
