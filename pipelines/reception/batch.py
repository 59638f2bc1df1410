"""What is received together: read by one reading, examined together, accepted or refused in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.base.refusal import MAX_SHOWN, Defect
from pipelines.home import raw
from pipelines.home.archive import Copy
from pipelines.home.landing import LandingFile
from pipelines.reading.verdict import Lack, Verdict

# A batch is large enough for its flushes and its readings to be shared, and small enough to be held in memory.
MOST_FILES, MOST_BYTES = 128, 8 << 20


@dataclass(frozen=True)
class Arrival:
    """A private copy, under the name it arrived with; `file` is None for what was already in the archive."""

    copy: Copy
    name: str
    file: LandingFile | None = None


@dataclass
class Batch:
    """Arrivals, then the verdict on each by its delivery id, and the drafts of the raw rows of those that are sound."""

    drafts: Path
    arrivals: list[Arrival] = field(default_factory=list)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    # By delivery id, the (source, table, slice) that a delivery would correct and that nothing holds.
    awaited: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    # Files of the landing folder whose bytes are already known: (file, SHA-256).
    seen: list[tuple[LandingFile, str]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(a.copy.size for a in self.arrivals)

    def is_full(self, next_size: int) -> bool:
        """Tell whether a file of this size belongs to the next batch."""
        held = len(self.arrivals)
        return held >= MOST_FILES or (held > 0 and self.size + next_size > MOST_BYTES)

    def sound(self) -> list[Arrival]:
        """Return the arrivals in which nothing was found wrong so far."""
        return [a for a in self.arrivals if not self.verdict(a).defects]

    def verdict(self, arrival: Arrival) -> Verdict:
        return self.verdicts[arrival.copy.delivery_id]

    def refuse(self, delivery_id: str, defects: list[Defect]) -> None:
        """Find a delivery wrong, whatever its reading said."""
        self.verdicts[delivery_id].defects = defects

    def refuse_alone(self, delivery_id: str, lacks: list[Lack]) -> None:
        """Find a delivery wrong for what it lacks: it corrects nothing that is known."""
        self.verdicts[delivery_id].defects += [lack.defaut for lack in lacks[:MAX_SHOWN]]
        self.awaited[delivery_id] = [lack.key for lack in lacks]

    def tables(self) -> dict[tuple[str, str], dict[Path, set[str]]]:
        """Map (source, table) to the drafts of its raw rows, each with the sound deliveries that it holds rows of.

        A draft is Parquet: `livraison_id`, `tranche`, place, then the columns of the table, as text. It may hold rows
        of deliveries that are no longer sound: read it with the ids that are given.
        """
        held: dict[tuple[str, str, str], set[str]] = {}
        for arrival in self.sound():
            verdict = self.verdict(arrival)
            for source, table in {(part.source, part.table) for part in verdict.parts}:
                held.setdefault((source, table, verdict.fichier), set()).add(arrival.copy.delivery_id)
        drafts: dict[tuple[str, str], dict[Path, set[str]]] = {}
        for (source, table, stem), ids in sorted(held.items()):
            drafts.setdefault((source, table), {})[raw.file_of(self.drafts, source, table, stem)] = ids
        return drafts


def alone(batch: Batch, bases: Callable[[str], set[tuple[str, str, str]]]) -> Iterator[tuple[str, list[Lack]]]:
    """Yield (delivery, what it lacks) of the sound deliveries that hold some lines of what nothing of their nature
    holds whole: `bases` gives what a nature holds.
    """
    for a in batch.sound():
        verdict = batch.verdict(a)
        known = bases(verdict.nature) if verdict.lacks and verdict.nature else set()
        if left := [lack for lack in verdict.lacks if lack.key not in known]:
            yield a.copy.delivery_id, left


def held_whole(batches: Iterable[Batch], nature: str) -> set[tuple[str, str, str]]:
    """Return (source, table, slice) of what the sound deliveries of a nature, in these batches, hold whole."""
    return {
        part.key
        for batch in batches
        for verdict in map(batch.verdict, batch.sound())
        if verdict.nature == nature
        for part in verdict.parts
        if not part.partielle
    }


# The first gate after reading: given a batch that is read, the defects of the deliveries that it refuses, by their id.
# It is called before anything of the batch is archived, registered or seen by dbt. It may raise MachineFault.
Gate = Callable[[Batch], dict[str, list[Defect]]]


def accept_all(batch: Batch) -> dict[str, list[Defect]]:
    """Refuse nothing beyond what reading refused."""
    return {}
