"""The messages, each as a draft: what is owed, received or refused, what a load met, a quarter that is ready."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.base.periods import Period
from pipelines.base.refusal import Defect
from pipelines.base.wording import plural
from pipelines.catalogue.code_lists import code_table
from pipelines.catalogue.correspondents import Correspondent
from pipelines.catalogue.model import Catalogue
from pipelines.home.register import REFUSED
from pipelines.messages.addresses import Addresses
from pipelines.messages.draft import NOTICE, OFFICER, RECEIPT, REFUSAL, REMINDER, Draft
from pipelines.messages.sayable import HELD, sayable_defects, sayable_name
from pipelines.reminders import Reminder
from pipelines.reminders.words import listed
from pipelines.settings.model import Settings
from pipelines.templates.names import period_in_words

_SUBJECT = re.compile(r"Objet : (.*)\n+")
_SHOWN_DEFECTS, _SHOWN_FILES, _SHOWN_PERIODS = 20, 10, 12
_MADE = {"accuse": RECEIPT, "refus": REFUSAL, "chargement": NOTICE, "trimestre": NOTICE}


def of_reminder(settings: Settings, addresses: Addresses, reminder: Reminder) -> Draft:
    """Write a reminder, with the forms to fill in. The same absences on another day make another message."""
    subject, text = _parted(reminder.text)
    asked = _digest(*sorted(reminder.absences))
    topic = f"{REMINDER} {reminder.debtor_code} {asked}"
    return Draft(
        REMINDER, f"{topic} {settings.today.isoformat()}", topic, reminder.debtor_code, reminder.debtor,
        addresses.of(reminder.debtor_code), subject, text, reminder.forms,
    )  # fmt: skip


def of_receipt(
    settings: Settings, addresses: Addresses, sender: Correspondent, delivery: dict[str, Any],
    slices: Sequence[dict[str, Any]], remarks: Sequence[dict[str, Any]], catalogue: Catalogue,
) -> Draft:  # fmt: skip
    """Tell a sender that a file is in, what was found in it, and what was put right."""
    noted = [f"{_placed(d)}{d.constat}." for d in sayable_defects(remarks)]
    return _to_sender(
        settings, addresses, sender, delivery, "accuse", delivery["statut"],
        contenu=_contents(slices, catalogue), remarques=noted,
    )  # fmt: skip


def of_refusal(
    settings: Settings, addresses: Addresses, sender: Correspondent | None, delivery: dict[str, Any],
    defects: Sequence[dict[str, Any]],
) -> Draft:  # fmt: skip
    """Tell a sender why a file is refused, where, and what to do: the words of the refusal. Without a sender, it is a
    text that the officer sends on.
    """
    told = sayable_defects(defects)
    sentences = [d.sentence() for d in told[:_SHOWN_DEFECTS]]
    left = len(told) - len(sentences)
    return _to_sender(
        settings, addresses, sender, delivery, "refus", _digest(*(Defect.sentence(d) for d in told)),
        defauts=sentences, autres=plural(left, "autre défaut", "autres défauts") if left > 0 else "",
        tenu=any(HELD in sentence for sentence in sentences),
    )  # fmt: skip


def of_load(
    settings: Settings, load: dict[str, Any], deliveries: Sequence[dict[str, Any]],
    defects: dict[str, list[dict[str, Any]]], misplaced: Sequence[tuple[str, dict[str, Any]]],
) -> Draft:  # fmt: skip
    """Tell the officer in one sentence how a load ended, then which files call for something. `misplaced`: (name of a
    file found in another's drop folder, its remark).
    """
    files = [
        {
            "nom": sayable_name(d["nom"]),
            "statut": "Refusé" if d["statut"] == REFUSED else "Mis à l'écart",
            "defauts": [s.sentence() for s in sayable_defects(defects.get(d["livraison_id"], []))[:_SHOWN_DEFECTS]],
        }
        for d in deliveries[:_SHOWN_FILES]
    ]
    left = len(deliveries) - len(files)
    result = load["resultat"] or "interrompu"
    started = dt.datetime.fromisoformat(load["debut"])
    same = _digest(result, str(load["code_sortie"]), *sorted(d["livraison_id"] for d in deliveries),
                   *(name + remark["constat"] for name, remark in misplaced))  # fmt: skip
    return _to_officer(
        settings, "chargement", f"{started:%Y-%m-%d} {same}",
        objet="chargement à regarder",
        resultat=f"Chargement du {started:%d/%m/%Y} à {started:%H:%M} : {result}",
        refuses=files,
        autres=plural(left, "autre fichier", "autres fichiers") if left > 0 else "",
        ailleurs=[f"{sayable_name(name)}, {d.sentence()}" for name, m in misplaced for d in sayable_defects([m])],
    )  # fmt: skip


def of_quarter(settings: Settings, quarter: Period) -> Draft:
    """Tell the officer that a quarter may be given."""
    return _to_officer(
        settings, "trimestre", str(quarter), trimestre=period_in_words(quarter), code=str(quarter)
    )  # fmt: skip


def _to_sender(
    settings: Settings, addresses: Addresses, sender: Correspondent | None, delivery: dict[str, Any], name: str,
    verdict: str, **words: object,
) -> Draft:  # fmt: skip
    received = dt.datetime.fromisoformat(delivery["recu_le"])
    subject, text = _written(
        settings, name, fichier=sayable_name(delivery["nom"]), jour=f"{received:%d/%m/%Y} à {received:%H:%M}", **words
    )
    code = sender.code if sender else ""
    topic = f"{name} {delivery['sha256']} {verdict}"
    return Draft(_MADE[name], f"{topic} {code}", topic, code, sender.label if sender else "", addresses.of(code),
                 subject, text)  # fmt: skip


def _to_officer(settings: Settings, name: str, what: str, **words: object) -> Draft:
    subject, text = _written(settings, name, **words)
    to = (settings.smtp_avis,) if settings.smtp_avis else ()
    return Draft(NOTICE, f"{name} {what}", f"{name} {what}", OFFICER, OFFICER, to, subject, text)


def _written(settings: Settings, name: str, **words: object) -> tuple[str, str]:
    """Fill a text; returns its subject and its body."""
    [department] = [d for d in code_table("departements") if d["code_departement"] == settings.departement]
    said = {"departement": f"{department['libelle']}, {settings.departement}", "signature": settings.signature}
    # Plain text: nothing is escaped.
    texts = Environment(loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, trim_blocks=True)  # noqa: S701
    return _parted(texts.get_template(f"{name}.txt.j2").render(said | words))


def _parted(text: str) -> tuple[str, str]:
    found = _SUBJECT.match(text)
    if found is None:
        raise ValueError("a message begins with its subject")
    body = re.sub(r"\n{3,}", "\n\n", text[found.end() :].strip())
    return found[1], body + "\n"


def _contents(slices: Sequence[dict[str, Any]], catalogue: Catalogue) -> list[str]:
    """Write what a file holds: « Retours mensuels des services, janvier 2025 et février 2025 »."""
    periods: dict[str, list[Period]] = {}
    for s in slices:
        held = periods.setdefault(catalogue.source(s["source"]).label, [])
        if s["periode"] and (period := Period.read(s["periode"])) not in held:
            held.append(period)
    return [
        ", ".join([label, *([listed([period_in_words(p) for p in sorted(found, key=lambda p: p.start)],
                                    _SHOWN_PERIODS)] if found else [])])
        for label, found in periods.items()
    ]  # fmt: skip


def _placed(defect: Defect) -> str:
    return f"{defect.place()} : " if defect.place() else ""


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
