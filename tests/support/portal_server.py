"""A catalogue and its files on the loopback, which answers as the national portal does, or as badly as it is told."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener


@dataclass
class File:
    """One file of a data set. `sent` is what travels, when that is not what is announced.

    `cut_at`: the first answers stop after so many bytes, `cuts` times. `failing`: statuses given before the file.
    """

    name: str
    content: bytes
    title: str = ""
    key: str = ""
    sent: bytes | None = None
    size: int | None = -1  # -1: the true one
    checksum: dict | None = field(default_factory=lambda: {"type": "sha1"})
    modified: str = "2026-07-09T12:01:37.000000+00:00"
    ranges: bool = True
    etag: str | None = '"v1"'
    cut_at: int = 0
    cuts: int = 0
    failing: list[int] = field(default_factory=list)
    content_type: str = "application/octet-stream"
    address: str | None = None  # where the catalogue says that it is
    says_length: bool = True

    def resource(self, base: str) -> dict:
        """As the catalogue lists it."""
        checksum = self.checksum
        if checksum and "value" not in checksum:
            kind = checksum["type"]
            checksum = {"type": kind, "value": hashlib.new(kind, self.content, usedforsecurity=False).hexdigest()}
        return {
            "id": self.key or f"id-{self.name}",
            "title": self.title or self.name,
            "url": self.address or f"{base}/files/{self.name}",
            "filesize": len(self.content) if self.size == -1 else self.size,
            "checksum": checksum,
            "last_modified": self.modified,
            "format": self.name.rpartition(".")[2],
            "mime": "text/csv",
        }


class Portal:
    """`datasets`: slug or identifier → files, or a function that answers by itself; `seen`: each (method, path)."""

    def __init__(self) -> None:
        self.datasets: dict[str, list[File] | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.others: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.seen: list[tuple[str, str]] = []
        self.ranges_asked: list[str] = []
        self.base = ""

    def gets(self, name: str) -> int:
        """How many times a file was asked for."""
        return sum(method == "GET" and path == f"/files/{name}" for method, path in self.seen)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = urlsplit(request.path).path
        self.seen.append((request.command, path))
        if path in self.others:
            self.others[path](request)
        elif path.startswith("/api/1/datasets/"):
            self._dataset(request, path.removeprefix("/api/1/datasets/").strip("/"))
        else:
            files = [f for d in self.datasets.values() if isinstance(d, list) for f in d]
            found = [f for f in files if path == f"/files/{f.name}"]
            self._file(request, found[0]) if found else reply(request, 404)

    def _dataset(self, request: BaseHTTPRequestHandler, name: str) -> None:
        found = self.datasets.get(name)
        if found is None:
            reply(request, 404, b'{"message": "Not found"}')
        elif callable(found):
            found(request)
        else:
            body = {"id": name, "slug": name, "resources": [f.resource(self.base) for f in found]}
            reply(request, 200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def _file(self, request: BaseHTTPRequestHandler, file: File) -> None:
        if file.failing:
            reply(request, file.failing.pop(0), b"", {"Retry-After": "0"})
            return
        body = file.content if file.sent is None else file.sent
        headers = {"Content-Type": file.content_type} | ({"ETag": file.etag} if file.etag else {})
        start, asked = 0, request.headers.get("Range", "")
        fresh = request.headers.get("If-Range") in {None, file.etag}
        if asked:
            self.ranges_asked.append(asked)
        if asked and file.ranges and fresh:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        rest = body[start:]
        request.send_response(206 if start else 200)
        if file.says_length:
            headers["Content-Length"] = str(len(rest))
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        if request.command == "HEAD":
            return
        if file.cuts > 0:
            file.cuts -= 1
            rest = rest[: file.cut_at]
        request.wfile.write(rest)
        request.close_connection = True


def reply(
    request: BaseHTTPRequestHandler, status: int, body: bytes = b"", headers: dict[str, str] | None = None
) -> None:
    """A whole answer."""
    request.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
        request.send_header(name, value)
    request.end_headers()
    if request.command != "HEAD":
        request.wfile.write(body)


@contextmanager
def served(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """The address of a server on the loopback that answers so."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        do_HEAD = do_POST = do_PUT = do_OPTIONS = do_GET

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def portal() -> Iterator[Portal]:
    """A portal that runs."""
    told = Portal()
    with served(told.answer) as told.base:
        yield told


class ForwardingProxy:
    """The smallest proxy for http: it fetches what it is asked, and counts."""

    def __init__(self) -> None:
        self.forwarded: list[str] = []

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.forwarded.append(request.path)
        direct = build_opener(ProxyHandler({}))  # it is in the environment of the very process that it serves
        with direct.open(Request(request.path, method=request.command)) as got:  # noqa: S310
            reply(request, got.status, got.read(), {"Content-Type": got.headers.get("Content-Type", "")})
