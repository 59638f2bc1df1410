"""Bytes that are read from their start, once."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol


class Stream(Protocol):
    """An open file, or what unpacks one."""

    def read(self, size: int = -1, /) -> bytes: ...

    def __enter__(self) -> Stream: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> object: ...
