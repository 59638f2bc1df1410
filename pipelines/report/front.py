"""Page one, read in two minutes: what matters in sentences, then the head indicators beside what they compare with."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.base.wording import number, plural
from pipelines.report.beside import Beside, Rates
from pipelines.report.edition import Edition
from pipelines.report.front_map import FrontMap, front_map
from pipelines.report.headlines import Headline, by_section, headlines
from pipelines.report.lines import Line, Lines
from pipelines.report.priority import Priority
from pipelines.snapshots.windows import MONTH, YEAR


@dataclass(frozen=True)
class HeadRow:
    """One head indicator, and its rate beside the région's and the country's."""

    line: Line
    rates: Rates | None
    note: int = 0


@dataclass(frozen=True)
class Front:
    """`groups` are the head indicators under their priority."""

    said: list[Headline]
    groups: list[tuple[Priority, list[HeadRow]]]
    status: str
    region: str
    reserves: list[str]
    notes: list[str]
    map: FrontMap | None = None

    @property
    def essentials(self) -> list[tuple[str, list[str]]]:
        """Return the sentences under their titles."""
        return by_section(self.said)


def front(edition: Edition, lines: Lines, priorities: list[Priority]) -> Front:
    """Compose page one of an edition."""
    beside = Beside(edition)
    heads = _once([line for p in priorities for line in p.heads])
    places = edition.tables["territoires"]
    notes: list[str] = []
    groups = [(p, [_row(line, beside.rates(line.code), notes) for line in p.heads]) for p in priorities]
    return Front(
        opening(edition, lines, priorities),
        groups,
        status(edition),
        next(iter(places.loc[places["niveau"] == "region", "libelle"]), "Région"),
        list(dict.fromkeys(line.reserve for line in heads if line.reserve)),
        notes,
        front_map(edition, heads),
    )


def opening(edition: Edition, lines: Lines, priorities: list[Priority]) -> list[Headline]:
    """Return the sentences that open an edition, whatever its face."""
    heads = _once([line for p in priorities for line in p.heads])
    known = {line.code for line in heads}
    others = [line for line in _once([line for p in priorities for line in p.situation]) if line.code not in known]
    return headlines(heads, others, [] if edition.period.kind == MONTH else _with_targets(edition, lines))


def _row(line: Line, rates: Rates | None, notes: list[str]) -> HeadRow:
    """Number the note of a rate that is a neighbour's."""
    if rates is None or not rates.of:
        return HeadRow(line, rates)
    said = f"taux de « {rates.of} », de la base du SSMSI, que compte aussi le reste du pays"
    notes.append(said)
    return HeadRow(line, rates, len(notes))


def _once(lines: list[Line]) -> list[Line]:
    return list({line.code: line for line in lines}.values())


def _with_targets(edition: Edition, lines: Lines) -> list[Line]:
    """List the indicators for which the plan sets a figure, over the year that the figure is of."""
    targets = edition.tables["cibles"]
    own = targets[(targets["type"] == "cible") & (targets["objet_type"] == "indicateur")].sort_values("cible_code")
    found = (lines.line(code, None, YEAR) for code in own["objet_code"].drop_duplicates())
    return [line for line in found if line is not None and line.reached]


def status(edition: Edition) -> str:
    """Say whether the figures of the period may still change."""
    states = edition.tables["comparaisons"]["statut"]
    provisional = int((states == "P").sum())
    if not provisional:
        return "Aucun chiffre de la période n'est provisoire."
    return (
        f"Édition provisoire en partie : {plural(provisional, 'valeur')} sur {number(len(states))} "
        f"{'peut' if provisional == 1 else 'peuvent'} encore changer."
    )
