"""A known error of a source, registered with a reason and a last day."""

from __future__ import annotations

from pipelines.base.said_periods import read_said_day
from pipelines.officer.done import Done, NotDone
from pipelines.officer.near import meant, same
from pipelines.quality import known
from pipelines.quality.rules import WAREHOUSE, read_rules
from pipelines.settings.model import Settings


def register_known(settings: Settings, rule: str, thing: str, reason: str, until: str) -> Done:
    """Register a known error; the next load judges with it. Raises NotDone."""
    named = same(rule, read_rules())
    if named is None:
        raise NotDone(
            f"La règle {rule} n'existe pas{meant(rule, read_rules(WAREHOUSE)) or '.'} Celles qui s'excusent : "
            f"{', '.join(sorted(read_rules(WAREHOUSE)))}."
        )
    if named not in read_rules(WAREHOUSE):
        raise NotDone(
            f"La règle {named} juge à la réception : ce qu'elle refuse se corrige et se redépose. Rien n'est inscrit."
        )
    if not reason.strip() or not thing.strip():
        raise NotDone("L'objet et le motif ne peuvent pas être vides.")
    try:
        last = read_said_day(until)
    except ValueError as error:
        raise NotDone(f"{error}.") from None
    if last < settings.today:
        raise NotDone(f"La date {until} est passée : l'écart ne serait pas excusé.")
    until = last.isoformat()
    settings.paths.create()
    gap = known.KnownError(named, thing.strip(), reason.strip(), until, settings.today.isoformat())
    known.add(settings.paths.known_errors, gap)
    said = f"Écart connu inscrit jusqu'au {until} : {named} {gap.objet}. Il reste compté ; lancer vigie load pour "
    return Done(f"{said}juger de nouveau.", vars(gap))
