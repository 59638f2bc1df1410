"""`vigie quality` writes the page of the data officer; `vigie tolerate` registers a known error."""

from __future__ import annotations

from pathlib import Path

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.base.wording import plural
from pipelines.cli.screen import err, fail, out, print_json, tell
from pipelines.machine.durable import write_whole
from pipelines.officer.still_missing import still_missing
from pipelines.officer.tolerating import register_known
from pipelines.quality.overview import gather
from pipelines.settings.model import Settings


def run(target: Path | None, as_json: bool) -> int:
    """Write the page, by default quality.html in the home; say where it is and what is most urgent."""
    settings = Settings()
    if not settings.paths.register.exists():
        return fail("Rien n'a encore été chargé. Lancer d'abord vigie load.", USAGE)
    told = gather(settings, still_missing(settings))
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
    return tell(as_json, register_known(Settings(), rule, thing, reason, until), err)
