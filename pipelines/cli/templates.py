"""`vigie templates`: the workbooks and CSV files that services, posts and pilots fill in."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.base.wording import plural
from pipelines.cli.screen import err, fail, out, print_json
from pipelines.settings.model import Settings
from pipelines.templates import Known, Template, choose
from pipelines.templates.files import names, write_forms


def run(
    source: str | None, period: str | None, service: str | None, post: str | None, folder: Path | None, as_json: bool
) -> int:
    """Write the templates asked for; USAGE when a name or a period is not one of the source's."""
    settings = Settings()
    known = Known(settings.paths)
    templates, skipped = choose(settings.departement, settings.today, source, period, service, post, known)
    root = (folder or settings.paths.templates).expanduser().resolve()
    if root.exists() and not root.is_dir():
        return fail(f"{root} n'est pas un dossier.", USAGE)
    written, kept = write_forms(root, templates)
    if as_json:
        print_json(
            {
                "dossier": str(root),
                "departement": settings.departement,
                "modeles": [_described(t) for t in templates],
                "conserves": [str(f.relative_to(root)) for f in kept],
                "sans_modele": [{"source": s.source, "motif": s.reason} for s in skipped],
            }
        )
        return DONE
    _show(templates)
    for s in skipped:
        err.print(f"Sans modèle : {s.reason}", markup=False)
    for file in kept:
        err.print(
            f"Conservé, car il n'est plus tel que Vigie l'écrirait (rempli, ou fait avant un chargement) : {file} "
            "(le retirer pour le réécrire)",
            markup=False,
        )
    if any(t.mark for t in templates):
        err.print(
            "Ce dossier contient une démonstration : ces modèles servent à s'exercer, et lui seul les accepte.",
            style="yellow", markup=False,
        )  # fmt: skip
    err.print(
        f"{plural(len(templates), 'modèle')}, {plural(len(written), 'fichier écrit', 'fichiers écrits')} dans {root}",
        markup=False,
    )
    return DONE


def _described(template: Template) -> dict[str, object]:
    return {
        "source": template.source.name,
        "periode": str(template.period),
        "pour": template.respondent.name if template.respondent else None,
        "echeance": template.due.isoformat(),
        "fichiers": [f"{template.period}/{name}" for name in names(template)],
    }


def _show(templates: list[Template]) -> None:
    table = Table("Source", "Pour", "Période", "À rendre le", "Classeur", box=None, header_style="bold")
    for t in templates:
        table.add_row(
            t.source.name, escape(t.respondent.name if t.respondent else t.source.producer), str(t.period),
            f"{t.due:%d/%m/%Y}", f"{t.period}/{t.name}.xlsx",
        )  # fmt: skip
    out.print(table)
