"""`info_rapide.pdf` and `fiches_priorites.pdf`: what a committee has on its table, two pages, then one a priority."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path

import typst

from pipelines.base.typography import french
from pipelines.report import annexes, wording
from pipelines.report.contents import Contents
from pipelines.report.edition import Edition
from pipelines.report.front import HeadRow
from pipelines.report.lines import Line
from pipelines.report.priority import Priority

BRIEF, SHEETS = "info_rapide.pdf", "fiches_priorites.pdf"
_TEMPLATE = Path(__file__).parents[1] / "pages" / "info_rapide.typ"
_FACES = {BRIEF: "comite", SHEETS: "priorites"}
_NOTES = (
    "« Hausse » et « baisse » ne sont écrits que si l'écart dépasse ce que le hasard explique d'ordinaire, jamais "
    "d'après le seul pourcentage. « Pas d'évolution établie » ne veut pas dire que rien n'a changé.",
    "Des faits enregistrés ne sont pas des faits commis. Point creux : provisoire ; × : manque ; □ : non publié, pour "
    "que personne ne soit reconnu ; trait pointillé : la façon de compter a changé.",
)
_BRIEF_PAGES = 2
_SIZES = ("9.5", "9", "8.5", "8")
_PAGE = re.compile(rb"/Type\s*/Page[^s]")
# Typst sets its own letters: the fonts of whoever draws would change the sheet.
_FONT = re.compile(r'font-family="[^"]*"')


def write_sheets(edition: Edition, contents: Contents, folder: Path) -> list[Path]:
    """Write both documents; the same edition gives the same bytes, dated of the day that it was given."""
    said = json.dumps(_french(_said(edition, contents)), ensure_ascii=False)
    given = int(dt.datetime.fromisoformat(edition.manifest["fait_le"]).timestamp())
    most = {BRIEF: _BRIEF_PAGES, SHEETS: max(1, len(contents.priorities))}
    for name, face in _FACES.items():
        (folder / name).write_bytes(_fitted({"edition": said, "faces": face}, given, most[name]))
    return [folder / name for name in _FACES]


def _fitted(inputs: dict[str, str], given: int, most: int) -> bytes:
    """Set a document in the largest letters that keep it within its pages; in the smallest it may have more."""
    for size in _SIZES:
        drawn: bytes = typst.compile(
            _TEMPLATE, format="pdf", ignore_system_fonts=True, sys_inputs=inputs | {"corps": size},
            pdf_standards=["ua-1"], timestamp=given,
        )  # fmt: skip
        if len(_PAGE.findall(drawn)) <= most:
            break
    return drawn


def _said(edition: Edition, contents: Contents) -> dict:
    given = dt.datetime.fromisoformat(edition.manifest["fait_le"])
    ours = annexes.colophon(edition)
    front = contents.front
    period = wording.period(str(edition.period))
    kind = wording.KINDS[edition.kind]
    notes = [f"† {reserve}." for reserve in front.reserves]
    notes += [f"({rank}) {note}." for rank, note in enumerate(front.notes, start=1)]
    invented = ["DÉMONSTRATION, chiffres inventés"] if edition.manifest["nature"] == "demonstration" else []
    return {
        "titre": f"{contents.title}, {contents.place}, {period}, {kind.lower()}",
        "objet": contents.title,
        "lieu": contents.place,
        "periode": period,
        "sorte": kind,
        "editeur": ours.publisher,
        "annee": given.year,
        "mois": given.month,
        "jour": given.day,
        "bandeau": " · ".join([kind, *invented, f"{contents.place}, {period}", wording.WARNINGS[edition.kind]]),
        "etat": front.status,
        "donne": f"Cliché {edition.manifest['cliche']}, donné le {given:%d/%m/%Y}.",
        "region": front.region,
        "essentiel": [{"titre": title, "phrases": said} for title, said in front.essentials],
        "groupes": [
            {"titre": f"{p.code} · {p.short}", "resume": p.summary, "lignes": [_row(edition, head) for head in rows]}
            for p, rows in front.groups
        ],
        "priorites": [_priority(edition, p) for p in contents.priorities],
        "notes": [*notes, *_NOTES],
        "ours": f"Éditeur : {ours.publisher}. Contact : {ours.contact}. Licence : {ours.licence}. Prochaine édition : "
        f"{ours.following}.",
    }


def _line(edition: Edition, line: Line) -> dict:
    other = "" if line.row["periode"] == edition.manifest["periode"] else f", {line.period}"
    return {
        "libelle": f"{line.label}{' †' if line.reserve else ''}",
        "precision": f"{line.unit}{other}",
        "valeur": line.value,
        "avant": line.before,
        "mot": " ".join(filter(None, (line.mark, line.word, f"({line.reading})" if line.reading else ""))),
        "mouvement": " ".join(filter(None, (line.change, line.state))),
        "signal": line.signal,
        "dit": line.spoken,
    }


def _row(edition: Edition, head: HeadRow) -> dict:
    rates = head.rates
    note = f" ({head.note})" if head.note else ""
    return _line(edition, head.line) | {
        "taux": f"{rates.local}{note}" if rates else wording.shown(None),
        "unite": f"{rates.short_unit}, {rates.year}" if rates else "",
        "region": (rates.region if rates else "") or wording.shown(None),
        "france": (rates.france if rates else "") or wording.shown(None),
        "trait": _FONT.sub("", head.line.spark),
    }


def _priority(edition: Edition, priority: Priority) -> dict:
    steps = {a.code: Counter(s.code for s in priority.steps if s.action == a.code) for a in priority.actions}
    late = Counter(s.action for s in priority.steps if s.late)
    return {
        "titre": f"{priority.code} · {priority.label}",
        "resume": priority.summary,
        "commentaires": [{"qui": f"{c.author}, {c.written}", "paragraphes": c.paragraphs} for c in priority.comments],
        "tetes": [
            _line(edition, line) | {"dessin": _FONT.sub("", line.chart) if len(line.points) > 1 else ""}
            for line in priority.heads
        ],
        "suivis": [
            {"libelle": f.line.label, "valeur": _short(f.line), "avant": f.line.before,
             "cible": f.target, "atteinte": f.reached}
            for f in priority.followed
        ],
        "etapes": [
            {"libelle": f"{a.code} · {a.label}", "faites": str(steps[a.code]["fait"]),
             "en_cours": str(steps[a.code]["en_cours"]), "non_commencees": str(steps[a.code]["non_commence"]),
             "abandonnees": str(steps[a.code]["abandonne"]), "retard": str(late[a.code])}
            for a in priority.actions
            if steps[a.code]
        ],
    }  # fmt: skip


def _short(line: Line) -> str:
    """Write a value in a narrow column: why it is absent is on the page."""
    return f"{line.value}{' (provisoire)' if line.row['statut'] == 'P' else ''}"


def _french(said: object) -> object:
    """Set every text in French typography; drawings are left as they are."""
    if isinstance(said, dict):
        return {k: v if k in ("trait", "dessin") else _french(v) for k, v in said.items()}
    if isinstance(said, list):
        return [_french(value) for value in said]
    return french(said) if isinstance(said, str) else said
