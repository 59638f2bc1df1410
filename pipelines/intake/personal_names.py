"""Persons in words: a name with its civility or its first name, a birth, where someone lives, an electronic address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from pipelines.intake.catalogue_files import code_table
from pipelines.intake.personal_words import bare, words

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")

# An electronic address as it is, and as people write it so that machines do not see it.
_MAIL = re.compile(r"([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63}){0,4})")
_HIDDEN_MAIL = re.compile(
    r"\w ?[(\[{<] ?(?:at|arobase|arobas|a|@|chez) ?[)\]}>] ?\w|\w ?\b(?:arobase|arobas)\b ?\w"
    r"|\w at [\w-]{2,30} ?(?:\.|dot|point|[(\[](?:dot|point|\.)[)\]]) ?[a-z]{2,6}\b"
)
_TWO_PARTS = re.compile(r"[a-z]{2,}[._][a-z]{2,}|[a-z][._][a-z]{3,}")

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
_MONTHS = frozenset({
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
    "decembre",
})  # fmt: skip
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
    return "le nom d'une personne" if names and _has_name(text) else None


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


def _has_name(text: str) -> bool:
    found = list(_WORD.finditer(text))
    if not found:
        return False
    parts = [m[0] for m in found]
    folded = [bare(p) for p in parts]
    # Words that touch, but for spaces, a comma or a point.
    beside = [text[a.end() : b.start()] in {" ", ", ", ". ", ".", ","} for a, b in pairwise(found)] + [False]
    for i, word in enumerate(folded):
        if word in words("civilite") and beside[i] and _after_civility(text, found, parts, folded, i):
            return True
        if word in words("role") and beside[i] and _after_role(text, found, parts, folded, i):
            return True
        if _is_first_name(word) and _with_surname(parts, folded, beside, i):
            return True
    return False


def _is_first_name(word: str) -> bool:
    known = words("prenom")
    if word in known or word in words("prenom_ambigu"):
        return True
    first, dash, second = word.partition("-")
    return bool(dash) and first in known | words("prenom_ambigu") and second in known | words("prenom_ambigu")


def _capital(word: str) -> bool:
    return word[:1].isupper()


def _capitals(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _names_a_place(folded: Sequence[str], i: int) -> bool:
    """Whether what stands before the word `i` makes a place of a name: rue du Docteur, collège, Saint."""
    before = i - 1
    while before >= 0 and i - before <= 4 and _may_follow_a_place(folded[before]):
        before -= 1
    if before < 0:
        return False
    word = folded[before]
    return word in words("lieu") or word.startswith(("saint-", "sainte-")) or word.endswith(("-saint", "-sainte"))


def _may_follow_a_place(word: str) -> bool:
    return len(word) == 1 or word in words("apres_lieu") or word in words("civilite") or _is_first_name(word)


def _is_surname(part: str, word: str) -> bool:
    return _capital(part) and len(part) > 1 and not _is_common(word)


def _is_common(word: str) -> bool:
    return any(word in words(n) for n in ("pas_un_nom", "fonction", "lieu", "civilite", "role", "pas_une_ville"))


def _after_civility(text: str, found: list, parts: list[str], folded: list[str], i: int) -> bool:
    gap, title = text[found[i].end() : found[i + 1].start()], parts[i]
    if gap not in {" ", ". ", "."} or _names_a_place(folded, i):
        return False
    short = folded[i] in {"m", "me", "dr", "maitre", "docteur"}
    if folded[i] == "m" and not gap.startswith("."):
        # « M Dupont » stands where a text or a part of it begins.
        before = _just_before(text, found[i])
        if before and before[-1] not in ",;:(-/":
            return False
    if short and not _capital(title):
        return False
    if folded[i] == "m" and _just_before(text, found[i])[-1:].isdigit():
        return False
    j = i + 1
    if folded[j] in {"le", "la", "les", "l"} or folded[j].startswith("l'"):
        j += not folded[j].startswith("l'")
        if j >= len(parts) or folded[j] in words("fonction") or not _capital(parts[j]) or folded[j].startswith("l'"):
            return False
    word = folded[j]
    if word in words("fonction") or word in words("civilite") or word in words("pas_un_nom") - {"x"}:
        return False
    if len(word) == 1:
        return _capital(parts[j]) and not (short and not gap.startswith("."))
    if _capital(parts[j]):
        return word not in words("pas_une_ville")
    return (
        folded[i] in {"mme", "mlle", "melle", "monsieur", "madame", "mademoiselle", "mr"}
        and gap != "."
        and len(word) > 2
    )


def _just_before(text: str, word: re.Match[str]) -> str:
    return text[max(0, word.start() - 4) : word.start()].rstrip()


def _after_role(text: str, found: list, parts: list[str], folded: list[str], i: int) -> bool:
    gap, role, word, part = text[found[i].end() : found[i + 1].start()], parts[i], folded[i + 1], parts[i + 1]
    if gap != " " or _capitals(role) or not _capital(part):
        return False
    if len(part) == 1:
        return word == "x" or folded[i] in {"mineur", "mineure"}
    return not _is_common(word) and word not in _places() and not _is_code(part)


def _is_code(part: str) -> bool:
    """Two or three capitals are the name of a service or of a programme."""
    return part.isupper() and len(part) <= 4


def _with_surname(parts: list[str], folded: list[str], beside: list[bool], i: int) -> bool:
    if not _capital(parts[i]):
        return _whole_cell_is_a_name(parts, folded, i)
    if _names_a_place(folded, i):
        return False
    if beside[i]:
        j = i + 1
        while j < len(parts) and folded[j] in {"de", "du", "des", "la", "le"} and beside[j] and j < i + 3:
            j += 1
        particle = j > i + 1
        if j < len(parts) and _is_surname(parts[j], folded[j]) and not (particle and folded[j] in _places()):
            return True
    if folded[i] in words("prenom_ambigu"):
        return False
    if i and beside[i - 1] and _is_surname(parts[i - 1], folded[i - 1]) and not _names_a_place(folded, i - 1):
        # DUPONT Jean ; « Dupont Jean » alone in its cell.
        return (_capitals(parts[i - 1]) and not _is_code(parts[i - 1])) or len(parts) == 2
    return False


def _whole_cell_is_a_name(parts: list[str], folded: list[str], i: int) -> bool:
    """« jean dupont », in a cell that says nothing else."""
    if len(parts) != 2 or not parts[i].islower() or folded[i] in words("prenom_ambigu"):
        return False
    other = folded[1 - i]
    return len(other) > 2 and not _is_common(other) and other not in words("apres_lieu") and i == 0
