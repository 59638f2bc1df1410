"""What a received cell must be, column by column: its text made canonical, or the mark that it is not of its type.

Everything is vectorised over pyarrow string arrays; an empty cell is null and passes (whether it may be empty is asked
elsewhere).
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.coded import Signs
from pipelines.base.spelling import folded
from pipelines.catalogue.model import Column

# Excel writes a long number back as 2.023E+11: what was an identifier is lost.
SPREADSHEET_DAMAGE = r"^-?\d(?:[.,]\d+)?E\+?\d+$"


# In a column of so many values, the bytes that they are made of are looked at first, and tell what cannot be there.
MANY = 10_000
# ASCII without its spaces and its control signs.
_PRINTED = b"!~"

# A point before three digits is thousands for one reader and decimals for another.
AMBIGUOUS_THOUSANDS = r"^-?[0-9]{1,3}(?:\.[0-9]{3})+$"
_GROUPED = r"^-?[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?$"
# No count of this field comes near; a figure beyond it is a slip, and would overflow the sums that it enters.
MAX_COUNT = 10_000_000
_NONE = pa.scalar(None, pa.string())


@dataclass(frozen=True)
class Type:
    """A type's pattern on tidied text, what it is called in a sentence, and how text is made canonical first."""

    pattern: str
    expected: str
    compact: bool = False
    comma: bool = False
    pad: int = 0
    upper: bool = False


TYPES = {
    "texte": Type(r"", "un texte"),
    "contour": Type(r"", "une surface"),
    "code": Type(r"", "un code"),
    "libelle": Type(r"", "un libellé"),
    "lieu": Type(r"", "le code d'un lieu"),
    "choix": Type(r"", "une des valeurs de la liste"),
    "identifiant": Type(r"^[0-9]+$", "un identifiant écrit en chiffres", compact=True),
    "nombre": Type(r"^[0-9]{1,15}$", "un nombre entier positif ou nul, de dix millions au plus", compact=True),
    "decimal": Type(r"^-?[0-9]{1,15}(?:\.[0-9]+)?$", "un nombre", compact=True, comma=True),
    "annee": Type(r"^(?:19|20)\d\d$", "une année sur quatre chiffres", compact=True),
    "annee_courte": Type(r"^20\d\d$", "une année sur deux ou quatre chiffres"),
    "mois": Type(r"^(?:0[1-9]|1[0-2])$", "un mois, de 1 à 12", compact=True, pad=2),
    "trimestre": Type(r"^[1-4]$", "un trimestre, de 1 à 4", compact=True),
    "edition": Type(r"^\d{4}$", "un numéro d'édition, de 1 à 9999", compact=True, pad=4),
    "date": Type(r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$", "une date, AAAA-MM-JJ ou JJ/MM/AAAA"),
    "annee_mois": Type(r"^\d{4}-(?:0[1-9]|1[0-2])$", "un mois écrit 2022_08"),
    "recensement": Type(r"^20\d\d$", "une colonne nommée p13_pop"),
}


# More signs on one letter than any script writes.
_HEAP = 31


def tidied(values: pa.Array) -> pa.Array:
    """Compose accents, make no-break spaces plain, trim ends; an empty text is null."""
    if len(values) >= MANY and Signs(values).are_between(*_PRINTED):  # nothing to compose, replace or trim
        return values if pc.min(pc.binary_length(values)).as_py() else pc.if_else(pc.equal(values, ""), _NONE, values)
    values = _composed(values)
    for space in ("\u00a0", "\u202f"):
        values = pc.replace_substring(values, space, " ")
    values = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(values, ""), _NONE, values)


def _composed(values: pa.Array) -> pa.Array:
    if pc.all(pc.string_is_ascii(values)).as_py() is not False:
        return values
    # A heap of signs on one letter is no accent, and putting it in order takes the square of its length.
    if (pc.max(pc.utf8_length(values)).as_py() or 0) <= _HEAP:
        return pc.utf8_normalize(values, form="NFC")
    heaps = pc.fill_null(pc.match_substring_regex(values, rf"\pM{{{_HEAP}}}"), False)
    if not pc.any(heaps).as_py():
        return pc.utf8_normalize(values, form="NFC")
    return pc.if_else(heaps, values, pc.utf8_normalize(pc.if_else(heaps, _NONE, values), form="NFC"))


def may_hold(values: pa.Array, signs: bytes) -> bool:
    """Whether one of these signs may be in a column: a short one is not looked at, for a pattern costs no more."""
    if len(values) < MANY:
        return True
    held = Signs(values)
    return any(sign in held for sign in signs)


def split_marks(column: Column, values: pa.Array) -> tuple[pa.Array, dict[str, pa.Array]]:
    """Return (texts without the marks of a missing value, raw column → the mark received or the reason it gives)."""
    if not column.marks:
        return values, {}
    marks = pa.array([mark for mark, _ in column.marks], pa.string())
    positions = pc.index_in(values, value_set=marks)
    columns = [
        pc.take(marks, positions),
        pc.take(pa.array([reason or None for _, reason in column.marks], pa.string()), positions),
    ]
    return pc.if_else(positions.is_valid(), _NONE, values), dict(zip(column.mark_columns, columns, strict=False))


