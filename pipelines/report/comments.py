"""What people write beside the figures of a priority: Markdown, kept in the manifest, shown where it is meant."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from pipelines.report.edition import Edition

# Paragraphs, lists and emphasis: a heading would break the order of the page's own, a link or an image leave the page.
_READER = MarkdownIt("commonmark", {"html": False}).disable(
    ["heading", "lheading", "image", "link", "autolink", "reference", "html_block", "html_inline", "code", "fence"]
)


@dataclass(frozen=True)
class Comment:
    """One text of the edition."""

    author: str
    written: str
    version: int
    text: str

    @property
    def html(self) -> Markup:
        """Return the text as it is set on a page."""
        # The reader escapes every tag of the text.
        return Markup(_READER.render(self.text))  # noqa: S704

    @property
    def paragraphs(self) -> list[str]:
        """Return the paragraphs as plain text."""
        return [_plain(token.children or []) for token in _READER.parse(self.text) if token.type == "inline"]


def _plain(tokens: list[Token]) -> str:
    return "".join(" " if token.type in ("softbreak", "hardbreak") else token.content for token in tokens)


def comments(edition: Edition, priority: str) -> list[Comment]:
    """List what was written of a priority for this edition."""
    return [
        Comment(c["auteur"], f"{dt.datetime.fromisoformat(c['ecrit_le']):%d/%m/%Y}", c["version"], c["texte"])
        for c in edition.manifest.get("commentaires", [])
        if c["priorite"] == priority and c["edition"] == edition.kind
    ]
