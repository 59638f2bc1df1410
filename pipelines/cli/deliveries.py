"""`vigie deliveries` and `vigie withdraw`."""

from __future__ import annotations

from rich.table import Table

from pipelines.cli.screen import err, fail, out, print_json
from pipelines.cli.summary import _sentence
from pipelines.exit_codes import DONE, LOCKED, USAGE
from pipelines.intake import archive
from pipelines.intake.register import ACCEPTED, REFUSED, REINSTATED, SET_ASIDE, WITHDRAWN, Register, now
from pipelines.lock import LoadLock, LockHeld
from pipelines.settings import Settings
from pipelines.wording import number, printable

_DECISIONS = {
    WITHDRAWN: ("vigie withdraw", (ACCEPTED, SET_ASIDE), "retirée", "sans"),
    REINSTATED: ("vigie reinstate", (WITHDRAWN, SET_ASIDE), "rétablie", "avec"),
}
_PLAIN = {ACCEPTED: "acceptée", WITHDRAWN: "retirée", SET_ASIDE: "mise à l'écart"}
_STATUS = {
    ACCEPTED: "acceptée", REFUSED: "[red]refusée[/red]", WITHDRAWN: "[yellow]retirée[/yellow]",
    SET_ASIDE: "[red]mise à l'écart[/red]",
}  # fmt: skip


def run(prefix: str | None, refused_only: bool, as_json: bool) -> int:
    """List every delivery, or show one with its slices, its defects and what was decided of it."""
    paths = Settings().paths
    if not paths.register.exists():
        print_json({"livraisons": []}) if as_json else err.print("Aucune livraison : rien n'a encore été chargé.")
        return DONE
    with Register(paths.register) as register:
        if prefix:
            return _one(register, prefix, as_json)
        known = [d for d in register.deliveries() if d["statut"] == REFUSED or not refused_only]
        used = set(register.in_use().values())
    if as_json:
        print_json({"livraisons": [d | {"en_usage": d["livraison_id"] in used} for d in known]})
        return DONE
    table = Table("Livraison", "Reçue le", "Fichier", "État", "En usage", "Motif", box=None, header_style="bold")
    for d in known:
        table.add_row(
            d["livraison_id"], d["recu_le"][:16].replace("T", " "), _plain(d["nom"]), _STATUS[d["statut"]],
            "oui" if d["livraison_id"] in used else "non", _plain(d["motif"] or ""),
        )  # fmt: skip
    out.print(table)
    return DONE


def withdraw(prefix: str, reason: str, as_json: bool) -> int:
    """Record a withdrawal, in the archive first. The next load rebuilds without the delivery."""
    return _decide(prefix, reason, as_json, WITHDRAWN)


def reinstate(prefix: str, reason: str, as_json: bool) -> int:
    """Take a withdrawal back, in the archive first. The next load rebuilds with the delivery."""
    return _decide(prefix, reason, as_json, REINSTATED)


def _decide(prefix: str, reason: str, as_json: bool, decision: str) -> int:
    paths = Settings().paths
    command, needed, done, after = _DECISIONS[decision]
    if not reason.strip():
        return fail("Le motif est vide.", USAGE)
    if not paths.register.exists():
        return fail("Aucune livraison : rien n'a encore été chargé.", USAGE)
    try:
        with LoadLock(paths.lock, command), Register(paths.register) as register:
            delivery = register.delivery(prefix)
            if delivery is None:
                return fail(
                    f"Aucune livraison, ou plusieurs, ne commence par {prefix}. Voir : vigie deliveries",
                    USAGE,
                )
            if delivery["statut"] not in needed:
                wanted = " ni ".join(_PLAIN[status] for status in needed)
                return fail(f"La livraison {delivery['livraison_id']} n'est pas {wanted} : rien à changer.", USAGE)
            when = now()
            archive.record_decision(
                paths.archive, delivery["sha256"], {"decision": decision, "motif": reason, "decide_le": when}
            )
            register.decide(delivery["livraison_id"], decision, reason, when)
    except LockHeld as held:
        return fail(held.sentence(), LOCKED)
    if as_json:
        print_json({"livraison_id": delivery["livraison_id"], "decision": decision, "motif": reason})
    else:
        err.print(
            f"Livraison {delivery['livraison_id']} ({delivery['nom']}) {done}. L'entrepôt publié n'a pas changé : "
            f"lancer vigie load pour le reconstruire {after} elle.",
            markup=False,
        )
    return DONE


def _one(register: Register, prefix: str, as_json: bool) -> int:
    delivery = register.delivery(prefix)
    if delivery is None:
        return fail(f"Aucune livraison, ou plusieurs, ne commence par {prefix}. Voir : vigie deliveries", USAGE)
    found = delivery["livraison_id"]
    in_use, slices = register.in_use(), register.slices(found)
    defects, decisions = register.defects(found), register.decisions(found)
    if as_json:
        print_json(delivery | {"tranches": slices, "defauts": defects, "decisions": decisions})
        return DONE
    out.print(printable(delivery["nom"]), style="bold", markup=False)
    out.print(
        f"{found}, reçue le {delivery['recu_le'][:16].replace('T', ' ')}, {number(delivery['taille_octets'])} octets, "
        f"{_STATUS[delivery['statut']]}"
    )
    if delivery["sha256"] != archive.unread_id(delivery["nom"], delivery["taille_octets"]):
        out.print(f"SHA-256 {delivery['sha256']}")
    for d in decisions:
        out.print(f"{d['decide_le'][:16].replace('T', ' ')} : {d['decision']}, {d['motif']}", markup=False)
    for d in defects:
        out.print(f"• {_sentence(d)}", markup=False)
    if slices:
        table = Table("Source", "Tranche", "Édition", "Cellules", "En usage", box=None, header_style="bold")
        for s in slices:
            first = in_use.get((s["source"], s["table_nom"], s["tranche"]))
            use = _PLAIN[delivery["statut"]] if delivery["statut"] in {WITHDRAWN, SET_ASIDE} else "oui"
            if first and first != found:
                use = f"non, remplacée par {first}"
            elif first is None and delivery["statut"] == ACCEPTED:
                use = "non, en attente d'un choix (vigie status)"
            table.add_row(s["source"], s["tranche"], s["edition"], number(s["cellules"]), use)
        out.print(table)
    return DONE


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(printable(text))
