"""Messages at the desk: the drafts to open or send, the journal, and what a person says of one."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from pipelines.desk.answers import Desk, Given, attachment, field_of
from pipelines.desk.notes import Note
from pipelines.messages import at_hand
from pipelines.messages.at_hand import Shown
from pipelines.messages.dispatch import already_lines, kept_lines, left_lines, sentence
from pipelines.messages.journal import CLOSED, DUE, Entry
from pipelines.messages.outbox import Sent
from pipelines.messages.server import LEFT, NotSet, required
from pipelines.officer.done import NotDone
from pipelines.officer.letters import letters
from pipelines.publication.reading import NotPublished
from pipelines.settings.model import Settings

_MAIL = "message/rfc822"
_GONE = "Ce message n'est plus de ceux du jour : rouvrir la page."


def can_send(settings: Settings) -> bool:
    """Whether the settings say how to send; without it, messages are opened in a mail program."""
    try:
        required(settings)
    except NotSet:
        return False
    return True


def show_journal(desk: Desk, request: Request) -> Response:
    """Every message that was decided, the newest first, and what can be said of it."""
    settings = Settings()
    known = at_hand.list_journal(settings)[::-1]
    return desk.page(
        request, "messages", "relances", messages=[(e, at_hand.number_of(e.message_id)) for e in known],
        serveur=can_send(settings), attendent=sum(e.state in DUE for e in known), regles={LEFT, CLOSED},
    )  # fmt: skip


def open_reminder(desk: Desk, request: Request) -> Response:
    """One reminder of today, as a mail program opens it."""
    settings = Settings()
    found = next((s for s in _today(settings) if s.number == request.path_params["numero"]), None)
    return _opened(desk, request, settings, found)


def open_answer(desk: Desk, request: Request) -> Response:
    """The answer to a delivery, as a mail program opens it."""
    settings = Settings()
    known = settings.paths.register.exists()
    found = at_hand.answer_to(settings, request.path_params["numero"]) if known else None
    return _opened(desk, request, settings, found)


def _opened(desk: Desk, request: Request, settings: Settings, found: Shown | None) -> Response:
    if found is None:
        return desk.page(request, "refus", "relances", 404, phrase=_GONE)
    return attachment(at_hand.as_eml(settings, found), found.draft.file_name, _MAIL)


def open_sent(desk: Desk, request: Request) -> Response:
    """A message of the journal, as it was decided."""
    settings = Settings()
    found = at_hand.find(settings, request.path_params["numero"])
    file = settings.paths.messages / found.file_name if found else None
    if file is None or not file.is_file():
        return desk.page(request, "refus", "relances", 404, phrase="Ce message n'est pas dans le journal.")
    return attachment(file.read_bytes(), file.name, _MAIL)


def send_reminders(settings: Settings, form: FormData) -> Given:
    """Send one reminder, or all those that are written to someone."""
    required(settings)
    wanted = field_of(form, "message")
    drafts = _today(settings)
    chosen = [s for s in drafts if s.number == wanted] if wanted else [s for s in drafts if s.may_leave]
    if wanted and not chosen:
        raise NotDone(_GONE)
    return _said(at_hand.send(settings, chosen)), None


def send_answer(settings: Settings, form: FormData) -> Given:
    """Answer who sent a delivery."""
    found = at_hand.answer_to(settings, field_of(form, "livraison"))
    if found is None:
        raise NotDone(_GONE)
    return _said(at_hand.send(settings, [found])), None


def send_waiting(settings: Settings, form: FormData) -> Given:
    """Send what waits."""
    return _said(at_hand.send(settings)), None


def send_again(settings: Settings, form: FormData) -> Given:
    """Send a message once more, because a person says so."""
    message, reason = _settled(settings, form)
    return _said(at_hand.send_again(settings, message.message_id, reason)), None


def close(settings: Settings, form: FormData) -> Given:
    """Give a message up, or say that it arrived."""
    message, reason = _settled(settings, form)
    at_hand.close(settings, message.message_id, reason)
    return Note(f"Message {message.short} clos."), None


def _today(settings: Settings) -> list[Shown]:
    try:
        return at_hand.as_drafts(settings, letters(settings)[0])
    except NotPublished:
        return []


def _settled(settings: Settings, form: FormData) -> tuple[Entry, str]:
    """Return the message that the form is about, and the reason given."""
    found, reason = at_hand.find(settings, field_of(form, "message")), field_of(form, "motif")
    if found is None:
        raise NotDone("Ce message n'est pas dans le journal.")
    if not reason:
        raise NotDone("Le motif est vide.")
    return found, reason


def _said(sent: Sent) -> Note:
    """Say what left, what waits and why, in the words of the command."""
    more = left_lines(sent) + already_lines(sent) + kept_lines(sent)
    failed = bool(sent.incident or sent.refused or sent.unknown or sent.held) and not sent.left
    return Note(sentence(sent) or "Rien à envoyer.", more, failed=failed)
