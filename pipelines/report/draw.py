"""Everything that is drawn of a snapshot's folder, edition by edition."""

from __future__ import annotations

from pathlib import Path

from pipelines.report.edition import read_edition
from pipelines.report.open_data import write_open_data
from pipelines.report.page import report
from pipelines.report.workbook import write_workbook
from pipelines.snapshots.folder import PUBLIC, RESTRICTED

PAGE, WORKBOOK, OPEN_DATA = "rapport.html", "tableau_de_bord.xlsx", "donnees_ouvertes"


def draw(snapshot: Path, target: Path | None = None, said: dict | None = None) -> list[Path]:
    """Write the page and the workbook of both editions, and the open data of the public one, under `target` (by default
    the snapshot's own folder). `said` is the manifest when it is not written yet. Returns the files.
    """
    target = target or snapshot
    written = []
    for kind in (RESTRICTED, PUBLIC):
        if not (snapshot / kind).is_dir():
            continue  # a folder that was copied without what may not leave the house
        edition = read_edition(snapshot, kind, said)
        folder = target / kind
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PAGE).write_text(report(edition), encoding="utf-8")
        write_workbook(edition, folder / WORKBOOK)
        written += [folder / PAGE, folder / WORKBOOK]
        if kind == PUBLIC:
            written += write_open_data(edition, folder / OPEN_DATA)
    return written
