"""Numbers that belong to one person: telephone, social security, bank account, number plate, identity papers.

Every pattern is linear: no repeat is unbounded beside another that takes the same characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipelines.personal.words import bare

_SEPARATOR = r"[ ./_-]"
# Pairs, all parted in the same way: 06 39 98 76 54, 06/39/98/76/54, 0639987654.
_PAIRS = re.compile(rf"(?<!\d)(?<!\d[.,])0[1-9]({_SEPARATOR}?)\d{{2}}\1\d{{2}}\1\d{{2}}\1\d{{2}}(?!\d)")
# A mobile number, parted anywhere by spaces, points or dashes.
_MOBILE = re.compile(r"(?<!\d)(?<!\d[.,])0 ?[67](?:[ .-]{0,3}\d){8}(?!\d)")
_ABROAD = re.compile(
    r"(?<![\d+])(?<!\d[.,])(?:\+|00 ?)(?:33|590|594|596|262|508|687|689)[ ./-]{0,2}(?:\(0\))?[ ./-]{0,2}"
    r"(?:\d[ ./-]{0,2}){8}\d(?!\d)"
)
_ANY_ABROAD = re.compile(r"(?<![\d+])\+\d{1,3}(?:[ .()-]{0,2}\d){9,12}(?!\d)")
# The zero that a spreadsheet takes away, after the word that says what the number is.
_SAID = re.compile(
    r"(?<![a-z])(?:tel|telephone|port|portable|gsm|mobile|telephoner|joindre|appeler)\b[^\d\n]{0,12}"
    r"[1-9](?:[ ./-]?\d{2}){4}(?!\d)"
)

_NIR = re.compile(
    r"(?<![\d,.])[1-478] ?(\d{2}) ?(\d{2}) ?(\d{2}|2[AB]) ?\d{3} ?\d{3}(?: ?\d{2})?(?![\d,.]\d|\d)", re.IGNORECASE
)
_SOCIAL = re.compile(r"(?<![a-z])(?:nir|secu|securite sociale|ss)(?![a-z])")
_RIB = re.compile(r"(?<![0-9A-Z])(\d{5}) ?(\d{5}) ?([0-9A-Z]{4} ?[0-9A-Z]{4} ?[0-9A-Z]{3}) ?(\d{2})(?![0-9A-Z])")
_IBAN = re.compile(r"(?<![0-9A-Z])([A-Z]{2}\d{2})(?=[ -]?[0-9A-Z])")
# Country → how many characters its account numbers have.
_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27, "GB": 22,
    "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IT": 27, "LU": 20, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28,
    "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "TN": 24,
}  # fmt: skip
_RIB_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")

_LETTERS = "[A-HJ-NP-TV-Z]"  # neither I, O nor U is on a plate
_PLATE = re.compile(rf"(?<![0-9A-Za-z-])({_LETTERS}{{2}})([ -]?)(\d{{3}})\2({_LETTERS}{{2}})(?![0-9A-Za-z-])")
_PLATE_IN_LOWER_CASE = re.compile(r"(?<![0-9a-z-])[a-hj-np-tv-z]{2}-\d{3}-[a-hj-np-tv-z]{2}(?![0-9a-z-])")
_OLD_PLATE = re.compile(rf"(?<![\w-])(\d{{3,4}})([ -]?)({_LETTERS}{{2,3}})\2(\d{{2}}|2[AB])(?![\w-])")
# Words of two or three letters that stand beside numbers in any text; roads stand before theirs.
_SHORT = frozenset({
    "ET", "EN", "DE", "LE", "LA", "ES", "SA", "CE", "SE", "NE",
    "KM", "PR", "PN", "GN", "RH", "GGD", "DDT", "CGD", "CSP",
    "SNC", "ETP", "HT", "TTC", "LES", "DES", "PAR", "MEC",
})  # fmt: skip
_ROADS = frozenset({"RD", "RN", "VC", "CR", "CD"})
# What programs number their parts by.
_IDENTIFIER = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_PAPERS = re.compile(
    r"(?<![a-z])(?:passeport|cni|carte (?:nationale )?d'identite|permis(?: de conduire)?|titre de sejour|agdref"
    r"|numero etranger)\b"
    r"[^\d\n]{0,24}([0-9a-z]{8,15}|\d{2,4}(?:[ -]\d{2,4}){2,5})(?![0-9a-z])"
)


def personal_number(text: str) -> str | None:
    """What a number of a plain text is, in French: « un numéro de téléphone »… None when no number is a person's."""
    if text.count("-") >= 4:
        text = _IDENTIFIER.sub(" ", text)
    if not any(c.isdigit() for c in text):
        return None
    low = bare(text)
    if any(_is_nir(found, low) for found in _NIR.finditer(text)):
        return "un numéro de sécurité sociale"
    if _is_telephone(text, low):
        return "un numéro de téléphone"
    if _has_account(text.upper()):
        return "un numéro de compte bancaire"
    if _is_plate(text):
        return "une plaque d'immatriculation"
    if any(sum(c.isdigit() for c in found[1]) >= 5 for found in _PAPERS.finditer(low)):
        return "un numéro de pièce d'identité"
    return None


