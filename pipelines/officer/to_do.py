"""What calls for a person today, in the order in which it is done."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.base.wording import file_named, plural
from pipelines.home.register import Register
from pipelines.officer import missing, official
from pipelines.officer.deliveries import defect_sentence
from pipelines.officer.editions import ended, standings
from pipelines.officer.refusals import open_refusals
from pipelines.officer.situation import gather, messages_lines
from pipelines.reception import conflicts
from pipelines.settings.model import Settings
from pipelines.snapshots.closure import called

# Where the desk answers each kind of item.
START, LOAD, DELIVERY, FINDINGS, LETTERS, MESSAGES, EDITIONS, STATE = (
    "debut", "charger", "livraison", "ecarts", "relances", "messages", "editions", "etat"
)  # fmt: skip
URGENT, WARNING, INFORMATION = "bloquant", "avertissement", "information"


@dataclass(frozen=True)
class Item:
    """One thing to do: how urgent, a title, its details, and where it is done (`place`, and what of it: `of`)."""

    level: str
    title: str
    place: str
    lines: list[str] = field(default_factory=list)
    of: str = ""


def to_do(settings: Settings, told: dict | None = None) -> list[Item]:
    """List what is to do; `told` is where the home stands, when that is known already."""
    told = told or gather(settings)
    items = [*_beginning(settings, told), *_received(settings), *_proposed(told), *_contested(told), *_aside(told)]
    return [*items, *_red(told), *_late(told), *_unsettled(told), *_public_files(told), *_ready(settings, told)]


def _beginning(settings: Settings, told: dict) -> list[Item]:
    found = []
    if settings.depuis is None and told["nature"] != "demonstration":
        said = "Rien d'avant cette date n'est demandé à personne. Elle se change quand on veut."
        found.append(Item(WARNING, "Fixer la date de début", START, [said]))
    if told["en_attente"] and not told["en_cours"]:
        wait = plural(told["en_attente"], "fichier attend", "fichiers attendent")
        found.append(Item(WARNING, f"{wait} d'être chargé{'s' if told['en_attente'] > 1 else ''}", LOAD))
    return found


def _received(settings: Settings) -> list[Item]:
    if not settings.paths.register.exists():
        return []
    with Register(settings.paths.register) as register:
        refused = open_refusals(settings, register)
    return [
        Item(URGENT, f"Fichier refusé : {file_named(d)}", DELIVERY, [defect_sentence(x) for x in d["defauts"][:2]],
             d["livraison_id"])
        for d in refused
    ]  # fmt: skip


def _proposed(told: dict) -> list[Item]:
    return [
        Item(WARNING, f"Correction à confirmer : {file_named(one)}", DELIVERY,
             [f"{t['source_libelle']}, {t['en_mots']} : "
              f"{plural(t['n_differences'], 'valeur change', 'valeurs changent')}" for t in one["tranches"]],
             one["livraison_id"])
        for one in told["corrections_proposees"]
    ]  # fmt: skip


def _contested(told: dict) -> list[Item]:
    return [
        Item(URGENT, "Conflit : deux fichiers de la même édition n'ont pas le même contenu", DELIVERY,
             conflicts.lines([dispute])[:-1], dispute["livraisons"][0]["livraison_id"])
        for dispute in told["conflits"]
        if dispute["commande"] == "choose"
    ]  # fmt: skip


def _aside(told: dict) -> list[Item]:
    return [
        Item(URGENT, f"Fichier mis à l'écart : {file_named(d)}", DELIVERY, [d["motif"]], d["livraison_id"])
        for d in told["mises_a_l_ecart"]
    ]


def _red(told: dict) -> list[Item]:
    controls = told["controles"]
    if not controls or not (controls["bloquants"] or controls["en_erreur"]):
        return []
    lines = [f"{f['constat']} À faire : {f['remede']}" for f in controls["bloquants"]]
    lines += [f"Le contrôle {e['regle_code']} n'a pas pu être jugé ({e['message']})." for e in controls["en_erreur"]]
    return [Item(URGENT, "Un contrôle bloquant a échoué : rien de nouveau n'est publié", FINDINGS, lines)]


def _late(told: dict) -> list[Item]:
    if not told["manquantes"]:
        return []
    day = f"{told['jour_reference']:%d/%m/%Y}"
    return [Item(WARNING, f"Ce qui manque au {day}", LETTERS, missing.lines(told["manquantes"]))]


def _unsettled(told: dict) -> list[Item]:
    lines = messages_lines(told)
    return [Item(WARNING, "Messages à régler ou à envoyer", MESSAGES, lines)] if lines else []


def _public_files(told: dict) -> list[Item]:
    lines = official.lines(told["fichiers_officiels"])
    return [Item(INFORMATION, lines[0].rstrip(" :"), STATE, [x.strip(" •") for x in lines[1:]])] if lines else []


def _ready(settings: Settings, told: dict) -> list[Item]:
    if told["publication"] is None:
        return []
    ready = [s for s in standings(settings, ended(settings.today, 3, 1)) if s.ready]
    titles = {s.period: called(s.period) for s in ready}
    return [
        Item(INFORMATION, f"{t[0].upper()}{t[1:]} peut être donné", EDITIONS, [], str(p)) for p, t in titles.items()
    ]
