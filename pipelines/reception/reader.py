"""Verdicts on batches, some of them ahead of the one that is settled."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from queue import LifoQueue
from threading import Lock

from pipelines.base import progress
from pipelines.base.refusal import Defect
from pipelines.base.wording import mebibytes, number
from pipelines.home import announced
from pipelines.machine.cores import cores
from pipelines.personal.detect import FILE_NAME, personal_defect
from pipelines.reading.supervisor import Parser
from pipelines.reading.verdict import Verdict
from pipelines.reception.batch import Arrival, Batch
from pipelines.reception.desk import Desk
from pipelines.reception.intake import Intake

# Read at most this many batches ahead while Great Expectations imports; bounds drafts to 100 MiB.
_AHEAD = 16


# Two children at most: two readings of the largest ordinary files fit in a load's two gibibytes, three do not.
_SIDE_BY_SIDE = 2
# A file of more bytes than this is read while no other is.
_LARGE = 128 << 20


class Reader:
    """Context manager: a child that reads on each core, and a thread that waits for each."""

    def __init__(self, desk: Desk, intake: Intake) -> None:
        self._desk, self._intake = desk, intake
        self._parsers = [Parser(desk.settings) for _ in range(min(_SIDE_BY_SIDE, cores()))]
        self._pool = ThreadPoolExecutor(len(self._parsers))
        # The last that came free is taken first: a load of one batch starts one child.
        self._free: LifoQueue[Parser] = LifoQueue()
        for parser in reversed(self._parsers):
            self._free.put(parser)
        self._turn = Lock()

    def __enter__(self) -> Reader:
        self._parsers[0].__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        for parser in self._parsers:
            parser.__exit__(*error)
        self._pool.shutdown()

    @contextmanager
    def _parser(self, size: int) -> Iterator[Parser]:
        """Wait for a child; for every one of them where so many bytes are to be read."""
        with self._turn:  # two that each hold one child, and wait for the other's, would wait for ever
            taken = [self._free.get() for _ in (self._parsers if size > _LARGE else self._parsers[:1])]
        try:
            yield taken[0]
        finally:
            for parser in reversed(taken):
                self._free.put(parser)

    def read(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Yield the same batches in the same order, each with its verdicts."""
        ahead: deque[Future[Batch]] = deque()
        for batch in batches:
            ahead.append(self._pool.submit(self._read, batch))
            if len(ahead) > _AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def _read(self, batch: Batch) -> Batch:
        """Give each arrival its verdict, beside the settling of another batch."""
        readable = []
        with self._parser(batch.size) as parser, self._intake.timed("lecture"):
            for a in batch.arrivals:
                if defect := _named_after_a_person(a) or self._wrong_size(a):
                    batch.verdicts[a.copy.delivery_id] = Verdict.unread(defect)
                else:
                    readable.append(a.copy)
            names = {a.copy.delivery_id: a.name for a in batch.arrivals}
            batch.verdicts |= parser.parse_all(
                readable,
                batch.drafts,
                lambda copy, done, total: progress.tell(f"Lecture de {names[copy.delivery_id]}", done, total),
            )
        return batch

    def _wrong_size(self, arrival: Arrival) -> Defect | None:
        """Refuse a file for its size alone: too large to be read, or less than its producer announces."""
        limit, size = self._desk.settings.max_file_mib, arrival.copy.size
        if size > self._desk.settings.max_file_bytes:
            return Defect(
                "fichier_trop_gros",
                f"le fichier pèse {mebibytes(size)}, la limite est de {limit} Mio : il n'a été ni copié ni lu",
                "vérifier que c'est bien le fichier du producteur et le remplacer ; s'il est le bon, la personne qui "
                "administre Vigie peut relever max_file_mib dans vigie.toml",
            )
        if not arrival.copy.draft:  # archived: accepted once, whatever is announced since
            return None
        return announced.cut_short(self._desk.announcements, arrival.name, size, self._desk.is_loaded)


def _named_after_a_person(arrival: Arrival) -> Defect | None:
    file = arrival.file
    if file is None or not file.sign:
        return None
    when = dt.datetime.fromtimestamp(file.mtime_ns / 1e9).strftime("%d/%m/%Y à %H:%M")
    return replace(
        personal_defect(FILE_NAME, file.sign),
        remede=f"renommer ce fichier, de {number(file.size)} octets et modifié le {when}, sans rien qui nomme une "
        "personne, et détruire les copies qui en gardent l'ancien nom",
        attendu="un nom qui indique le service et la période",
    )
