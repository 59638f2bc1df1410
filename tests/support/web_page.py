"""The page of `vigie ui`, entered by its address as a browser does, and asked over GraphQL."""

from __future__ import annotations

import json
from urllib.parse import urlsplit
from urllib.request import Request, urlopen


class WebPage:
    """`origin`: http://127.0.0.1:PORT; `folder`: the path under which everything is; `cookie`: what lets one in.

    Raises OSError while nobody answers at this address, or when it is not the one that opens.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address.strip())
        self.origin, self.folder = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
        with urlopen(address.strip(), timeout=20) as answer:  # noqa: S310
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]

    def ask(self, query: str, **variables: object) -> dict:
        """The data of one GraphQL query. Raises RuntimeError for a query that is wrong."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        sent = {"Content-Type": "application/json", "Cookie": self.cookie}
        with urlopen(Request(f"{self.origin}{self.folder}/graphql", body, sent), timeout=20) as answer:  # noqa: S310
            told = json.load(answer)
        if told.get("errors"):
            raise RuntimeError(told["errors"][0]["message"])
        return told["data"]
