"""Nobody is asked for this any more, with a reason; what is excused is listed, and taken back."""

from __future__ import annotations

import datetime as dt

from pipelines.base.periods import Period
from pipelines.base.said_periods import read_said_range
from pipelines.base.wording import MONTHS, plural
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Catalogue, Source
from pipelines.officer.done import Done, NotDone
from pipelines.publication.missing import read_missing
from pipelines.publication.reading import NotPublished
from pipelines.publication.standing import standing
from pipelines.quality import excuses
from pipelines.quality.excuses import Excuse
from pipelines.reminders.excusable import SOURCE, Excusable, NotExcusable, excusables, find
from pipelines.settings.model import Settings

_CADENCES = {"mensuelle": 1, "trimestrielle": 3, "annuelle": 12}
EXAMPLE = 'vigie excuse CGD CAHORS 2025-01..2025-03 --motif "poste vacant"'


def excuse(settings: Settings, words: list[str], source: str | None, reason: str | None) -> Done:
    """Write an excuse: what it is of, then the periods. Raises NotDone when a name, a period or a reason is not one."""
    catalogue = load_catalogue()
    asked, of, span = _read(settings, catalogue, words, source, reason, need_period=True)
    if not of.motif:
        raise NotDone('Il manque le motif, ou il est vide. Exemple : --motif "poste vacant"')
    if span and (why := _in_the_future(span, settings.today)):
        raise NotDone(why)
    return _add(settings, catalogue, asked, of, " ".join(words))


def take_back(settings: Settings, words: list[str], source: str | None) -> Done:
    """Take an excuse back, for these periods or for all of them. Raises NotDone."""
    asked, of, span = _read(settings, load_catalogue(), words, source, None, need_period=False)
    return _take_back(settings, asked, of, span)


def _read(
    settings: Settings, catalogue: Catalogue, words: list[str], source: str | None, reason: str | None,
    need_period: bool,
) -> tuple[Excusable, Excuse, tuple[Period, Period] | None]:  # fmt: skip
    if not words:
        raise NotDone(f"Il manque ce que l'on excuse. Exemple : {EXAMPLE}")
    try:
        span, name = _parted(words)
        if not name:
            since = f" pour {span[0]}" if span else ""
            raise NotDone(f"Il manque ce que l'on excuse{since}. Exemple : {EXAMPLE}")
        if span is None and need_period:
            raise NotDone(f"Il manque la période. {_why_not(words)} Exemple : {EXAMPLE}")
        known = excusables(settings.departement, catalogue)
        asked = find(name, known)
        only = find(source, [e for e in known if e.kind == SOURCE]).code if source else ""
    except (ValueError, NotExcusable) as error:
        raise NotDone(str(error) if str(error).endswith(".") else f"{error}.") from None
    if only and asked.kind == SOURCE and only != asked.code:
        raise NotDone(f"« {name} » est déjà une source, et n'est pas {only}. Enlever --source.")
    of = Excuse(
        source=asked.code if asked.kind == SOURCE else only,
        objet_type=asked.kind,
        objet_code="" if asked.kind == SOURCE else asked.code,
        depuis=str(span[0]) if span else "",
        jusqu_a=str(span[1]) if span else "",
        motif=(reason or "").strip(),
        inscrite_le=settings.today.isoformat(),
    )
    return asked, of, span


def _parted(words: list[str]) -> tuple[tuple[Period, Period] | None, str]:
    """Split the words into the periods, which end them, and the name."""
    for i in range(len(words)):
        try:
            return read_said_range(" ".join(words[i:])), " ".join(words[:i])
        except ValueError as error:
            if i == len(words) - 1 and any(c.isdigit() for c in words[-1]) and "deux façons" in str(error):
                raise
    return None, " ".join(words)


def _why_not(words: list[str]) -> str:
    return f"« {words[-1]} » n'en est pas une (2025-01, T1 2025, 2025, 2025-01..2025-06)."


def _in_the_future(span: tuple[Period, Period], today: dt.date) -> str | None:
    last = span[1]
    if last.start <= today and (last.kind != "annee" or last.end <= today):
        return None
    month = f"{MONTHS[today.month - 1]} {today.year}"
    return (
        f"{last} n'est pas encore {'finie' if last.kind == 'annee' else 'commencé'} : une période à venir ne s'excuse "
        f"pas. Nous sommes en {month} : excuser au plus jusqu'à {today.year}-{today.month:02d}."
    )


def _add(settings: Settings, catalogue: Catalogue, asked: Excusable, said: Excuse, typed: str) -> Done:
    settings.paths.create()
    before = excuses.read(settings.paths)
    same = [e for e in before if (e.source, e.objet_type, e.objet_code, e.depuis, e.jusqu_a)
            == (said.source, said.objet_type, said.objet_code, said.depuis, said.jusqu_a)]  # fmt: skip
    if not same:
        excuses.add(settings.paths, said)
    silenced = _silenced(settings, catalogue, said)
    where = f" ({said.source})" if said.source and asked.kind != SOURCE else ""
    already = " : c'était déjà inscrit" if same else ""
    more = [] if said.span in typed else [f"Compris : {said.span}."]
    if silenced is not None:
        told = f"{plural(silenced, 'absence', 'absences')} de moins à relancer" if silenced else _nothing_now(
            catalogue, said
        )  # fmt: skip
        after = " Ses valeurs restent manquantes ; vigie load portera l'excuse dans l'entrepôt." if silenced else ""
        more.append(f"{told}.{after}")
    return Done(
        f"{asked.shown}{where} n'est plus attendu pour {said.span}{already}.",
        vars(said) | {"absences": silenced, "deja_inscrite": bool(same)},
        more,
    )


def _nothing_now(catalogue: Catalogue, said: Excuse) -> str:
    source = next((s for s in catalogue.sources if s.name == said.source), None)
    if source and _too_fine(source, said):
        whole = "une année s'excuse avec son année ou son dernier trimestre" if source.cadence == "annuelle" else (
            "il faut un trimestre entier"
        )  # fmt: skip
        return f"{source.name} est {source.cadence} : {whole}. Rien n'en est changé"
    return "Rien de ce qui manque aujourd'hui n'est concerné"


def _too_fine(source: Source, said: Excuse) -> bool:
    return Period.read(said.depuis).months < _CADENCES[source.cadence]


def _silenced(settings: Settings, catalogue: Catalogue, said: Excuse) -> int | None:
    """Count the missing rows that an excuse covers; None where nothing is published."""
    try:
        missing = read_missing()
    except NotPublished:
        return None
    excused = standing(settings, catalogue, missing or []).excused
    return sum(
        any(said.covers(row, p) for p in (Period.read(row["depuis"]), Period.read(row["jusqu_a"]))) for row in excused
    )


def _take_back(settings: Settings, asked: Excusable, of: Excuse, span: tuple[Period, Period] | None) -> Done:
    before = excuses.read(settings.paths)
    kept: list[Excuse] = []
    for known in before:
        same = (known.objet_type, known.objet_code) == (of.objet_type, of.objet_code) and (
            not of.source or known.source == of.source
        )
        kept += excuses.without(known, span) if same else [known]
    if kept == before:
        raise NotDone(
            f"{asked.shown} n'est pas excusé{f' pour {of.span}' if span else ''}. Voir : vigie excuse --liste"
        )
    excuses.write(settings.paths, kept)
    when = f" pour {of.span}" if span else ""
    return Done(
        f"{asked.shown} est de nouveau attendu{when} : vigie relances le redemande.",
        {"excuses": [vars(e) for e in kept]},
    )
