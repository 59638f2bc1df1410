"""`vigie deliveries`, `vigie withdraw` and `vigie reinstate`."""

from __future__ import annotations

from rich.table import Table

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.base.rows import slice_of
from pipelines.base.wording import number, printable
from pipelines.catalogue.correspondents import correspondents
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Catalogue
from pipelines.cli.screen import err, fail, out, print_json, tell
from pipelines.home import archive
from pipelines.home.register import ACCEPTED, REFUSED, SET_ASIDE, WITHDRAWN, Register
from pipelines.officer import corrections, decisions
from pipelines.officer.deliveries import defect_sentence, remark_sentence, slice_uses
from pipelines.officer.refusals import file_refusal
from pipelines.officer.which import moment, which
from pipelines.settings.model import Settings

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


def file_away(given: str | None, as_json: bool) -> int:
    """Take a refusal off what is to do; USAGE when none is named."""
    if not given:
        return fail("Il manque le fichier. Exemple : vigie deliveries retour.xlsx --classer", USAGE)
    return tell(as_json, file_refusal(Settings(), given), err)


def withdraw(prefix: str, reason: str, as_json: bool) -> int:
    """Record a withdrawal. The next load rebuilds without the delivery."""
    return tell(as_json, decisions.withdraw(Settings(), prefix, reason), err)


def reinstate(prefix: str, reason: str, as_json: bool) -> int:
    """Take a withdrawal back. The next load rebuilds with the delivery."""
    return tell(as_json, decisions.reinstate(Settings(), prefix, reason), err)


def _one(settings: Settings, register: Register, given: str, as_json: bool) -> int:
    delivery = which(register, given)
    found, catalogue = delivery["livraison_id"], load_catalogue()
    slices = register.slices(found)
    proposed = corrections.gather(settings, register, catalogue, found)
    defects, decided = register.defects(found), register.decisions(found)
    remarks = archive.reception(settings.paths, delivery["sha256"]).get("remarques", [])
    sender = _sender(settings, register, found, catalogue)
    if as_json:
        print_json(
            delivery
            | {"tranches": slices, "defauts": defects, "decisions": decided, "remarques": remarks}
            | {"corrections_proposees": proposed, "expediteur": sender}
        )
        return DONE
    out.print(printable(delivery["nom"]), style="bold", markup=False)
    out.print(
        f"{found}, reçue le {moment(delivery)}, {number(delivery['taille_octets'])} octets, "
        f"{_STATUS[delivery['statut']]}"
    )
    if delivery["sha256"] != archive.unread_id(delivery["nom"], delivery["taille_octets"]):
        out.print(f"SHA-256 {delivery['sha256']}")
    if sender:
        out.print(f"Déposée par : {sender}", markup=False)
    for d in decided:
        out.print(f"{d['decide_le'][:16].replace('T', ' ')} : {d['decision']}, {d['motif']}", markup=False)
    for d in defects:
        out.print(f"• {defect_sentence(d)}", markup=False)
    for remark in map(remark_sentence, remarks):
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


def _sender(settings: Settings, register: Register, delivery_id: str, catalogue: Catalogue) -> str | None:
    """Return the label of whoever's drop folder a delivery lay in."""
    code = register.sender(delivery_id)
    labels = {c.code: c.label for c in correspondents(settings.departement, catalogue)} if code else {}
    return labels.get(code, code) if code else None


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(printable(text))