def with_zeros(column: Column, values: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Return (codes with the first zero that a spreadsheet took, which ones; None when nothing was given back).

    A code of digits that is one character short can be no other code, unless the same column writes its zeros.
    """
    if not column.width:
        return values, None
    short = pc.match_substring_regex(values, rf"^[1-9][0-9]{{{column.width - 2}}}$" if column.width > 1 else "^$")
    written = pc.match_substring_regex(values, rf"^0[0-9A-Z]{{{column.width - 1}}}$")
    short = pc.fill_null(short, False)
    if not pc.any(short).as_py() or pc.any(written).as_py():
        return values, None
    return pc.if_else(short, pc.utf8_lpad(values, column.width, "0"), values), short


def too_short(column: Column, values: pa.Array) -> pa.Array:
    """Find the codes that have not the characters that every code of the column has."""
    return pc.fill_null(pc.less(pc.utf8_length(values), column.width), False)


def canonical(column: Column, values: pa.Array) -> pa.Array:
    """Write texts in the one spelling of their type: `1 234,5` → `1234.5`, `3` → `03`, `11/05/2021` → `2021-05-11`."""
    kind = TYPES[column.type]
    if kind.compact and may_hold(values, b" "):
        # 1 234 is a number written with its thousands; 1 2 is two numbers in one cell.
        grouped = pc.fill_null(pc.match_substring_regex(values, _GROUPED), False)
        values = pc.if_else(grouped, pc.replace_substring(values, " ", ""), values)
    if kind.comma:
        if column.decimal == "," and may_hold(values, b"."):
            values = pc.replace_substring(values, ".", " ")  # two numbers in a cell, and so none
        if column.decimal != "." and may_hold(values, b","):
            values = pc.replace_substring(values, ",", ".")
    if kind.pad:
        values = pc.utf8_lpad(values, kind.pad, "0")
    if column.type in {"nombre", "annee", "annee_courte", "mois", "trimestre", "edition"} and may_hold(values, b".,"):
        # 12 may come as 12.0 or 12,0; 1.000 is one or a thousand, and is left for a person to say.
        values = pc.replace_substring_regex(values, r"^(\d+)[.,](?:0{1,2}|0{4,})$", r"\1")
    if column.type == "date":
        values = pc.replace_substring_regex(values, r"^(\d\d)/(\d\d)/(\d{4})$", r"\3-\2-\1")
        values = pc.replace_substring_regex(values, r"[ T]00:00:00(?:\.0+)?$", "")
    if column.type == "lieu":
        # The list of a form shows a place by its name, then its code.
        values = pc.replace_substring_regex(values, r"^.* — ([A-Z]+-[0-9A-Z-]+)$", r"\1")
    if column.choices:
        # « non commencé » is non_commence as a form writes it.
        choices = {_spoken(choice): choice for choice in column.choices}
        values = pa.array([v if v is None else choices.get(_spoken(v), v) for v in values.to_pylist()], pa.string())
    if column.type == "annee_mois":
        # The ministry heads its months 2022_08 or, as some programs write a name that starts with a digit, _2022_08.
        values = pc.replace_substring_regex(values, r"^_?(\d{4})_(\d{2})$", r"\1-\2")
    if column.type == "annee_courte":
        values = pc.replace_substring_regex(values, r"^(\d\d)$", r"20\1")
    if column.type == "recensement":
        values = pc.replace_substring_regex(values, r"^p(\d\d)_pop$", r"20\1")
    return values


def _only_digits(values: pa.Array) -> bool:
    """Tell whether every text that is not absent is digits, where that is cheaper than a pattern."""
    if len(values) < MANY or pc.min(pc.binary_length(values)).as_py() == 0:
        return False
    return Signs(values).are_between(*b"09")


def _spoken(choice: str) -> str:
    return folded(choice.replace("_", " "))


def misfits(column: Column, values: pa.Array) -> tuple[pa.Array, str]:
    """Return (which canonical values are not what the column holds, what was expected)."""
    kind = TYPES[column.type]
    wrong = pa.nulls(len(values), pa.bool_()).fill_null(False)
    expected = kind.expected
    if kind.pattern and not (column.type == "identifiant" and _only_digits(values)):
        wrong = pc.invert(pc.match_substring_regex(values, kind.pattern))
    if column.choices:
        # A box left empty is none of the choices; whether it may be is judged elsewhere.
        wrong = pc.and_(values.is_valid(), pc.invert(pc.is_in(values, value_set=pa.array(column.choices))))
        expected = "une de ces valeurs : " + ", ".join(column.choices)
    wrong = pc.fill_null(wrong, False)
    if column.type == "nombre":
        wrong = pc.or_(wrong, pc.fill_null(pc.greater(pc.utf8_length(values), 8), False))
        big = pc.cast(pc.if_else(wrong, _NONE, values), pa.float64())
        wrong = pc.or_(wrong, pc.fill_null(pc.greater(big, MAX_COUNT), False))
    if column.type in {"nombre", "decimal"} and (column.minimum is not None or column.maximum is not None):
        numbers = pc.cast(pc.if_else(wrong, _NONE, values), pa.float64())
        if column.minimum is not None:
            wrong = pc.or_(wrong, pc.fill_null(pc.less(numbers, column.minimum), False))
        if column.maximum is not None:
            wrong = pc.or_(wrong, pc.fill_null(pc.greater(numbers, column.maximum), False))
            expected += f", au plus {column.maximum:g}"
    return wrong, expected
