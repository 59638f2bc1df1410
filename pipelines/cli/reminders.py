"""`vigie relances`: the messages that ask for what is missing, to paste, to open or, when that is asked, sent."""

from __future__ import annotations

from pathlib import Path

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.base.spelling import folded
from pipelines.base.typography import french
from pipelines.base.wording import plural
from pipelines.cli.messages import show_sent
from pipelines.cli.screen import err, fail, out, print_json
from pipelines.machine.durable import write_once
from pipelines.messages import at_hand
from pipelines.messages.server import required
from pipelines.officer.letters import letters as letters_of
from pipelines.officer.unasked import unasked
from pipelines.publication.standing import Standing
from pipelines.reminders import Addressed, Reminder, write
from pipelines.reminders.addressed import here_lines, to_fetch_lines
from pipelines.settings.model import Settings

_SHOWN_COMMANDS = 3


def run(debtor: str | None, folder: Path | None, drafts: bool, sends: bool, as_json: bool) -> int:
    """Write the messages, on the screen or one file a debtor, or send them; DONE when nobody owes anything."""
    settings = Settings()
    if sends:
        required(settings)
    reminders, sorted_out, found = letters_of(settings)
    asked = [r for r in reminders if debtor is None or folded(debtor) in folded(r.debtor)]
    if sends and asked:
        return show_sent(at_hand.send(settings, at_hand.as_drafts(settings, asked)), as_json)
    if drafts and folder is None:
        folder = settings.paths.reminders
    root = folder.expanduser().resolve() if folder else None
    if root and root.exists() and not root.is_dir():
        return fail(f"{root} n'est pas un dossier.", USAGE)
    if drafts and root:
        written, kept = _write_drafts(settings, root, asked)
    else:
        written, kept = write(root, asked) if root else ([], [])
    if as_json:
        print_json(_told(asked, sorted_out, found, root, written, kept))
        return DONE
    if not asked:
        err.print(_nothing(debtor, reminders, sorted_out), markup=False)
    elif root is None:
        _show(asked)
    for file in kept:
        err.print(f"Conservé, car il a été modifié : {file} (le retirer pour le réécrire)", markup=False)
    if written:
        err.print(f"{plural(len(written), 'message écrit', 'messages écrits')} dans {root}", markup=False)
    if debtor is None:
        _show_others(settings, sorted_out, found)
    return DONE


def _write_drafts(settings: Settings, root: Path, asked: list[Reminder]) -> tuple[list[Path], list[Path]]:
    """Write one message a debtor, with its forms, which a mail program opens ready to send."""
    root.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    kept: list[Path] = []
    for reminder, shown in zip(asked, at_hand.as_drafts(settings, asked), strict=True):
        file = root / Path(reminder.file_name).with_suffix(".eml").name
        (written if write_once(file, at_hand.as_eml(settings, shown)) else kept).append(file)
    return written, kept


def _show_others(settings: Settings, sorted_out: Addressed, found: Standing) -> None:
    """Print the absences that no letter asks for."""
    if sorted_out.to_fetch:
        err.print("Fichiers publics, personne à qui écrire :")
        for line in to_fetch_lines(sorted_out.to_fetch):
            err.print(f"  • {line}", markup=False)
    if sorted_out.here:
        err.print("À faire ici, à la préfecture :")
        for line in here_lines(sorted_out.here):
            err.print(f"  • {line}", markup=False)
    for line in unasked(settings, found):
        err.print(line, markup=False)


def _told(
    reminders: list[Reminder], sorted_out: Addressed, found: Standing, root: Path | None, written: list[Path],
    kept: list[Path],
) -> dict:  # fmt: skip
    return {
        "relances": [
            {
                "pour": r.debtor,
                "objet": r.subject,
                "texte": r.text,
                "absences": r.absences,
                "modeles": r.templates,
                "commandes": r.commands,
                "fichier": r.file_name,
            }
            for r in reminders
        ],
        "a_telecharger": sorted({f"vigie fetch {r['source']}" for r in sorted_out.to_fetch}),
        "a_faire_ici": here_lines(sorted_out.here),
        "excusees": len(found.excused),
        "non_demandees": len(found.earlier),
        "dossier": str(root) if root else None,
        "ecrits": [f.name for f in written],
        "conserves": [f.name for f in kept],
    }


def _show(reminders: list[Reminder]) -> None:
    for r in reminders:
        err.rule(f"Pour : {r.debtor}", style="bold", align="left", characters="─")
        # What is pasted elsewhere must not carry the width of this terminal.
        out.print(french(r.text), markup=False, soft_wrap=True)
        for command in r.commands[:_SHOWN_COMMANDS]:
            err.print(f"Écrire le modèle à joindre : {command}", markup=False)
        if len(r.commands) > _SHOWN_COMMANDS:
            err.print(f"… et de même pour les autres périodes, jusqu'à : {r.commands[-1]}", markup=False)
    err.print(
        f"{plural(len(reminders), 'message')} ; rien n'est envoyé. À ouvrir dans un logiciel de courriel : --brouillons"
    )


def _nothing(debtor: str | None, reminders: list[Reminder], sorted_out: Addressed) -> str:
    if not reminders:
        if sorted_out.to_fetch or sorted_out.here:
            return "Il n'y a personne à relancer."
        return "Rien ne manque de ce qui est dû : il n'y a personne à relancer."
    return f"« {debtor} » ne doit rien. Ceux qui doivent quelque chose : {', '.join(r.debtor for r in reminders)}."
