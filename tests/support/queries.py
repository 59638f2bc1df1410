"""The queries of docs/requetes.md, read from the page itself: its fenced blocks are the only place where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.settings.model import PROJECT

_QUESTION = re.compile(r"^## (\d+)\. (.+?)$(.*?)^```sql\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Query:
    number: int
    question: str
    sql: str


def queries() -> list[Query]:
    """In the order of the page."""
    text = (PROJECT / "docs" / "requetes.md").read_text(encoding="utf-8")
    return [Query(int(n), question, sql) for n, question, _, sql in _QUESTION.findall(text)]
