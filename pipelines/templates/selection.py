"""Which templates a command asks for: the sources, their period, who answers; or why there is none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from difflib import get_close_matches

from pipelines.base.exit_codes import Stopped
from pipelines.base.periods import Period
from pipelines.base.said_periods import read_said
from pipelines.base.spelling import folded
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Catalogue, Source
from pipelines.templates.content import Respondent, Template, compose
from pipelines.templates.known import Known
from pipelines.templates.lists import rows_in_force

_KINDS = {"mensuelle": ("mois", "un mois", "2021-03"), "trimestrielle": ("trimestre", "un trimestre", "2021-T1")}


class NoTemplate(Stopped):
    """Nothing to write for what is asked; the text is a French sentence for the terminal."""


@dataclass(frozen=True)
class Skipped:
    """A source left aside when none was named, and why."""

    source: str
    reason: str


def choose(
    departement: str,
    today: dt.date,
    source: str | None = None,
    period: str | None = None,
    service: str | None = None,
    post: str | None = None,
    known: Known | None = None,
) -> tuple[list[Template], list[Skipped]]:
    """The templates asked for; raises NoTemplate on an unknown name, or when nothing is left to write.

    `period` is one of the source's, or a year: then a workbook holds each of its months or quarters. `known` is what
    the home holds already.
    """
    catalogue = load_catalogue()
    asked = _sources(catalogue, source, service, post)
    wanted = _read(period, asked)
    mark = catalogue.ignored_sheets[0].demonstration_mark if known and known.is_demonstration else ""
    templates, skipped = [], []
    for s in asked:
        try:
            when = wanted or last_closed(s.cadence, today)
            templates += _of_source(s, when, departement, service, post, known, mark)
        except _NotOwed as reason:
            if len(asked) == 1:
                raise
            skipped.append(Skipped(s.name, str(reason)))
    if not templates:
        raise NoTemplate(" ".join(s.reason for s in skipped))
    return templates, skipped


def last_closed(cadence: str, today: dt.date) -> Period:
    """Return the last month or quarter that is over."""
    months = Period.read(_KINDS[cadence][2]).months
    this_month = today.year * 12 + today.month - 1
    return Period(this_month - this_month % months - months, months)


class _NotOwed(NoTemplate):
    """The source has nothing to ask for that period or département; others may."""


def _sources(catalogue: Catalogue, name: str | None, service: str | None, post: str | None) -> list[Source]:
    """Find the source named, or those that the service and the post answer, or all of Vigie's own format."""
    own = {s.name: s for s in catalogue.sources if any(k.templated for k in s.layouts)}
    if name is not None:
        spelled = {folded(n).replace("-", "_"): n for n in own} | {folded(s.label): n for n, s in own.items()}
        found = spelled.get(folded(name).replace("-", "_")) or spelled.get(folded(name))
        if found is None:
            near = [spelled[n] for n in get_close_matches(folded(name), spelled, n=2, cutoff=0.5)]
            meant = f" Vouliez-vous dire {' ou '.join(dict.fromkeys(near))} ?" if near else ""
            raise NoTemplate(f"« {name} » n'a pas de modèle.{meant} Les sources qui en ont un : {', '.join(own)}.")
        name = found
    chosen = [own[name]] if name is not None else list(own.values())
    kinds = {kind for kind, value in (("services", service), ("postes_iscg", post)) if value is not None}
    if not kinds:
        return chosen
    concerned = [s for s in chosen if _answered_by(s) in kinds]
    for kind in sorted(kinds - {_answered_by(s) for s in concerned}):
        option = "--service" if kind == "services" else "--poste"
        raise NoTemplate(f"{option} ne concerne pas la source {name} : l'enlever.")
    return concerned


def _read(period: str | None, asked: list[Source]) -> Period | None:
    """Read a period as people write it; « 2021-4 » takes the cadence that the sources share."""
    if period is None:
        return None
    kinds = {_KINDS[s.cadence][0] for s in asked}
    for kind in (*(kinds if len(kinds) == 1 else ()), None):
        try:
            return read_said(period, kind)
        except ValueError as error:
            why = error
    raise NoTemplate(f"{why}.")


def _of_source(
    source: Source,
    asked: Period,
    departement: str,
    service: str | None,
    post: str | None,
    known: Known | None,
    mark: str,
) -> list[Template]:
    periods = _periods(source, asked)
    answering = {p: _respondents(source, p, departement) for p in periods}
    everyone = list(dict.fromkeys(r for found in answering.values() for r in found))
    wanted = service or post
    named = [r for r in everyone if wanted is None or _is(r, wanted)]
    if not everyone:
        listed = _answered_by(source)
        raise _NotOwed(
            f"{source.name} : personne n'y répond en {asked} pour le département {departement}. L'ajouter à "
            f"dbt_project/seeds/reference/{listed}.csv."
        )
    if not named:
        what = "service" if service else "poste"
        names = ", ".join(f"« {r.name} »" for r in everyone if r)
        raise NoTemplate(f"« {wanted} » n'est pas un {what} connu en {asked}. Ceux qui le sont : {names}.")
    forms = [
        compose(source, asked, [p for p in periods if r in answering[p]], departement, r, known, mark) for r in named
    ]
    for table in forms[0].tables:
        for f in table.schema.fields:
            if f.name in table.choices and not table.choices[f.name] and f.column.type != "lieu":
                raise _NotOwed(
                    f"{source.name} : aucun code de « {f.title} » n'est en vigueur en {table.period} pour le "
                    f"département {departement} (dbt_project/seeds/)."
                )
    return forms


def _periods(source: Source, asked: Period) -> list[Period]:
    """List the periods asked for: the one named, or those of the year."""
    kind, article, example = _KINDS[source.cadence]
    first = Period.read(source.first_period)
    if asked.kind == kind:
        periods = [asked]
    elif asked.kind == "annee":
        months = Period.read(example).months
        periods = [Period(m, months) for m in range(asked.first_month, asked.first_month + 12, months)]
    else:
        raise _NotOwed(
            f"{source.name} est {source.cadence} : {asked} n'est ni {article} (par exemple {example}), ni une année."
        )
    owed = [p for p in periods if p.start >= first.start]
    if not owed:
        raise _NotOwed(f"{source.name} commence en {source.first_period} : rien n'y est demandé pour {asked}.")
    return owed


def _answered_by(source: Source) -> str:
    """Name the list of those who each send a file; empty when one file answers for all."""
    return source.debtors if source.debtors in {"services", "postes_iscg"} else ""


def _respondents(source: Source, period: Period, departement: str) -> list[Respondent | None]:
    """List who answers in the period; None alone for a source that one file answers."""
    answered_by = _answered_by(source)
    if not answered_by:
        return [None]
    known = rows_in_force(answered_by, departement, period)
    if answered_by == "services":
        found = [
            Respondent(r["service"], r["service"], (("force", r["force"]), ("service", r["service"]))) for r in known
        ]
    else:
        found = [Respondent(r["poste_code"], r["libelle"], (("poste", r["poste_code"]),)) for r in known]
    # A line closed and reopened within the period names the same respondent twice.
    return list(dict.fromkeys(found))


def _is(respondent: Respondent | None, asked: str) -> bool:
    """Tell whether a respondent is the one that a person names, by its code or by its name."""
    if respondent is None:
        return False
    return folded(asked) in {folded(respondent.name), folded(respondent.shown)}
