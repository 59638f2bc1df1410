"""The proposed corrections, as a person reads them: both files, what differs, what can be done."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.base.rows import Row, slice_of
from pipelines.base.wording import file_named, plural
from pipelines.catalogue.model import Catalogue
from pipelines.home.corrections import LINES, WHOLE
from pipelines.home.register import Register
from pipelines.officer.which import argument, moment
from pipelines.reception.proposals import Comparison, compare
from pipelines.settings.model import Settings

# Cells told one by one, of all the corrections of a screen; one delivery asked for by its name shows more of them.
_SHOWN, MOST = 40, 1000


def gather(settings: Settings, register: Register, catalogue: Catalogue, only: str = "") -> list[dict]:
    """One mapping a delivery that proposes itself: `livraison_id`, `nom`, `recu_le`, `commande`, `garder` (what keeps
    what is in use), and its `tranches`: in words, what is in use, how it reads, and each cell that differs.
    """
    disputed = register.disputed()
    proposed = [s for s in disputed if s["proposee"] and only in {"", s["livraison_id"]}]
    if not proposed:
        return []
    used: dict[tuple, list[dict]] = {}
    partial = register.partial()
    known = {d["livraison_id"]: d for d in register.deliveries()}
    for s in disputed:
        if s["retenue"]:
            used.setdefault(slice_of(s), []).append(known[s["livraison_id"]])
    said = compare(settings, register, catalogue, proposed)
    told: dict[str, dict] = {}
    for s in proposed:
        delivery, in_use = known[s["livraison_id"]], used[slice_of(s)]
        one = told.setdefault(
            s["livraison_id"],
            {k: delivery[k] for k in ("livraison_id", "nom", "recu_le")}
            | {"commande": argument(register, delivery), "garder": argument(register, in_use[0]), "tranches": []},
        )
        alone = (s["livraison_id"], *slice_of(s)) not in partial
        one["tranches"].append(_slice(catalogue, s, in_use, said[s["livraison_id"], *slice_of(s)], alone))
    return list(told.values())


def _slice(catalogue: Catalogue, s: Row, in_use: list[dict], said: Comparison, alone: bool) -> dict:
    # The words are those of the forms, whose library is slow to import.
    from pipelines.officer.words import cell_in_words, slice_in_words, value_in_words

    source = catalogue.source(s["source"])
    cells = [
        {
            "cellule": cell_in_words(catalogue, s["source"], s["table_nom"], s["tranche"], said.form.keys, d),
            "avant": value_in_words(d.column, d.before, d.new),
            "apres": value_in_words(d.column, d.after),
        }
        for d in said.differences[:MOST]
    ]
    return {
        "source": s["source"],
        "table_nom": s["table_nom"],
        "tranche": s["tranche"],
        "en_mots": slice_in_words(catalogue, s["source"], s["table_nom"], s["tranche"], s["periode"]),
        "source_libelle": source.label,
        "lecture": s["lecture"],
        "remplace": alone,
        "en_usage": [{k: d[k] for k in ("livraison_id", "nom", "recu_le")} for d in in_use],
        "lignes_absentes": said.absent,
        "lignes_nouvelles": said.added,
        "n_differences": len(said.differences),
        "differences": cells,
    }


def lines(told: Iterable[dict], most: int = _SHOWN) -> list[str]:
    """Write them in French, with the number of cells that are not shown."""
    said, left = [], most
    for one in told:
        said.append(f"Correction proposée : {file_named(one)}, reçue le {moment(one)}. Elle n'est pas en usage.")
        for t in one["tranches"]:
            files = ", corrigé par ".join(f"{file_named(d)}" for d in reversed(t["en_usage"]))
            said.append(f"  {t['source_libelle']}, {t['en_mots']} ; en usage : {files}")
            shown = t["differences"][: max(left, 0)]
            said += [f"    {d['cellule']} : {d['avant']} → {d['apres']}" for d in shown]
            left -= len(shown)
            if more := t["n_differences"] - len(shown):
                said.append(
                    f"    … et {plural(more, 'autre valeur', 'autres valeurs')} : vigie deliveries {one['commande']}"
                )
            said += [f"    {sentence}" for sentence in reads(t, one["commande"])]
        said.append(f"  Confirmer : vigie confirm {one['commande']}{_flags(one)}, puis vigie load.")
        said.append(
            f"  Refuser : vigie confirm {one['garder']} garde ce qui est en usage ; vigie withdraw {one['commande']} "
            '--motif "…" retire le fichier entier.'
        )
    return said


def reads(t: dict, command: str) -> list[str]:
    """Name how a correction is read, where that needs a word."""
    absent, added = t["lignes_absentes"], t["lignes_nouvelles"]
    if t["lecture"] == WHOLE or not absent:
        return [f"{plural(added, 'ligne est nouvelle', 'lignes sont nouvelles')}."] if added else []
    what = plural(absent, "ligne du fichier précédent n'est", "lignes du fichier précédent ne sont")
    out = f" ; pour {'la' if absent < 2 else 'les'} retirer : vigie confirm {command} --entier" if t["remplace"] else ""
    stay = "elle reste" if absent < 2 else "elles restent"
    if t["lecture"] == LINES:
        return [f"{what} pas dans celui-ci : {stay}{out}."]
    if not added:
        return [f"Ses lignes ne changent rien ; {what} pas dans celui-ci : {stay}{out}."]
    new = plural(added, "ligne y est nouvelle", "lignes y sont nouvelles")
    return [
        f"{what} pas dans celui-ci, et {new} : rien n'est décidé, une même ligne peut avoir changé de nom.",
        f"  vigie confirm {command} --lignes : ses lignes corrigent et s'ajoutent, les autres restent ;",
        f"  vigie confirm {command} --entier : il remplace tout, les lignes qu'il n'a pas sont retirées.",
    ]


def _flags(one: dict) -> str:
    return "" if all(t["lecture"] for t in one["tranches"]) else " --lignes ou --entier"