def stored_number(value: float) -> str | None:
    """The same for a number stored as one, which has lost its zero: nine digits from 6 or 7, or a NIR of 13 or 15."""
    if value != value or value < 6e8 or value > 3e14 or value != int(value):
        return None
    digits = str(int(value))
    if len(digits) == 9 and digits[0] in "67":
        return "un numéro de téléphone"
    return personal_number(digits) if len(digits) in {13, 15} else None


def _is_telephone(text: str, low: str) -> bool:
    if any(not _is_series(found[0]) for found in _PAIRS.finditer(text)):
        return True
    if any(not _has_year(found[0]) for found in _MOBILE.finditer(text)):
        return True
    return bool(_ABROAD.search(text) or _ANY_ABROAD.search(text) or _SAID.search(low))


def _is_series(number: str) -> bool:
    """Whether pairs follow each other as months or codes of a list do: 01 02 03 04 05."""
    pairs = [int(p) for p in re.findall(r"\d{2}", number)]
    return len(number) > 10 and all(b - a == 1 for a, b in pairwise(pairs))


def _has_year(number: str) -> bool:
    return re.search(r"(?<!\d)(?:19|20)\d{2}(?!\d)", number) is not None


def _is_nir(found: re.Match[str], low: str) -> bool:
    digits = re.sub(" ", "", found[0].upper())
    month, place = int(found[2]), found[3].upper()
    grouped = " " in found[0]
    if not (1 <= month <= 12 or 20 <= month <= 42 or 50 <= month <= 99) or place in {"00", "96"}:
        return False
    if len(digits) == 15 and not grouped:
        number = int(digits[:13].replace("2A", "19").replace("2B", "18"))
        return 97 - number % 97 == int(digits[13:])
    if grouped:
        return True
    # A file's number begins with its year.
    if digits[0] in "12" and 1 <= month <= 12 and digits[:2] != "20":
        return True
    return _SOCIAL.search(low, max(0, found.start() - 40), found.start()) is not None


def _has_account(text: str) -> bool:
    for found in _IBAN.finditer(text):
        length = _LENGTHS.get(found[1][:2])
        if length and any(_is_iban(n) for n in _account(text, found.start(), length)):
            return True
    return any(_is_rib(*(re.sub(" ", "", part) for part in found.groups())) for found in _RIB.finditer(text))


def _account(text: str, start: int, length: int) -> Iterator[str]:
    """The characters from `start`, spaces and dashes left out, when there are as many as the country's numbers have."""
    number = re.sub("[ -]", "", text[start : start + 2 * length])[:length]
    if len(number) == length and number.isalnum() and number.isascii():
        yield number


def _is_iban(number: str) -> bool:
    return int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1


def _is_rib(bank: str, branch: str, account: str, key: str) -> bool:
    rest = 89 * int(bank) + 15 * int(branch) + 3 * int(account.translate(_RIB_LETTERS))
    return int(bank) > 0 and 97 - rest % 97 == int(key)


def _is_plate(text: str) -> bool:
    for found in _PLATE.finditer(text):
        if found[2] == "-" or not (found[1] in _SHORT | _ROADS or found[4] in _SHORT):
            return True
    if _PLATE_IN_LOWER_CASE.search(text):
        return True
    for found in _OLD_PLATE.finditer(text):
        year = len(found[1]) == 4 and found[1][:2] in {"19", "20"}
        if not year and found[3] not in _SHORT | _ROADS and found[4] not in {"00", "96", "97", "98", "99"}:
            return True
    return False
