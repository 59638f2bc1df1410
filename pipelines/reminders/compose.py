"""From the rows of `qualite.series_manquantes` to one message for each who owes something."""

from __future__ import annotations

import datetime as dt
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.base.periods import Period
from pipelines.base.spelling import slug
from pipelines.base.typography import french
from pipelines.catalogue.code_lists import code_table
from pipelines.machine.durable import write_once
from pipelines.reminders.words import listed, natural, span
from pipelines.settings.model import Settings
from pipelines.templates import NoTemplate, Template, choose
from pipelines.templates.lists import rows_in_force
from pipelines.templates.names import date_in_words

_TEXT = "relance.txt.j2"
# Beyond these numbers, a message names the first and last templates, and the first indicators.
_SHOWN_TEMPLATES = 4
_SHOWN_INDICATORS = 6


@dataclass(frozen=True)
class Reminder:
    """One message: `text` begins with its subject line; `absences` are the `absence_id` that it asks for.

    `templates` are the workbooks to join to it, and `commands` what writes them; `forms`, the workbooks themselves,
    without what is known already: a message holds no figure.
    """

    debtor: str
    day: dt.date
    subject: str
    text: str
    absences: tuple[str, ...]
    templates: tuple[str, ...]
    commands: tuple[str, ...]
    debtor_code: str = ""
    forms: tuple[Template, ...] = ()

    @property
    def file_name(self) -> str:
        """`relance_2025-02-15_Compagnie-de-gendarmerie-de-Figeac.txt`."""
        return f"relance_{self.day:%Y-%m-%d}_{slug(self.debtor)}.txt"


def compose(settings: Settings, missing: list[dict], silenced: dict[str, list[str]], mark: str = "") -> list[Reminder]:
    """Compose one Reminder a debtor, by name.

    `silenced`: absence_id → names of the indicators that lose their value. `mark` is what a demonstration's forms bear.
    """
    debtors: dict[str, list[dict]] = {}
    for row in missing:
        debtors.setdefault(row["debiteur"], []).append(row)
    return [_reminder(settings, name, debtors[name], silenced, mark) for name in sorted(debtors, key=slug)]


def write(folder: Path, reminders: list[Reminder]) -> tuple[list[Path], list[Path]]:
    """Write one file a message in `folder`; return those written, and those kept because someone changed them."""
    written: list[Path] = []
    kept: list[Path] = []
    folder.mkdir(parents=True, exist_ok=True)
    for r in reminders:
        file = folder / r.file_name
        (written if write_once(file, french(r.text).encode()) else kept).append(file)
    return written, kept


def _reminder(settings: Settings, debtor: str, rows: list[dict], silenced: dict[str, list[str]], mark: str) -> Reminder:
    groups = _together(rows)
    templates = [_templates(settings, g[0]) for g in groups]
    asked = [_asked(settings, g, t) for g, t in zip(groups, templates, strict=True)]
    every = list({t.name: t for found in templates for t in found}.values())
    indicators = list(dict.fromkeys(name for r in rows for name in silenced.get(r["absence_id"], [])))
    [department] = [d for d in code_table("departements") if d["code_departement"] == settings.departement]
    subject = (
        f"1 élément attendu, {asked[0]['quand']}"
        if len(asked) == 1
        else f"{len(asked)} éléments attendus, depuis {min(r['periode_debut'] for r in rows).year}"
    )
    said = {
        "departement": f"{department['libelle']}, {settings.departement}",
        "objet": subject,
        "jour": date_in_words(rows[0]["jour_reference"]),
        "debiteur": debtor,
        "manques": asked,
        "n_modeles": len(every),
        "n_indicateurs": len(indicators),
        "indicateurs": listed(indicators, _SHOWN_INDICATORS),
        "adresse": settings.reply_to,
        "signature": settings.signature,
    }
    # Plain text: nothing is escaped.
    words = Environment(loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined)  # noqa: S701
    return Reminder(
        debtor=debtor,
        day=rows[0]["jour_reference"],
        subject=subject,
        text=words.get_template(_TEXT).render(said).strip() + "\n",
        absences=tuple(r["absence_id"] for r in rows),
        templates=tuple(f"{t.name}.xlsx" for t in every),
        commands=tuple(_command(t) for t in every),
        debtor_code=rows[0]["debiteur_code"],
        forms=tuple(replace(t, mark=mark) for t in every),
    )


def _together(rows: list[dict]) -> list[list[dict]]:
    """Group the tables of one return that miss the same periods: they are asked for together."""
    same = ("source", "absence", "objet_type", "objet_code", "territoire_code", "depuis", "jusqu_a")
    groups: dict[tuple, list[dict]] = {}
    for r in rows:
        groups.setdefault(tuple(r[column] for column in same), []).append(r)
    return list(groups.values())


def _asked(settings: Settings, rows: list[dict], templates: list[Template]) -> dict[str, str]:
    row, day = rows[0], date_in_words(rows[0]["echeance"])
    alone = row["depuis"] == row["jusqu_a"]
    sheets = [r["table_libelle"] for r in rows if r["objet_type"] in {"service", "poste", "fiche"} and templates]
    elements = [e for r in rows if r["objet_type"] == "fiche" for e in r["elements"].split(", ")]
    return {
        "quoi": _what(settings, row),
        "feuilles": f"feuille{'s' if len(sheets) > 1 else ''} {' et '.join(sheets)}" if sheets else "",
        "demande": row["demande"],
        "quand": span(row["depuis"], row["jusqu_a"], row["n_periodes"]),
        "elements": ", ".join(sorted(elements, key=natural)),
        "echeance": f"L'échéance était le {day}." if alone else f"La première échéance était le {day}.",
        "modeles": _named([f"{t.name}.xlsx" for t in templates]),
    }


def _what(settings: Settings, row: dict) -> str:
    what: str = row["objet"]
    if row["objet_type"] != "fiche":
        return what
    in_force = rows_in_force("actions", settings.departement, Period.read(row["jusqu_a"]))
    return f"{what}, {next(a['libelle'] for a in in_force if a['action_code'] == row['action_code'])}"


def _templates(settings: Settings, row: dict) -> list[Template]:
    """List the templates to fill in, one a period; none for a source without a form of Vigie's own."""
    service = post = None
    if row["source"] == "service_returns" and row["objet_type"] != "table":
        # The service under the name that it had then.
        lines = rows_in_force("services", settings.departement, Period.read(row["depuis"]))
        service = next(s["service"] for s in lines if s["territoire_code"] == row["territoire_code"])
    elif row["objet_type"] == "poste":
        post = row["objet_code"]
    try:
        [first], _ = choose(settings.departement, settings.today, row["source"], row["depuis"], service, post)
    except NoTemplate:
        return []
    period, last, templates = Period.read(row["depuis"]), Period.read(row["jusqu_a"]), []
    while period.start <= last.start:
        templates.append(replace(first, period=period))
        period = period.following()
    return templates


def _command(template: Template) -> str:
    """Return the command that writes the template."""
    words = ["vigie", "templates", template.source.name, "--periode", str(template.period)]
    if template.respondent:
        option = "--service" if template.source.debtors == "services" else "--poste"
        words += [option, template.respondent.name]
    return shlex.join(words)


def _named(files: list[str]) -> str:
    if not files:
        return ""
    if len(files) == 1:
        return f"Modèle à remplir : {files[0]}"
    shown = ", ".join(files) if len(files) <= _SHOWN_TEMPLATES else f"de {files[0]} à {files[-1]}"
    return f"Modèles à remplir, un par période : {shown}"
