"""`vigie quality` writes the page of the data officer; `vigie tolerate` registers a known error."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from duckdb import CatalogException

from pipelines.cli.screen import err, fail, out, print_json
from pipelines.durable import write_whole
from pipelines.exit_codes import DONE, USAGE
from pipelines.publication.reading import NotPublished, opened, rows
from pipelines.quality import known
from pipelines.quality.overview import gather
from pipelines.quality.rules import WAREHOUSE, read_rules
from pipelines.settings import Settings
from pipelines.wording import plural

_MISSING = (
    "select phrase, debiteur, jours_retard, n_indicateurs from qualite.series_manquantes order by echeance, phrase"
)


def run(target: Path | None, as_json: bool) -> int:
    """Write the page, by default quality.html in the home; say where it is and what is most urgent."""
    settings = Settings()
    if not settings.paths.register.exists():
        return fail("Rien n'a encore été chargé. Lancer d'abord vigie load.", USAGE)
    told = gather(settings, _missing())
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
    if rule not in read_rules():
        return fail(f"La règle {rule} n'existe pas. Les règles sont dans expectations/regles.csv.", USAGE)
    if rule not in read_rules(WAREHOUSE):
        return fail(
            f"La règle {rule} juge à la réception : ce qu'elle refuse se corrige et se redépose. Rien n'est inscrit.",
            USAGE,
        )
    if not reason.strip() or not thing.strip():
        return fail("L'objet et le motif ne peuvent pas être vides.", USAGE)
    try:
        last = dt.date.fromisoformat(until)
    except ValueError:
        return fail(f"La date {until} n'est pas comprise. Attendu : année-mois-jour, par exemple 2025-12-31.", USAGE)
    if last < settings.today:
        return fail(f"La date {until} est passée : l'écart ne serait pas excusé.", USAGE)
    settings.paths.create()
    error = known.KnownError(rule, thing.strip(), reason.strip(), until, settings.today.isoformat())
    known.add(settings.paths.known_errors, error)
    if as_json:
        print_json(vars(error))
    else:
        err.print(
            f"Écart connu inscrit jusqu'au {until} : {rule} {error.objet}. Il reste compté ; lancer vigie load pour "
            "juger de nouveau.",
            markup=False,
        )
    return DONE


def _missing() -> list[dict] | None:
    try:
        with opened() as db:
            return rows(db, _MISSING)
    except (NotPublished, CatalogException):
        return None
