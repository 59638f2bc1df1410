"""What is received together: read by one reading, examined together, accepted or refused in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.base.refusal import MAX_SHOWN, Defect
from pipelines.home import raw
from pipelines.home.archive import Copy
from pipelines.home.landing import Found

# A batch is large enough for its flushes and its readings to be shared, and small enough to be held in memory.
MOST_FILES, MOST_BYTES = 128, 8 << 20


@dataclass(frozen=True)
class Arrival:
    """A private copy, under the name it arrived with; `found` is None for what was already in the archive."""

    copy: Copy
    name: str
    found: Found | None = None


@dataclass
class Batch:
    """Arrivals, then the verdict on each by its delivery id, and the drafts of the raw rows of those that are sound."""

    drafts: Path
    arrivals: list[Arrival] = field(default_factory=list)
    verdicts: dict[str, dict] = field(default_factory=dict)
    # Files of the landing folder whose bytes are already known: (file, SHA-256).
    seen: list[tuple[Found, str]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(a.copy.size for a in self.arrivals)

    def is_full(self, next_size: int) -> bool:
        """Whether a file of this size belongs to the next batch."""
        held = len(self.arrivals)
        return held >= MOST_FILES or (held > 0 and self.size + next_size > MOST_BYTES)

    def sound(self) -> list[Arrival]:
        """The arrivals in which nothing was found wrong so far."""
        return [a for a in self.arrivals if not self.verdicts[a.copy.delivery_id]["defects"]]

    def refuse(self, delivery_id: str, defects: list[Defect]) -> None:
        """Find a delivery wrong, whatever its reading said."""
        self.verdicts[delivery_id]["defects"] = [d.as_dict() for d in defects]

    def refuse_alone(self, delivery_id: str, lacks: list[dict]) -> None:
        """Find a delivery wrong for what it lacks: it corrects nothing that is known (`attend` says what)."""
        verdict = self.verdicts[delivery_id]
        verdict["defects"] = [*verdict["defects"], *(found["defaut"] for found in lacks[:MAX_SHOWN])]
        verdict["attend"] = [[found["source"], found["table"], found["tranche"]] for found in lacks]

    def tables(self) -> dict[tuple[str, str], dict[Path, set[str]]]:
        """(source, table) → the drafts of its raw rows, each with the sound deliveries that it holds rows of.

        A draft is Parquet: `livraison_id`, `tranche`, place, then the columns of the table, as text. It may hold rows
        of deliveries that are no longer sound: read it with the ids that are given.
        """
        held: dict[tuple[str, str, str], set[str]] = {}
        for arrival in self.sound():
            verdict = self.verdicts[arrival.copy.delivery_id]
            for source, table in {(p["source"], p["table"]) for p in verdict["parts"]}:
                held.setdefault((source, table, verdict["fichier"]), set()).add(arrival.copy.delivery_id)
        found: dict[tuple[str, str], dict[Path, set[str]]] = {}
        for (source, table, stem), ids in sorted(held.items()):
            found.setdefault((source, table), {})[raw.file_of(self.drafts, source, table, stem)] = ids
        return found


def alone(batch: Batch, bases: Callable[[str], set[tuple[str, str, str]]]) -> Iterator[tuple[str, list[dict]]]:
    """(delivery, what it lacks) of the sound deliveries that hold some lines of what nothing of their nature holds
    whole: `bases` gives what a nature holds.
    """
    for a in batch.sound():
        verdict = batch.verdicts[a.copy.delivery_id]
        lacks = verdict.get("lacks")
        known = bases(verdict["nature"]) if lacks else set()
        if left := [f for f in lacks or () if (f["source"], f["table"], f["tranche"]) not in known]:
            yield a.copy.delivery_id, left


def held_whole(batches: Iterable[Batch], nature: str) -> set[tuple[str, str, str]]:
    """(source, table, slice) of what the sound deliveries of a nature, in these batches, hold whole."""
    return {
        (p["source"], p["table"], p["tranche"])
        for batch in batches
        for a in batch.sound()
        if batch.verdicts[a.copy.delivery_id]["nature"] == nature
        for p in batch.verdicts[a.copy.delivery_id]["parts"]
        if not p.get("partielle")
    }


# The first gate after reading: given a batch that is read, the defects of the deliveries that it refuses, by their id.
# It is called before anything of the batch is archived, registered or seen by dbt. It may raise MachineFault.
Gate = Callable[[Batch], dict[str, list[Defect]]]


def accept_all(batch: Batch) -> dict[str, list[Defect]]:
    """The gate that refuses nothing beyond what reading refused."""
    return {}
