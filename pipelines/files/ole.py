"""The streams of a compound file, the container of .xls: read without trusting any of its numbers."""

from __future__ import annotations

import struct
from pathlib import Path

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE = 0xFFFFFFFA  # from here on, a number is no sector
_ENTRY = 128
_MOST_ENTRIES = 10_000


def streams(path: Path) -> dict[str, bytes]:
    """Name of each stream → its bytes; nothing for what is no compound file, or not whole."""
    data = path.read_bytes()
    if len(data) < 512 or not data.startswith(_MAGIC):
        return {}
    try:
        return _Container(data).streams()
    except (struct.error, IndexError, ValueError):
        return {}


class _Container:
    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        self._size, self._small = 1 << min(shift, 16), 1 << min(small_shift, 16)
        self._directory, self._cutoff = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 56)[0]
        self._first_small = struct.unpack_from("<I", data, 60)[0]
        self._table = self._allocation(struct.unpack_from("<I", data, 68)[0])

    def streams(self) -> dict[str, bytes]:
        entries = self._chain(self._directory)
        found: list[tuple[str, int, int]] = []
        root = (0, 0)
        for at in range(0, min(len(entries), _ENTRY * _MOST_ENTRIES) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", entries, at + 64)
            start, size = struct.unpack_from("<II", entries, at + 116)
            name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == 5:
                root = (start, size)
            elif kind == 2:
                found.append((name, start, size))
        small = self._chain(root[0])[: root[1]]
        table = struct.unpack(f"<{len(t) // 4}I", t[: len(t) // 4 * 4]) if (t := self._chain(self._first_small)) else ()
        return {
            name: self._chain(start)[:size]
            if size >= self._cutoff
            else b"".join(small[s * self._small : (s + 1) * self._small] for s in _follow(start, table))[:size]
            for name, start, size in found
        }

    def _sector(self, number: int) -> bytes:
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(s) for s in _follow(start, self._table))

    def _allocation(self, extra: int) -> tuple[int, ...]:
        """The table of sectors: which follows each."""
        places = [s for s in struct.unpack_from("<109I", self._data, 76) if s < _FREE]
        seen: set[int] = set()
        while extra < _FREE and extra not in seen and (sector := self._sector(extra)):
            seen.add(extra)
            *numbers, extra = struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
            places += [s for s in numbers if s < _FREE]
        table = b"".join(self._sector(s) for s in places)
        return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])


def _follow(start: int, table: tuple[int, ...]) -> list[int]:
    """The sectors of a chain, each once."""
    order: list[int] = []
    seen: set[int] = set()
    while start < min(_FREE, len(table)) and start not in seen:
        seen.add(start)
        order.append(start)
        start = table[start]
    return order
