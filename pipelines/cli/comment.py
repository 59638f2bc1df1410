"""`vigie comment`: a text of people beside the figures of a priority or of an action, for one edition."""

from __future__ import annotations

from pathlib import Path

from pipelines.base.exit_codes import DONE, NOTHING_PUBLISHED, USAGE
from pipelines.base.periods import Period
from pipelines.base.said_periods import read_said
from pipelines.cli.screen import answer, fail
from pipelines.settings.model import SEEDS, Settings
from pipelines.settings.tables import read_rows
from pipelines.snapshots import comments
from pipelines.snapshots.folder import editions_of


def run(period: str, priority: str, file: Path, edition: str, author: str, as_json: bool) -> int:
    """Keep the text; what it comments must be of the plan or a topic, and an edition of the period."""
    settings = Settings()
    try:
        of = _period(period)
    except ValueError as error:
        return fail(f"{error}.", USAGE)
    priorities, actions = (_codes(settings.departement, table) for table in ("priorite", "action"))
    known = [*priorities, *comments.topics()]
    if priority.upper() not in {*known, *actions}:
        return fail(
            f"« {priority} » n'est ni une priorité, ni une action du plan, ni un sujet : {', '.join(known)} ; "
            f"{', '.join(actions)}.",
            USAGE,
        )
    if edition not in editions_of(of):
        return fail(f"L'édition {edition} n'existe pas pour {of} : {', '.join(editions_of(of))}.", USAGE)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return fail(f"{file} ne se lit pas : un texte en UTF-8 est attendu.", USAGE)
    try:
        made = comments.write(settings.paths, of, edition, priority.upper(), text=text, author=author,
                              day=settings.today.isoformat())  # fmt: skip
    except comments.NotWritten as error:
        return fail(str(error), NOTHING_PUBLISHED)
    said = f"Commentaire de {made.priorite} gardé, version {made.version} : l'édition {edition} de {of} le portera."
    return answer(as_json, {"fichier": made.file, "version": int(made.version), "code_sortie": DONE}, said)


def _period(text: str) -> Period:
    try:
        return Period.read(text)
    except ValueError:
        return read_said(text)


def _codes(department: str, kind: str) -> list[str]:
    """List the codes of the priorities, or of the actions, of every plan of the département."""
    rows = read_rows(SEEDS / "plan" / f"{kind}s.csv")
    return list(dict.fromkeys(r[f"{kind}_code"] for r in rows if r["code_departement"] == department))
