"""Which page of the plan a code asks for."""

from __future__ import annotations

import datetime as dt

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.base.wording import all_plain
from pipelines.cli.plan import coherence, overview, pages, verdicts
from pipelines.cli.plan.moment import day_of, other_days
from pipelines.cli.screen import fail, print_json
from pipelines.publication import terms
from pipelines.publication.reading import opened, rows
from pipelines.settings.model import Settings


def run(code: str | None, verify: bool, against_itself: bool, as_json: bool, at: str | None = None) -> int:
    """Show the plan of a day, a part of it, its reconciliation or its coherence; USAGE when the code names nothing."""
    today = Settings().today
    try:
        asked = dt.date.fromisoformat(at) if at else today
    except ValueError:
        return fail(f"« {at} » n'est pas une date : AAAA-MM-JJ.", USAGE)
    if verify and against_itself:
        return fail("--verifier et --coherence sont deux lectures : demander l'une, puis l'autre.", USAGE)
    with opened() as db:
        if not rows(db, "select version from plan.versions"):
            return fail(
                "Aucun plan n'est décrit pour ce département. Le décrire dans dbt_project/seeds/plan/, puis : "
                "vigie load",
                USAGE,
            )
        page = verdicts if verify else coherence if against_itself else pages if code else overview
        day = day_of(db, asked)
        told = None
        # Of the day first; a code that no plan has then may be of one that is over.
        for when in [day, *(other_days(db, day) if code and at is None else [])]:
            told = page.gather(db, code, when)
            if told is None and code:
                told = page.gather(db, code.upper(), when)
            if told is not None:
                break
        if told is not None and page is overview:
            told["termes"] = terms.told(db, today)
    if told is None:
        return fail(
            f"« {code} » n'est ni une priorité, ni une action, ni un indicateur, ni un chiffre du plan. "
            "Voir : vigie plan, puis vigie plan P1, vigie plan P1.A1…",
            USAGE,
        )
    if as_json:
        print_json(all_plain(told))
    else:
        page.show(told)
    return DONE
