"""Refused files: those that still call for something, and the words to send back to who wrote them."""

from __future__ import annotations

import datetime as dt

from pipelines.base.refusal import Defect
from pipelines.base.wording import plural, printable
from pipelines.home.register import ACCEPTED, REFUSED, Register
from pipelines.settings.model import Settings

# A refusal that nobody followed for so many days is history: the list of deliveries keeps it.
_DAYS = 31
_SHOWN = 20


def open_refusals(register: Register) -> list[dict]:
    """List the refused deliveries of the last weeks that no accepted file of the same name followed, newest first."""
    known = register.deliveries()
    since = (dt.datetime.now().astimezone() - dt.timedelta(days=_DAYS)).isoformat()
    accepted = {_name(d): d["recu_le"] for d in known if d["statut"] == ACCEPTED}
    return [
        d | {"defauts": register.defects(d["livraison_id"])}
        for d in reversed(known)
        if d["statut"] == REFUSED and d["recu_le"] >= since and accepted.get(_name(d), "") < d["recu_le"]
    ]


def words_to_send_back(settings: Settings, delivery: dict, defects: list[dict]) -> str:
    """Write to who sent a refused file: what is wrong, where, and what to do."""
    said = [Defect(**{k: d[k] for k in Defect.__dataclass_fields__}).sentence() for d in defects]
    name = printable(delivery["nom"].rsplit("/", 1)[-1])
    lines = [
        f"Objet : votre fichier « {name} » n'a pas pu être repris",
        "",
        "Bonjour,",
        "",
        f"Votre fichier « {name} », reçu le {'/'.join(reversed(delivery['recu_le'][:10].split('-')))}, n'a pas pu être "
        "repris :",
        "",
        *(f"- {sentence}" for sentence in said[:_SHOWN]),
        *([f"- et {plural(len(said) - _SHOWN, 'autre point', 'autres points')}."] if len(said) > _SHOWN else []),
        "",
        "Merci de nous renvoyer le fichier corrigé, entier ; son nom peut rester le même.",
        *([f"Réponse à : {settings.reply_to}"] if settings.reply_to else []),
        "",
        settings.signature,
        "",
    ]
    return "\n".join(lines)


def _name(delivery: dict) -> str:
    return str(delivery["nom"]).rsplit("/", 1)[-1].casefold()
