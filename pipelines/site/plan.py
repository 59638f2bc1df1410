"""The plan as the pages show it: priorities, actions to take, targets beside what is reached."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines.base.periods import Period
from pipelines.publication.states import LATE
from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.lines import Line, Lines
from pipelines.report.wording import absent


@dataclass(frozen=True)
class Step:
    """An action to take, with its last known state."""

    action: str
    text: str
    pilots: str
    due: str
    state: str
    late: str = ""


@dataclass(frozen=True)
class Sheet:
    """An action sheet: what the plan asks to follow, what tells of it, what is to be done."""

    code: str
    label: str
    pilots: str
    followed: list[Line]
    situation: list[Line]
    steps: list[Step]


@dataclass(frozen=True)
class Priority:
    code: str
    label: str
    short: str
    heads: list[Line]
    situation: list[Line]
    sheets: list[Sheet]


@dataclass(frozen=True)
class Target:
    """A target or a baseline of the plan, beside the figure of its indicator."""

    kind: str
    of: str
    code: str
    value: str
    unit: str
    due: str
    text: str
    told: str
    standing: str


def priorities(edition: Edition, lines: Lines) -> list[Priority]:
    """List the priorities in force, in the order of the plan."""
    tables = edition.tables
    ties = tables["rattachements"]
    ties = ties[ties["valide_a"].isna() | (ties["valide_a"] >= edition.period.end)]
    todo = steps(edition)
    sheets = _in_force(tables["actions"], edition.period)
    found = []
    for row in _in_force(tables["priorites"], edition.period).to_dict("records"):
        code = row["priorite_code"]
        mine = ties[ties["priorite_code"] == code]
        general = mine[mine["action_code"].isna()]
        heads = _lines(lines, mine.loc[mine["en_tete"].astype(bool), "indicateur_code"])
        named = {line.code for line in heads}
        found.append(
            Priority(
                code,
                row["libelle"],
                f"{code} · {row['libelle_court']}",
                heads,
                [line for line in _lines(lines, general["indicateur_code"]) if line.code not in named],
                [_sheet(s, mine, lines, todo) for s in sheets[sheets["priorite_code"] == code].to_dict("records")],
            )
        )
    return found


def _sheet(sheet: Mapping[Hashable, Any], ties: pd.DataFrame, lines: Lines, todo: list[Step]) -> Sheet:
    code = sheet["action_code"]
    mine = ties[ties["action_code"] == code]
    followed = mine["nature"] == "suivi"
    return Sheet(
        code,
        sheet["libelle"],
        "" if absent(sheet["pilotes"]) else sheet["pilotes"],
        _lines(lines, mine.loc[followed, "indicateur_code"]),
        _lines(lines, mine.loc[~followed, "indicateur_code"]),
        [step for step in todo if step.action == code],
    )


def steps(edition: Edition) -> list[Step]:
    """List the actions to take, each as it was last declared."""
    rows = edition.tables["actions_a_mener"].sort_values(["action_a_mener_code", "periode_fin"])
    last = rows.drop_duplicates("action_a_mener_code", keep="last")
    return [
        Step(
            r["action_code"],
            r["action_a_mener"],
            "" if absent(r["pilotes"]) else r["pilotes"],
            _due(r),
            f"état non connu : {r['motif'] or ''}" if absent(r["etat"]) else wording.STATES[r["etat"]],
            "" if absent(r.get("retard")) else LATE[r["retard"]],
        )
        for r in last.to_dict("records")
    ]


def _due(row: Mapping[Hashable, Any]) -> str:
    """Write the due date: the one decided, else the plan's."""
    due = row.get("echeance_retenue", row["echeance"])
    if absent(due):
        return ""
    return f"{due:%d/%m/%Y}" + ("" if absent(row.get("echeance_decidee")) else " (décidée)")


def targets(edition: Edition, lines: Lines) -> list[Target]:
    """List the targets and baselines of the plan that are in force, each beside its indicator's figure."""
    labels = edition.labels("indicateurs", "indicateur_code") | edition.labels("actions", "action_code")
    found = []
    for row in _in_force(edition.tables["cibles"], edition.period).to_dict("records"):
        code = row["objet_code"]
        line = lines.line(code) if row["objet_type"] == "indicateur" else None
        found.append(
            Target(
                "cible" if row["type"] == "cible" else "point de départ",
                labels.get(code, code),
                code if line else "",
                wording.shown(row["valeur"]),
                row["unite"],
                "" if absent(row["date_cible"]) else f"{row['date_cible']:%d/%m/%Y}",
                row["texte"],
                f"{line.value} ({line.period})" if line else "",
                line.target.rpartition(" ; ")[2] if line and " ; " in line.target else "",
            )
        )
    return found


def _lines(lines: Lines, codes: pd.Series) -> list[Line]:
    return [line for code in codes.drop_duplicates() if (line := lines.line(code))]


def _in_force(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Keep the rows in force at the end of the period; before the plan's first day, those it began with."""
    code = rows.columns[0]
    valid = rows[
        (rows["valide_de"].isna() | (rows["valide_de"] <= period.end))
        & (rows["valide_a"].isna() | (rows["valide_a"] >= period.end))
    ]
    early = rows[~rows[code].isin(valid[code])].sort_values("valide_de").drop_duplicates(code)
    early = early[early["valide_de"] > period.end]
    return pd.concat([valid, early]).sort_values([c for c in ("rang", code) if c in rows.columns])
