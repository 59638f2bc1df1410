"""What the landing folder holds that is worth a reading."""

from __future__ import annotations

import contextlib
from collections.abc import Container
from dataclasses import dataclass

from pipelines.base.rows import Row
from pipelines.catalogue.model import Catalogue
from pipelines.home import archive, deposits, landing
from pipelines.home.landing import LandingFile
from pipelines.home.register import Register
from pipelines.reception import basis
from pipelines.reception.archived import is_pending
from pipelines.reception.desk import Desk
from pipelines.reception.intake import Intake
from pipelines.settings.model import Settings


@dataclass(frozen=True)
class Look:
    """The files of the landing folder that need a reading, and what the intake counts of the others. `pending`: a load
    that died left something in the archive.
    """

    fresh: list[LandingFile]
    intake: Intake
    pending: bool

    @property
    def waiting(self) -> bool:
        """Whether there is something to receive."""
        return bool(self.fresh) or self.pending


def look_at(desk: Desk) -> Look:
    """Look at each file once. Only a file of the very size of a known delivery is read, to tell whether it is that one
    again, dropped anew or renamed.
    """
    register, deliveries = desk.register, desk.known
    files, ignored = landing.scan_when_still(desk.paths.landing, desk.settings.stability_seconds)
    if desk.settings.deposit_root:
        dropped, aside = deposits.scan(desk.settings.deposit_root, desk.sender_of, desk.settings.depots_seconds)
        files, ignored = files + dropped, ignored + aside
    hashes = register.known_hashes()
    moments = {key[:3]: sha256 for key, sha256 in hashes.items()}
    sizes = {d["taille_octets"] for d in deliveries.values()}
    intake = Intake(ignored=ignored)
    fresh: list[LandingFile] = []
    idle: list[tuple[LandingFile, Row]] = []
    renamed: list[tuple[LandingFile, str]] = []
    moved: list[tuple[LandingFile, str]] = []
    # Files of corrected lines that nothing held whole: what they correct may be among what is fresh.
    waiting: list[tuple[LandingFile, Row]] = []
    for file in files:
        sha256 = hashes.get(file.stat_key()) or hashes.get(file.loose_key())
        if file.size > desk.settings.max_file_bytes:
            sha256 = archive.unread_id(file.name, file.size)
        elif sha256 is None and file.size in sizes:
            with contextlib.suppress(OSError, archive.StillGrowing):  # the reading of it says why
                sha256 = archive.hash_received(file)
            if sha256 and sha256 in deliveries:
                (moved if moments.get(file.stat_key()[:3]) == sha256 else renamed).append((file, sha256))
        delivery = deliveries.get(sha256) if sha256 else None
        if delivery is None or desk.is_worth_another_try(delivery) or desk.is_named_otherwise(delivery, file.name):
            fresh.append(file)
        else:
            (waiting if basis.awaits(delivery["formats"]) else idle).append((file, delivery))
    if fresh or any(basis.awaits(d["formats"]) <= register.bases(d["nature"]) for _, d in waiting):
        fresh = sorted([*fresh, *(file for file, _ in waiting)], key=lambda f: f.name)
    else:
        idle += waiting
    for _, known in idle:
        intake.count_known(known)
    with register.transaction():
        for file, sha256 in renamed:
            register.remember(file, sha256)
        for file, sha256 in moved:
            # A share changes the numbers of files: remember by size and time, and read once, not at every look.
            register.remember(file, sha256, loosely=True)
    return Look(fresh, intake, is_pending(desk))


def dropped(
    settings: Settings, register: Register, catalogue: Catalogue, known: Container[tuple[str, int, int, int, int]]
) -> int:
    """Count the files of the drop folders that no load has looked at."""
    if settings.deposit_root is None:
        return 0
    return deposits.waiting(settings.deposit_root, Desk(settings, register, catalogue).sender_of, known)
