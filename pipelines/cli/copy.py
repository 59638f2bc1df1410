"""`vigie copy`: the published tables into PostgreSQL, now."""

from __future__ import annotations

from pipelines.base.exit_codes import DONE, INTERNAL_FAULT, USAGE
from pipelines.base.wording import plural
from pipelines.cli.screen import fail, out, print_json
from pipelines.home.hold import held
from pipelines.home.register import Register
from pipelines.postgresql import owed
from pipelines.settings.model import Settings


def run(wait: bool, as_json: bool) -> int:
    """Copy all that is published, whether or not it is owed."""
    settings = Settings()
    if settings.postgres_dsn is None:
        return fail(
            "Aucune base PostgreSQL n'est donnée. Écrire sa chaîne de connexion dans VIGIE_POSTGRES_DSN, "
            "ou postgres_dsn dans vigie.toml, par exemple postgresql://vigie@localhost/vigie.",
            USAGE,
        )
    if not settings.paths.warehouse.exists():
        return fail("Rien n'est publié. Lancer d'abord vigie load.", USAGE)
    with held(settings.paths, "vigie copy", wait), Register(settings.paths.register) as register:
        copied = owed.copy(settings, register, whole=True)
    code = DONE if copied.incident is None else INTERNAL_FAULT
    if as_json:
        print_json({"lignes": copied.rows, "incident": copied.incident, "code_sortie": code})
        return code
    if code != DONE:
        return fail(copied.sentence(), code)
    rows = copied.rows or {}
    out.print(
        f"{copied.sentence()[:-1]} : {plural(len(rows), 'table')}, {plural(sum(rows.values()), 'ligne')}.",
        markup=False,
    )
    return DONE
