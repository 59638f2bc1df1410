"""What the landing folder holds, from a look at it to the register: the stages of a reception, in their order."""

from __future__ import annotations

from pipelines.base import progress
from pipelines.catalogue.model import Catalogue
from pipelines.home import archive, raw
from pipelines.home.register import Register
from pipelines.reception.archived import adopted, read_again, replay_decisions, restate
from pipelines.reception.batch import Gate, accept_all
from pipelines.reception.contents import note_contents
from pipelines.reception.copying import copied
from pipelines.reception.desk import Desk
from pipelines.reception.intake import Intake
from pipelines.reception.look import Look, look_at
from pipelines.reception.reader import Reader
from pipelines.reception.retention import destroy_expired
from pipelines.reception.settle import Settler
from pipelines.settings.model import Settings


def look(settings: Settings, register: Register, catalogue: Catalogue) -> Look:
    """Look at the landing folder; what is seen may be handed on to `receive`."""
    return look_at(Desk(settings, register, catalogue))


def receive(
    settings: Settings,
    register: Register,
    catalogue: Catalogue,
    load: str,
    gate: Gate = accept_all,
    seen: Look | None = None,
) -> Intake:
    """Receive what was `seen`, or what a look now finds. A file is registered only when its bytes, and its raw rows if
    it is accepted, are on disk. What a load that died had archived is taken up first.
    """
    archive.discard_drafts(settings.paths)
    destroy_expired(settings.paths, settings.quarantine_days, settings.today)
    raw.discard_unknown(settings.paths, {stem for stem, _ in register.raw_stems().values()})
    desk = Desk(settings, register, catalogue)
    seen = seen or look_at(desk)
    intake, fresh = seen.intake, seen.fresh
    if not seen.waiting:
        return intake
    settler = Settler(desk, load, gate, intake)
    twins: list[str] = []
    with Reader(desk, intake) as reader:
        settler.settle_all(reader.read(adopted(desk)))  # first: it has already said what the home is
        restate(desk, reader, settler)
        read_again(desk, reader)
        replay_decisions(desk)
        settler.settle_all(reader.read(copied(desk, fresh, intake, twins)))
    for sha256 in twins:
        intake.count_known(desk.known[sha256])
    note_contents(settings, register, catalogue)
    progress.tell("Réception", len(fresh), len(fresh))
    return intake
