"""`vigie messages`: what left, what waits, what nobody knows; a person settles one."""

from __future__ import annotations

from dataclasses import asdict

from rich.markup import escape
from rich.table import Table

from pipelines.base.exit_codes import DONE, PARTLY_REFUSED, USAGE
from pipelines.base.wording import printable
from pipelines.cli.screen import answer, err, fail, out, print_json
from pipelines.home.register import Register
from pipelines.messages import journal, outbox
from pipelines.messages.dispatch import already_lines, kept_lines, left_lines, minute, sentence
from pipelines.messages.journal import Entry
from pipelines.messages.outbox import Sent
from pipelines.messages.server import UNKNOWN, required
from pipelines.settings.model import Settings

_NOTHING = "Aucun message : rien n'a été envoyé de ce dossier, et rien n'attend."


def run(wanted: str | None, sends: bool, again: bool, closes: bool, reason: str | None, as_json: bool) -> int:
    """List the journal, show one message, send what waits, or settle one message; USAGE when that cannot be."""
    settings = Settings()
    if sum((sends, again, closes)) > 1:
        return fail("Une seule option à la fois : --envoyer, --renvoyer ou --clore.", USAGE)
    if (again or closes) and not wanted:
        return fail("Il manque le message. vigie messages les liste, avec leur identifiant.", USAGE)
    if (again or closes) and not (reason or "").strip():
        return fail('Il manque le motif, ou il est vide. Exemple : --motif "le service ne l\'a pas reçu"', USAGE)
    if sends or again:
        required(settings)
    if not settings.paths.register.exists():
        return answer(as_json, {"messages": []}, _NOTHING, err)
    with Register(settings.paths.register) as register:
        if sends:
            return show_sent(outbox.send(settings, register, []), as_json)
        known = journal.entries(register)
        if wanted is None:
            return _list(known, as_json)
        found = [e for e in known if e.message_id[1:].startswith(wanted)]
        if len(found) != 1:
            what = "plusieurs messages commencent" if found else "aucun message ne commence"
            return fail(f"« {printable(wanted)} » : {what} ainsi. vigie messages les liste.", USAGE)
        [entry] = found
        if again:
            return show_sent(outbox.send_again(settings, register, entry, str(reason).strip()), as_json)
        if closes:
            outbox.close(settings, register, entry, str(reason).strip())
            return answer(
                as_json, {"message": entry.message_id, "etat": journal.CLOSED}, f"Message {entry.short} clos.", err
            )
        return _one(settings, register, entry, as_json)


def _list(known: list[Entry], as_json: bool) -> int:
    if as_json:
        print_json({"messages": [asdict(e) | {"etat_dit": e.words} for e in known]})
        return DONE
    if not known:
        err.print(_NOTHING)
        return DONE
    table = Table("Décidé le", "À", "Objet", "État", "Le", "Identifiant", box=None, header_style="bold")
    for e in known:
        table.add_row(
            minute(e.decided), escape(", ".join(e.addresses)), escape(e.subject), e.words, minute(e.when), e.short
        )
    out.print(table)
    for e in known:
        if e.state == UNKNOWN:
            err.print(
                f"Issue inconnue : {e.short}. Demander à {', '.join(e.addresses)} ; puis vigie messages {e.short} "
                '--clore, ou --renvoyer, avec --motif "…"',
                style="yellow", markup=False,
            )  # fmt: skip
    return DONE


def _one(settings: Settings, register: Register, e: Entry, as_json: bool) -> int:
    came = journal.lines(register, e.message_id)
    file = settings.paths.messages / e.file_name
    if as_json:
        print_json(asdict(e) | {"lignes": came, "fichier": str(file)})
        return DONE
    out.print(e.subject, style="bold", markup=False)
    out.print(f"{e.message_id}, à {', '.join(e.addresses)} : {e.words}", markup=False)
    out.print(f"{minute(e.decided)} : décidé", markup=False)
    for line in came:
        out.print(f"{minute(line['quand'])} : {journal.WORDS[line['etat']]}, {line['detail']}", markup=False)
    out.print(f"Le message : {file}", markup=False)
    return DONE


def show_sent(sent: Sent, as_json: bool) -> int:
    """Show what a sending did; PARTLY_REFUSED when something did not leave."""
    code = PARTLY_REFUSED if sent.waiting or sent.refused or sent.unknown or sent.held else DONE
    if as_json:
        piles = {"partis": sent.left, "en_attente": sent.waiting, "refuses": sent.refused, "inconnus": sent.unknown,
                 "deja_partis": sent.already}  # fmt: skip
        told = {name: [asdict(e) for e in pile] for name, pile in piles.items()}
        held = [{"pour": d.label, "objet": d.subject, "motif": why} for d, why in sent.held]
        print_json(told | {"retenus": held, "incident": sent.incident or None, "code_sortie": code})
        return code
    for line in left_lines(sent) + already_lines(sent):
        err.print(line, markup=False)
    for line in kept_lines(sent):
        err.print(line, style="yellow", markup=False)
    err.print(sentence(sent) or "Rien à envoyer.", markup=False)
    return code
