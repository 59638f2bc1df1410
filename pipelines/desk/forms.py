"""Anti-forgery tokens: each page shown carries one, and each serves once."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict

FIELD = "jeton_formulaire"
# Pages that may be open at once; the oldest then ask to be loaded again.
_KEPT = 2_000


class Forms:
    """The tokens given and not used yet, in the memory of one service."""

    def __init__(self) -> None:
        self._given: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def issue(self) -> str:
        """Return a new token."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._given[token] = None
            while len(self._given) > _KEPT:
                self._given.popitem(last=False)
        return token

    def take(self, token: object) -> bool:
        """Whether this token was given and has not served. It never does again."""
        with self._lock:
            return isinstance(token, str) and self._given.pop(token, False) is None
