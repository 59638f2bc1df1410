"""What is to leave now, from what the register and the published warehouse say: nothing rests on how a load went on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from pipelines.base.exit_codes import DONE, INTERRUPTED
from pipelines.base.periods import Period
from pipelines.catalogue.correspondents import Correspondent, correspondents
from pipelines.catalogue.model import Catalogue
from pipelines.home import archive
from pipelines.home.register import ACCEPTED, REFUSED, SET_ASIDE, Register
from pipelines.machine.paths import Paths
from pipelines.messages import journal, letters
from pipelines.messages.addresses import Addresses
from pipelines.messages.draft import REMINDER, Draft
from pipelines.messages.journal import CLOSED
from pipelines.publication.reading import NotPublished, opened
from pipelines.quality import excuses
from pipelines.reminders.owing import owing
from pipelines.settings.model import Settings
from pipelines.snapshots import closure, folder

# What is older than this is no news: a server that is set up later does not tell of it.
_NEWS_DAYS = 7
# A debtor is reminded without anyone asking at most so often.
_REMINDED_DAYS = 14
# As many loads may die in a row before one tells of them.
_LOADS = 5
# Nothing to say, or a person who stopped it.
_SOUND = (DONE, INTERRUPTED)
_ELSEWHERE = "depot_d_un_autre"


def after_load(settings: Settings, register: Register, catalogue: Catalogue, addresses: Addresses) -> Iterator[Draft]:
    """Yield what leaves without anyone asking, as the settings say."""
    if settings.sends_alone("accuses"):
        yield from receipts(settings, register, catalogue, addresses)
    if settings.sends_alone("avis") and settings.smtp_avis:
        yield from notices(settings, register, catalogue)
    if settings.sends_alone("relances"):
        recent = _reminded(settings, register)
        yield from (d for d in reminders(settings, register, catalogue, addresses) if d.to not in recent)


def reminders(settings: Settings, register: Register, catalogue: Catalogue, addresses: Addresses) -> list[Draft]:
    """List the reminders of today; none when nothing is published."""
    try:
        found = owing(settings, register, catalogue)
    except NotPublished:
        return []
    return [letters.of_reminder(settings, addresses, r) for r in found[0]] if found else []


def receipts(settings: Settings, register: Register, catalogue: Catalogue, addresses: Addresses) -> Iterator[Draft]:
    """Yield the answers to what came through the drop folders in the last days: taken, or refused and why."""
    known = {c.code: c for c in correspondents(settings.departement, catalogue)}
    for delivery in register.deliveries():
        sender = known.get(register.sender(delivery["livraison_id"]) or "")
        if sender and _is_news(delivery["recu_le"]):
            yield from answer(settings, register, catalogue, addresses, sender, delivery)


def answer(
    settings: Settings, register: Register, catalogue: Catalogue, addresses: Addresses, sender: Correspondent | None,
    delivery: dict[str, Any],
) -> Iterator[Draft]:  # fmt: skip
    """Yield the answer to one delivery; none for what was taken and set aside since: that is the officer's."""
    if delivery["statut"] == REFUSED:
        defects = register.defects(delivery["livraison_id"])
        yield letters.of_refusal(settings, addresses, sender, delivery, defects)
    elif delivery["statut"] == ACCEPTED and sender:
        slices = register.slices(delivery["livraison_id"])
        remarks = _remarks(settings.paths, delivery)
        yield letters.of_receipt(settings, addresses, sender, delivery, slices, remarks, catalogue)


def notices(settings: Settings, register: Register, catalogue: Catalogue) -> Iterator[Draft]:
    """Yield what the officer is told of: the last loads, when something calls for a person, those that died included; a
    quarter that is ready.
    """
    for load in register.last_loads(_LOADS):
        if not _is_news(load["debut"], days=1):
            continue
        deliveries = [d for d in register.deliveries() if d["chargement"] == load["chargement"]]
        taken = [d for d in deliveries if d["statut"] == ACCEPTED]
        remarks = [(d["nom"], r) for d in taken for r in _remarks(settings.paths, d)]
        elsewhere = [(name, r) for name, r in remarks if r["code"] == _ELSEWHERE]
        if load["code_sortie"] not in _SOUND or elsewhere:
            wrong = [d for d in deliveries if d["statut"] in {REFUSED, SET_ASIDE}]
            defects = {d["livraison_id"]: register.defects(d["livraison_id"]) for d in wrong}
            yield letters.of_load(settings, load, wrong, defects, elsewhere)
    if (quarter := ready(settings, catalogue)) is not None:
        yield letters.of_quarter(settings, quarter)


def ready(settings: Settings, catalogue: Catalogue) -> Period | None:
    """Return the quarter that ended last, when it may be given and is not."""
    month = settings.today.year * 12 + (settings.today.month - 1) // 3 * 3
    quarter = Period(month - 3, 3)
    if any(name.period == str(quarter) for name in folder.given(settings.paths.snapshots)):
        return None
    try:
        with opened() as db:
            judged = closure.judge(db, settings, catalogue, quarter, excuses.read(settings.paths))
    except NotPublished:
        return None
    return None if judged.blockers else quarter


def _remarks(paths: Paths, delivery: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = archive.reception(paths, delivery["sha256"]).get("remarques", [])
    return found


def _is_news(when: str, days: int = _NEWS_DAYS) -> bool:
    return dt.datetime.now().astimezone() - dt.datetime.fromisoformat(when) < dt.timedelta(days=days)


def _reminded(settings: Settings, register: Register) -> set[str]:
    """Return who was reminded lately, or is about to be."""
    since = dt.datetime.now().astimezone() - dt.timedelta(days=_REMINDED_DAYS)
    return {
        e.to
        for e in journal.entries(register)
        if e.kind == REMINDER and e.state != CLOSED and dt.datetime.fromisoformat(e.decided) > since
    }
