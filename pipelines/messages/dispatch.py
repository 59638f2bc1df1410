"""What a load sends once it is over: nothing of it can fail the load."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.base.exit_codes import Stopped
from pipelines.base.wording import plural
from pipelines.catalogue.model import Catalogue
from pipelines.home.register import Register
from pipelines.messages import addresses, due
from pipelines.messages.draft import Draft
from pipelines.messages.outbox import Sent, send
from pipelines.settings.model import Settings


def after_load(settings: Settings, catalogue: Catalogue) -> str:
    """Send what is due, and what waited; returns what came of it in one French sentence, empty when there was nothing.

    The load is over and has let go of its lock: a server that does not answer holds nobody back.
    """
    if not settings.smtp_serveur:
        return ""
    drafts: list[Draft] = []
    try:
        with Register(settings.paths.register) as register:
            known = addresses.read(settings, catalogue)
            trouble = _gathered(drafts, due.after_load(settings, register, catalogue, known))
            return " ".join(filter(None, (sentence(send(settings, register, drafts)), trouble)))
    except Stopped as why:
        return f"Aucun message n'est parti. {why}"
    except Exception as error:
        return f"L'envoi des messages s'est arrêté sur un incident ({type(error).__name__}). Voir vigie messages."


def _gathered(drafts: list[Draft], found: Iterator[Draft]) -> str:
    """Take the drafts that can be written; returns why one could not, in French: the others leave all the same."""
    try:
        drafts.extend(found)
    except Exception as error:
        why = str(error) if isinstance(error, Stopped) else type(error).__name__
        return f"Un message n'a pas pu être écrit ({why})."
    return ""


def sentence(sent: Sent) -> str:
    """Write what a sending did: « 2 messages partis ; 1 message attend : … »."""
    said = []
    if sent.left:
        said.append(plural(len(sent.left), "message parti", "messages partis"))
    if sent.waiting:
        said.append(plural(len(sent.waiting), "message attend", "messages attendent"))
    if sent.refused:
        said.append(plural(len(sent.refused), "message refusé par le serveur", "messages refusés par le serveur"))
    if sent.unknown:
        said.append(
            plural(len(sent.unknown), "message dont l'issue est inconnue", "messages dont l'issue est inconnue")
        )
    if sent.held:
        said.append(plural(len(sent.held), "message retenu", "messages retenus"))
    if not said:
        return ""
    why = f" {sent.incident}" if sent.incident else ""
    more = " (vigie messages)" if sent.waiting or sent.refused or sent.unknown else ""
    return f"Courriel : {' ; '.join(said)}{more}.{why}"


def left_lines(sent: Sent) -> list[str]:
    """A line for each message that left."""
    return [f"Parti : {e.subject}, à {', '.join(e.addresses)}" for e in sent.left]


def kept_lines(sent: Sent) -> list[str]:
    """A line for each message that waits, that a server refused, of which nothing is known, or that was held."""
    failed = (*sent.waiting, *sent.refused, *sent.unknown)
    told = [f"{e.words.capitalize()} : {e.subject}, à {', '.join(e.addresses)}. {e.detail}" for e in failed]
    return told + [f"Retenu, {draft.label} : {why}" for draft, why in sent.held]


def already_lines(sent: Sent) -> list[str]:
    """A line for each message that had left before, with when."""
    return [f"Déjà {e.words} le {minute(e.when)} : {e.subject}, à {', '.join(e.addresses)}" for e in sent.already]


def minute(when: str) -> str:
    """An instant of the journal as people read it: its day, its hour and its minute."""
    return when[:16].replace("T", " ")
