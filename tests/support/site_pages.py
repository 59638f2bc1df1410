"""The observatory as a reader has it: what its data scripts hold, decoded by itself, and what a browser shows of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipelines.settings.model import PROJECT
from tests.support.chromium import Chromium, Tab

JUDGE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
# One address for each kind of page; the dynamic ones with their choices.
KINDS = {
    "accueil": "index.html",
    "priorité": "priorite-P4.html",
    "indicateur": "indicateur.html#indicateur=ACCIDENTS&lieu=DEP-46",
    "indicateur et ses voisins": "indicateur.html#indicateur=CAMBRIOLAGES_LOGEMENT_SSMSI&lieu=DEP-46",
    "lieu": "lieu.html#lieu=COM-46042",
    "plan": "plan.html",
    "données": "donnees.html",
    "à propos": "a-propos.html",
    "accessibilité": "accessibilite.html",
}
_READY = "document.body && document.body.dataset.pret === 'oui'"
_ERRORS = (
    "window.erreurs = []; addEventListener('error', e => erreurs.push(String(e.message)));"
    "addEventListener('unhandledrejection', e => erreurs.push(String(e.reason)))"
)


def part(site: Path, name: str) -> dict:
    """A part of the data, without running its script."""
    text = (site / "donnees" / f"{name}.js").read_text(encoding="utf-8")
    head = f"vigie.recevoir({json.dumps(name)},"
    assert text.startswith(head)
    return json.loads(text.removeprefix(head).rstrip().removesuffix(");"))


def _column(columns: dict, letter: str, n: int, ordinary: object) -> list:
    held = columns.get(letter, ordinary)
    return held if isinstance(held, list) else [held] * n


def points(columns: dict, reasons: list[str]) -> Iterator[dict]:
    """The rows that columns stand for."""
    n = len(columns["p"])
    values = columns.get("v") or [None] * n
    letters = {"s": "A", "c": "F", "m": None, "o": None, "u": None}
    held = {letter: _column(columns, letter, n, ordinary) for letter, ordinary in letters.items()}
    rates = {letter: columns.get(letter) or [None] * n for letter in ("t", "n", "d", "y")}
    for i, period in enumerate(columns["p"]):
        code = held["m"][i]
        yield {"periode": period, "valeur": values[i], "statut": held["s"][i], "confidentialite": held["c"][i],
               "motif": None if code is None else reasons[code], "source": held["o"][i], "unite": held["u"][i]} | {
                   letter: column[i] for letter, column in rates.items()}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """All that the data of a site tells, as tables."""

    series: pd.DataFrame
    rates: pd.DataFrame


def told(site: Path) -> Told:
    """Read every part of a site: those of indicators and those of places."""
    common = part(site, "commun")
    series, rates = [], []
    for folder in ("indicateurs", "lieux"):
        for file in sorted((site / "donnees" / folder).glob("*.js")):
            held = part(site, f"{folder}/{file.stem}")
            for outer, kinds in held["series"].items():
                by_kind = kinds if folder == "indicateurs" else {"annee": kinds}
                where = _where(folder, held["code"], outer)
                for kind, columns in by_kind.items():
                    series += [where | {"periode_type": kind} | p for p in points(columns, common["motifs"])]
            for outer, columns in held["taux"].items():
                where = _where(folder, held["code"], outer)
                rates += [
                    where | p | {"unite": common["unites"][p["unite"]]} for p in points(columns, common["motifs"])
                ]
    return Told(pd.DataFrame(series), pd.DataFrame(rates))


def _where(folder: str, code: str, other: str) -> dict[str, str]:
    indicator, place = (code, other) if folder == "indicateurs" else (other, code)
    return {"indicateur_code": indicator, "territoire_code": place}


def opened(browser: Chromium, site: Path, page: str, width: int = 1280, height: int = 900) -> tuple[Tab, float]:
    """A tab of this width at a page of the folder, once ready, and the seconds that it took."""
    tab = browser.open("about:blank")
    tab.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
    tab.call("Page.enable")
    tab.call("Page.addScriptToEvaluateOnNewDocument", source=_ERRORS)
    start = time.monotonic()
    tab.go(f"{site.as_uri()}/{page}")
    tab.wait(_READY)
    seconds = time.monotonic() - start
    assert tab.run("window.erreurs") == []
    return tab, seconds


def axe(tab: Tab) -> list[str]:
    """Everything that axe finds, whatever its weight."""
    tab.run(JUDGE.read_text(encoding="utf-8") + "; 0")
    told = "v => v.id + ' : ' + v.nodes.map(n => n.target).join(' ')"
    found = tab.run(f"axe.run(document).then(r => JSON.stringify(r.violations.map({told})))")
    return json.loads(str(found))
