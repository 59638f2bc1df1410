"""`vigie dictionary` writes the page that defines every published table, column and indicator."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

from duckdb import CatalogException

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.cli.screen import answer, fail, print_json
from pipelines.machine.durable import write_whole
from pipelines.publication.reading import opened, rows
from pipelines.settings.model import Settings

_SCRIPT = Path(__file__).parent.parent / "pages" / "dictionnaire.js"


def run(target: Path | None, as_json: bool) -> int:
    """Write the page, by default dictionnaire.html in the home, from `reference.dictionnaire` alone."""
    try:
        with opened() as db:
            entries = rows(db, "from reference.dictionnaire order by objet_type, objet_code, rang")
    except CatalogException:
        return fail("L'entrepôt publié est d'une version sans dictionnaire. Lancer vigie load.", USAGE)
    if as_json:
        print_json({"dictionnaire": entries})
        return DONE
    return _write(target or Settings().paths.dictionary_page, lambda: page(entries))


def models(target: Path | None, as_json: bool) -> int:
    """Write dbt's own documentation as one page, by default modeles.html in the home: every model and its SQL, those
    in between included, with the types of the published tables.
    """
    settings = Settings()
    if not settings.paths.warehouse.exists():
        return fail("Rien n'est publié. Lancer d'abord vigie load.", USAGE)
    from pipelines.warehouse.dbt import documentation

    return _write(target or settings.paths.models_page, lambda: documentation(settings), as_json)


def _write(file: Path, make: Callable[[], str], as_json: bool = False) -> int:
    if not file.parent.is_dir():
        return fail(f"Le dossier {file.parent} n'existe pas.", USAGE)
    write_whole(file, make().encode())
    return answer(as_json, {"page": str(file)}, f"Page écrite : {file}")


def page(entries: list[dict]) -> str:
    """Return the page, from the rows of `reference.dictionnaire`. Its policy allows its own script alone."""
    from pipelines.pages.render import render

    script = _SCRIPT.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    columns: dict[str, list[dict]] = {}
    for e in sorted((e for e in entries if e["objet_type"] == "colonne"), key=lambda e: e["rang"]):
        columns.setdefault(e["objet_code"].rpartition(".")[0], []).append(e)
    return render(
        "dictionnaire.html.j2",
        indicateurs=[e for e in entries if e["objet_type"] == "indicateur"],
        tables=[e | {"colonnes": columns[e["objet_code"]]} for e in entries if e["objet_type"] == "table"],
        n_colonnes=sum(map(len, columns.values())),
        script=script,
        empreinte_script=f"sha256-{digest}",
    )
