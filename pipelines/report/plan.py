"""What the plan has in force at the end of a period, and how far each action to take has come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from pipelines.base.periods import Period
from pipelines.publication.states import LATE, history
from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.wording import absent

_DONE = ("fait", "abandonne")


@dataclass(frozen=True)
class Step:
    """One action à mener with its last known state."""

    action: str
    text: str
    pilots: str
    code: str
    state: str
    due: str
    late: str
    history: str = ""


def in_force(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Keep the rows in force at the end of the period; before the plan's first day, those it began with.

    The first column is the code.
    """
    code = rows.columns[0]
    begun = rows["valide_de"].isna() | (rows["valide_de"] <= period.end)
    valid = rows[begun & (rows["valide_a"].isna() | (rows["valide_a"] >= period.end))]
    early = rows[~rows[code].isin(valid[code])].sort_values("valide_de").drop_duplicates(code)
    early = early[early["valide_de"] > period.end]
    return pd.concat([valid, early]).sort_values([c for c in ("rang", code) if c in rows.columns])


def ties_in_force(ties: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Keep the links that no avenant has closed; a situation series may be older than the plan."""
    open_ = ties["valide_a"].isna() | (ties["valide_a"] >= period.end)
    return ties[open_].drop_duplicates(["rattachement_code", "indicateur_code"])


def steps(edition: Edition, actions: Collection[str]) -> list[Step]:
    """List the actions à mener of these action sheets, in the plan's order."""
    order = list(actions)
    rows = edition.tables["actions_a_mener"]
    rows = rows[rows["action_code"].isin(order)].sort_values(["action_a_mener_code", "periode_fin"])
    last = rows.drop_duplicates("action_a_mener_code", keep="last").to_dict("records")
    last.sort(key=lambda r: (order.index(r["action_code"]), _rank(r["action_a_mener_code"])))
    return [
        Step(
            r["action_code"],
            r["action_a_mener"],
            "" if absent(r["pilotes"]) else r["pilotes"],
            "" if absent(r["etat"]) else r["etat"],
            f"inconnu : {r['motif'] or ''}" if absent(r["etat"]) else wording.STATES[r["etat"]],
            _due(r),
            _late(r, edition.period),
            _history(rows[rows["action_a_mener_code"] == r["action_a_mener_code"]]),
        )
        for r in last
    ]


def _rank(code: str) -> tuple[str, int]:
    head, _, number = code.rpartition(".M")
    return head, int(number) if number.isdigit() else 0


def _history(rows: pd.DataFrame) -> str:
    """Tell how the state has changed; nothing of one that never did."""
    told = [(p, None if absent(s) else s) for p, s in zip(rows["periode"], rows["etat"], strict=True)]
    return history(told) if len({state for _, state in told}) > 1 else ""


def _due(row: dict) -> str:
    """Write the due date, and whether a committee decided it."""
    due = row.get("echeance_retenue", row["echeance"])
    if absent(due):
        return ""
    return f"{due:%d/%m/%Y}" + ("" if absent(row.get("echeance_decidee")) else " (décidée)")


def _late(row: dict, period: Period) -> str:
    """Say that what was due by the end of the period is not done, by the rule of the warehouse; an edition given before
    that rule tells it by the printed date alone.
    """
    if "retard" in row:
        return "" if absent(row["retard"]) else LATE[row["retard"]]
    if absent(row["echeance"]) or pd.Timestamp(row["echeance"]).date() > period.end or row["etat"] in _DONE:
        return ""
    return "en retard" if not absent(row["etat"]) else "échéance passée, état inconnu"
