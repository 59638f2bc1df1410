"""Everything that is drawn of a snapshot's folder, edition by edition."""

from __future__ import annotations

from pathlib import Path

from pipelines.report.contents import contents_of
from pipelines.report.edition import Edition, read_edition
from pipelines.report.open_data import write_open_data
from pipelines.report.page import report
from pipelines.report.readme import README, readme
from pipelines.report.sheets import write_sheets
from pipelines.report.workbook.write import write_workbook
from pipelines.snapshots.folder import DATA, MANIFEST, PUBLIC, RESTRICTED, SUMS

PAGE, WORKBOOK, OPEN_DATA = "rapport.html", "tableau_de_bord.xlsx", "donnees_ouvertes"


def draw(snapshot: Path, target: Path | None = None, said: dict[str, dict] | None = None) -> dict[Path, int | None]:
    """Write the page, the sheets and the workbook of both editions, the open data and the README of the public one,
    under `target` (by default the snapshot's own folder). `said` are the manifests, by edition, when they are not
    written yet. A public folder that was given alone is drawn too. Returns the files, with their rows where they are
    tables.
    """
    target = target or snapshot
    written: dict[Path, int | None] = {}
    for kind in (RESTRICTED, PUBLIC):
        if not (snapshot / kind).is_dir() and not (kind == PUBLIC and (snapshot / DATA).is_dir()):
            continue  # a folder that was copied without what may not leave the house
        edition = read_edition(snapshot, kind, said[kind] if said else None)
        folder = target / kind
        folder.mkdir(parents=True, exist_ok=True)
        contents = contents_of(edition)
        (folder / PAGE).write_text(report(edition, contents), encoding="utf-8")
        write_workbook(edition, contents, folder / WORKBOOK)
        made: dict[Path, int | None] = {folder / PAGE: None, folder / WORKBOOK: None}
        made |= dict.fromkeys(write_sheets(edition, contents, folder))
        if kind == PUBLIC:
            made |= write_open_data(edition, folder / OPEN_DATA)
            _explain(edition, folder, made)
        written |= made
    return written


def _explain(edition: Edition, folder: Path, made: dict[Path, int | None]) -> None:
    """Write the README of the public folder, which lists every file in it."""
    held = {f.relative_to(folder).as_posix() for f in made} | {f"{DATA}/{name}.parquet" for name in edition.tables}
    text = readme(edition, held | {README, MANIFEST, SUMS})
    (folder / README).write_text(text, encoding="utf-8")
    made[folder / README] = None
