"""Signs that a file speaks of persons. Such a file goes to quarantine whole, and nothing of it is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pipelines.base.refusal import Defect, column_letter, quote
from pipelines.personal.names import personal_words_in, tells_a_birth
from pipelines.personal.numbers import personal_number, stored_number
from pipelines.personal.words import bare, plain, words
from pipelines.settings.model import SEEDS
from pipelines.settings.tables import read_cells

PERSONAL = "donnees_personnelles"
CELL = "une cellule"
FILE_NAME = "le nom du fichier"

_SUFFIX = re.compile(r"\.[A-Za-z]{2,8}$")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
# Longer, it is a label or a sentence: « cambriolages de résidences principales » is no header.
_LONGEST_HEADER = 30
# A shorter text can hold no sign of a person.
_SHORTEST = 4
_REPEATED = 100
# A text of Vigie's own tables that is this long is a sentence: what it says is public.
_SENTENCE = 40


@dataclass(frozen=True)
class Sign:
    """What a text seems to say of a person, in French. `weak`: a place or an effective date is written so too, and a
    long list of those is no list of persons.
    """

    what: str
    weak: bool = False


def personal_sign(text: str, names: bool = True) -> Sign | None:
    """The first sign in a text; None when there is none. `names` false: neither a name nor an electronic address is
    one, for what programs write of whoever saved the file.
    """
    if len(text) < _SHORTEST:
        return None
    return _known_sign(text, names) if len(text) <= _REPEATED else _sign(text, names)


def _sign(text: str, names: bool) -> Sign | None:
    if text.isdigit() and len(text) < 9:
        return None
    found = _raw_sign(plain(text), names)
    if found is not None and (rest := _without_own_sentences(plain(text))) is not None:
        return _raw_sign(rest, names)
    return found


# A table says few short things many times.
_known_sign = lru_cache(maxsize=1 << 15)(_sign)


def _raw_sign(text: str, names: bool) -> Sign | None:
    if number := personal_number(text):
        return Sign(number)
    what = personal_words_in(text, names)
    if what is None:
        return None
    said_otherwise = what == "une naissance" and not tells_a_birth(text)
    return Sign(what, said_otherwise or (what == "le nom d'une personne" and text.isupper()))


def personal_value(value: float) -> Sign | None:
    """The same for a number that a spreadsheet stores as one."""
    what = stored_number(value)
    return Sign(what) if what else None


def personal_name_of(name: str) -> Sign | None:
    """The same for the name of a file with its folders, or of a sheet, whose words are parted by anything."""
    for part in re.split(r"[/\\]", name):
        part = _SUFFIX.sub("", part).replace("_", " ")
        found = personal_sign(part) or personal_sign(re.sub("[-.]", " ", part))
        if found and not (found.weak and found.what == "une naissance"):
            return found
    return None


def sheet_shown(name: str, number: int) -> str:
    """A sheet as it may be named, its number from 1 where its name seems to be a person's."""
    return f"n° {number}" if personal_name_of(name) else name


def _without_own_sentences(text: str) -> str | None:
    """The text without what it repeats of Vigie's own tables; None when it repeats nothing of them."""
    rest = text
    for sentence in _own_sentences():
        at = rest.find(sentence[:_SENTENCE])
        if at >= 0:
            length = next((i for i, (a, b) in enumerate(zip(rest[at:], sentence, strict=False)) if a != b),
                          min(len(sentence), len(rest) - at))  # fmt: skip
            rest = f"{rest[:at]} {rest[at + length :]}"
    return rest if rest != text else None


@lru_cache(maxsize=1)
def _own_sentences() -> tuple[str, ...]:
    """The sentences of dbt_project/seeds/ in which there would be a sign: the plan names a speaker."""
    found = set()
    for file in sorted(SEEDS.glob("*/*.csv")):
        sentences = {plain(cell) for cell in read_cells(file) if len(cell) >= _SENTENCE}
        found |= {sentence for sentence in sentences if _raw_sign(sentence, names=True)}
    return tuple(sorted(found))


def header_is_personal(header: str) -> bool:
    """Whether a column so named would hold something of a person: it is made of words about one, and of no other."""
    if len(header) > _LONGEST_HEADER:
        return False
    said = re.findall(r"[a-z]+", bare(plain(header)))
    keys = words("entete") - {"ne", "nee", "mail"}
    known = said and set(said) <= words("entete") | words("avec_entete")
    if said == ["secu"]:  # a safety belt, in the BAAC
        return False
    return bool(known and (set(said) & (keys | {"nee", "mail"}) or said[:2] == ["ne", "le"]))


def misplaced_text(text: str) -> str | None:
    """What may be said of a text found where a number belongs: None when it looks personal, the text when it is a slip
    of the keyboard, else that it is a text. A word may be someone's name.
    """
    if personal_sign(text) or _is_full_date(text):
        return None
    said = [bare(w) for w in _LETTERS.findall(text)]
    return quote(text) if set(said) <= words("a_la_place") else "un texte, qui n'est pas repris ici,"


def _is_full_date(text: str) -> bool:
    return re.search(r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d{2}(?!\d)", text) is not None


def personal_headers(sheet: str | None, headers: Iterable[tuple[int, int, str]]) -> list[Defect]:
    """A defect for the first header, of (line, column position, text), that looks personal."""
    for line, position, header in headers:
        if header and header_is_personal(header):
            return [personal_header(sheet, line, column_letter(position))]
    return []


def personal_header(sheet: str | None, line: int | None, column: str | None) -> Defect:
    """The defect of a column whose header says that it is about someone."""
    return personal_defect("l'en-tête d'une colonne", "une colonne qui décrirait une personne", sheet, line, column)


def personal_cell(sheet: str | None, line: int, column: str) -> Defect:
    """The defect of a cell that looks personal."""
    return personal_defect(CELL, "un nom, une naissance, une adresse ou un numéro", sheet, line, column)


def personal_defect(
    where: str, what: str, sheet: str | None = None, line: int | None = None, column: str | None = None
) -> Defect:
    """The defect of a place of a file, `where`, that seems to hold `what`; both are French, neither is a quotation."""
    return Defect(
        PERSONAL,
        f"une donnée de personne semble se trouver dans {where} ({what}) ; rien n'en est cité ici",
        "effacer ce texte dans le fichier (Vigie ne reçoit que des nombres), l'enregistrer et le redéposer, puis "
        "détruire la copie déposée. Celle que Vigie garde en quarantaine est détruite d'elle-même au bout du délai de "
        "conservation",
        feuille=sheet,
        ligne=line,
        colonne=column,
        attendu="aucune donnée de personne",
    )
