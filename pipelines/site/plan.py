"""The plan as the pages show it: each priority of the report by action sheet, targets beside what is reached."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.lines import Line, Lines
from pipelines.report.plan import Step, in_force, steps, ties_in_force
from pipelines.report.priority import Action, Fund, Priority
from pipelines.report.wording import absent
from pipelines.snapshots.windows import YEAR


@dataclass(frozen=True)
class Sheet:
    """An action sheet: what the plan asks to follow, what tells of it, what is to be done, what is asked for it."""

    action: Action
    followed: list[Line]
    situation: list[Line]
    steps: list[Step]
    funds: list[Fund]


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


def general(edition: Edition, priority: Priority) -> list[Line]:
    """List what tells of a priority and of none of its action sheets, its head indicators left out."""
    tied = {code for a in priority.actions for code in _told_by(edition, a.code)}
    return [line for line in priority.situation if line.code not in tied]


def sheets(edition: Edition, priority: Priority) -> list[Sheet]:
    """Cut a priority by action sheet."""
    lines = {line.code: line for line in (*priority.heads, *priority.situation)}
    return [
        Sheet(
            action,
            [f.line for f in priority.followed if f.action == action.code],
            [lines[code] for code in _told_by(edition, action.code) if code in lines],
            [step for step in priority.steps if step.action == action.code],
            [fund for fund in priority.funds if fund.action == action.code],
        )
        for action in priority.actions
    ]


def all_steps(edition: Edition) -> list[Step]:
    """List the actions to take of the whole plan."""
    return steps(edition, list(in_force(edition.tables["actions"], edition.period)["action_code"]))


def targets(edition: Edition, lines: Lines) -> list[Target]:
    """List the targets and baselines of the plan that are in force, each beside its indicator's figure."""
    labels = edition.labels("indicateurs", "indicateur_code") | edition.labels("actions", "action_code")
    labels |= edition.labels("actions_a_mener", "action_a_mener_code", "action_a_mener")
    return [
        _target(row, labels.get(row["objet_code"], row["objet_code"]), lines)
        for row in in_force(edition.tables["cibles"], edition.period).to_dict("records")
    ]


def _target(row: Mapping[Hashable, Any], label: str, lines: Lines) -> Target:
    indicator = row["objet_type"] == "indicateur"
    own = lines.line(row["objet_code"]) if indicator else None
    # A target of the year is read on the year.
    year = lines.line(row["objet_code"], None, YEAR) if indicator and not (own and own.target_words) else None
    line = year if year is not None and year.target_words else own
    wanted = row["type"] == "cible"
    return Target(
        "cible" if wanted else "point de départ",
        label,
        row["objet_code"] if line else "",
        "d'après une règle :" if absent(row["valeur"]) else wording.shown(row["valeur"]),
        row["unite"],
        "" if absent(row["date_cible"]) else f"{row['date_cible']:%d/%m/%Y}",
        row["texte"],
        f"{line.value} ({line.period})" if line else "",
        line.reached if line and wanted else "",
    )


def _told_by(edition: Edition, action: str) -> Iterator[str]:
    """Yield the situation indicators that an action sheet names."""
    ties = ties_in_force(edition.tables["rattachements"], edition.period)
    own = ties[(ties["action_code"] == action) & (ties["nature"] != "suivi")]
    yield from own["indicateur_code"].drop_duplicates()
