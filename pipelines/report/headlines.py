"""The sentences that open an edition: what changes, what to watch, what is missing.

A sentence follows from the verdict, the signal or the target of an indicator, by the table headlines.csv; never from a
percentage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.report import wording
from pipelines.report.lines import Line
from pipelines.report.wording import absent
from pipelines.settings.tables import read_rows
from pipelines.statistics.words import FALL, NOT_SHOWN, NOTHING_FOUND, RISE, TO_EXPLORE

TITLES = {"change": "Ce qui change", "surveiller": "À surveiller", "manque": "Ce qui manque"}
NOTHING = {
    "change": "Aucune évolution n'est établie et aucune cible n'est atteinte de nouveau.",
    "surveiller": "Aucun niveau inhabituel, aucune cible manquée parmi les indicateurs ci-dessous.",
    "manque": "Aucun des indicateurs ci-dessous ne manque.",
}
# A reader of two minutes reads five sentences, and three indicators in one of them.
MOST, _NAMED = 5, 3
_REASON = " ({motif})"
_VERDICTS = {RISE: "hausse", FALL: "baisse", NOT_SHOWN: "non_etablie", NOTHING_FOUND: "non_etablie",
             TO_EXPLORE: "a_explorer"}  # fmt: skip
_SIGNALS = ("haut", "bas")
_TARGETS = {"atteinte": "cible_atteinte", "non atteinte": "cible_manquee"}


@dataclass(frozen=True)
class Headline:
    """One sentence; `cases` is the line of headlines.csv that it follows."""

    section: str
    case: str
    sentence: str


def headlines(heads: Sequence[Line], others: Sequence[Line] = (), followed: Sequence[Line] = ()) -> list[Headline]:
    """Return three to five sentences, at least one a section. `heads` open the page; `others` are the rest of the
    situation, of which only what is to be explored is said; `followed` have the plan's targets.
    """
    facts: dict[str, list[Line]] = {}
    for line in heads:
        for case in cases_of(line.row):
            facts.setdefault(case, []).append(line)
    for line in others:
        if line.row.get("verdict") == TO_EXPLORE:
            facts.setdefault("a_explorer", []).append(line)
    for line in followed:
        if line.reached in _TARGETS:
            facts.setdefault(_TARGETS[line.reached], []).append(line)
    said = [(rule, _sentence(rule, facts[rule["cas"]], len(heads))) for rule in _rules() if rule["cas"] in facts]
    return _chosen([Headline(rule["rubrique"], rule["cas"], sentence) for rule, sentence in said])


def by_section(said: Iterable[Headline]) -> list[tuple[str, list[str]]]:
    """Return the sentences under the title of each section."""
    held = list(said)
    return [(title, [h.sentence for h in held if h.section == key]) for key, title in TITLES.items()]


def cases_of(row: dict) -> Iterator[str]:
    """Yield the lines of headlines.csv that a comparison falls under."""
    if row["confidentialite"] != "F":
        yield "non_publie"
    elif absent(row["valeur"]):
        yield "trou"
    elif row["comparaison_motif"] == "rupture_de_serie":
        yield "rupture"
    elif not absent(row["comparaison_motif"]):
        yield "sans_comparaison"
    elif said := _VERDICTS.get(str(row.get("verdict"))):
        yield said
    if row["signal"] in _SIGNALS and not absent(row["valeur"]):
        yield row["signal"]


def _chosen(said: list[Headline]) -> list[Headline]:
    """Keep the first sentence of each section, or say that there is none; then the next ones, in the table's order."""
    first = [
        next((h for h in said if h.section == section), Headline(section, "", NOTHING[section])) for section in TITLES
    ]
    rest = [h for h in said if h not in first][: MOST - len(first)]
    order = list(TITLES)
    return sorted([*first, *rest], key=lambda h: order.index(h.section))


def _sentence(rule: dict[str, str], lines: list[Line], total: int) -> str:
    if len(lines) == 1:
        return _first_capital(rule["phrase"].format(**_words(lines[0])))
    named = [_words(line) for line in lines[:_NAMED]]
    reasons = {_words(line)["motif"] for line in lines}
    # One reason for all is told once.
    common = reasons.pop() if len(reasons) == 1 and _REASON in rule["fait"] else ""
    fact = rule["fait"].replace(_REASON, "") if common else rule["fait"]
    facts = " ; ".join(fact.format(**words) for words in named)
    left = len(lines) - len(named)
    if left:
        facts += f" ; et {left} {'autre' if left == 1 else 'autres'}"
    if common:
        facts += f" ({common})"
    said = rule["tous"] if rule["tous"] and len(lines) == total else rule["plusieurs"]
    return _first_capital(said.format(faits=facts, nombre=len(lines), total=total))


def _words(line: Line) -> dict[str, str]:
    share = " %" if line.unit == "%" else ""
    moved = f"de {line.before}{share} à {line.value}{share}"
    percent = line.row["evolution_pct"]
    if not absent(percent):
        moved += f" ({line.change})"
    return {
        "libelle": line.label,
        "valeur": f"{line.value}{share}",
        "avant": f"{line.before}{share}",
        "mouvement": moved,
        "quand": wording.within(line.row["periode"], line.row["periode_type"]),
        "cible": line.target_words,
        "motif": _lower(line.why),
    }


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if not text[1:2].isupper() else text


@cache
def _rules() -> list[dict[str, str]]:
    """Read the table in the order of its sections and ranks."""
    order = list(TITLES)
    rows = read_rows(Path(__file__).with_name("headlines.csv"))
    return sorted(rows, key=lambda r: (order.index(r["rubrique"]), int(r["rang"])))
