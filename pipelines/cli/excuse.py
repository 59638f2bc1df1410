"""`vigie excuse`: nobody is asked for this any more; what is excused is listed, and taken back."""

from __future__ import annotations

from pipelines.base.exit_codes import DONE
from pipelines.cli.screen import out, print_json, tell
from pipelines.officer import excusing
from pipelines.quality import excuses
from pipelines.settings.model import Settings


def run(words: list[str], source: str | None, reason: str | None, take_back: bool, listed: bool, as_json: bool) -> int:
    """Write an excuse, take one back, or list them."""
    settings = Settings()
    if listed:
        return _list(settings, as_json)
    if take_back:
        return tell(as_json, excusing.take_back(settings, words, source))
    return tell(as_json, excusing.excuse(settings, words, source, reason))


def _list(settings: Settings, as_json: bool) -> int:
    said = excuses.read(settings.paths)
    if as_json:
        print_json({"excuses": [vars(e) for e in said]})
        return DONE
    if not said:
        out.print(f"Rien n'est excusé. Exemple : {excusing.EXAMPLE}", markup=False)
    for e in said:
        what = e.objet_code or e.source
        where = f" ({e.source})" if e.objet_code and e.source else ""
        out.print(f"{what}{where}, {e.span} : {e.motif} (le {e.inscrite_le})", markup=False)
    return DONE
