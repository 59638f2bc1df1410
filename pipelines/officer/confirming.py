"""Which of the files of a return counts, and whether it corrects lines or replaces all of them."""

from __future__ import annotations

from pipelines.base.rows import slice_of
from pipelines.base.wording import file_named, plural
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Catalogue
from pipelines.home.corrections import LINES, UNSAID, WHOLE
from pipelines.home.hold import held
from pipelines.home.register import ACCEPTED, Register
from pipelines.officer.decisions import NOTHING_YET
from pipelines.officer.done import Done, NotDone
from pipelines.officer.which import argument, which
from pipelines.officer.words import slice_in_words
from pipelines.reception.confirmations import Read, confirm
from pipelines.reception.contents import is_return, note_contents
from pipelines.reception.proposals import compare
from pipelines.settings.model import Settings

_NO_REASON = "Confirmée."


def confirm_delivery(settings: Settings, given: str, reason: str | None, lines: bool, whole: bool) -> Done:
    """Take a correction, or keep what is in use against those that propose themselves. The next load rebuilds.
    Raises NotDone, Unclear and LockHeld.
    """
    catalogue = load_catalogue()
    if lines and whole:
        raise NotDone("--lignes et --entier ne vont pas ensemble.")
    if not settings.paths.register.exists():
        raise NotDone(NOTHING_YET)
    with held(settings.paths, "vigie confirm"), Register(settings.paths.register) as register:
        note_contents(settings, register, catalogue)
        proposed = {s["livraison_id"] for s in register.disputed() if s["proposee"]}
        delivery = which(register, given, lambda d: d["livraison_id"] in proposed)
        asked = LINES if lines else WHOLE if whole else UNSAID
        kept, slices = _slices(settings, register, catalogue, delivery, asked)
        confirm(settings, register, delivery, slices, (reason or "").strip() or _NO_REASON)
        done = {r[:3] for r in slices}
        left = {s["livraison_id"] for s in register.disputed() if s["proposee"] and slice_of(s) in done}
        others = [file_named(d) for d in register.deliveries() if d["livraison_id"] in left]
    return _done(catalogue, delivery, kept, slices, others)


def _done(catalogue: Catalogue, delivery: dict, kept: bool, slices: list[Read], others: list[str]) -> Done:
    periods = {(s["source"], s["table"], s["tranche"]): s["periode"] for s in delivery["tranches"]}
    words = [slice_in_words(catalogue, *r[:3], periods[r[0], r[1], r[2]]) for r in slices]
    told = [dict(zip(("source", "table_nom", "tranche", "lecture"), r, strict=True)) for r in slices]
    what = "gardée telle qu'elle est en usage" if kept else "confirmée"
    by_lines = any(r[3] == LINES for r in slices) and not kept
    return Done(
        f"Livraison {file_named(delivery)} {what} : {', '.join(words)}."
        + (" Ses lignes corrigent celles d'avant ; les autres restent." if by_lines else "")
        + " L'entrepôt publié n'a pas changé : lancer vigie load pour le reconstruire.",
        {"livraison_id": delivery["livraison_id"], "nom": delivery["nom"], "decision": "confirmee",
         "garde": kept, "tranches": told, "restent_proposees": others},
        [f"Restent proposées : {', '.join(others)} (vigie status)."] if others else [],
    )  # fmt: skip


def _slices(
    settings: Settings, register: Register, catalogue: Catalogue, delivery: dict, asked: str
) -> tuple[bool, list[Read]]:
    """Return whether it is in use already, and its slices with how each is read. Raises NotDone."""
    name = file_named(delivery)
    if delivery["statut"] != ACCEPTED:
        raise NotDone(f"La livraison {name} n'est pas acceptée : rien à confirmer. Voir : vigie deliveries")
    delivery["tranches"] = [s | {"table": s["table_nom"]} for s in register.slices(delivery["livraison_id"])]
    disputed = [s for s in register.disputed() if is_return(catalogue.source(s["source"]), s["table_nom"])]
    own = [s for s in disputed if s["livraison_id"] == delivery["livraison_id"]]
    contested = {slice_of(s) for s in disputed if s["proposee"]}
    found = [s for s in own if s["proposee"]]
    kept = [s for s in own if s["retenue"] and s["rang"] == 1 and slice_of(s) in contested]
    if not found and kept and asked == UNSAID:
        return True, [(*slice_of(s), UNSAID) for s in kept]
    found = found or [s for s in own if s["indecise"]] or [s for s in own if not s["pareille"]] or kept
    if not found:
        if any(s["conflit"] for s in register.disputed() if s["livraison_id"] == delivery["livraison_id"]):
            raise NotDone(f"{name} n'est pas un retour : vigie choose dit laquelle compte de deux publications.")
        raise NotDone(f"{name} ne propose aucune correction : rien à confirmer.")
    return False, _read(settings, register, catalogue, delivery, found, asked)


def _read(
    settings: Settings, register: Register, catalogue: Catalogue, delivery: dict, found: list, asked: str
) -> list[Read]:
    said = compare(settings, register, catalogue, found)
    partial, command = register.partial(), argument(register, delivery)
    read = []
    for s in found:
        place = (delivery["livraison_id"], *slice_of(s))
        how = asked or (WHOLE if s["indecise"] else said[place].lecture)
        words = slice_in_words(catalogue, *slice_of(s), s["periode"])
        if how == WHOLE and place in partial:
            raise NotDone(
                f"{file_named(delivery)} n'a pas toutes les lignes qu'il faut pour {words} : il corrige les siennes "
                f"(vigie confirm {command} --lignes), et ne remplace pas le reste."
            )
        # Its lines change nothing: only the lines that it lacks could be a correction.
        nothing = not said[place].differences and how == LINES and not asked
        if how == UNSAID or nothing:
            lacks = plural(said[place].absent, "ligne en usage n'y est pas", "lignes en usage n'y sont pas")
            new = plural(said[place].added, "ligne y est nouvelle", "lignes y sont nouvelles")
            raise NotDone(
                f"{file_named(delivery)}, {words} : {lacks}, et {new}. "
                f"Dire ce qu'il en est : vigie confirm {command} --lignes (ses lignes corrigent et s'ajoutent, "
                "les autres restent), ou "
                f"vigie confirm {command} --entier (il remplace tout)."
            )
        read.append((*slice_of(s), how))
    return read
