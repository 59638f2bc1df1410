"""Writing the observatory of one edition: its pages, its parts, one copy of Vega for them all."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import vl_convert

from pipelines.report.edition import Edition
from pipelines.site.data import Data, Part
from pipelines.site.held import Held
from pipelines.site.pages import Pages

_SCRIPTS = Path(__file__).parent / "browser"
# What the pages call, and nothing more.
_EXPOSED = "window.vegaEmbed = vegaEmbed;"
_DATA, _SHARED = "donnees", "commun"


def draw_site(edition: Edition, target: Path) -> list[Path]:
    """Write the folder under `target`; returns its files. Raises NoPlaces for a snapshot that holds none."""
    held = Held.of(edition)
    data = Data(held)
    written = [_write(target / name, text) for name, text in Pages(held, data).written()]
    for code in data.indicators:
        written.append(_part(target, f"indicateurs/{code}", data.indicator(code)))
    for code in held.levels:
        written.append(_part(target, f"lieux/{code}", data.place(code)))
    for level in held.contours:
        written.append(_part(target, f"contours-{level}", data.contours(level)))
    written.append(_part(target, "commun", data.common()))
    for script in sorted(_SCRIPTS.glob("*.js")):
        written.append(_write(target / _SHARED / script.name, script.read_text(encoding="utf-8")))
    written.append(_write(target / _SHARED / "vega.js", _vega()))
    return written


@cache
def _vega() -> str:
    """Return the bundle that the charts of the report are drawn with, and that a browser can run."""
    return vl_convert.javascript_bundle(_EXPOSED)


def _part(target: Path, name: str, part: Part) -> Path:
    """Write a part as a script that gives it to the page, as a browser fetches nothing beside a page of a folder."""
    text = json.dumps(part, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _write(target / _DATA / f"{name}.js", f"vigie.recevoir({json.dumps(name)},{text});\n")


def _write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
