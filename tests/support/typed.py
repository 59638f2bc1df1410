"""French as it is typed in the project, and as it is shown: what is wrong with a text of either kind."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_TYPED = str.maketrans({"’": "'", "−": "-", "ᵉ": "e", "ʳ": "r"})
_CAPITALS = "Etat|Ecart|Ecole|Edition|Echéance|Etablissement|Evolution|Elément|Etape|Ecrire|Ecraser|Equipe|Equipement"
_TYPED_WRONG = {
    "espace insécable, que la mise en page pose": "[\u00a0\u202f]",
    "apostrophe courbe, que la mise en page pose": "’",
    "deux espaces": r"\S {2,}\S",
    "pas d'espace avant la ponctuation": r"[^\W\d_][;!?:](?:\s|$)|[»)][;!?:](?:\s|$)",
    "guillemets sans espace": r"«(?!\s|$)|(?<!\s)(?<!^)»",
    "trois points au lieu de …": r"\.\.\.(?!\w)",
    "guillemets droits autour de mots": r'(?<![=(\w])(?<!= )(?<!--motif )(?<!vigie sql )(?<!\.print )"[^\W\d_][^"=]*"',
    "capitale sans accent": rf"(?<!\w)A (?:faire|lire|noter|la|partir|vérifier|surveiller)\b|\b(?:{_CAPITALS})s?\b",
}
_SHOWN_WRONG = {
    "espace où la ligne peut se couper": r" [:;!?»]|« |\d [%€]",
    "nombre coupé": r"(?<![\w.,-])\d{1,3} \d{3}(?!\w)",
    "apostrophe droite": r"[^\W\d_]'[^\W\d_]",
    "rang": r"(?<![\w-])(?:1er|\d{1,2}e)(?![\w-])",
    "tiret au lieu du signe moins": r"(?<![^\s(])-\d",
}


def as_typed(shown: str) -> str:
    """A shown text back to straight apostrophes, plain ordinals, and one ordinary space between two words."""
    return " ".join(shown.translate(_TYPED).split())


def typed_wrong(text: str) -> list[str]:
    """What is wrong with French in a source."""
    return _found(_TYPED_WRONG, text)


def shown_wrong(text: str) -> list[str]:
    """What is wrong with French that is shown."""
    return _found(_SHOWN_WRONG, text)


def page_texts(html: str) -> list[str]:
    """The texts of a page, seen and heard, but what is there to be typed or run."""
    return _Texts(html).texts


def _found(wrong: dict[str, str], text: str) -> list[str]:
    found = ((name, re.search(pattern, text)) for name, pattern in wrong.items())
    return [f"{name} : {text[max(0, m.start() - 30) : m.end() + 30]!r}" for name, m in found if m]


class _Texts(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._typed = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._typed += tag in {"style", "script", "code", "pre"}
        self.texts += [value for name, value in attrs if value and name in {"aria-label", "alt", "title"}]

    def handle_endtag(self, tag: str) -> None:
        self._typed -= tag in {"style", "script", "code", "pre"}

    def handle_data(self, data: str) -> None:
        if not self._typed:
            self.texts.append(data)
