"""Which templates a command asks for: the sources, their period, who answers; or why there is none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipelines.intake.catalogue import Source, tidy
from pipelines.intake.catalogue_files import load_catalogue
from pipelines.intake.periods import Period
from pipelines.templates.content import Respondent, Template, compose
from pipelines.templates.lists import rows_in_force

_KINDS = {"mensuelle": ("mois", "un mois", "2021-03"), "trimestrielle": ("trimestre", "un trimestre", "2021-T1")}


class NoTemplate(Exception):
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
) -> tuple[list[Template], list[Skipped]]:
    """The templates asked for; raises NoTemplate on an unknown name, or when nothing is left to write."""
    asked = _sources(source, service, post)
    wanted = _read(period)
    templates, skipped = [], []
    for s in asked:
        try:
            templates += _of_source(s, wanted or last_closed(s.cadence, today), departement, service, post)
        except _NotOwed as reason:
            if len(asked) == 1:
                raise
            skipped.append(Skipped(s.name, str(reason)))
    if not templates:
        raise NoTemplate(" ".join(s.reason for s in skipped))
    return templates, skipped


def last_closed(cadence: str, today: dt.date) -> Period:
    """The last month or quarter that is over."""
    months = Period.read(_KINDS[cadence][2]).months
    this_month = today.year * 12 + today.month - 1
    return Period(this_month - this_month % months - months, months)


class _NotOwed(NoTemplate):
    """The source has nothing to ask for that period or département; others may."""


def _sources(name: str | None, service: str | None, post: str | None) -> list[Source]:
    """The source named; or those that the service and the post answer; or every source of Vigie's own format."""
    own = {s.name: s for s in load_catalogue().sources if any(k.templated for k in s.layouts)}
    if name is not None and name not in own:
        raise NoTemplate(f"« {name} » n'a pas de modèle. Les sources qui en ont un : {', '.join(own)}.")
    chosen = [own[name]] if name is not None else list(own.values())
    kinds = {kind for kind, value in (("services", service), ("postes_iscg", post)) if value is not None}
    if not kinds:
        return chosen
    concerned = [s for s in chosen if _answered_by(s) in kinds]
    for kind in sorted(kinds - {_answered_by(s) for s in concerned}):
        option = "--service" if kind == "services" else "--poste"
        raise NoTemplate(f"{option} ne concerne pas la source {name} : l'enlever.")
    return concerned


def _read(period: str | None) -> Period | None:
    try:
        return None if period is None else Period.read(period)
    except ValueError as error:
        raise NoTemplate(f"{error}.") from error


def _of_source(
    source: Source, period: Period, departement: str, service: str | None, post: str | None
) -> list[Template]:
    kind, article, example = _KINDS[source.cadence]
    if period.kind != kind:
        raise _NotOwed(f"{source.name} est {source.cadence} : {period} n'est pas {article} (par exemple {example}).")
    if period.start < Period.read(source.first_period).start:
        raise _NotOwed(f"{source.name} commence en {source.first_period} : rien n'y est demandé pour {period}.")
    respondents = _respondents(source, period, departement, service, post)
    templates = [compose(source, period, departement, r) for r in respondents]
    for table in templates[0].tables:
        for f in table.schema.fields:
            if f.name in table.choices and not table.choices[f.name]:
                raise _NotOwed(
                    f"{source.name} : aucun code de « {f.title} » n'est en vigueur en {period} pour le département "
                    f"{departement} (dbt_project/seeds/)."
                )
    return templates


def _answered_by(source: Source) -> str:
    """The list of those who answer a source each with a file of their own; empty when one file answers for all."""
    return source.debtors if source.debtors in {"services", "postes_iscg"} else ""


def _respondents(
    source: Source, period: Period, departement: str, service: str | None, post: str | None
) -> list[Respondent | None]:
    answered_by = _answered_by(source)
    if not answered_by:
        return [None]
    known = rows_in_force(answered_by, departement, period)
    if not known:
        raise _NotOwed(
            f"{source.name} : personne n'y répond en {period} pour le département {departement}. L'ajouter à "
            f"dbt_project/seeds/reference/{answered_by}.csv."
        )
    if answered_by == "services":
        named = [Respondent(r["service"], {"force": r["force"], "service": r["service"]}) for r in known]
        return _named(named, service, "service", period)
    return _named([Respondent(r["poste_code"], {"poste": r["poste_code"]}) for r in known], post, "poste", period)


def _named(known: list[Respondent], asked: str | None, what: str, period: Period) -> list[Respondent | None]:
    # A line closed and reopened within the period names the same respondent twice.
    known = [r for i, r in enumerate(known) if r not in known[:i]]
    found = [r for r in known if asked is None or tidy(r.name).casefold() == tidy(asked).casefold()]
    if not found:
        names = ", ".join(f"« {r.name} »" for r in known)
        raise NoTemplate(f"« {asked} » n'est pas un {what} connu en {period}. Ceux qui le sont : {names}.")
    return found
