"""How the terminal says which official files are newer than those in use."""

from __future__ import annotations

from pipelines.base.wording import plural, printable
from pipelines.fetch.news import REFUSED_HERE, TO_FETCH, TO_LOAD

_SHOWN = 6
_REMEDIES = {
    TO_FETCH: "vigie fetch",
    TO_LOAD: "arrivé, à charger : vigie load",
    REFUSED_HERE: "reçu et refusé : vigie deliveries --refusees",
}


def lines(files: list[dict] | None) -> list[str]:
    """Write the day of the last look at the catalogues, then a line a file; nothing when all is in use."""
    if not files:
        return []
    seen = min(f["vu_le"] for f in files)[:10]
    said = [f"Fichiers officiels plus récents que ceux en usage (catalogue consulté le {_french(seen)}) :"]
    said += [_line(f) for f in files[:_SHOWN]]
    if len(files) > _SHOWN:
        said.append(f"  … et {plural(len(files) - _SHOWN, 'autre', 'autres')} : vigie status --json")
    return said


def _line(file: dict) -> str:
    published = f", publié le {_french(file['publie_le'])}" if file["publie_le"] else ""
    used = ", ".join(printable(n) for n in file["en_usage"]) or "aucun"
    whose, name = ", ".join(file["sources"]), printable(file["nom"])
    return f"  • {whose} : {name}{published} ; en usage : {used} ({_REMEDIES[file['etat']]})"


def _french(day: str) -> str:
    """Write 2026-07-09 as 09/07/2026."""
    return "/".join(reversed(day.split("-")))
