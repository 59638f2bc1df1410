"""`vigie deliveries` and `vigie withdraw`."""

from __future__ import annotations

from rich.table import Table

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.base.refusal import Defect
from pipelines.base.rows import Row, slice_of
from pipelines.base.wording import file_named, number, printable
from pipelines.catalogue.load import load_catalogue
from pipelines.cli import corrections
from pipelines.cli.screen import answer, err, fail, out, print_json
from pipelines.cli.summary import _sentence
from pipelines.cli.which import decide, moment, which
from pipelines.home import archive
from pipelines.home.corrections import LINES
from pipelines.home.register import ACCEPTED, REFUSED, REINSTATED, SET_ASIDE, WITHDRAWN, Register
from pipelines.machine.lock import LoadLock
from pipelines.settings.model import Settings

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
    settings = Settings()
    paths = settings.paths
    if not paths.register.exists():
        print_json({"livraisons": []}) if as_json else err.print("Aucune livraison : rien n'a encore été chargé.")
        return DONE
    with Register(paths.register) as register:
        if prefix:
            return _one(settings, register, prefix, as_json)
        known = [d for d in register.deliveries() if d["statut"] == REFUSED or not refused_only]
        used, proposed = register.used(), {s["livraison_id"] for s in register.disputed() if s["proposee"]}
    if as_json:
        states = ((d, d["livraison_id"] in used, d["livraison_id"] in proposed) for d in known)
        print_json({"livraisons": [d | {"en_usage": u, "correction_proposee": p} for d, u, p in states]})
        return DONE
    table = Table("Fichier", "Reçue le", "État", "En usage", "Motif", "Identifiant", box=None, header_style="bold")
    for d in known:
        use = "oui" if d["livraison_id"] in used else "non"
        if d["livraison_id"] in proposed:
            use = "correction proposée" if use == "non" else "oui, et correction proposée"
        table.add_row(
            _plain(d["nom"]), moment(d), _STATUS[d["statut"]], use, _plain(d["motif"] or ""), d["livraison_id"]
        )
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
    with LoadLock(paths.lock, command), Register(paths.register) as register:
        delivery = which(register, prefix, lambda d: d["statut"] in needed)
        if delivery["statut"] not in needed:
            wanted = " ni ".join(_PLAIN[status] for status in needed)
            return fail(f"La livraison {file_named(delivery)} n'est pas {wanted} : rien à changer.", USAGE)
        decide(paths, register, delivery, decision, reason)
    return answer(
        as_json,
        {"livraison_id": delivery["livraison_id"], "decision": decision, "motif": reason},
        f"Livraison {file_named(delivery)} {done}. L'entrepôt publié n'a pas changé : "
        f"lancer vigie load pour le reconstruire {after} elle.",
        err,
    )


def _one(settings: Settings, register: Register, given: str, as_json: bool) -> int:
    delivery = which(register, given)
    found, catalogue = delivery["livraison_id"], load_catalogue()
    slices = register.slices(found)
    proposed = corrections.gather(settings, register, catalogue, found)
    defects, decisions = register.defects(found), register.decisions(found)
    remarks = archive.reception(settings.paths, delivery["sha256"]).get("remarques", [])
    if as_json:
        print_json(
            delivery
            | {"tranches": slices, "defauts": defects, "decisions": decisions, "remarques": remarks}
            | {"corrections_proposees": proposed}
        )
        return DONE
    out.print(printable(delivery["nom"]), style="bold", markup=False)
    out.print(
        f"{found}, reçue le {moment(delivery)}, {number(delivery['taille_octets'])} octets, "
        f"{_STATUS[delivery['statut']]}"
    )
    if delivery["sha256"] != archive.unread_id(delivery["nom"], delivery["taille_octets"]):
        out.print(f"SHA-256 {delivery['sha256']}")
    for d in decisions:
        out.print(f"{d['decide_le'][:16].replace('T', ' ')} : {d['decision']}, {d['motif']}", markup=False)
    for d in defects:
        out.print(f"• {_sentence(d)}", markup=False)
    for remark in map(_remark, remarks):
        out.print(remark, markup=False, soft_wrap=True)
    if slices:
        table = Table("Source", "Tranche", "Édition", "Cellules", "En usage", box=None, header_style="bold")
        uses = slice_uses(register, delivery)
        for s in slices:
            use = uses[slice_of(s)]
            table.add_row(s["source"], s["tranche"], s["edition"], number(s["cellules"]), _plain(use))
        out.print(table)
    for line in corrections.lines(proposed, corrections.MOST):
        out.print(line, style="yellow", markup=False, soft_wrap=True)
    return DONE


def _remark(read: dict) -> str:
    """Write what was put right or skipped while the file was read: « À noter, feuille « Faits » : … »."""
    remark = Defect(**read)
    place = f", {remark.place()}" if remark.place() else ""
    return f"À noter{place} : {remark.constat}."


def slice_uses(register: Register, delivery: dict) -> dict[tuple[str, str, str], str]:
    """Map each (source, table, slice) of a delivery to its use there, in words."""
    found = delivery["livraison_id"]
    own = {slice_of(s): "oui" for s in register.slices(found)}
    if delivery["statut"] != ACCEPTED:
        return dict.fromkeys(own, _PLAIN.get(delivery["statut"], "non"))
    rows: dict[tuple[str, str, str], list] = {place: [] for place in own}
    for s in register.disputed():
        if (place := slice_of(s)) in rows:
            rows[place].append(s)
    for place, rivals in rows.items():
        if mine := next((s for s in rivals if s["livraison_id"] == found), None):
            own[place] = _use(mine, rivals)
    return own


def _use(mine: Row, rivals: list[dict]) -> str:
    in_use = [s for s in rivals if s["retenue"]]
    last = file_named(in_use[0]) if in_use else ""
    if mine["indecise"]:
        return "non, en attente d'un choix (vigie status)"
    if mine["retenue"] and mine["lecture"] == LINES:
        return "oui, ses lignes corrigent celles d'avant"
    if mine["retenue"]:
        return "oui" if len(in_use) < 2 else f"oui, corrigée par {last}"
    if mine["proposee"]:
        return f"non, correction proposée ; en usage : {last}"
    if not in_use:
        return "non, il manque le fichier que ses lignes corrigent"
    return f"non, {'même contenu que' if mine['pareille'] else 'remplacée par'} {last}"


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(printable(text))
