"""`vigie excuse`: nobody is asked for this any more, with a reason; what is excused is listed, and taken back."""

from __future__ import annotations

import datetime as dt

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.base.periods import Period
from pipelines.base.said_periods import read_said_range
from pipelines.base.wording import MONTHS, plural
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Catalogue, Source
from pipelines.cli.screen import answer, err, fail, out, print_json
from pipelines.publication.missing import read_missing
from pipelines.publication.reading import NotPublished
from pipelines.publication.standing import standing
from pipelines.quality import excuses
from pipelines.quality.excuses import Excuse
from pipelines.reminders.excusable import SOURCE, Excusable, NotExcusable, excusables, find
from pipelines.settings.model import Settings

_CADENCES = {"mensuelle": 1, "trimestrielle": 3, "annuelle": 12}
_EXAMPLE = 'vigie excuse CGD CAHORS 2025-01..2025-03 --motif "poste vacant"'


def run(words: list[str], source: str | None, reason: str | None, take_back: bool, listed: bool, as_json: bool) -> int:
    """Write an excuse, take one back, or list them; USAGE when a name, a period or a reason is not one."""
    settings, catalogue = Settings(), load_catalogue()
    if listed:
        return _list(settings, as_json)
    if not words:
        return fail(f"Il manque ce que l'on excuse. Exemple : {_EXAMPLE}", USAGE)
    try:
        span, name = _parted(words)
        if not name:
            since = f" pour {span[0]}" if span else ""
            return fail(f"Il manque ce que l'on excuse{since}. Exemple : {_EXAMPLE}", USAGE)
        if span is None and not take_back:
            return fail(f"Il manque la période. {_why_not(words)} Exemple : {_EXAMPLE}", USAGE)
        known = excusables(settings.departement, catalogue)
        asked = find(name, known)
        only = find(source, [e for e in known if e.kind == SOURCE]).code if source else ""
        if only and asked.kind == SOURCE and only != asked.code:
            return fail(f"« {name} » est déjà une source, et n'est pas {only}. Enlever --source.", USAGE)
    except (ValueError, NotExcusable) as error:
        return fail(str(error) if str(error).endswith(".") else f"{error}.", USAGE)
    of = Excuse(
        source=asked.code if asked.kind == SOURCE else only,
        objet_type=asked.kind,
        objet_code="" if asked.kind == SOURCE else asked.code,
        depuis=str(span[0]) if span else "",
        jusqu_a=str(span[1]) if span else "",
        motif=(reason or "").strip(),
        inscrite_le=settings.today.isoformat(),
    )
    if take_back:
        return _take_back(settings, catalogue, asked, of, span, as_json)
    if not of.motif:
        return fail('Il manque le motif, ou il est vide. Exemple : --motif "poste vacant"', USAGE)
    if span and (why := _in_the_future(span, settings.today)):
        return fail(why, USAGE)
    return _add(settings, catalogue, asked, of, " ".join(words), as_json)


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


def _add(settings: Settings, catalogue: Catalogue, asked: Excusable, said: Excuse, typed: str, as_json: bool) -> int:
    settings.paths.create()
    before = excuses.read(settings.paths)
    same = [e for e in before if (e.source, e.objet_type, e.objet_code, e.depuis, e.jusqu_a)
            == (said.source, said.objet_type, said.objet_code, said.depuis, said.jusqu_a)]  # fmt: skip
    if not same:
        excuses.add(settings.paths, said)
    silenced = _silenced(settings, catalogue, said)
    if as_json:
        print_json(vars(said) | {"absences": silenced, "deja_inscrite": bool(same)})
        return DONE
    where = f" ({said.source})" if said.source and asked.kind != SOURCE else ""
    already = " : c'était déjà inscrit" if same else ""
    out.print(f"{asked.shown}{where} n'est plus attendu pour {said.span}{already}.", markup=False)
    if said.span not in typed:
        err.print(f"Compris : {said.span}.", markup=False)
    if silenced is not None:
        told = f"{plural(silenced, 'absence', 'absences')} de moins à relancer" if silenced else _nothing_now(
            catalogue, said
        )  # fmt: skip
        after = " Ses valeurs restent manquantes ; vigie load portera l'excuse dans l'entrepôt." if silenced else ""
        err.print(f"{told}.{after}", markup=False)
    return DONE


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


def _take_back(
    settings: Settings, catalogue: Catalogue, asked: Excusable, of: Excuse, span: tuple[Period, Period] | None,
    as_json: bool,
) -> int:  # fmt: skip
    before = excuses.read(settings.paths)
    kept: list[Excuse] = []
    for excuse in before:
        same = (excuse.objet_type, excuse.objet_code) == (of.objet_type, of.objet_code) and (
            not of.source or excuse.source == of.source
        )
        kept += excuses.without(excuse, span) if same else [excuse]
    if kept == before:
        return fail(f"{asked.shown} n'est pas excusé{f' pour {of.span}' if span else ''}. Voir : vigie excuse --liste",
                    USAGE)  # fmt: skip
    excuses.write(settings.paths, kept)
    when = f" pour {of.span}" if span else ""
    again = f"{asked.shown} est de nouveau attendu{when} : vigie relances le redemande."
    return answer(as_json, {"excuses": [vars(e) for e in kept]}, again)


def _list(settings: Settings, as_json: bool) -> int:
    said = excuses.read(settings.paths)
    if as_json:
        print_json({"excuses": [vars(e) for e in said]})
        return DONE
    if not said:
        out.print(f"Rien n'est excusé. Exemple : {_EXAMPLE}", markup=False)
    for e in said:
        what = e.objet_code or e.source
        where = f" ({e.source})" if e.objet_code and e.source else ""
        out.print(f"{what}{where}, {e.span} : {e.motif} (le {e.inscrite_le})", markup=False)
    return DONE
