"""`vigie site`: the observatory of a snapshot, as a folder of pages."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.base.wording import mebibytes, plural
from pipelines.cli.screen import answer, fail
from pipelines.cli.snapshots import NotDrawable, drawable
from pipelines.snapshots.folder import DATA, MANIFEST, PUBLIC, RESTRICTED

# What tells an earlier observatory from any other folder.
_OWN = ("index.html", "commun/noyau.js")


def run(text: str, target: Path, restricted: bool, as_json: bool) -> int:
    """Write the pages of one edition; an earlier observatory in the same folder is replaced whole."""
    kind = RESTRICTED if restricted else PUBLIC
    try:
        snapshot = drawable(text, target)
    except NotDrawable as refused:
        return fail(str(refused), USAGE)
    alone = kind == PUBLIC and (snapshot / DATA).is_dir() and (snapshot / MANIFEST).exists()
    if not (snapshot / kind).is_dir() and not alone:
        return fail(f"Ce cliché n'a pas d'édition {kind}.", USAGE)
    if target.exists() and any(target.iterdir()) and not all((target / name).exists() for name in _OWN):
        return fail(f"Le dossier {target} n'est pas vide, et n'est pas celui d'un observatoire.", USAGE)
    from pipelines.report.edition import read_edition
    from pipelines.site.draw import draw_site
    from pipelines.site.held import NoPlaces

    edition = read_edition(snapshot, kind)
    draft = target.with_name(f".{target.name}.brouillon")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        written = draw_site(edition, draft)
    except NoPlaces as refused:
        return fail(f"{refused}.", USAGE)
    size = sum(file.stat().st_size for file in written)
    shutil.rmtree(target, ignore_errors=True)
    draft.replace(target)
    files = plural(len(written), "fichier écrit", "fichiers écrits")
    said = f"{files} ({mebibytes(size)}). Ouvrir {target / 'index.html'}"
    told = {"edition": kind, "dossier": str(target), "fichiers": len(written), "octets": size, "code_sortie": DONE}
    return answer(as_json, told, said)
