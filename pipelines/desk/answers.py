"""What every page and every form of the desk share: its frame, its token, what the last act gave."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pipelines.base.periods import Period
from pipelines.desk.forms import FIELD, Forms
from pipelines.desk.notes import Note, Notes
from pipelines.home.register import Register
from pipelines.officer.done import Done
from pipelines.officer.running import running
from pipelines.pages.render import render
from pipelines.settings.model import Settings
from pipelines.templates.names import period_in_words

# What a form gives: the note, and the page that follows when it is not the one of the form.
Given: TypeAlias = tuple[Note, str | None]
# The pages of the menu: their address under the desk's own, and their name.
PAGES = (
    ("", "Aujourd'hui"),
    ("calendrier", "Calendrier"),
    ("deposer", "Déposer"),
    ("livraisons", "Livraisons"),
    ("relances", "Relances"),
    ("editions", "Éditions"),
    ("etat", "État"),
)
_PLACE = re.compile(r"(?:[a-z]+(?:/[0-9A-Za-z][0-9A-Za-z.-]*)*)?(?:#[a-z-]+)?")
_NATURES = {"demonstration": "démonstration", "reelle": "données réelles", None: "encore vide"}


@dataclass
class Desk:
    """One service's desk. `base`: the path under which its pages are; `engine`: Dagster's page; `describe`: the
    sentence and the code of an exception, as the commands say it.
    """

    base: str
    engine: str
    describe: Callable[[BaseException], tuple[str, int]]
    forms: Forms = field(default_factory=Forms)
    notes: Notes = field(default_factory=Notes)
    # The home's lock does not part two threads of one process.
    acting: threading.Lock = field(default_factory=threading.Lock)

    def page(self, request: Request, template: str, active: str, status: int = 200, **values: object) -> Response:
        """Draw a page in the frame of the desk."""
        settings = Settings()
        shown: dict[str, Any] = {"base": self.base} | values
        html = render(
            f"bureau/{template}.html.j2",
            {"periode": lambda period: period_in_words(Period.read(str(period)))},
            dagster=self.engine,
            pages=PAGES,
            actif=active,
            # A part of a page, asked for every two seconds, holds no form.
            jeton="" if template.startswith("_") else self.forms.issue(),
            champ=FIELD,
            note=self.notes.get(request.query_params.get("dit")),
            departement=settings.departement,
            nature=_NATURES[nature_of(settings)],
            en_cours=running(settings.paths),
            **shown,
        )
        return HTMLResponse(html, status)

    def after(self, place: object, note: Note) -> Response:
        """Lead to the page where a form was, which shows what it gave."""
        where = place if isinstance(place, str) and _PLACE.fullmatch(place) else ""
        path, _, anchor = where.partition("#")
        end = f"#{anchor}" if anchor else ""
        return RedirectResponse(f"{self.base}/{path}?dit={self.notes.keep(note)}{end}", 303)


def nature_of(settings: Settings) -> str | None:
    """Return the nature of the home, without making a register where there is none."""
    if not settings.paths.register.exists():
        return None
    with Register(settings.paths.register) as register:
        return register.nature()


def is_public(name: str) -> bool:
    """Whether an edition of this name has a public side: a month has none."""
    period = name.partition(".r")[0]
    return len(period) == 4 or "T" in period


def attachment(content: bytes, name: str, kind: str) -> Response:
    """Give bytes to keep under this name."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, headers=headers, media_type=kind)


def workbook(content: bytes, name: str) -> Response:
    """Give a workbook to keep under this name."""
    return attachment(content, name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def field_of(form: FormData, name: str) -> str:
    """Return a field of a form as text, without the spaces around it; empty when there is none."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def told(done: Done, load_next: bool = False) -> Note:
    """Say what an act of the officer gave."""
    return Note(done.sentence, done.more, load_next=load_next)
