"""The last pages of an edition: sources and limits, words, breaks, what is missing or was revised, who publishes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.base.wording import plural
from pipelines.quality.excuses import Excuse
from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.open_package import LICENCE, NO_LICENCE, is_invented
from pipelines.report.wording import absent
from pipelines.settings.tables import read_rows
from pipelines.snapshots.folder import RESTRICTED

# A break is told while a chart may still show it.
_YEARS = 10
_SEVERITIES = ("bloquant", "avertissement", "information")
# (one, several) → the counts of the manifest, « severity outcome », that are told under these words.
_OUTCOMES = {
    ("conforme", "conformes"): [f"{severity} conforme" for severity in _SEVERITIES],
    ("échec", "échecs"): ["bloquant ecart", *(f"{severity} erreur" for severity in _SEVERITIES)],
    ("avertissement", "avertissements"): ["avertissement ecart"],
    ("information", "informations"): ["information ecart"],
    ("écart connu et admis", "écarts connus et admis"): [f"{severity} ecart_connu" for severity in _SEVERITIES],
    ("sans objet", "sans objet"): [f"{severity} sans_objet" for severity in _SEVERITIES],
}


@dataclass(frozen=True)
class Source:
    label: str
    what: str
    limit: str


@dataclass(frozen=True)
class Colophon:
    """Who publishes the edition, how to quote it and where its data are."""

    publisher: str
    contact: str
    licence: str
    licence_address: str
    citation: str
    following: str
    data: str


def sources(edition: Edition) -> list[Source]:
    """List the sources of the period's figures, each with what it does not count."""
    used = set(edition.tables["comparaisons"]["source"].dropna())
    rows = edition.tables["sources"]
    return [
        Source(r["libelle"], r["raison"] or "", limits().get(r["source"], ""))
        for r in rows[rows["source"].isin(used)].sort_values("libelle").to_dict("records")
    ]


def limits() -> dict[str, str]:
    """Map each source to what it does not count."""
    return {row["source"]: row["limite"] for row in _table("limits.csv")}


def glossary() -> list[dict[str, str]]:
    """Return the words of the plan and of Vigie, in the order of a dictionary."""
    return sorted(_table("glossary.csv"), key=lambda row: row["terme"].lower().replace("é", "e"))


def breaks(edition: Edition) -> list[dict[str, str]]:
    """List the dates from which the way of counting differs, that a series of the edition may show."""
    rows = edition.tables["ruptures"]
    since = dt.date(edition.period.end.year - _YEARS, 1, 1)
    known = [r for r in rows.to_dict("records") if since <= _day(r["date_debut"]) <= edition.period.end]
    found = {(r["libelle"], _day(r["date_debut"])): r["origine"] or "" for r in known}
    return [
        {"libelle": label, "quand": f"{day:%d/%m/%Y}", "origine": found[label, day]}
        for label, day in sorted(found, key=lambda key: (key[1], key[0]))
    ]


def missing(edition: Edition) -> list[dict]:
    """List what is missing in the period, or since. The restricted edition alone names whoever owes it."""
    rows = edition.tables["manquants"]
    here = rows[rows["periode_fin"] >= edition.period.start].sort_values(["source", "depuis"])
    labels = edition.labels("sources", "source")
    return [
        {
            "source": labels.get(r["source"], r["source"]),
            "quoi": r.get("phrase") or r["absence_libelle"],
            "qui": "" if absent(r.get("debiteur")) else r["debiteur"],
            "depuis": r["depuis"],
            "jusqu_a": r["jusqu_a"],
        }
        for r in here.to_dict("records")
    ]


def revisions(edition: Edition) -> list[dict]:
    """List the values that differ from the snapshot before."""
    rows = edition.tables.get("revisions")
    if rows is None or rows.empty:
        return []
    labels = edition.labels("indicateurs", "indicateur_code")
    places = edition.labels("territoires", "territoire_code")
    return [
        {
            "indicateur": labels.get(r["indicateur_code"], r["indicateur_code"]),
            "territoire": places.get(r["territoire_code"], r["territoire_code"]),
            "quand": wording.period(r["periode"]),
            "avant": wording.shown(r["valeur_avant"]),
            "apres": wording.shown(r["valeur"]),
        }
        for r in rows.to_dict("records")
    ]


def contradictions(edition: Edition) -> list[dict]:
    """List where the text of the plan contradicts itself: for those who keep it, in the restricted edition."""
    if edition.kind != RESTRICTED:
        return []
    rows = edition.tables["coherence"]
    return rows[rows["gravite"] == "contradiction"].sort_values("coherence_code").to_dict("records")


def checks(edition: Edition) -> str:
    """Say how many checks of the warehouse held, and what the others gave."""
    counts = edition.manifest["controles"]
    told = []
    for (one, many), outcomes in _OUTCOMES.items():
        count = sum(counts.get(outcome, 0) for outcome in outcomes)
        if count:
            told.append(plural(count, one, many))
    return f"Contrôles de l'entrepôt : {', '.join(told)}." if told else "Aucun contrôle de l'entrepôt."


def excuses(edition: Edition) -> list[dict[str, str]]:
    """List the excuses that cover a part of the period, in the restricted edition."""
    if edition.kind != RESTRICTED:
        return []
    return [
        {"quoi": e.source or "toutes les sources", "qui": e.objet_code, "quand": e.span, "motif": e.motif,
         "inscrite_le": e.inscrite_le}
        for e in map(Excuse.of, edition.manifest["excuses"])
        if e.start <= edition.period.end and edition.period.start <= e.end
    ]  # fmt: skip


def colophon(edition: Edition) -> Colophon:
    """Say who publishes, under which licence, and when the next edition is due. Snapshots of earlier versions carry
    neither publisher nor contact.
    """
    said = edition.manifest.get("publication", {})
    place = edition.labels("territoires", "territoire_code")[edition.department]
    publisher = said.get("editeur") or f"Préfecture du département ({place})"
    licence = NO_LICENCE if is_invented(edition) or edition.kind == RESTRICTED else LICENCE
    title = licence["title"]
    if edition.kind == RESTRICTED:
        title = "Aucune : édition restreinte, à ne pas diffuser"
    given = dt.datetime.fromisoformat(edition.manifest["fait_le"])
    following = said.get("prochaine")
    return Colophon(
        publisher,
        said.get("contact") or "le service de la préfecture qui suit le plan de prévention de la délinquance",
        title,
        licence.get("path", ""),
        f"{publisher}, « Plan de prévention de la délinquance, {place}, {wording.period(str(edition.period))} », "
        f"{wording.KINDS[edition.kind].lower()}, cliché {edition.manifest['cliche']}, {given:%d/%m/%Y}.",
        f"{wording.period(following['periode'])}, à partir du {dt.date.fromisoformat(following['le']):%d/%m/%Y}"
        if following
        else wording.period(str(edition.period.following())),
        said.get("donnees") or "",
    )


def accessibility(edition: Edition) -> list[str]:
    """Declare the state of the pages under the RGAA, and whom to write to."""
    contact = colophon(edition).contact
    return [row["phrase"].format(contact=contact) for row in _table("accessibility.csv")]


def _day(value: dt.date | dt.datetime) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


@cache
def _table(name: str) -> list[dict[str, str]]:
    return read_rows(Path(__file__).with_name(name))
