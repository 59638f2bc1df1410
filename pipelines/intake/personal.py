"""Signs that a file speaks of persons. Such a file goes to quarantine whole, and nothing of it is quoted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.intake.refusal import Defect, column_letter, quote

# Headers, without accents or case, as whole words: a column that would hold one of these is about someone.
_HEADERS = re.compile(
    r"(?:^|[^a-z])(?:nom|noms|prenom|prenoms|patronyme|identite|naissance|ne le|nee le|adresse|domicile|courriel|mail"
    r"|e mail|email|telephone|tel|portable|mobile|nir|secu sociale|numero de securite sociale|victime nom|auteur nom"
    r"|iban|passeport|immatriculation)(?:$|[^a-z])"
)
# Cells: an e-mail address, a French telephone number, a social security number with its key or without, a birth.
_CELLS = (
    r"[\w.+-]{1,64}@[\w-]{1,63}\.[a-zA-Z]{2,}"
    r"|(?:^|\D)0[1-9](?:[ .-]?\d{2}){4}(?:\D|$)"
    r"|(?:^|\D)\+33[ .-]?[1-9](?:[ .-]?\d{2}){4}(?:\D|$)"
    r"|(?:^|\D)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3}(?: ?\d{2})?(?:\D|$)"
    r"|(?:^|[^a-zA-Z])[Nn]ée?s? (?:le|en) "
)
_CELL = re.compile(_CELLS)
_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d{2}\b")
_WORD = re.compile(r"[^\W\d_]{3,}")

# Longer, it is a label or a sentence: « cambriolages de résidences principales » is no header.
_LONGEST_HEADER = 30


def header_is_personal(header: str) -> bool:
    """Whether a column so named would hold something of a person."""
    if len(header) > _LONGEST_HEADER:
        return False
    bare = unicodedata.normalize("NFD", header.casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return _HEADERS.search(re.sub(r"[_\W]+", " ", bare)) is not None


def misplaced_text(text: str) -> str | None:
    """What may be said of a text found where a number belongs: None when it looks personal, the text when it is one
    word or less, else that it is a text. Two words may be someone's name.
    """
    if _CELL.search(text) or _DATE.search(text):
        return None
    return "un texte, qui n'est pas repris ici," if len(_WORD.findall(text)) > 1 else quote(text)


def personal_headers(sheet: str | None, headers: Iterable[tuple[int, int, str]]) -> list[Defect]:
    """A defect for the first header, of (line, column position, text), that looks personal."""
    for line, position, header in headers:
        if header and header_is_personal(header):
            return [_defect(sheet, line, column_letter(position), "une colonne semble porter une donnée de personne")]
    return []


def personal_cells(sheet: str | None, values: pa.Array, lines: pa.Array, column: str) -> list[Defect]:
    """A defect for the first cell that looks like an e-mail address, a telephone or a social security number."""
    found = pc.fill_null(pc.match_substring_regex(values, _CELLS), False)
    if not pc.any(found).as_py():
        return []
    return [personal_cell(sheet, lines.filter(found)[0].as_py(), column)]


def personal_cell(sheet: str | None, line: int, column: str) -> Defect:
    """The defect of a cell that looks personal."""
    return _defect(sheet, line, column, "une cellule semble porter une donnée de personne")


def _defect(sheet: str | None, line: int, column: str, found: str) -> Defect:
    return Defect(
        "donnees_personnelles",
        f"{found} (nom, naissance, adresse, courriel, téléphone, numéro de sécurité sociale) ; rien n'en est cité ici",
        "retirer cette colonne ou cette cellule : Vigie ne reçoit que des nombres. Détruire la copie déposée",
        feuille=sheet,
        ligne=line,
        colonne=column,
        attendu="aucune donnée de personne",
    )
