"""What the last acts gave, kept until the page that follows them shows it."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

_KEPT = 200


@dataclass(frozen=True)
class Note:
    """A sentence and what follows from it; `failed` when nothing was done; `load_next` when a load publishes it."""

    sentence: str
    more: list[str] = field(default_factory=list)
    failed: bool = False
    load_next: bool = False


class Notes:
    """The last notes, by a number that the address of the next page carries."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Note] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, note: Note) -> str:
        number = secrets.token_hex(8)
        with self._lock:
            self._kept[number] = note
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return number

    def get(self, number: str | None) -> Note | None:
        return self._kept.get(number or "")
