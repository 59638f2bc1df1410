"""The sentences of chapitres I to V and of the glossary, read from the plan's own text and from nothing else.

A sentence is told by a few of its first words and by a digest of its letters: breaking its lines otherwise, doubling
its spaces or marking its words in bold changes neither.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from tests.support.plan_document import sections

GLOSSARY = "GLO"
_CHAPTERS = re.compile(r"(?:I|II|III|IV|V)(?:\.|$)")
# What only announces a list of chapitre V, and is in the structure of the tables.
_HEADINGS = {
    "Problématiques", "Objectifs de la stratégie nationale", "État des lieux", "Actions à mener", "Pilotes", "Pilote",
    "Partenaires", "Indicateurs de suivi",
}  # fmt: skip
# The title of a chapter or of a section is its code.
_TITLE = re.compile(r"Chapitre [IV]+ :|(?:[A-F](?:\.\d)?|\d)\. ")
# A sentence ends at a full stop, an exclamation or a question mark, or at « etc.) », before a capital letter.
_END = re.compile(r"(?<=[.!?])(?<!\bn\.)\)?\s+(?=[«\"]?\s?[A-ZÀÂÉÈÊÎÔÛÇ])")
_ANCHOR = 48


@dataclass(frozen=True)
class Sentence:
    """One sentence: its section, its rank there, and the line of the section that holds it."""

    section: str
    rank: int
    text: str

    @property
    def anchor(self) -> str:
        """Return its first words, the fewest that a reader finds it by."""
        return anchor_of(self.text)

    @property
    def digest(self) -> str:
        return digest_of(self.text)


def anchor_of(text: str) -> str:
    """Return the first words of a text, cut at a word."""
    words = " ".join(text.split())
    return words if len(words) <= _ANCHOR else words[:_ANCHOR].rsplit(" ", 1)[0]


def digest_of(text: str) -> str:
    """Return twelve characters of the digest of a text's letters and figures, whatever its spaces and its case."""
    letters = re.sub(r"\W+", "", text.casefold())
    return hashlib.sha256(letters.encode()).hexdigest()[:12]


def sentences(lines: list[str]) -> list[Sentence]:
    """List the sentences of the plan, from chapitre I to the glossary, in its order."""
    found: list[Sentence] = []
    told = {code: text for code, text in sections(lines).items() if _CHAPTERS.match(code)}
    for code, section in told.items():
        units = [unit for line in _rejoined(section) for unit in _units(line)]
        found += [Sentence(code, rank, unit) for rank, unit in enumerate(units, start=1)]
    terms = [line for line in lines[_glossary_line(lines) :] if line]
    return found + [Sentence(GLOSSARY, rank, term) for rank, term in enumerate(terms, start=1)]


def _glossary_line(lines: list[str]) -> int:
    return next(i for i, line in enumerate(lines) if line.startswith("AAB : "))


def _rejoined(section: list[str]) -> list[str]:
    """Put back together a sentence that a page of the document cuts in two paragraphs."""
    joined: list[str] = []
    for line in (line for line in section if line.strip()):
        cut = joined and re.search(r"[a-zé]$", joined[-1]) and re.match(r"(?:des|de|du|les|la|le) ", line)
        if cut and "\t" not in joined[-1] and not joined[-1].startswith("- "):
            joined[-1] += " " + line
        else:
            joined.append(line)
    return joined


def _units(line: str) -> list[str]:
    text = line.strip()
    if text.rstrip(" :") in _HEADINGS or _TITLE.match(text):
        return []
    if "\t" in line:
        return [" ".join(text.split())]
    return [unit.strip() for unit in _END.split(text.removeprefix("- ")) if re.search(r"\w", unit)]
