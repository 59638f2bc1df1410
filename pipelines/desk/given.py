"""The pages of what is given: what each edition waits for, and its faces. None changes anything."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from pipelines.desk.answers import Desk, attachment, is_public
from pipelines.officer import editions
from pipelines.report.draw import PAGE, WORKBOOK
from pipelines.report.sheets import BRIEF, SHEETS
from pipelines.settings.model import Settings
from pipelines.snapshots.folder import PUBLIC, RESTRICTED, Name

_KINDS = {
    PAGE: "text/html", BRIEF: "application/pdf", SHEETS: "application/pdf",
    WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_HTML_OF_A_REPORT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


def show_editions(desk: Desk, request: Request) -> Response:
    """What can be given, what each period waits for, what was given."""
    settings = Settings()
    found = editions.standings(settings, editions.periods_to_show(settings))
    previews, given = settings.paths.previews, editions.given_editions(settings)
    faces = {
        (m["cliche"], side): [f for f in _KINDS if (settings.paths.snapshots / m["cliche"] / side / f).is_file()]
        for m in given
        for side in (RESTRICTED, PUBLIC)
    }
    return desk.page(
        request, "editions", "editions", etats=found, donnes=given, fichiers=faces,
        apercus={p.name for p in previews.iterdir() if not p.name.startswith(".")} if previews.is_dir() else set(),
        publique=is_public,
    )  # fmt: skip


def edition_file(desk: Desk, request: Request) -> Response:
    """A page, a workbook or a sheet to print of an edition that was given, or of a preview."""
    settings, asked = Settings(), request.path_params
    roots = {"apercus": settings.paths.previews, "editions": settings.paths.snapshots}
    side, file = asked["edition"], asked["fichier"]
    known = asked["ou"] in roots and side in {RESTRICTED, PUBLIC} and file in _KINDS
    try:
        path = roots[asked["ou"]] / str(Name.read(asked["nom"])) / side / file if known else None
    except ValueError:
        path = None
    if path is None or not path.is_file():
        return desk.page(request, "refus", "editions", 404, phrase="Cette édition n'est pas là.")
    if file == PAGE:
        return FileResponse(path, headers={"Content-Security-Policy": _HTML_OF_A_REPORT}, media_type=_KINDS[file])
    return attachment(path.read_bytes(), f"{asked['nom']} {side} {file}", _KINDS[file])
