"""`vigie check-tables`: the tables of the project, looked at as each load does, and put right where nothing is lost."""

from __future__ import annotations

from dataclasses import asdict

from pipelines.base.exit_codes import DONE, PARTLY_REFUSED
from pipelines.base.wording import plural
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import CatalogueError
from pipelines.catalogue.table_checks import check, files, sentences
from pipelines.catalogue.table_rewrite import Rewritten, rewrite
from pipelines.cli.screen import err, out, print_json
from pipelines.settings.model import HOME_OF_ENVIRONMENT
from pipelines.settings.project import project_of
from pipelines.settings.tables import Fault

_SHOWN = 40


def run(put_right: bool, as_json: bool) -> int:
    """List every fault of every table; 0 when there is none, 1 when there is one."""
    done = rewrite() if put_right else []
    if any(table.changes for table in done):
        project_of(HOME_OF_ENVIRONMENT)  # a home's own tables are read in a copy of the project
    faults = check()
    contradiction = "" if faults else _contradiction()
    code = PARTLY_REFUSED if faults or contradiction else DONE
    if as_json:
        print_json({
            "tables": len(files()),
            "defauts": [{**_french(f), "phrase": f.sentence()} for f in faults],
            "contradiction": contradiction or None,
            "reecrites": [{"fichier": d.file, "changements": d.changes} for d in done if d.changes],
            "laissees": [{"fichier": d.file, "pourquoi": d.left} for d in done if d.left],
            "code_sortie": code,
        })  # fmt: skip
        return code
    _show(done, faults, contradiction)
    return code


def _contradiction() -> str:
    """What a load would say next: tables that are sound one by one, and do not hold together."""
    try:
        load_catalogue()
    except CatalogueError as error:
        return str(error)
    return ""


def _french(fault: Fault) -> dict[str, object]:
    names = {"file": "fichier", "line": "ligne", "column": "colonne", "problem": "constat", "remedy": "remede"}
    return {names[name]: value for name, value in asdict(fault).items()}


def _show(done: list[Rewritten], faults: list[Fault], contradiction: str) -> None:
    for table in done:
        if table.changes:
            err.print(f"Réécrite : {table.file} ({', '.join(table.changes)})", style="green", markup=False)
        else:
            err.print(
                f"Laissée comme elle est : {table.file}. {table.left.capitalize()}.", style="yellow", markup=False
            )
    kinds = sentences(faults)
    for sentence in kinds[:_SHOWN]:
        err.print(f"• {sentence}", markup=False)
    if len(kinds) > _SHOWN:
        err.print(f"… et {plural(len(kinds) - _SHOWN, 'autre', 'autres')} : vigie check-tables --json")
    if contradiction:
        err.print(f"• {contradiction}", markup=False)
    found = len(faults) + bool(contradiction)
    out.print(
        f"{plural(len(files()), 'table vérifiée', 'tables vérifiées')}. "
        f"{plural(found, 'défaut') if found else 'Rien à corriger'}.",
        markup=False,
    )
