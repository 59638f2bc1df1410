"""What the archive gives again: what a load that died left there, and rows that are gone or rest on other tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.base.rows import slice_of
from pipelines.home import archive, raw
from pipelines.home.register import ACCEPTED, CONFIRMED, SET_ASIDE
from pipelines.machine.faults import MachineFault
from pipelines.reception.batch import Arrival, Batch
from pipelines.reception.desk import Desk
from pipelines.reception.reader import Reader
from pipelines.reception.settle import Settler


def is_pending(desk: Desk) -> bool:
    """Tell whether the archive holds something the register or the raw folder lacks, left by a load that died."""
    counts = desk.register.decision_counts()
    undone = any(len(d) > counts.get(s, 0) for s, d in archive.decisions(desk.paths.archive).items())
    return bool(undone or desk.stale() or _orphans(desk) or _lost_stems(desk))


def adopted(desk: Desk) -> Iterator[Batch]:
    """Yield the deliveries that were archived when their load died before the register knew them."""
    copies = (archive.archived(desk.paths, sha256) for sha256 in _orphans(desk))
    return _in_batches(desk, (Arrival(c, c.name or f"archive/{c.sha256[:12]}") for c in copies))


def restate(desk: Desk, reader: Reader, settler: Settler) -> None:
    """Judge again the accepted deliveries whose layouts have changed; their new rows take the place of the old ones."""
    stale, register = desk.stale(), desk.register
    if not stale:
        return
    old = {register.raw_stems()[d][0] for d in stale}
    settler.again = True
    settler.settle_all(reader.read(_archived(desk, sorted(stale))))
    settler.again = False
    with register.transaction():
        register.move_raw(old)
        gone = old - {stem for stem, _ in register.raw_stems().values()}
        register.forget_raw_hashes(name for name in register.raw_hashes() if Path(name).stem in gone)
    raw.discard(desk.paths, gone)


def read_again(desk: Desk, reader: Reader) -> None:
    """Make lost raw rows anew from the archive; raises MachineFault when they are not those that were accepted."""
    lost, register = _lost_stems(desk), desk.register
    stems = register.raw_stems()
    again = [d for d, (stem, status) in stems.items() if stem in lost and status in {ACCEPTED, SET_ASIDE}]
    batches = []
    for batch in reader.read(_archived(desk, again)):
        for a in batch.arrivals:
            slices = register.slices(a.copy.delivery_id)
            before = {slice_of(s): s["empreinte"] for s in slices}
            after = {part.key: part.empreinte for part in batch.verdict(a).parts}
            if before != after:
                raise MachineFault(
                    f"La livraison « {a.name} » ({a.copy.delivery_id}) ne se relit plus comme à sa réception : "
                    "les tables de sources/ ont changé depuis. Les rétablir, ou retirer la livraison (vigie withdraw) "
                    "et la redéposer."
                )
        batches.append(batch)
    # What is left of the lost files goes before their rows come back under other names: no row may stand twice.
    raw.discard(desk.paths, lost)
    register.forget_raw_hashes(name for name in register.raw_hashes() if Path(name).stem in lost)
    for batch in batches:
        placed = {a.copy.delivery_id: batch.verdict(a).fichier for a in batch.arrivals}
        hashes = raw.place(batch.drafts, desk.paths, set(placed.values()))
        with register.transaction():
            register.note_raw_hashes(hashes)
            for delivery_id, stem in placed.items():
                register.note_raw(delivery_id, stem)


def _archived(desk: Desk, wanted: Iterable[str]) -> Iterator[Batch]:
    entries = (desk.register.entry(delivery_id) for delivery_id in wanted)
    return _in_batches(desk, (Arrival(archive.archived(desk.paths, e["sha256"]), e["nom"]) for e in entries))


def _in_batches(desk: Desk, arrivals: Iterable[Arrival]) -> Iterator[Batch]:
    batch = desk.new_batch()
    for arrival in arrivals:
        if batch.is_full(arrival.copy.size):
            yield batch
            batch = desk.new_batch()
        batch.arrivals.append(arrival)
    if batch.arrivals:
        yield batch


def replay_decisions(desk: Desk) -> None:
    """Take up again the decisions that the archive holds and the register lost: the archive is the truth."""
    register = desk.register
    counts = register.decision_counts()
    for sha256, decisions in archive.decisions(desk.paths.archive).items():
        delivery = register.delivery(sha256)
        if delivery is None:
            continue
        for decision in decisions[counts.get(sha256, 0) :]:
            known = delivery["livraison_id"], decision["decision"], decision["motif"], decision["decide_le"]
            if decision["decision"] == CONFIRMED:
                register.confirm(known[0], decision["tranches"], *known[2:])
            else:
                register.decide(*known, decision.get("base"))


def _orphans(desk: Desk) -> list[str]:
    return [
        s for s in archive.whole_folders(desk.paths) if s not in desk.known or desk.is_worth_another_try(desk.known[s])
    ]


def _lost_stems(desk: Desk) -> set[str]:
    """List the raw files of deliveries in use that are gone: the archive gives them again."""
    wanted = desk.register.raw_in_use()
    return {stem for source, table, stem in wanted if not raw.file_of(desk.paths.raw, source, table, stem).exists()}
