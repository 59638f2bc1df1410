"""`vigie quality` writes the page of the data officer; `vigie tolerate` registers a known error."""

from __future__ import annotations

from pathlib import Path

from duckdb import CatalogException

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.base.said_periods import read_said_day
from pipelines.base.wording import plural
from pipelines.catalogue.load import load_catalogue
from pipelines.cli.near import meant, same
from pipelines.cli.screen import answer, err, fail, out, print_json
from pipelines.machine.durable import write_whole
from pipelines.publication.reading import NotPublished, opened, rows
from pipelines.publication.standing import standing
from pipelines.quality import known
from pipelines.quality.overview import gather
from pipelines.quality.rules import WAREHOUSE, read_rules
from pipelines.reminders import address
from pipelines.settings.model import Settings

_MISSING = "select * from qualite.series_manquantes order by echeance, phrase"
_SHOWN = ("phrase", "debiteur", "jours_retard", "n_indicateurs")


def run(target: Path | None, as_json: bool) -> int:
    """Write the page, by default quality.html in the home; say where it is and what is most urgent."""
    settings = Settings()
    if not settings.paths.register.exists():
        return fail("Rien n'a encore été chargé. Lancer d'abord vigie load.", USAGE)
    told = gather(settings, _missing(settings))
    if as_json:
        print_json(told)
        return DONE
    from pipelines.pages.render import render

    file = target or settings.paths.quality_page
    if not file.parent.is_dir():
        return fail(f"Le dossier {file.parent} n'existe pas.", USAGE)
    write_whole(file, render("quality.html.j2", **told).encode(), mode=0o640)
    out.print(f"Page écrite : {file}", markup=False)
    counts = [
        plural(len(told["bloquants"]) + len(told["erreurs"]), "point bloquant", "points bloquants"),
        plural(len(told["avertissements"]), "point à vérifier", "points à vérifier"),
        "ce qui manque n'est pas encore compté"
        if told["manquants"] is None
        else plural(len(told["manquants"]), "série manquante", "séries manquantes"),
        plural(len(told["refusees"]), "fichier refusé", "fichiers refusés"),
    ]
    out.print(", ".join(counts), markup=False)
    return DONE


def tolerate(rule: str, thing: str, reason: str, until: str, as_json: bool) -> int:
    """Register a known error; the next load judges with it."""
    settings = Settings()
    named = same(rule, read_rules())
    if named is None:
        return fail(
            f"La règle {rule} n'existe pas{meant(rule, read_rules(WAREHOUSE)) or '.'} Celles qui s'excusent : "
            f"{', '.join(sorted(read_rules(WAREHOUSE)))}.",
            USAGE,
        )
    if named not in read_rules(WAREHOUSE):
        return fail(
            f"La règle {named} juge à la réception : ce qu'elle refuse se corrige et se redépose. Rien n'est inscrit.",
            USAGE,
        )
    if not reason.strip() or not thing.strip():
        return fail("L'objet et le motif ne peuvent pas être vides.", USAGE)
    try:
        last = read_said_day(until)
    except ValueError as error:
        return fail(f"{error}.", USAGE)
    if last < settings.today:
        return fail(f"La date {until} est passée : l'écart ne serait pas excusé.", USAGE)
    until = last.isoformat()
    settings.paths.create()
    gap = known.KnownError(named, thing.strip(), reason.strip(), until, settings.today.isoformat())
    known.add(settings.paths.known_errors, gap)
    said = f"Écart connu inscrit jusqu'au {until} : {named} {gap.objet}. Il reste compté ; lancer vigie load pour "
    return answer(as_json, vars(gap), f"{said}juger de nouveau.", err)


def _missing(settings: Settings) -> list[dict] | None:
    """List what is still asked for, in the columns of the page; excused absences are not."""
    try:
        with opened() as db:
            catalogue = load_catalogue()
            found = standing(settings, catalogue, rows(db, _MISSING))
    except (NotPublished, CatalogException):
        return None
    others = address(catalogue, found.asked)
    told = {id(row): f"Fichier public : vigie fetch {row['source']}" for row in others.to_fetch}
    told |= {id(row): "À faire ici, à la préfecture" for row in others.here}
    return [
        {name: row[name] for name in _SHOWN} | {"demande_a": told.get(id(row), row["debiteur"])} for row in found.asked
    ]
