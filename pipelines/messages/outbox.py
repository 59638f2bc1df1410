"""From a draft to a message that left, once: decided, kept, begun, sent, and what came of it, each on disk in its turn.

What a death cuts short between the beginning and the answer is unknown: a person says whether it leaves again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pipelines.base.exit_codes import LOCKED, Stopped
from pipelines.home.register import Register, now
from pipelines.machine.durable import write_whole
from pipelines.machine.lock import LoadLock, LockHeld
from pipelines.messages import journal
from pipelines.messages.draft import Draft, as_bytes, message_id
from pipelines.messages.journal import AGAIN, BEGUN, CLOSED, DUE, UNSETTLED, Entry
from pipelines.messages.server import FAILED, LEFT, REFUSED, MailServer, NoServer
from pipelines.settings.model import Settings

# A message that could not leave for so long says what is no longer so.
_STALE_DAYS = 7
_TOO_OLD = "trop ancien pour partir encore"
_CHANGED = "le message gardé n'est plus celui qui a été décidé"


class Busy(Stopped):
    """Another process sends. The text is French."""

    exit_code = LOCKED


class NotPossible(Stopped):
    """What is asked of a message cannot be done. The text is French."""


@dataclass
class Sent:
    """What one sending did. `held` are drafts kept back, each with why, in French."""

    left: list[Entry] = field(default_factory=list)
    waiting: list[Entry] = field(default_factory=list)
    refused: list[Entry] = field(default_factory=list)
    unknown: list[Entry] = field(default_factory=list)
    already: list[Entry] = field(default_factory=list)
    held: list[tuple[Draft, str]] = field(default_factory=list)
    incident: str = ""  # why the server could not be used


@contextmanager
def sending(settings: Settings, register: Register) -> Iterator[None]:
    """Be the only one that decides and sends; what a dead process left begun is told as unknown. Raises Busy."""
    try:
        with LoadLock(settings.paths.messages_lock, "envoi de messages"):
            journal.settle_interrupted(register)
            yield
    except LockHeld:
        raise Busy("Un autre envoi de messages est en cours. Relancer quand il est fini.") from None


def send(settings: Settings, register: Register, drafts: Iterable[Draft]) -> Sent:
    """Decide these drafts, then send them and what waited. A message of the journal is never decided twice."""
    sent = Sent()
    with sending(settings, register):
        for draft in drafts:
            decide(settings, register, draft, sent)
        flush(settings, register, sent)
    return sent


def decide(settings: Settings, register: Register, draft: Draft, sent: Sent) -> None:
    """Keep the bytes of a draft, then write in the journal that it is to leave; the caller is the one that sends."""
    identity = message_id(settings, draft)
    known = journal.entries(register)
    if before := next((e for e in known if e.message_id == identity), None):
        if before.state not in DUE:
            sent.already.append(before)
        return
    if not draft.addresses:
        sent.held.append((draft, "aucune adresse dans adresses.csv"))
        return
    if blocking := next((e for e in known if e.topic == draft.topic and e.state in UNSETTLED), None):
        sent.held.append((draft, f"on ne sait pas si le précédent est parti (vigie messages {blocking.short})"))
        return
    when = dt.datetime.now().astimezone().replace(microsecond=0)
    content = as_bytes(settings, draft, when)
    settings.paths.messages.mkdir(mode=0o750, exist_ok=True)
    write_whole(settings.paths.messages / _file_name(identity), content, mode=0o640)
    with register.transaction():
        register.add(
            "messages",
            {
                "message_id": identity,
                "nature": draft.kind,
                "sujet": draft.topic,
                "destinataire": draft.to,
                "adresses": json.dumps(draft.addresses),
                "objet": draft.subject,
                "sha256": hashlib.sha256(content).hexdigest(),
                "decide_le": now(),
            },
        )


def flush(settings: Settings, register: Register, sent: Sent) -> None:
    """Send what waits, oldest first; the caller is the one that sends."""
    due = [e for e in journal.entries(register) if e.state in DUE]
    for e in [e for e in due if e.state != AGAIN and _age(e) > _STALE_DAYS]:
        journal.add(register, e.message_id, CLOSED, _TOO_OLD)
        due.remove(e)
    if not due:
        return
    try:
        with MailServer(settings) as server:
            while due and _sent_one(settings, register, server, due.pop(0), sent):
                pass
    except NoServer as error:
        sent.incident = str(error)
        for e in due:
            if (e.state, e.detail) != (FAILED, str(error)):
                journal.add(register, e.message_id, FAILED, str(error))
    sent.waiting += [_current(register, e) for e in due]


def _sent_one(settings: Settings, register: Register, server: MailServer, e: Entry, sent: Sent) -> bool:
    """Send one message and write what came of it; returns whether the server takes another."""
    file = settings.paths.messages / e.file_name
    content = file.read_bytes() if file.exists() else b""
    if hashlib.sha256(content).hexdigest() != e.sha256:
        journal.add(register, e.message_id, REFUSED, _CHANGED)
        _note(register, e, sent)
        return True
    begin = "envoi à " + ", ".join(e.addresses)
    outcome = server.deliver(e.addresses, content, lambda: journal.add(register, e.message_id, BEGUN, begin))
    journal.add(register, e.message_id, outcome.state, outcome.detail)
    _note(register, e, sent)
    return outcome.goes_on


def _note(register: Register, e: Entry, sent: Sent) -> None:
    after = journal.entry(register, e.message_id)
    if after is not None:
        piles = {LEFT: sent.left, FAILED: sent.waiting, REFUSED: sent.refused}
        piles.get(after.state, sent.unknown).append(after)


def send_again(settings: Settings, register: Register, e: Entry, reason: str) -> Sent:
    """Send a message once more because a person says so: it keeps its Message-ID. Raises NotPossible."""
    sent = Sent()
    with sending(settings, register):
        current = _current(register, e)
        if current.state == LEFT:
            raise NotPossible(f"Le message {e.short} est parti : il ne part pas deux fois.")
        journal.add(register, e.message_id, AGAIN, reason)
        flush(settings, register, sent)
    return sent


def close(settings: Settings, register: Register, e: Entry, reason: str) -> None:
    """Give a message up, or say that it arrived: it holds nothing back any more. Raises NotPossible."""
    with sending(settings, register):
        current = _current(register, e)
        if current.state in {LEFT, CLOSED}:
            raise NotPossible(f"Le message {e.short} est déjà {current.words} : il n'y a rien à clore.")
        journal.add(register, e.message_id, CLOSED, reason)


def _current(register: Register, e: Entry) -> Entry:
    """Return the message as it is now that nobody else sends."""
    found = journal.entry(register, e.message_id)
    if found is None:
        raise NotPossible(f"Le message {e.short} n'est pas dans le journal.")
    return found


def _file_name(identity: str) -> str:
    return f"{identity[1:].partition('@')[0]}.eml"


def _age(e: Entry) -> int:
    decided = dt.datetime.fromisoformat(e.decided)
    return (dt.datetime.now().astimezone() - decided).days
