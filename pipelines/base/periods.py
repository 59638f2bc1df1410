"""Periods as they are written everywhere: `2019`, `2019-T1`, `2019-03`; their days, their order, their due date."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"(?P<year>\d{4})(?:-(?:T(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")
# Several periods of a kind, in words.
SEVERAL = {"mois": "mois", "trimestre": "trimestres", "annee": "ans"}


@dataclass(frozen=True)
class Period:
    """A year, a quarter or a month: its first month counted from year 0, and how many months it lasts."""

    first_month: int
    months: int

    @classmethod
    def read(cls, text: str) -> Period:
        """Read `2019`, `2019-T1` or `2019-03`; raises ValueError on anything else."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"« {text} » n'est pas une période (2019, 2019-T1 ou 2019-03)")
        january = int(found["year"]) * 12
        if found["quarter"]:
            return cls(january + 3 * (int(found["quarter"]) - 1), 3)
        if found["month"]:
            return cls(january + int(found["month"]) - 1, 1)
        return cls(january, 12)

    @property
    def kind(self) -> str:
        """`annee`, `trimestre` or `mois`."""
        return {12: "annee", 3: "trimestre", 1: "mois"}[self.months]

    @property
    def start(self) -> dt.date:
        """The first day."""
        return dt.date(self.first_month // 12, self.first_month % 12 + 1, 1)

    @property
    def end(self) -> dt.date:
        """The last day, inclusive."""
        return self.following().start - dt.timedelta(days=1)

    def following(self) -> Period:
        """The next period of the same kind."""
        return Period(self.first_month + self.months, self.months)

    def due(self, months_after: int, day: int) -> dt.date:
        """That day (or the month's last) of the n-th month after the period ends."""
        year, month = divmod(self.first_month + self.months - 1 + months_after, 12)
        return dt.date(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))

    def __str__(self) -> str:
        year, month = divmod(self.first_month, 12)
        return {12: f"{year}", 3: f"{year}-T{month // 3 + 1}", 1: f"{year}-{month + 1:02d}"}[self.months]
