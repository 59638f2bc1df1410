"""Names of persons in a text: after a civility or a role, or beside a frequent first name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipelines.catalogue.code_lists import code_table
from pipelines.personal.words import bare, words

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_PARTICLES = frozenset({"de", "du", "des", "la", "le"})
_ARTICLES = frozenset({"le", "la", "les", "l"})
# Titles that are another word in lower case: a metre, a pronoun.
_SHORT = frozenset({"m", "me", "dr", "maitre", "docteur"})


def names_someone(text: str) -> bool:
    """Whether a plain text names a person."""
    return any(_Words(text).someone())


class _Words:
    """The words of a text, as they are (`parts`) and without case or accents (`folded`), and what parts them."""

    def __init__(self, text: str) -> None:
        found = list(_WORD.finditer(text))
        self.parts = [m[0] for m in found]
        self.folded = [bare(p) for p in self.parts]
        ends = [m.end() for m in found]
        starts = [m.start() for m in found]
        self.gaps = [text[a:b] for a, b in zip(ends, starts[1:], strict=False)] + [None]
        self.before = [text[max(0, a - 4) : a].rstrip() for a in starts]

    def someone(self) -> Iterator[bool]:
        """True or False for each word that could say that a name stands beside it."""
        known, named = _first_names(), _naming()
        for i, whole in enumerate(self.folded):
            word = whole.removeprefix("l'").removeprefix("d'")
            if word not in named and word.partition("-")[0] not in known:
                continue
            if word in words("civilite"):
                yield self._after_civility(i)
            elif word in words("role") or word in words("grade"):
                yield self.gaps[i] == " " and not self.parts[i].isupper() and self._names_after(i)
            elif word == "par" and i and self.folded[i - 1] in words("ecrit"):
                yield self.gaps[i] == " " and self._names_after(i)
            elif word in words("designe"):
                yield (self.gaps[i] or "").strip() == ":" and self._names_after(i)
            first, dash, second = word.partition("-")
            if first in known and (not dash or second in known):
                yield self._is_first_name_of_someone(i)

    def _names_a_place(self, i: int) -> bool:
        """Whether what stands before makes a place of a name: rue du Docteur, collège, Saint."""
        at = i - 1
        while at >= 0 and i - at <= 4 and self._may_follow_a_place(self.folded[at]):
            at -= 1
        word = self.folded[at] if at >= 0 else ""
        return word in words("lieu") or word.startswith(("saint-", "sainte-")) or word.endswith(("-saint", "-sainte"))

    @staticmethod
    def _may_follow_a_place(word: str) -> bool:
        natures = ("apres_lieu", "civilite", "grade", "prenom", "prenom_ambigu")
        return len(word) == 1 or any(word in words(nature) for nature in natures)

    def _after_civility(self, i: int) -> bool:
        gap, word = self.gaps[i], self.folded[i]
        if gap not in {" ", ". ", "."} or self._names_a_place(i):
            return False
        short = word in _SHORT
        if short and not _is_capital(self.parts[i]):
            return False
        if word == "m" and (self.before[i][-1:].isdigit() or not (gap.startswith(".") or self._begins(i))):
            return False
        j = self._past_article(i + 1)
        if j is None or any(self.folded[j] in words(n) for n in ("fonction", "civilite", "grade", "pas_un_nom")):
            return self.folded[i + 1] == "x"
        if len(self.parts[j]) == 1:
            return _is_capital(self.parts[j]) and (not short or gap.startswith("."))
        if _is_capital(self.parts[j]):
            return self.folded[j] not in words("pas_une_ville")
        return not short and gap != "." and len(self.parts[j]) > 2

    def _begins(self, i: int) -> bool:
        """Whether a text, or a part of it, begins with the word."""
        return not self.before[i] or self.before[i][-1] in ",;:(-/"

    def _past_article(self, j: int) -> int | None:
        """Where the name begins: « Le Gall » is one, « le Préfet » and « l'adjoint » are none."""
        if self.folded[j].startswith("l'"):
            return None
        if self.folded[j] not in _ARTICLES:
            return j
        name = j + 1 < len(self.parts) and _is_capital(self.parts[j + 1])
        return j + 1 if name else None

    def _names_after(self, i: int) -> bool:
        """Whether the word after is a name: no place, no service, no other role."""
        if i + 1 >= len(self.parts) or self._names_a_place(i) or not _is_capital(self.parts[i + 1]):
            return False
        part, word = self.parts[i + 1], self.folded[i + 1]
        if len(part) == 1:
            return self.folded[i] in words("role") and (word == "x" or self.folded[i] in {"mineur", "mineure"})
        return not (
            _is_common(word) or word in words("boite") or word in _places() or (part.isupper() and len(part) < 5)
        )

    def _is_first_name_of_someone(self, i: int) -> bool:
        part, word = self.parts[i], self.folded[i]
        sure = word not in words("prenom_ambigu")
        if not _is_capital(part):
            return sure and self._is_whole_name(i)
        if self._names_a_place(i):
            return False
        j = i + 1
        while j < min(len(self.parts), i + 3) and self.folded[j] in _PARTICLES and self._touches(j - 1):
            j += 1
        if j < len(self.parts) and self._touches(j - 1) and self._is_surname(j):
            return (sure and j == i + 1) or self.folded[j] not in _places()
        if not (i and self._touches(i - 1) and self._is_surname(i - 1)) or self._names_a_place(i - 1):
            return False
        before = self.parts[i - 1]
        in_capitals = before.isupper() and len(before) > 3
        if not sure:  # DUPONT Marie, and not Eau Claire
            return in_capitals and not part.isupper()
        return in_capitals or len(self.parts) == 2

    def _touches(self, i: int) -> bool:
        return self.gaps[i] in {" ", ", ", ". ", ".", ","}

    def _is_surname(self, i: int) -> bool:
        return _is_capital(self.parts[i]) and len(self.parts[i]) > 1 and not _is_common(self.folded[i])

    def _is_whole_name(self, i: int) -> bool:
        """« jean dupont », in a cell that says nothing else."""
        if len(self.parts) != 2 or i or not self.parts[0].islower():
            return False
        other = self.folded[1]
        return len(other) > 2 and not _is_common(other) and other not in words("apres_lieu")


@lru_cache(maxsize=1)
def _first_names() -> frozenset[str]:
    return words("prenom") | words("prenom_ambigu")


@lru_cache(maxsize=1)
def _naming() -> frozenset[str]:
    """The words beside which a name may stand."""
    return words("civilite") | words("role") | words("grade") | words("designe") | {"par"}


def _is_capital(part: str) -> bool:
    return part[:1].isupper()


def _is_common(word: str) -> bool:
    natures = ("pas_un_nom", "fonction", "grade", "lieu", "civilite", "role", "pas_une_ville")
    return any(word in words(nature) for nature in natures)


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """The words of the names of places and services."""
    named = [
        row["libelle"]
        for table in ("communes", "arrondissements", "regions", "departements")
        for row in code_table(table)
    ]
    named += [row["service"] for row in code_table("services")]
    return frozenset(w for label in named for w in _WORD.findall(bare(label)) if len(w) > 2)
