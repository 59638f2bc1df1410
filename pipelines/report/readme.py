"""`LISEZ-MOI.txt`: what the public folder is, for whoever got that folder and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path
from textwrap import fill

from pipelines.base.typography import french
from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.open_package import INVENTED, LICENCE, NO_LICENCE, is_invented
from pipelines.snapshots.contents import contents

README = "LISEZ-MOI.txt"
_WIDTH = 90
_FOLDERS = {
    "": "À la racine",
    "donnees_ouvertes": "Dans donnees_ouvertes/ : les données à réutiliser",
    "donnees_ouvertes/schemas": "Dans donnees_ouvertes/schemas/ : ce que contient chaque colonne, pour un programme",
    "donnees": "Dans donnees/ : les tables dont tout le reste est tiré, pour un programme",
}


def readme(edition: Edition, held: Collection[str]) -> str:
    """Return the text; `held` are the paths of the files of the folder."""
    invented = is_invented(edition)
    corrected = edition.manifest["motif"]
    day = dt.datetime.fromisoformat(edition.manifest["fait_le"])
    place = edition.labels("territoires", "territoire_code")[edition.department]
    values = {
        "territoire": place,
        "periode": wording.period(str(edition.period)),
        "cliche": edition.manifest["cliche"],
        "jour": f"{day:%d/%m/%Y}",
        "correction": f"Il en corrige un autre : {corrected}." if corrected else "",
        "demonstration": f"ATTENTION. {INVENTED}" if invented else "",
        "avertissements": "\n".join(f"- {text}." for text in edition.manifest["avertissements"]),
        "fichiers": _files(held),
        "licence": f"{NO_LICENCE['title']}." if invented else f"{LICENCE['title']} : {LICENCE['path']}\n\n{_CITE}",
    }
    text = Path(__file__).with_name("lisez-moi.txt").read_text(encoding="utf-8").format(**values)
    return _wrapped(french(text))


_CITE = "Vous pouvez reprendre ces données librement, en citant la source et le nom du cliché."


def _files(held: Collection[str]) -> str:
    said = []
    for folder, title in _FOLDERS.items():
        own = {name: what for name, what in contents().items() if name.rpartition("/")[0] == folder and name in held}
        said.append(f"{title}")
        said += [f"- {name.rpartition('/')[2]} : {what}" for name, what in own.items()]
        said.append("")
    return "\n".join(said).rstrip()


def _wrapped(text: str) -> str:
    """Wrap to lines that any editor shows whole, indent what follows a dash, drop repeated blank lines."""
    lines: list[str] = []
    for line in text.splitlines():
        if line or (lines and lines[-1]):
            indent = "  " if line.startswith("- ") else ""
            lines.append(fill(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False))
    return "\n".join(lines).strip() + "\n"
