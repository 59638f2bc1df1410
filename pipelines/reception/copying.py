"""From the landing folder to private copies: what is read is what was hashed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.base import progress
from pipelines.base.rows import Row
from pipelines.home import archive
from pipelines.home.landing import LandingFile
from pipelines.home.register import REINSTATED, SET_ASIDE
from pipelines.reception import basis
from pipelines.reception.batch import Arrival, Batch
from pipelines.reception.desk import Desk
from pipelines.reception.intake import Intake


def copied(desk: Desk, fresh: list[LandingFile], intake: Intake, twins: list[str]) -> Iterator[Batch]:
    """Yield the files of the landing folder, copied and hashed; `twins` takes the SHA-256 of those that have the bytes
    of another, which are counted once all is settled.
    """
    taken: set[str] = set()
    batch = desk.new_batch()
    for number, file in enumerate(fresh):
        progress.tell("Réception", number, len(fresh))
        if batch.is_full(file.size):
            yield batch
            batch = desk.new_batch()
        try:
            with intake.timed("empreinte"):
                too_large = file.size > desk.settings.max_file_bytes
                copy = (archive.leave_there if too_large else archive.take_copy)(file, desk.paths)
        except (archive.StillGrowing, FileNotFoundError):
            intake.ignored.append(f"{file.name} (encore en cours d'écriture)")
            continue
        except PermissionError as error:
            if Path(str(error.filename)).is_relative_to(desk.paths.archive):
                raise
            intake.ignored.append(f"{file.name} (illisible : Vigie n'a pas le droit de le lire)")
            continue
        delivery = desk.known.get(copy.sha256)
        if copy.sha256 not in taken and delivery and desk.is_named_otherwise(delivery, file.name):
            _rename(desk, delivery, file.name)
        elif copy.sha256 in taken or (
            delivery is not None and not basis.awaits(delivery["formats"]) and not desk.is_worth_another_try(delivery)
        ):
            archive.discard(copy)
            twins.append(copy.sha256)
            batch.seen.append((file, copy.sha256))
            continue
        taken.add(copy.sha256)
        batch.arrivals.append(Arrival(copy, file.name, file))
    if batch.arrivals or batch.seen:
        yield batch


def _rename(desk: Desk, delivery: Row, name: str) -> None:
    """Keep the new name beside what is archived: it is read by it from now on."""
    if delivery["statut"] == SET_ASIDE:
        decision = {"decision": REINSTATED, "motif": f"Redéposée sous le nom {name}.", "nom": name}
        decision["decide_le"] = desk.register.decision_time()
        archive.record_decision(desk.paths.archive, delivery["sha256"], decision)
