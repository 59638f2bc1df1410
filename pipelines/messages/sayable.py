"""What of a refusal or a remark may be written in a message: neither a person, nor a number that a file holds.

The words are those of the refusal. A number read in a cell leaves a « … » behind: its place is told, and the file is
with its sender. Messages cross servers that nobody here keeps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pipelines.base.refusal import Defect, grouped
from pipelines.base.wording import printable
from pipelines.personal.detect import personal_name_of, personal_sign
from pipelines.quality.rules import read_rules

HELD = "…"
UNSAID = "ce qui ne va pas n'est pas repris ici, car il y est peut-être question d'une personne"
NAME_UNSAID = "le fichier dont le nom n'est pas repris"
_QUOTED = re.compile(r"«\s(.*?)\s»")
_YEAR = re.compile(r"(?:19|20)\d\d")
# A number with its thousands and its decimals, in a word or not: « environ 8 », « 12f ».
_FIGURE = re.compile(r"[-+−]?\d+(?:[.,\s\u202f\u00a0]\d+)*")
# Beside a number that is held back, what says a place or a limit stays.
_UNITS = ("ligne", "lignes", "caractères", "décimale", "décimales", "Mio")
_PLACES = (
    *(rf"\b{word} \d+(?:, \d+)*(?: et \d+)*" for word in ("ligne", "lignes", "index")),
    *(rf"\d+ {word}\b" for word in _UNITS),
    r"\d\d/\d\d/\d{4}",
    rf"\b{_YEAR.pattern}\b",
)
_APART = re.compile(rf"(?P<place>{'|'.join(_PLACES)})|(?P<figure>(?<![\w-]){_FIGURE.pattern}(?!\w))")
# The fields of a rule's sentence that name what it is about; the others are what was read.
_NAMING = {
    "annee", "mois", "periode", "code_index", "service", "poste", "territoire", "lieu", "indicateur",
    "indicateur_code", "detail", "statut",
}  # fmt: skip


def sayable_defects(defects: Iterable[Mapping[str, Any]]) -> list[Defect]:
    """Return the defects of a refusal as they may leave, those that differ by their line alone told once."""
    names = Defect.__dataclass_fields__
    return grouped([_sayable(Defect(**{name: d[name] for name in names})) for d in defects])


def sayable_name(name: str) -> str:
    """Write the name of a file, unless it is somebody's; without the folder of its sender."""
    bare = printable(name.rpartition("/")[2])
    return NAME_UNSAID if personal_name_of(bare) else f"« {bare} »"


def _sayable(defect: Defect) -> Defect:
    # Before anything is hidden: a date of birth without its day is still one.
    if any(map(_speaks_of_someone, (defect.constat, defect.remede, defect.attendu or ""))):
        return replace(defect, constat=UNSAID, remede="demander à la préfecture de quoi il s'agit", attendu=None)
    found, held = _without_values(defect)
    return replace(
        defect,
        constat=found,
        remede=_held_back(defect.remede, held),
        attendu=_held_back(defect.attendu, held) if defect.attendu else None,
    )


def _without_values(defect: Defect) -> tuple[str, bool]:
    """Return the finding without what was read in cells, and whether there was something."""
    rule = read_rules().get(defect.code.upper())
    if rule is not None:
        sentence = _sentence_of(rule.says).fullmatch(defect.constat)
        if sentence is None:
            return f"{rule.name} : ce contrôle n'est pas tenu", True
        return _filled(rule.says, sentence.groupdict()), True
    held = any(map(_is_read, _QUOTED.findall(defect.constat)))
    return _held_back(defect.constat, held), held


def _is_read(quoted: str) -> bool:
    return bool(re.search(r"\d", _YEAR.sub("", quoted)))


def _held_back(text: str, held: bool) -> str:
    """Hide the figures between quotation marks, and all of them beside a number that was read."""

    def quoted(found: re.Match[str]) -> str:
        return f"« {_FIGURE.sub(lambda n: n[0] if _YEAR.fullmatch(n[0]) else HELD, found[1])} »"

    hidden = _QUOTED.sub(quoted, text)
    return _APART.sub(lambda n: n["place"] or HELD, hidden) if held else hidden


def _filled(says: str, read: Mapping[str, str | None]) -> str:
    """Write a rule's sentence again with what it names, and nothing of what was read."""
    parts = []
    for text, name in _pieces(says):
        value = (read.get(name) or "") if name else ""
        parts.append(text + (value if name in _NAMING or not name else HELD))
    return "".join(parts)


@lru_cache(maxsize=128)
def _sentence_of(says: str) -> re.Pattern[str]:
    """Return the expression that finds the fields of a rule's sentence."""
    pattern, seen = "", set()
    for text, name in _pieces(says):
        pattern += re.escape(text)
        if name:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
            seen.add(name)
    return re.compile(pattern, re.DOTALL)


def _pieces(says: str) -> Iterator[tuple[str, str]]:
    """Yield a template as (text, the field after it)."""
    at = 0
    for field in re.finditer(r"\{(\w+)\}", says):
        yield says[at : field.start()], field[1]
        at = field.end()
    yield says[at:], ""


def _speaks_of_someone(text: str) -> bool:
    return any(personal_sign(quoted) for quoted in _QUOTED.findall(text))
