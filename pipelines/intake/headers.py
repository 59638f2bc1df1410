"""The headers of a list: which column of a layout each of them is, what they carry, and what is wrong with them."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from pipelines.intake.catalogue import Column, Layout, folded
from pipelines.intake.refusal import Defect, column_letter, quote

# How like a missing header an unknown one must be, from 0 to 1, to be called a misspelling of it.
_NEAR = 0.75
_RENAMED = "si cette colonne est"


@dataclass
class Headers:
    """Received headers as one layout sees them.

    `positions`: canonical column → its position from 0. `carried`: canonical column → the value that its header
    carries. `ignored`: positions of what a portal adds. `loose`: how many headers differ by case or accents.
    """

    received: list[str]
    positions: dict[str, int] = field(default_factory=dict)
    carried: dict[str, str] = field(default_factory=dict)
    ignored: set[int] = field(default_factory=set)
    loose: int = 0

    def unnamed(self) -> set[int]:
        """Positions of columns without a header, which must hold nothing."""
        return {i for i, header in enumerate(self.received) if not header}


def hits(received: Collection[str], layout: Layout) -> int:
    """How many columns of the layout may be among these headers, given folded: a quick look before the real one."""
    return sum(
        any(
            any(c.match(header, exactly=False) is not None for header in received)
            if "{" in spelling
            else folded(spelling) in received
            for spelling in c.spellings
        )
        for c in layout.at("colonne")
    )


def place_headers(received: Sequence[str], layout: Layout, ignored: Collection[str] = ()) -> Headers:
    """Find each column of the layout among tidied headers; order does not matter.

    A header that is written to the letter is preferred to one that differs by case or accents.
    """
    fit = Headers(list(received))
    free = {header: i for i, header in reversed(list(enumerate(received))) if header}
    for exactly in (True, False):
        spelt: dict[str, list[str]] = {}
        for header in free:
            spelt.setdefault(header if exactly else folded(header), []).append(header)
        for column in layout.at("colonne"):
            if column.name not in fit.positions and (found := _find(column, free, spelt, exactly)):
                header, captured = found
                fit.positions[column.name] = free.pop(header)
                fit.loose += not exactly
                fit.carried |= _carried(layout, column, captured)
    fit.ignored = {i for header, i in free.items() if folded(header) in ignored}
    return fit


def _find(
    column: Column, free: dict[str, int], spelt: dict[str, list[str]], exactly: bool
) -> tuple[str, dict[str, str]] | None:
    """The header of a column and what it carries; None when there is none, or several that differ by case alone."""
    found = []
    for spelling in column.spellings:
        if "{" in spelling:
            matches = ((header, column.match(header, exactly)) for header in free)
            found += [(header, captured) for header, captured in matches if captured is not None]
        else:
            wanted = spelling if exactly else folded(spelling)
            found += [(header, {}) for header in spelt.get(wanted, ()) if header in free]
    if exactly:
        return found[0] if found else None
    return found[0] if len({header for header, _ in found}) == 1 else None


def _carried(layout: Layout, column: Column, captured: dict[str, str]) -> dict[str, str]:
    """What a header carries, by the canonical column that asks for it."""
    wanted = [c for c in layout.at("entete") if c.header == column.header] if captured else []
    return {c.name: captured.get(c.name, next(iter(captured.values()))) for c in wanted}


def header_defects(sheet: str | None, line: int, fit: Headers, layout: Layout) -> list[Defect]:
    """Headers that the layout lacks, that it does not know, or that stand twice."""
    missing = [c for c in layout.at("colonne") if c.name not in fit.positions]
    known = set(fit.positions.values()) | fit.ignored
    defects = []
    for i, header in enumerate(fit.received):
        if i in known or not header:
            continue
        place = column_letter(i + 1) if sheet is not None else header
        if header in fit.received[:i]:
            code, found = "en_tete_en_double", f"l'en-tête {quote(header)} figure deux fois"
            remedy = "redéposer le fichier tel que le producteur l'a publié, avec une seule de ces deux colonnes"
        else:
            code, found = "en_tete_inconnu", f"l'en-tête {quote(header)} est inconnu du layout {layout.name}"
            remedy = _rename(header, missing)
        defects.append(Defect(code, found, remedy, feuille=sheet, ligne=line, colonne=place))
    for column in (c for c in missing if not c.optional):
        defects.append(
            Defect(
                "en_tete_manquant",
                f"il manque l'en-tête {quote(column.header)} du layout {layout.name}",
                f"rétablir la colonne {quote(column.header)} ; si le producteur l'a retirée ou renommée, ajouter un "
                "layout dans sources/",
                feuille=sheet,
                ligne=line,
                attendu=" ou ".join(map(quote, column.spellings)),
            )
        )
    return defects


def misspelt(fit: Headers, layout: Layout) -> int:
    """How many unknown headers are nearly one that the layout lacks."""
    missing = [c for c in layout.at("colonne") if c.name not in fit.positions]
    known = set(fit.positions.values()) | fit.ignored
    return sum(bool(_near(h, missing)) for i, h in enumerate(fit.received) if h and i not in known) if missing else 0


def _near(header: str, missing: Sequence[Column]) -> str:
    spelt = {folded(spelling): spelling for c in missing for spelling in c.spellings}
    near = difflib.get_close_matches(folded(header), spelt, n=1, cutoff=_NEAR)
    return spelt[near[0]] if near else ""


def _rename(header: str, missing: Sequence[Column]) -> str:
    if near := _near(header, missing):
        return (
            f"si cette colonne est {quote(near)}, rétablir cet en-tête ; si le producteur l'a renommée, "
            "ajouter le nouveau nom dans sources/"
        )
    return (
        "redéposer le fichier tel que le producteur l'a publié ; si le producteur a ajouté cette colonne, l'ajouter à "
        "un layout dans sources/"
    )
