"""Persons in words: a birth, where someone lives, an electronic address, a name."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.base.spelling import folded
from pipelines.base.wording import MONTHS
from pipelines.catalogue.code_lists import code_table
from pipelines.personal.titles import names_someone
from pipelines.personal.words import bare, words

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")

# An electronic address as it is, and as people write it so that machines do not see it.
_MAIL = re.compile(r"([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63}){0,4})")
_HIDDEN_MAIL = re.compile(
    r"\w ?[(\[{<] ?(?:at|arobase|arobas|a|@|chez) ?[)\]}>] ?\w|\w ?\b(?:arobase|arobas)\b ?\w"
    r"|\w at [\w-]{2,30} ?(?:\.|dot|point|[(\[](?:dot|point|\.)[)\]]) ?[a-z]{2,6}\b"
)
_TWO_PARTS = re.compile(r"[a-z]{2,64}[._][a-z]{2}|[a-z][._][a-z]{3}")

_DATE = (
    r"(?:\d{1,2}[ /.-]{1,2}\d{1,2}[ /.-]{1,2}(?:19|20)?\d{2}|\d{1,2}(?:er)? [a-z]{3,9} (?:19|20)\d{2}"
    r"|(?:19|20)\d{2}-\d{2}-\d{2})"
)
_BIRTH = re.compile(
    r"(?<![a-z])(?:né(?:\(e\)|e)?|née) (?:le|en|à|a|au|aux) (?!l'etranger|l'étranger)\w"
    r"|(?<![a-z])n[eé](?:\(e\)|e)?s? le \d|(?<![a-z])n[eé]e a (?!l'etranger)[a-z]{3,}"
    rf"|(?<![a-z])(?:date de naissance|naissance|ddn|anniversaire)[ :.=]{{1,4}}(?:le )?{_DATE}"
)
_FULL_DATE = re.compile(
    r"(?<![\d/.-])(?:(\d{1,2})([ /.-])(\d{1,2})\2((?:19|20)?\d{2})|((?:19|20)\d{2})-(\d{2})-(\d{2})"
    r"|(\d{1,2})(?:er)? ([a-z]{3,9}) ((?:19|20)\d{2}))(?![\d/])"
)
_MONTHS = frozenset(map(folded, MONTHS))
# No return is about a day before this year: état 4001 by service begins with it.
_FIRST_YEAR = 2012
_LONGEST_BIRTH = 120
# With a date of before, they say that it is a rule's or a count's, not a birth.
_NOT_A_BIRTH = frozenset({
    "au", "du", "depuis", "avant", "apres", "jusqu", "loi", "decret", "arrete", "arretes", "circulaire",
    "ordonnance", "directive", "recensement", "population", "code", "article", "version", "geographie", "millesime",
    "creation", "effet", "valide", "publie", "modifie", "mise", "jour",
})  # fmt: skip

_WAYS = "|".join(sorted(words("voie"), key=len, reverse=True))
_STREET = re.compile(
    rf"(?<!\d[.,])(?<![\w/-])(\d{{1,4}})(?: ?(?:bis|ter|quater|[a-d]))?,? (?:{_WAYS})\.? "
    r"((?:(?:de|du|des|la|le|les) |d'|l'){0,2})([\w'-]+)"
)
_ROAD_BEFORE = re.compile(r"(?:\b(?:rd|rn|d|n|a|cd|vc|km|pr|index|lot|n°|no|numero)) ?$")
_HAMLET = re.compile(r"(?<![a-z])lieu[ -]?dits? (?::? ?[\"«]? ?)?(?!de |des |du )[\w'-]{2,}")
_TOWN = re.compile(r"(?<!\d[.,])(?<![\w/-])((?:0[1-9]|[1-8]\d|9[0-5]|97[1-8])\d{2,3})[ ,-]{1,2}([A-ZÀ-Ý][\w'-]{2,})")
_CEDEX = re.compile(r"(?<!\d)\d{5} [\w' -]{2,30} cedex\b|(?<![a-z])(?:bp|cs|boite postale) ?\d{2,6}(?!\d)")
_CITIES = ("750", "690", "130")  # postal codes by arrondissement do not end in 0


def personal_words_in(text: str, names: bool = True) -> str | None:
    """What the words of a plain text say of a person, in French; None when they say nothing. `names` false: neither a
    name nor an electronic address counts.
    """
    low, folded = text.lower(), bare(text)
    if names and _has_mail(text, folded):
        return "une adresse électronique"
    if _BIRTH.search(low) or _is_bare_birth(text, folded):
        return "une naissance"
    if _has_address(text, folded):
        return "une adresse"
    return "le nom d'une personne" if names and names_someone(text) else None


def tells_a_birth(text: str) -> bool:
    """Whether words, and not a date alone, speak of a birth."""
    return _BIRTH.search(text.lower()) is not None


def _has_mail(text: str, folded: str) -> bool:
    for found in _MAIL.finditer(text) if "@" in text else ():
        local, domain = bare(found[1]), bare(found[2])
        ours = domain.endswith(("gouv.fr", "insee.fr")) and not _TWO_PARTS.search(local)
        if not (ours and set(re.split(r"[^a-z]+", local)) & words("boite")):
            return True
    return _HIDDEN_MAIL.search(folded) is not None


def _is_bare_birth(text: str, folded: str) -> bool:
    """A day of before every return, with hardly anything around it; any day beside one person."""
    for found in _FULL_DATE.finditer(folded) if len(folded) <= _LONGEST_BIRTH else ():
        year = _year_of(found)
        if year is None:
            continue
        around = _WORD.findall(folded[: found.start()] + " " + folded[found.end() :])
        if year < _FIRST_YEAR and len(around) <= 4 and not set(around) & _NOT_A_BIRTH:
            return True
        if set(around) & words("role") and len(around) <= 6 and not set(around) & _NOT_A_BIRTH:
            return True
    return False


def _year_of(found: re.Match[str]) -> int | None:
    """The year of a date that may exist."""
    day, _, month, year, iso, iso_month, iso_day, told_day, name, told_year = found.groups()
    if name:
        return int(told_year) if name in _MONTHS and 1 <= int(told_day) <= 31 else None
    day, month, year = (day, month, year) if year else (iso_day, iso_month, iso)
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return None
    if len(year) == 2:
        return 1900 + int(year) if int(year) >= 30 else None
    return int(year) if int(year) > 1900 else None


def _has_address(text: str, folded: str) -> bool:
    for found in _STREET.finditer(folded):
        number, particles, word = int(found[1]), found[2], found[3]
        if (
            1900 <= number <= 2100
            or number == 0
            or _ROAD_BEFORE.search(folded[max(0, found.start() - 8) : found.start()])
        ):
            continue
        # A count would put it in the plural: 2 rues, 12 chemins.
        if number > 1 and word not in {"et", "ou", "par", "pour"} and not word.isdigit():
            return True
        start = found.start(3)
        if text[start : start + 1].isupper() and (particles or word not in words("pas_une_ville")):
            return True
    if _HAMLET.search(folded) or _CEDEX.search(folded):
        return True
    return any(_is_town(found) for found in _TOWN.finditer(text))


def _is_town(found: re.Match[str]) -> bool:
    code, name = found[1], bare(found[2])
    if len(code) != 5 or name in words("pas_une_ville"):
        return False
    if not (code.endswith("0") or code.startswith(_CITIES)):
        return False
    return not any(bare(label).startswith(name) for label in _labels().get(code, ()))


@lru_cache(maxsize=1)
def _labels() -> dict[str, set[str]]:
    """The communes by their code of the Insee, which is no postal code."""
    found: dict[str, set[str]] = {}
    for row in code_table("communes"):
        found.setdefault(row["code_commune"], set()).add(row["libelle"])
    return found
