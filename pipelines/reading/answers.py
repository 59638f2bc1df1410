"""What people write in a return: read when it can mean one thing only, else named for what it is.

`sources/answers.csv` says what a word means in the place of a number, `sources/units.csv` what may follow a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.refusal import Defect, quote
from pipelines.base.spelling import folded
from pipelines.base.wording import MONTHS, plural
from pipelines.catalogue.labels import label_key
from pipelines.catalogue.model import Catalogue, Column, Layout, SourceTable
from pipelines.reading.received import Records

EMPTY, AMBIGUOUS = "vide", "ambigu"
NUMBERS = ("nombre", "decimal")

_ORDINALS = {"premier": "1", "deuxieme": "2", "second": "2", "troisieme": "3", "quatrieme": "4"}
_QUARTER = re.compile(r"(?:t ?|trimestre )?([1-4])(?:er|e|eme|nd|de)?(?: ?t| trimestre)?")
_GROUPED = re.compile(r"-?\d{1,3}(?:\.\d{3}){1,4}")
_THREE = re.compile(r"-?\d{1,3}[.,]\d{3}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T][\d:.]+)?|\d\d:\d\d(?::\d\d)?")
_FRACTION = re.compile(r"-?\d{1,15}[.,]\d+")
_NEGATIVE = re.compile(r"-\d+(?:[.,]\d+)?")
_DIGITS = re.compile(r"\d{1,15}")
_LETTER = re.compile(r"[0-9oOlI]{1,9}")
_RANGE = re.compile(r"\d{1,15} ?(?:-|/|à|a|ou|et) ?\d{1,15}")
_WITH_NUMBER = re.compile(r"[^\d]{0,20}\d[\d ,.]{0,14}[^\d]{0,40}")


@dataclass(frozen=True)
class Misread:
    """Why a text is no value of its column: what it is, what was expected, what to do."""

    finding: str
    expected: str
    remedy: str


def read_answers(column: Column, table: SourceTable, values: pa.Array, catalogue: Catalogue) -> pa.Array:
    """Write the texts of a return in the spelling that `types.canonical` reads; what means several things is left."""
    reader = _reader(column, table, catalogue)
    if reader is None:
        return values
    return pa.array([None if v is None else reader(v) for v in values.to_pylist()], pa.string())


def _reader(column: Column, table: SourceTable, catalogue: Catalogue) -> Callable[[str], str | None] | None:
    if column.type in NUMBERS:
        return lambda text: _number(text, column, catalogue.answers)
    if column.type == "mois":
        return _month
    if column.type == "trimestre":
        return _quarter
    if column.type == "choix":
        known = {label_key(c): c for c in column.choices} | {label_key(w): c for w, c in column.choice_words}
        return lambda text: known.get(label_key(text), text)
    if column.type == "lieu":
        return lambda text: text.upper() if re.fullmatch(r"[a-z]{2,4}-[0-9ab]+", text.casefold()) else text
    if column.type == "code" and column.code_list:
        codes = catalogue.codes(column.code_list)
        held, known = set(codes), {label_key(c): c for c in codes}
        return lambda text: text if text in held else known.get(label_key(_whole(text)), text)
    if names := _names(column, table, catalogue):
        return lambda text: names.get(_name_key(text), text)
    return None


def _names(column: Column, table: SourceTable, catalogue: Catalogue) -> dict[str, str]:
    """Map each name of the list that a column is crossed with to its one spelling."""
    spelt: dict[str, set[str]] = {}
    for walk in table.crosswalks:
        for listed, name in walk.keys.items():
            if name == column.name and column.type == "texte":
                for row in catalogue.lists[walk.code_list]:
                    spelt.setdefault(_name_key(row[listed]), set()).add(row[listed])
    return {key: next(iter(names)) for key, names in spelt.items() if len(names) == 1}


def _name_key(text: str) -> str:
    return label_key(text).replace(".", "").replace("-", " ")


def _whole(text: str) -> str:
    """Read `07` and `7,0` as the code 7; a code that is no number stays as it is."""
    code = re.fullmatch(r"0*(\d+?)(?:[.,]0+)?", text)
    return code[1] if code else text


def _number(text: str, column: Column, answers: Mapping[str, str]) -> str | None:
    answer = answers.get(folded(text))
    if answer == EMPTY:
        return None
    if answer is not None and answer != AMBIGUOUS:
        return answer
    for unit in column.units:
        before = text[: -len(unit)].rstrip()
        if before and folded(text).endswith(folded(unit)) and before[-1].isdigit():
            return before
    return text


def _month(text: str) -> str:
    word = folded(text).rstrip(".")
    months = [n for n, month in enumerate(MONTHS, start=1) if len(word) > 2 and folded(month).startswith(word)]
    return str(months[0]) if len(months) == 1 else text


def _quarter(text: str) -> str:
    word = folded(text).strip(" .")
    for name, number in _ORDINALS.items():
        word = word.removesuffix(" trimestre") if word == f"{name} trimestre" else word
        if word == name:
            return number
    quarter = _QUARTER.fullmatch(word)
    return quarter[1] if quarter else text


def absence_in_words(
    column: Column, records: Records, received: pa.Array, places: pa.Array, layout: Layout, catalogue: Catalogue
) -> Defect | None:
    """Remark that cells which say in words that a number is not known were read as empty. `places` says where each of
    the values of `received` stands.
    """
    if column.type not in NUMBERS:
        return None
    absences = pa.array([v is not None and catalogue.answers.get(folded(v)) == EMPTY for v in received.to_pylist()])
    absent = pc.fill_null(pc.take(absences, places), False) if len(absences) else pa.array([], pa.bool_())
    if not pc.any(absent).as_py():
        return None
    lines = records.lines.filter(absent)
    return Defect(
        "absence_en_mots",
        f"{plural(len(lines), 'case indique', 'cases indiquent')} que le nombre n'est pas connu : c'est une case vide",
        "rien",
        feuille=records.sheet,
        ligne=lines[0].as_py(),
        colonne=records.place(column, layout),
    )


def misread(column: Column, text: str, shown: str, catalogue: Catalogue) -> Misread | None:
    """Name a text in a column of numbers, `shown` as it may be; None when no more can be said of it."""
    whole = column.type == "nombre" or (column.decimals == 0 and not column.decimals_by)
    blank = "laisser la case vide si le nombre n'est pas connu"
    may_be_empty = f", ou {blank}" if not column.required else ""
    expected = "un nombre entier, sans point ni virgule" if whole else "un nombre, avec une virgule pour les décimales"
    if _GROUPED.fullmatch(text) or (whole and _THREE.fullmatch(text)):
        return _two_readings(text)
    if catalogue.answers.get(folded(text)) == AMBIGUOUS:
        remedy = f"écrire 0 si l'on a compté et qu'il n'y en a pas{may_be_empty}"
        return Misread(
            f"{shown} ne permet pas de savoir s'il y en a 0 ou si le nombre n'est pas connu", expected, remedy
        )
    if _DATE.fullmatch(text):
        finding = "la case contient une date ou une heure, et non un nombre (un tableur change ainsi 3/12 ou 3-12)"
        return Misread(finding, expected, f"mettre la case au format Nombre et y récrire le nombre{may_be_empty}")
    if text in {"True", "False"}:
        return Misread("la case contient VRAI ou FAUX, et non un nombre", expected, f"y écrire le nombre{may_be_empty}")
    if _NEGATIVE.fullmatch(text):
        return Misread(f"{shown} est négatif", f"{expected}, positif ou nul", "vérifier le nombre et le récrire")
    if whole and _FRACTION.fullmatch(text):
        return Misread(f"{shown} a des décimales, et ce qui se compte n'en a pas", expected, "récrire le nombre entier")
    if _DIGITS.fullmatch(text):
        return Misread(f"{shown} est trop grand", f"{expected}, de dix millions au plus", "vérifier le nombre")
    if _LETTER.fullmatch(text) and any(c.isdigit() for c in text):
        finding = f"{shown} contient une lettre (O pour 0, l ou I pour 1)"
        return Misread(finding, expected, "récrire le nombre en chiffres")
    if _RANGE.fullmatch(text):
        return Misread(f"{shown} donne deux nombres", expected, f"n'en écrire qu'un{may_be_empty}")
    if _WITH_NUMBER.fullmatch(text):
        remedy = "n'écrire que le nombre dans la case ; une remarque se met à côté du tableau"
        return Misread(f"{shown} contient autre chose qu'un nombre", expected, remedy)
    return None


def _two_readings(text: str) -> Misread:
    bare = re.sub(r"[.,]", "", text)
    return Misread(
        f"{quote(text)} peut se lire {_spaced(bare)} ou {text.replace('.', ',')}",
        f"{bare}, ou {text.replace('.', ',')}, sans point" if text.count(".") + text.count(",") == 1 else bare,
        "récrire le nombre sans point ni séparateur de milliers ; une virgule sépare les décimales",
    )


def _spaced(digits: str) -> str:
    return f"{int(digits):,}".replace(",", " ")
