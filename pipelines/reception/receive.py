"""What the landing folder holds and is not yet known: received, a batch after the other."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from pipelines.base import progress
from pipelines.catalogue.model import Catalogue
from pipelines.home import announced, archive, landing, raw
from pipelines.home.landing import UNNAMED, Found
from pipelines.home.register import ACCEPTED, CONFIRMED, REFUSED, REINSTATED, SET_ASIDE, Register, now
from pipelines.machine.faults import MachineFault
from pipelines.personal.detect import FILE_NAME
from pipelines.reading.supervisor import Parser
from pipelines.reception import basis
from pipelines.reception.batch import Arrival, Batch, Gate, accept_all
from pipelines.reception.contents import note_contents
from pipelines.reception.receiver import Intake, Receiver
from pipelines.reception.retention import destroy_expired
from pipelines.settings.model import Settings

# How many batches wait read for the first to be settled, which waits for the rules' library: four seconds of reading,
# and no more than a hundred mebibytes of drafts.
_AHEAD = 16


def look(settings: Settings, register: Register, catalogue: Catalogue) -> tuple[list[Found], Intake]:
    """(files that need a reading, what is already known).

    Costs a look per file; only a file of the very size of a known delivery is read, to tell whether it is that one
    again, dropped anew or renamed.
    """
    found, ignored = landing.scan_when_still(settings.paths.landing, settings.stability_seconds)
    hashes = register.known_hashes()
    moments = {key[:3]: sha256 for key, sha256 in hashes.items()}
    known = {d["sha256"]: d for d in register.deliveries()}
    sizes = {d["taille_octets"] for d in known.values()}
    intake = Intake(ignored=ignored)
    fresh: list[Found] = []
    idle: list[tuple[Found, dict]] = []
    renamed: list[tuple[Found, str]] = []
    moved: list[tuple[Found, str]] = []
    # Files of corrected lines that nothing held whole: what they correct may be among what is fresh.
    waiting: list[tuple[Found, dict]] = []
    for file in found:
        sha256 = hashes.get(file.stat_key()) or hashes.get(file.loose_key())
        if file.size > settings.max_file_bytes:
            sha256 = archive.unread_id(file.name, file.size)
        elif sha256 is None and file.size in sizes:
            with contextlib.suppress(OSError):  # the reading of it says why
                sha256 = archive.hash_of(file.path)
            if sha256 and sha256 in known:
                (moved if moments.get(file.stat_key()[:3]) == sha256 else renamed).append((file, sha256))
        delivery = known.get(sha256) if sha256 else None
        if (
            delivery is None
            or _worth_another_try(delivery, settings, catalogue)
            or _says_more(delivery, file.name, catalogue)
        ):
            fresh.append(file)
        else:
            (waiting if basis.awaits(delivery["formats"]) else idle).append((file, delivery))
    if fresh or any(basis.awaits(d["formats"]) <= register.bases(d["nature"]) for _, d in waiting):
        fresh = sorted([*fresh, *(file for file, _ in waiting)], key=lambda f: f.name)
    else:
        idle += waiting
    for _, delivery in idle:
        intake.count_known(delivery)
    with register.transaction():
        for file, sha256 in renamed:
            register.remember(file, sha256)
        for file, sha256 in moved:
            # The same bytes, size and time under another number: those of a share mean nothing. Read once, not always.
            register.remember(file, sha256, loosely=True)
    return fresh, intake


def receive(settings: Settings, register: Register, catalogue: Catalogue, load: str, gate: Gate = accept_all) -> Intake:
    """Copy, hash, judge and register what is new. A file is registered only when its bytes, and its raw rows if it is
    accepted, are on disk; what a load that died had archived is taken up first.
    """
    archive.discard_drafts(settings.paths)
    destroy_expired(settings.paths, settings.quarantine_days, settings.today)
    raw.discard_unknown(settings.paths, {stem for stem, _ in register.raw_stems().values()})
    fresh, intake = look(settings, register, catalogue)
    if not fresh and not pending_in_archive(settings, register, catalogue):
        return intake
    known = {d["sha256"]: d for d in register.deliveries()}
    # Batches are read while one before them is settled and the next is copied.
    with ThreadPoolExecutor(1) as pool, Parser(settings) as parser:
        told = announced.known(settings.paths.announced)
        receiver = Receiver(settings, register, catalogue, load, parser, intake, known, gate, told)
        for batch in _read(_adopted(settings, known, catalogue), receiver, pool):
            receiver.settle(batch)
        receiver.settle_waiting()  # what was archived once has already said what the home is
        _restate(settings, receiver, register, pool)
        _read_again(settings, receiver, register, pool)
        _replay_decisions(settings, register)
        twins: list[str] = []
        for batch in _read(_copied(settings, fresh, receiver, twins), receiver, pool):
            receiver.settle(batch)
        receiver.settle_waiting()
        for sha256 in twins:
            intake.count_known(known[sha256])
    note_contents(settings, register, catalogue)
    progress.tell("Réception", len(fresh), len(fresh))
    return intake


def _read(batches: Iterable[Batch], receiver: Receiver, pool: ThreadPoolExecutor) -> Iterator[Batch]:
    """The same batches in the same order, each with its verdicts; some are read ahead of the one that is settled."""
    ahead: deque[Future[Batch]] = deque()
    for batch in batches:
        ahead.append(pool.submit(receiver.read, batch))
        if len(ahead) > _AHEAD:
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


def _copied(settings: Settings, fresh: list[Found], receiver: Receiver, twins: list[str]) -> Iterator[Batch]:
    """The files of the landing folder, copied and hashed; `twins` takes what has the bytes of another."""
    known, intake = receiver.known, receiver.intake
    taken: set[str] = set()
    batch = _new_batch(settings)
    for number, file in enumerate(fresh):
        progress.tell("Réception", number, len(fresh))
        if batch.is_full(file.size):
            yield batch
            batch = _new_batch(settings)
        try:
            with intake.timed("empreinte"):
                too_large = file.size > settings.max_file_bytes
                copy = (archive.leave_there if too_large else archive.take_copy)(file, settings.paths)
        except (archive.StillGrowing, FileNotFoundError):
            intake.ignored.append(f"{file.name} (encore en cours d'écriture)")
            continue
        except PermissionError as error:
            if Path(str(error.filename)).is_relative_to(settings.paths.archive):
                raise
            intake.ignored.append(f"{file.name} (illisible : Vigie n'a pas le droit de le lire)")
            continue
        delivery = known.get(copy.sha256)
        if copy.sha256 not in taken and delivery and _says_more(delivery, file.name, receiver.catalogue):
            _rename(settings, delivery, file.name)
        elif copy.sha256 in taken or (
            delivery is not None
            and not basis.awaits(delivery["formats"])
            and not _worth_another_try(delivery, settings, receiver.catalogue)
        ):
            archive.discard(copy)
            twins.append(copy.sha256)
            batch.seen.append((file, copy.sha256))
            continue
        taken.add(copy.sha256)
        batch.arrivals.append(Arrival(copy, file.name, file))
    if batch.arrivals or batch.seen:
        yield batch


def _adopted(settings: Settings, known: dict[str, dict], catalogue: Catalogue) -> Iterator[Batch]:
    """Deliveries that were archived when their load died before the register knew them."""
    batch = _new_batch(settings)
    for sha256 in _orphans(settings, known, catalogue):
        copy = archive.archived(settings.paths, sha256)
        if batch.is_full(copy.size):
            yield batch
            batch = _new_batch(settings)
        batch.arrivals.append(Arrival(copy, copy.name or f"archive/{sha256[:12]}"))
    if batch.arrivals:
        yield batch


def _new_batch(settings: Settings) -> Batch:
    return Batch(raw.new_drafts(settings.paths))


def pending_in_archive(settings: Settings, register: Register, catalogue: Catalogue) -> bool:
    """Whether the archive holds something the register or the raw folder lacks, left by a load that died."""
    known = {d["sha256"]: d for d in register.deliveries()}
    undone = any(
        len(d) > register.decision_counts().get(s, 0) for s, d in archive.decisions(settings.paths.archive).items()
    )
    stale = basis.changed(settings, register, catalogue)
    return bool(undone or stale or _orphans(settings, known, catalogue) or _lost_stems(settings, register))


def _worth_another_try(delivery: dict, settings: Settings, catalogue: Catalogue) -> bool:
    """A refused file is judged again once the tables, the limits or the announced size that refused it have changed."""
    if delivery["statut"] != REFUSED:
        return False
    if delivery["formats"] != basis.of_refusal(settings, catalogue) + basis.awaited(
        sorted(basis.awaits(delivery["formats"]))
    ):
        return True
    return announced.is_whole_now(announced.known(settings.paths.announced), delivery)


def _says_more(delivery: dict, name: str, catalogue: Catalogue) -> bool:
    """Whether what was refused or set aside comes again under a name by which another layout reads it, or no longer
    under a person's.
    """
    waits = delivery["statut"] in {REFUSED, SET_ASIDE}
    if waits and f"dans {FILE_NAME} (" in (delivery.get("motif") or ""):
        return not Path(name).name.startswith(UNNAMED)
    return waits and catalogue.words(name) - catalogue.words(delivery.get("nom", "")) != set()


def _rename(settings: Settings, delivery: dict, name: str) -> None:
    """Keep the new name beside what is archived: it is read by it from now on."""
    if delivery["statut"] == SET_ASIDE:
        told = {"decision": REINSTATED, "motif": f"Redéposée sous le nom {name}.", "decide_le": now(), "nom": name}
        archive.record_decision(settings.paths.archive, delivery["sha256"], told)


def _restate(settings: Settings, receiver: Receiver, register: Register, pool: ThreadPoolExecutor) -> None:
    """Judge again the accepted deliveries whose layouts have changed; their new rows take the place of the old ones."""
    stale = basis.changed(settings, register, receiver.catalogue)
    if not stale:
        return
    old = {register.raw_stems()[d][0] for d in stale}
    receiver.again = True
    for batch in _read(_archived(settings, register, sorted(stale)), receiver, pool):
        receiver.settle(batch)
    receiver.settle_waiting()
    receiver.again = False
    with register.transaction():
        register.move_raw(old)
        gone = old - {stem for stem, _ in register.raw_stems().values()}
        register.forget_raw_hashes(name for name in register.raw_hashes() if Path(name).stem in gone)
    raw.discard(settings.paths, gone)


def _read_again(settings: Settings, receiver: Receiver, register: Register, pool: ThreadPoolExecutor) -> None:
    """Raw rows made anew from the archive must be those that were accepted."""
    lost = _lost_stems(settings, register)
    stems = register.raw_stems()
    again = [d for d, (stem, status) in stems.items() if stem in lost and status in {ACCEPTED, SET_ASIDE}]
    batches = []
    for batch in _read(_archived(settings, register, again), receiver, pool):
        for a in batch.arrivals:
            verdict = batch.verdicts[a.copy.delivery_id]
            slices = register.slices(a.copy.delivery_id)
            before = {(s["source"], s["table_nom"], s["tranche"]): s["empreinte"] for s in slices}
            after = {(p["source"], p["table"], p["tranche"]): p["empreinte"] for p in verdict["parts"]}
            if before != after:
                raise MachineFault(
                    f"La livraison « {a.name} » ({a.copy.delivery_id}) ne se relit plus comme à sa réception : "
                    "les tables de sources/ ont changé depuis. Les rétablir, ou retirer la livraison (vigie withdraw) "
                    "et la redéposer."
                )
        batches.append(batch)
    # What is left of the lost files goes before their rows come back under other names: no row may stand twice.
    raw.discard(settings.paths, lost)
    register.forget_raw_hashes(name for name in register.raw_hashes() if Path(name).stem in lost)
    for batch in batches:
        placed = {a.copy.delivery_id: batch.verdicts[a.copy.delivery_id]["fichier"] for a in batch.arrivals}
        hashes = raw.place(batch.drafts, settings.paths, set(placed.values()))
        with register.transaction():
            register.note_raw_hashes(hashes)
            for delivery_id, stem in placed.items():
                register.note_raw(delivery_id, stem)


def _archived(settings: Settings, register: Register, wanted: list[str]) -> Iterator[Batch]:
    batch = _new_batch(settings)
    for delivery_id in wanted:
        delivery = register.entry(delivery_id)
        copy = archive.archived(settings.paths, delivery["sha256"])
        if batch.is_full(copy.size):
            yield batch
            batch = _new_batch(settings)
        batch.arrivals.append(Arrival(copy, delivery["nom"]))
    if batch.arrivals:
        yield batch


def _replay_decisions(settings: Settings, register: Register) -> None:
    """The archive is the truth: a withdrawal that it holds and that the register lost is taken up again."""
    counts = register.decision_counts()
    for sha256, decisions in archive.decisions(settings.paths.archive).items():
        delivery = register.delivery(sha256)
        if delivery is None:
            continue
        for decision in decisions[counts.get(sha256, 0) :]:
            known = delivery["livraison_id"], decision["decision"], decision["motif"], decision["decide_le"]
            if decision["decision"] == CONFIRMED:
                register.confirm(known[0], decision["tranches"], *known[2:])
            else:
                register.decide(*known, decision.get("base"))


def _orphans(settings: Settings, known: dict[str, dict], catalogue: Catalogue) -> list[str]:
    return [
        s
        for s in archive.whole_folders(settings.paths)
        if s not in known or _worth_another_try(known[s], settings, catalogue)
    ]


def _lost_stems(settings: Settings, register: Register) -> set[str]:
    """Raw files of deliveries in use that are gone: the archive gives them again."""
    wanted = register.raw_in_use()
    return {stem for source, table, stem in wanted if not raw.file_of(settings.paths.raw, source, table, stem).exists()}
