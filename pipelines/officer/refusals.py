"""Refused files: those that still call for something, and how one is taken off the list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipelines.base.wording import file_named
from pipelines.home.register import ACCEPTED, REFUSED, Register
from pipelines.machine import ledger
from pipelines.officer.decisions import NOTHING_YET
from pipelines.officer.done import Done, NotDone
from pipelines.officer.which import which
from pipelines.settings.model import Settings

# A refusal that nobody followed for so many days is history: the list of deliveries keeps it.
_DAYS = 31


@dataclass(frozen=True)
class Filed:
    """A refusal that a person has nothing more to do about: a line of the home's refus_classes.csv."""

    livraison_id: str
    classe_le: str


def file_refusal(settings: Settings, given: str) -> Done:
    """Take a refusal off what is to do; it stays in the list of deliveries. Raises NotDone and Unclear."""
    if not settings.paths.register.exists():
        raise NotDone(NOTHING_YET)
    with Register(settings.paths.register) as register:
        delivery = which(register, given)
    if delivery["statut"] != REFUSED:
        raise NotDone(f"La livraison {file_named(delivery)} n'est pas refusée : rien à classer.")
    line = Filed(delivery["livraison_id"], settings.today.isoformat())
    ledger.append(settings.paths.filed_refusals, line)
    return Done(f"Refus de {file_named(delivery)} classé : il n'est plus à faire.", vars(line))


def open_refusals(settings: Settings, register: Register) -> list[dict]:
    """List the refused deliveries of the last weeks that nobody filed and that no accepted file of the same name
    followed, newest first. In drop folders, a name is its sender's: another's file of that name settles nothing.
    """
    filed = {line.livraison_id for line in ledger.lines(settings.paths.filed_refusals, Filed)}
    known = register.deliveries()
    since = (dt.datetime.now().astimezone() - dt.timedelta(days=_DAYS)).isoformat()
    senders = register.senders()
    accepted = {
        (_name(d), senders.get(d["livraison_id"])): d["recu_le"]
        for d in sorted(known, key=lambda d: d["recu_le"])
        if d["statut"] == ACCEPTED
    }

    def followed(d: dict) -> bool:
        # What the officer drops, whoever filled it in, counts too.
        when = [accepted.get((_name(d), s), "") for s in (senders.get(d["livraison_id"]), None)]
        return bool(max(when) >= d["recu_le"])

    return [
        d | {"defauts": register.defects(d["livraison_id"])}
        for d in reversed(known)
        if d["statut"] == REFUSED and d["recu_le"] >= since and d["livraison_id"] not in filed and not followed(d)
    ]


def _name(delivery: dict) -> str:
    return str(delivery["nom"]).rsplit("/", 1)[-1].casefold()
