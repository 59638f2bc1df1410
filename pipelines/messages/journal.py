"""What was decided to leave, and what came of it, as the register keeps it: lines are added, none is changed."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pipelines.home.register import Register, now
from pipelines.messages.server import FAILED, LEFT, REFUSED, UNKNOWN

WAITING, BEGUN, AGAIN, CLOSED = "a_envoyer", "debut", "repris", "clos"
# To leave at the next sending; neither left nor given up, and waiting for a person.
DUE, UNSETTLED = {WAITING, FAILED, AGAIN}, {UNKNOWN, BEGUN}
# What a person says the end of.
TO_SETTLE = {UNKNOWN, REFUSED}
WORDS = {
    WAITING: "à envoyer", BEGUN: "envoi en cours", LEFT: "parti", FAILED: "pas encore parti", REFUSED: "refusé",
    UNKNOWN: "issue inconnue", AGAIN: "à renvoyer", CLOSED: "clos",
}  # fmt: skip
INTERRUPTED = "Vigie s'est arrêtée pendant l'envoi : on ne sait pas s'il est parti"
_LAST = """
select m.*, e.quand, e.etat, e.detail, e.rang
from messages as m
left join envois as e on e.message_id = m.message_id
    and e.rang = (select max(rang) from envois where message_id = m.message_id)
order by m.decide_le, m.rowid
"""


@dataclass(frozen=True)
class Entry:
    """A message of the journal, and the last that is known of it. Instants are ISO."""

    message_id: str
    kind: str
    topic: str
    to: str
    addresses: tuple[str, ...]
    subject: str
    sha256: str
    decided: str
    state: str
    detail: str
    when: str

    @property
    def short(self) -> str:
        """Return the name under which a person speaks of it."""
        return self.message_id[1:13]

    @property
    def file_name(self) -> str:
        return f"{self.message_id[1:].partition('@')[0]}.eml"

    @property
    def words(self) -> str:
        return WORDS[self.state]


def entries(register: Register) -> list[Entry]:
    """List every message, the oldest first."""
    return [
        Entry(
            r["message_id"], r["nature"], r["sujet"], r["destinataire"], tuple(json.loads(r["adresses"])), r["objet"],
            r["sha256"], r["decide_le"], r["etat"] or WAITING, r["detail"] or "", r["quand"] or r["decide_le"],
        )
        for r in register.rows(_LAST)
    ]  # fmt: skip


def entry(register: Register, message_id: str) -> Entry | None:
    """Find one message by its Message-ID."""
    return next((e for e in entries(register) if e.message_id == message_id), None)


def lines(register: Register, message_id: str) -> list[dict[str, str]]:
    """List what came of one message, in its order: `quand`, `etat`, `detail`."""
    return register.rows("select quand, etat, detail from envois where message_id = ? order by rang", message_id)


def add(register: Register, message_id: str, state: str, detail: str) -> None:
    """Add a line: what comes of a message now. It is on disk when this returns."""
    with register.transaction():
        [last] = register.rows("select coalesce(max(rang), 0) as rang from envois where message_id = ?", message_id)
        register.add(
            "envois",
            {"message_id": message_id, "rang": last["rang"] + 1, "quand": now(), "etat": state, "detail": detail},
        )


def settle_interrupted(register: Register) -> list[Entry]:
    """Say of the messages whose sending was cut short that nobody knows; the caller alone sends."""
    cut = [e for e in entries(register) if e.state == BEGUN]
    for e in cut:
        add(register, e.message_id, UNKNOWN, INTERRUPTED)
    return cut
