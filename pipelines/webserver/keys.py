"""What opens the web page: an address that is used once, then a cookie. All of it is new at each start.

An address ends in the arguments of a browser, which every account of the machine reads, and in its history: used once,
it is worth nothing there. A cookie is sent to every port of its host, another account's server among them: its path has
a name that no other server knows.
"""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

from pipelines.machine.durable import write_whole

COOKIE, PARAMETER = "vigie_jeton", "jeton"
OWNER_ALONE = 0o600
# Where the officer's desk is, under the folder of the service; Dagster's page has the rest of it.
DESK = "/bureau"


class Keys:
    """The keys of one service. `address_file` holds the address that opens it next, for its owner alone."""

    def __init__(self, address_file: Path, port: int) -> None:
        self.port = port
        self.folder = f"/{secrets.token_hex(8)}"
        self._file = address_file
        self._cookie = secrets.token_urlsafe(32)
        self._once = secrets.token_urlsafe(32)

    @property
    def address(self) -> str:
        """The whole address that opens the page, once."""
        return f"http://127.0.0.1:{self.port}{self.folder}/?{PARAMETER}={self._once}"

    @property
    def desk_address(self) -> str:
        """The same, to the officer's desk."""
        return to_the_desk(self.address)

    @property
    def set_cookie(self) -> str:
        """The header that gives the cookie to the browser that used the address."""
        return f"{COOKIE}={self._cookie}; Path={self.folder}; HttpOnly; SameSite=Strict"

    def write(self) -> None:
        """Put the address where its owner finds it. Raises OSError."""
        write_whole(self._file, f"{self.address}\n".encode(), OWNER_ALONE)

    def enter(self, given: str) -> bool:
        """Whether this opens the page. It never does again."""
        if not _same(given, self._once):
            return False
        self._once = secrets.token_urlsafe(32)
        with contextlib.suppress(OSError):  # a full disk: `vigie ui --adresse` then gives one that is used
            self.write()
        return True

    def holds(self, cookies: list[str]) -> bool:
        """Whether one of these headers carries the cookie; a server on another port may have added its own."""
        pairs = [pair.strip().partition("=") for header in cookies for pair in header.split(";")]
        return any(name == COOKIE and _same(value, self._cookie) for name, _, value in pairs)


def to_the_desk(address: str) -> str:
    """The address of the desk, from that of the service: either opens it, and then neither."""
    page, _, key = address.partition("/?")
    return f"{page}{DESK}/?{key}"


def _same(given: str, key: str) -> bool:
    return secrets.compare_digest(given.encode(), key.encode())
