"""What a person at a screen asks of the messages: the drafts of today, one of them sent or opened, the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pipelines.catalogue.correspondents import correspondents
from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.messages import addresses, due, journal, letters, outbox
from pipelines.messages.draft import Draft, as_bytes, message_id
from pipelines.messages.journal import DUE, Entry
from pipelines.messages.outbox import NotPossible, Sent
from pipelines.messages.server import required
from pipelines.reminders import Reminder
from pipelines.settings.model import Settings


@dataclass(frozen=True)
class Shown:
    """A draft, the Message-ID that names it, and what the journal knows of it; None when it was never decided."""

    draft: Draft
    message_id: str
    entry: Entry | None

    @property
    def number(self) -> str:
        """Return the name of the message in an address."""
        return number_of(self.message_id)

    @property
    def may_leave(self) -> bool:
        """Whether it is written to someone, and was never decided or still waits."""
        return bool(self.draft.addresses) and (self.entry is None or self.entry.state in DUE)


def as_drafts(settings: Settings, reminders: Sequence[Reminder]) -> list[Shown]:
    """Return each reminder as it would leave. Raises CatalogueError for a faulty table of addresses."""
    read = addresses.read(settings, load_catalogue())
    found = [letters.of_reminder(settings, read, r) for r in reminders]
    with _opened(settings) as register:
        known = {e.message_id: e for e in journal.entries(register)}
    named = [(d, message_id(settings, d)) for d in found]
    return [Shown(d, identity, known.get(identity)) for d, identity in named]


def answer_to(settings: Settings, delivery_id: str) -> Shown | None:
    """Return the words to send back for a delivery; None for one that calls for no answer."""
    with _opened(settings) as register:
        catalogue = load_catalogue()
        known = {c.code: c for c in correspondents(settings.departement, catalogue)}
        sender = known.get(register.sender(delivery_id) or "")
        read = addresses.read(settings, catalogue)
        found = next(due.answer(settings, register, catalogue, read, sender, register.entry(delivery_id)), None)
        if found is None:
            return None
        identity = message_id(settings, found)
        return Shown(found, identity, journal.entry(register, identity))


def as_eml(settings: Settings, shown: Shown) -> bytes:
    """Write a draft as a mail program opens it, ready to be sent, with its forms: the same bytes all day."""
    when = dt.datetime.combine(settings.today, dt.time(8), dt.UTC)
    return as_bytes(settings, shown.draft, when, unsent=True)


def number_of(identity: str) -> str:
    """Return a Message-ID without its host."""
    return identity[1:].partition("@")[0]


def send(settings: Settings, shown: Sequence[Shown] = ()) -> Sent:
    """Send these drafts, and what waited. Raises NotSet without a server, Busy when another process sends."""
    required(settings)
    with _opened(settings) as register:
        return outbox.send(settings, register, [s.draft for s in shown])


def list_journal(settings: Settings) -> list[Entry]:
    """List every message that was decided, the oldest first; reading makes no register."""
    if not settings.paths.register.exists():
        return []
    with _opened(settings) as register:
        return journal.entries(register)


def send_again(settings: Settings, identity: str, reason: str) -> Sent:
    """Send a message once more because a person says so. Raises NotPossible, NotSet, Busy."""
    required(settings)
    with _opened(settings) as register:
        return outbox.send_again(settings, register, _entry(register, identity), reason)


def close(settings: Settings, identity: str, reason: str) -> None:
    """Give a message up, or say that it arrived. Raises NotPossible, Busy."""
    with _opened(settings) as register:
        outbox.close(settings, register, _entry(register, identity), reason)


def find(settings: Settings, number: str) -> Entry | None:
    """Find a message of the journal by its number."""
    return next((e for e in list_journal(settings) if number_of(e.message_id) == number), None)


def _entry(register: Register, identity: str) -> Entry:
    found = journal.entry(register, identity)
    if found is None:
        raise NotPossible("Ce message n'est pas dans le journal.")
    return found


@contextmanager
def _opened(settings: Settings) -> Iterator[Register]:
    settings.paths.create()
    with Register(settings.paths.register) as register:
        yield register
