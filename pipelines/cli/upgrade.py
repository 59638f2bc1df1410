"""`vigie upgrade`: what the code now installed changes in a home, said before, then done in one swap."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table

from pipelines import __version__
from pipelines.base.exit_codes import DONE, PARTLY_REFUSED, USAGE
from pipelines.base.wording import figure, number, plain, plural, printable
from pipelines.cli.rebuild import made_again
from pipelines.cli.screen import err, fail, out, print_json
from pipelines.home.hold import held
from pipelines.home.register import Register
from pipelines.loading.session import LoadSession
from pipelines.operations.beside import beside, put_in_place
from pipelines.operations.rebuild import index_of
from pipelines.operations.verdicts import VerdictChange, verdict_changes
from pipelines.publication.differences import Differences, TableChange, differences
from pipelines.publication.publish import version_of
from pipelines.settings.model import Settings
from pipelines.warehouse.manifest import day_of_last_build

_SHOWN = 12
_STATUS = {
    "acceptee": "acceptée", "refusee": "refusée", "retiree": "retirée", "ecartee": "mise à l'écart", None: "inconnue",
}  # fmt: skip
_TABLE = {"ajoutee": "nouvelle", "retiree": "disparaît", "changee": "change"}


@dataclass
class Upgrade:
    """What came of a home made again beside. `compared` is None where nothing readable was published, or now is."""

    outcome: str = ""
    code: int = DONE
    published: bool = False
    verdicts: list[VerdictChange] = field(default_factory=list)
    compared: Differences | None = None
    before: str | None = None  # the version that published what is in use
    why: str | None = None  # nothing is published of it
    log: str = ""

    @property
    def same(self) -> bool:
        compared = self.compared
        return self.published and not self.verdicts and compared is not None and not compared.tables

    def as_dict(self) -> dict[str, Any]:
        compared = self.compared
        figures = [{k: plain(v) for k, v in f.items()} for f in compared.chiffres] if compared else None
        return {
            "version": __version__,
            "version_publiee": self.before,
            "identique": self.same,
            "resultat": self.outcome,
            "incident": self.why,
            "journal": self.log,
            "livraisons": [v.as_dict() for v in self.verdicts],
            "tables": [t.as_dict() for t in compared.tables] if compared else None,
            "chiffres": figures,
            "code_sortie": self.code,
        }


def run(dry: bool, wait: bool, as_json: bool) -> int:
    """Make the home again beside and say what differs; put it in place, unless `dry`. 1 where something differs."""
    settings = Settings()
    paths = settings.paths
    if not paths.register.exists():
        return fail("Rien à mettre à niveau : rien n'a encore été chargé.", USAGE)
    with held(paths, "vigie upgrade --essai" if dry else "vigie upgrade", wait):
        # Compared on the day of what is published, so that only the version differs.
        day = day_of_last_build(paths) if dry else None
        with beside(settings, day or settings.today) as own:
            session, before = made_again(own, "vigie upgrade", shown=not as_json)
            found = _compared(session, before, paths.warehouse)
            found.log = str(paths.logs / session.log_file.name)
            if found.published and not dry:
                put_in_place(own.paths, paths, session.load)
    if dry and found.published:
        found.code = DONE if found.same else PARTLY_REFUSED
    if as_json:
        print_json({"essai": dry} | found.as_dict())
    else:
        _show(found, dry)
    return found.code


def _compared(session: LoadSession, before: dict[str, list[str]], warehouse: Path) -> Upgrade:
    made = session.settings.paths
    with Register(made.register) as register:
        verdicts = verdict_changes(before, index_of(register))
    found = Upgrade(session.outcome(), session.exit_code(), session.published is not None, verdicts)
    found.before, found.why = version_of(warehouse), session.fault or session.conclusion.unexplained or None
    if found.published and found.before is not None:
        found.compared = differences(warehouse, made.warehouse)
    return found


def _show(found: Upgrade, dry: bool) -> None:
    came = f"publié avec {found.before}" if found.before else "rien de lisible n'était publié"
    if found.same:
        out.print(f"Rien ne change avec cette version ({__version__} ; {came}) : mêmes livraisons, mêmes tables, "
                  "mêmes chiffres.", markup=False)  # fmt: skip
    else:
        out.print(f"Version {__version__} ; {came}.", markup=False)
        _show_verdicts(found.verdicts)
        if found.compared:
            _show_tables(found.compared.tables)
            _show_figures(found.compared.chiffres)
    if not found.published:
        err.print(f"{found.outcome.capitalize()}. Rien n'a été changé.", style="bold red", markup=False)
        err.print(f"{found.why or ''} Journal : {found.log}".strip(), markup=False)
    elif dry:
        err.print("Rien n'a été changé. Pour le faire : vigie backup, puis vigie upgrade.", markup=False)
    else:
        err.print("Mise à niveau faite.", style="bold green", markup=False)


def _show_verdicts(changes: list[VerdictChange]) -> None:
    if not changes:
        return
    table = Table("Livraison", "Avant", "Maintenant", "Pourquoi", title="Livraisons jugées ou lues autrement")
    for change in changes[:_SHOWN]:
        read = f"lue autrement : {number(change.lignes_avant)} lignes, puis {number(change.lignes_apres)}"
        same = change.statut_avant == change.statut_apres
        why = read if same else printable(change.motif or "")
        table.add_row(printable(change.nom), _STATUS[change.statut_avant], _STATUS[change.statut_apres], why)
    _print(table, len(changes))


def _show_tables(changes: list[TableChange]) -> None:
    if not changes:
        return
    table = Table("Table", "", "Lignes", "Ajoutées", "Retirées", "Changées", "Colonnes", title="Tables publiées")
    for change in changes[:_SHOWN]:
        columns = [
            *(f"+ {c}" for c in change.colonnes_ajoutees),
            *(f"− {c}" for c in change.colonnes_retirees),
            *(f"{c} : autre type" for c in change.colonnes_changees),
        ]
        counted = change.lignes_avant if change.lignes_apres is None else change.lignes_apres
        rows = (counted, change.lignes_ajoutees, change.lignes_retirees, change.lignes_changees)
        table.add_row(change.table, _TABLE[change.etat], *map(number, rows), ", ".join(columns))
    _print(table, len(changes))


def _show_figures(figures: list[dict[str, Any]]) -> None:
    if not figures:
        out.print("Aucun chiffre en usage ne change.")
        return
    table = Table("Indicateur", "Territoire", "Période", "Ventilation", "Avant", "Maintenant",
                  title=plural(len(figures), "chiffre en usage change", "chiffres en usage changent"))  # fmt: skip
    for f in figures[:_SHOWN]:
        split = "" if f["ventilation_type"] == "total" else f"{f['ventilation_type']}={f['ventilation_code']}"
        said = (f"{figure(f[name])} ({f[f'statut_{name}'] or 'absent'})" for name in ("avant", "apres"))
        table.add_row(f["indicateur_code"], f["territoire_code"], f["periode"], split, *said)
    _print(table, len(figures))


def _print(table: Table, count: int) -> None:
    out.print(table)
    if count > _SHOWN:
        out.print(f"… et {plural(count - _SHOWN, 'autre', 'autres')} : --json les donne.")
