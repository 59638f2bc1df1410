"""What is counted at the places that an action names, beside the target that the plan sets there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pandas as pd

from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.lines import reached, wanted
from pipelines.report.plan import in_force
from pipelines.report.wording import absent

_UNKNOWN = "aucun chiffre connu"
_NEAR, _FAR = "series_lieux", "series"


@dataclass(frozen=True)
class There:
    """An indicator of an action at one place, in the last period that is known of it; without an indicator, nothing of
    the action is counted there. `row` holds the value, None where there is none.
    """

    action: str
    place: str
    why: str
    code: str
    indicator: str
    unit: str
    period: str
    value: str
    target: str
    row: dict


class Named:
    """The places of an edition's plan, action by action; a snapshot that was given before it held them names none."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        tables = edition.tables
        self._labels = edition.labels("territoires", "territoire_code")
        if "lieux" in tables:
            self._labels = edition.labels("lieux", "territoire_code") | self._labels
        self._named = tables.get("lieux_nommes", pd.DataFrame(columns=["action_code", "territoire_code", "raison"]))
        self._indicators = tables["indicateurs"].set_index("indicateur_code").to_dict("index")
        self._series = pd.concat([_totals(tables[name]) for name in (_FAR, _NEAR) if name in tables])
        targets = in_force(tables["cibles"], edition.period)
        self._targets = targets[(targets["type"] == "cible") & targets["valeur"].notna()].to_dict("records")

    def of(self, action: str, indicators: Collection[str]) -> list[There]:
        """List, place by place, what is known of these indicators where the action names a place."""
        named = self._named[self._named["action_code"] == action]
        found: list[There] = []
        for place in named.drop_duplicates("territoire_code").to_dict("records"):
            code, why = place["territoire_code"], place["raison"]
            here = list(self._known(action, code, why, indicators))
            nothing = There(action, self._labels.get(code, code), why, "", "", "", "", _UNKNOWN, "", {"valeur": None})
            found += here or [nothing]
        return found

    def _known(self, action: str, place: str, why: str, indicators: Collection[str]) -> Iterator[There]:
        rows = self._series[self._series["territoire_code"] == place]
        for code in indicators:
            own = rows[rows["indicateur_code"] == code]
            if own.empty or code not in self._indicators:
                continue
            # The kind of the edition before the year, the last period that has a value before one that has none.
            last = own.assign(own=own["periode_type"] == self._edition.period.kind, known=own["valeur"].notna())
            row = last.sort_values(["known", "periode_fin", "own"]).iloc[-1].to_dict()
            targets = [t for t in self._targets if t["objet_code"] == code and t["territoire_code"] == place]
            secret = not absent(row["confidentialite"]) and row["confidentialite"] != "F"
            yield There(
                action, self._labels.get(place, place), why, code, self._indicators[code]["libelle"], row["unite"],
                wording.period(row["periode"], row["periode_type"]),
                "non publié" if secret else wording.shown(row["valeur"]),
                " ; ".join(f"cible : {wanted(t)}{reached(t, row)}" for t in targets),
                row,
            )  # fmt: skip


def _totals(rows: pd.DataFrame) -> pd.DataFrame:
    names = ["indicateur_code", "territoire_code", "periode_type", "periode", "periode_fin", "valeur", "unite",
             "confidentialite"]  # fmt: skip
    return rows[rows["ventilation_type"] == "total"].reindex(columns=names)
