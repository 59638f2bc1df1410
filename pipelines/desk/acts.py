"""What the forms of the desk do: each takes the fields of a form, and gives a note and the page that follows."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import FormData, UploadFile

from pipelines.base.said_periods import read_said
from pipelines.base.wording import plural
from pipelines.desk import sending, tasks
from pipelines.desk.answers import Given, field_of, told
from pipelines.desk.dropping import drop
from pipelines.desk.notes import Note
from pipelines.officer import decisions, excusing
from pipelines.officer.confirming import confirm_delivery
from pipelines.officer.done import NotDone
from pipelines.officer.letters import letters
from pipelines.officer.refusals import file_refusal
from pipelines.officer.starting import begin as begin_at
from pipelines.officer.tolerating import register_known
from pipelines.reminders import write
from pipelines.settings.model import Settings
from pipelines.snapshots.closure import called
from pipelines.templates import Known, choose
from pipelines.templates.files import write_forms

_KINDS = {"trimestre": "snapshot", "mois": "edition", "annee": "bilan"}


def begin(settings: Settings, form: FormData) -> Given:
    """Set the start date."""
    return told(begin_at(settings, field_of(form, "depuis")), load_next=True), None


def load(settings: Settings, form: FormData) -> Given:
    """Start a load."""
    settings.paths.create()
    number = tasks.start(settings.paths, "Chargement", ["load", "--wait"])
    return Note("Le chargement est lancé."), f"travaux/{number}"


def receive(settings: Settings, form: FormData) -> Given:
    """Write the files that were sent in the landing folder, and load them."""
    settings.paths.create()
    sent = [f for f in form.getlist("fichiers") if isinstance(f, UploadFile) and f.filename]
    if not sent:
        raise NotDone("Aucun fichier n'a été choisi.")
    dropped = [drop(settings, f.filename or "", f.file) for f in sent]
    files = [{"nom": d.name, "dit": d.said, "livraison_id": d.delivery} for d in dropped]
    written = sum(d.written for d in dropped)
    said = f"{plural(written, 'fichier déposé', 'fichiers déposés')}."
    if not written:
        return Note(said, [f"{d.name} : {d.said}" for d in dropped], failed=True), None
    number = tasks.start(settings.paths, "Chargement de ce qui est déposé", ["load", "--wait"], files)
    return Note(said), f"travaux/{number}"


def withdraw(settings: Settings, form: FormData) -> Given:
    """Withdraw a delivery."""
    done = decisions.withdraw(settings, field_of(form, "livraison"), field_of(form, "motif"))
    return told(done, load_next=True), None


def reinstate(settings: Settings, form: FormData) -> Given:
    """Reinstate a delivery."""
    done = decisions.reinstate(settings, field_of(form, "livraison"), field_of(form, "motif"))
    return told(done, load_next=True), None


def choose_delivery(settings: Settings, form: FormData) -> Given:
    """Choose between two public files."""
    return told(decisions.choose(settings, field_of(form, "livraison"), field_of(form, "motif")), load_next=True), None


def file_away(settings: Settings, form: FormData) -> Given:
    """Take a refusal off what is to do."""
    return told(file_refusal(settings, field_of(form, "livraison"))), ""


def confirm(settings: Settings, form: FormData) -> Given:
    """Take a correction, or keep what is in use."""
    how = field_of(form, "lecture")
    done = confirm_delivery(
        settings, field_of(form, "livraison"), field_of(form, "motif") or None, how == "lignes", how == "entier"
    )
    return told(done, load_next=True), None


def tolerate(settings: Settings, form: FormData) -> Given:
    """Register a known error."""
    done = register_known(
        settings, field_of(form, "regle"), field_of(form, "objet"), field_of(form, "motif"), field_of(form, "jusqu_au")
    )
    return told(done, load_next=True), None


def excuse(settings: Settings, form: FormData) -> Given:
    """Ask no more for something."""
    words = [field_of(form, "quoi"), *field_of(form, "periode").split()]
    done = excusing.excuse(settings, [w for w in words if w], field_of(form, "source") or None, field_of(form, "motif"))
    return told(done, load_next=True), None


def take_back(settings: Settings, form: FormData) -> Given:
    """Ask again for what was excused."""
    words = [w for w in (field_of(form, "quoi"), field_of(form, "periode")) if w]
    return told(excusing.take_back(settings, words, field_of(form, "source") or None), load_next=True), None


def write_templates(settings: Settings, form: FormData) -> Given:
    """Write the forms of a period in the folder of the forms."""
    period = field_of(form, "periode")
    known = Known(settings.paths)
    templates, _ = choose(settings.departement, settings.today, period=period or None, known=known)
    written, kept = write_forms(settings.paths.templates, templates)
    said = (
        f"{plural(len(templates), 'formulaire')}, {plural(len(written), 'fichier écrit', 'fichiers écrits')} dans "
        f"{settings.paths.templates}."
    )
    more = [f"Conservé, car il a été rempli ou modifié : {file.name}" for file in kept]
    return Note(said, more), f"calendrier/{read_said(period)}" if period else None


def write_letters(settings: Settings, form: FormData) -> Given:
    """Write the reminders, one file each."""
    reminders, _, _ = letters(settings)
    written, kept = write(settings.paths.reminders, reminders)
    said = f"{plural(len(written), 'message écrit', 'messages écrits')} dans {settings.paths.reminders}."
    return Note(said, [f"Conservé, car il a été modifié : {f.name}" for f in kept]), None


def preview(settings: Settings, form: FormData) -> Given:
    """Draw what would be given."""
    return _edition(settings, form, "Aperçu", ["--apercu"])


def give(settings: Settings, form: FormData) -> Given:
    """Give an edition, or its correction when there is a reason."""
    reason = field_of(form, "motif")
    if field_of(form, "corriger") and not reason:
        raise NotDone("Le motif de la correction est vide.")
    options = ["--wait", *(["--motif", reason] if reason else [])]
    return _edition(settings, form, "Correction" if reason else "Édition", options)


def _edition(settings: Settings, form: FormData, label: str, options: list[str]) -> Given:
    try:
        period = read_said(field_of(form, "periode"))
    except ValueError as error:
        raise NotDone(f"{error}.") from None
    number = tasks.start(settings.paths, f"{label} : {called(period)}", [_KINDS[period.kind], str(period), *options])
    return Note(f"{label} : le travail est lancé."), f"travaux/{number}"


def back_up(settings: Settings, form: FormData) -> Given:
    """Write a backup where the officer says."""
    target = field_of(form, "fichier")
    if not target.startswith("/"):
        raise NotDone("Donner le chemin entier du fichier à écrire, par exemple /media/sauvegardes/vigie-46.tar.gz.")
    return Note("La sauvegarde est lancée."), f"travaux/{tasks.start(settings.paths, 'Sauvegarde', ['backup', target])}"


ACTS: dict[str, Callable[[Settings, FormData], Given]] = {
    "debut": begin,
    "charger": load,
    "deposer": receive,
    "retirer": withdraw,
    "retablir": reinstate,
    "choisir": choose_delivery,
    "confirmer": confirm,
    "classer": file_away,
    "tolerer": tolerate,
    "excuser": excuse,
    "reprendre": take_back,
    "formulaires": write_templates,
    "messages": write_letters,
    "envoyer": sending.send_reminders,
    "repondre": sending.send_answer,
    "attente": sending.send_waiting,
    "renvoyer": sending.send_again,
    "clore": sending.close,
    "apercu": preview,
    "donner": give,
    "sauvegarder": back_up,
}
