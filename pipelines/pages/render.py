"""One way from a template to a page: escaped, self-contained, in French typography, with the filters of every page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.base.typography import french, french_page
from pipelines.base.wording import figure, number, plural

_FOLDER = Path(__file__).parent


def render(template: str, filters: dict[str, Callable[..., object]] | None = None, **values: object) -> str:
    """Return the page as text. Everything shown is escaped; a name the template misspells is an error.

    `filters` are the page's own, beside those of every page.
    """
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"nombre": number, "chiffre": figure, "quand": _when, "lettre": french} | (filters or {})
    environment.globals["pluriel"] = plural
    return french_page(environment.get_template(template).render(**values))


def _when(stamp: str | None) -> str:
    """Write 2025-02-15T08:12:00+01:00 as 15/02/2025 à 08:12."""
    if not stamp:
        return "—"
    day, _, time = str(stamp).partition("T")
    year, month, number_ = day.split("-")
    return f"{number_}/{month}/{year}" + (f" à {time[:5]}" if time else "")
