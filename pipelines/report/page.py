"""`rapport.html`: one self-contained page, from one edition of a snapshot."""

from __future__ import annotations

from markupsafe import Markup

from pipelines.base.typography import french
from pipelines.pages.render import render
from pipelines.report import annexes, wording
from pipelines.report.contents import Contents
from pipelines.report.edition import Edition
from pipelines.report.methods import methods
from pipelines.report.steering import steering
from pipelines.snapshots.windows import MONTH


def report(edition: Edition, contents: Contents) -> str:
    """Return the page as text."""
    return render(
        "rapport.html.j2",
        filters={"montre": wording.shown, "en_css": _in_css},
        edition=edition,
        nom=edition.manifest["cliche"],
        titre=wording.period(str(edition.period)),
        sorte=wording.KINDS[edition.kind],
        restreinte=edition.kind != "publique",
        mensuelle=edition.period.kind == MONTH,
        bandeau=_band(edition, contents.place),
        departement=contents.place,
        objet=contents.title,
        une=contents.front,
        priorites=contents.priorities,
        tableaux=contents.tables,
        voisinage=contents.neighbourhood,
        pilotage=steering(edition) if edition.period.kind != MONTH else None,
        methodes=methods(edition.kind),
        sources=annexes.sources(edition),
        glossaire=annexes.glossary(),
        ruptures=annexes.breaks(edition),
        manquants=annexes.missing(edition),
        revisions=annexes.revisions(edition),
        coherence=annexes.contradictions(edition),
        excuses=annexes.excuses(edition),
        controles=annexes.checks(edition),
        avertissements=edition.manifest["avertissements"],
        ours=annexes.colophon(edition),
        accessibilite=annexes.accessibility(edition),
    )


def _band(edition: Edition, place: str) -> str:
    """Name the edition, on the screen and on every printed sheet."""
    said = [
        wording.KINDS[edition.kind],
        *(["DÉMONSTRATION, chiffres inventés"] if edition.manifest["nature"] == "demonstration" else []),
        f"{place}, {wording.period(str(edition.period))} ({edition.manifest['cliche']})",
        wording.WARNINGS[edition.kind],
    ]
    return french(" · ".join(said))


def _in_css(text: str) -> Markup:
    """Escape a text for a string of the style sheet: whatever is no letter becomes its number."""
    return Markup("".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in text))  # noqa: S704
