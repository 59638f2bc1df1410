"""What a benchmark showed, written where a document keeps it: between two marks that bear its name."""

from __future__ import annotations

import re
from pathlib import Path


class NoPlace(ValueError):
    """The document has no place for this benchmark."""


def write(document: Path, key: str, shown: str) -> None:
    """Replace what stands between `<!-- mesure KEY -->` and `<!-- fin KEY -->`. Raises NoPlace."""
    text = document.read_text(encoding="utf-8")
    between = re.compile(rf"(<!-- mesure {key} -->\n).*?(<!-- fin {key} -->)", re.DOTALL)
    if not between.search(text):
        raise NoPlace(f"{document} n'a pas de place pour la mesure {key}")
    block = "```\n" + "\n".join(line.rstrip() for line in shown.strip("\n").splitlines()) + "\n```\n"
    document.write_text(between.sub(lambda found: found[1] + block + found[2], text), encoding="utf-8")
