"""The headers of a list: which column of a layout each of them is, what they carry, and what is wrong with them."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from pipelines.base.refusal import Defect, column_letter, quote
from pipelines.base.spelling import folded
from pipelines.catalogue.model import Column, Layout
from pipelines.personal.quotable import shown_header

# How like a missing header an unknown one must be, from 0 to 1, to be called a misspelling of it.
_NEAR = 0.75
# Look for no misspelling in longer or more headers: comparing takes the product of their lengths and numbers.
_LONGEST, _MOST = 120, 200
_RENAMED = "si cette colonne est"


@dataclass
class Headers:
    """Received headers as one layout sees them.

    `positions`: canonical column → its position from 0. `carried`: canonical column → the value that its header
    carries. `ignored`: positions of what a portal adds. `added`: positions of the columns that someone added to a
    return. `loose`: how many headers differ by case or accents.
    """

    received: list[str]
    positions: dict[str, int] = field(default_factory=dict)
    carried: dict[str, str] = field(default_factory=dict)
    ignored: set[int] = field(default_factory=set)
    added: set[int] = field(default_factory=set)
    loose: int = 0

    def unnamed(self) -> set[int]:
        """Return the positions of the columns without a header, which must hold nothing."""
        return {i for i, header in enumerate(self.received) if not header}


def hits(received: Collection[str], layout: Layout) -> int:
    """Count the layout's columns that may be among these headers, given folded: a quick look before the real one."""
    return sum(
        not plain.isdisjoint(received) or any(c.match(h, exactly=False) is not None for c in carriers for h in received)
        for plain, carriers in layout.sought
    )


def is_whole(fit: Headers, layout: Layout) -> bool:
    """Tell whether every received header is one of the layout's, and none that it asks for lacks."""
    known = set(fit.positions.values()) | fit.ignored | fit.added
    lacking = any(c.name not in fit.positions and not c.optional for c in layout.at("colonne"))
    return not lacking and all(i in known for i, header in enumerate(fit.received) if header)


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
            if column.name not in fit.positions and (fitting := _find(column, free, spelt, exactly)):
                header, captured = fitting
                fit.positions[column.name] = free.pop(header)
                fit.loose += not exactly
                fit.carried |= _carried(layout, column, captured)
    fit.ignored = {i for header, i in free.items() if folded(header) in ignored or folded(header) in layout.passed}
    missing = [c for c in layout.at("colonne") if c.name not in fit.positions and not c.optional]
    if layout.own_format and not missing:
        fit.added = {i for i in free.values() if i not in fit.ignored}
    return fit


def _find(
    column: Column, free: dict[str, int], spelt: dict[str, list[str]], exactly: bool
) -> tuple[str, dict[str, str]] | None:
    """Find the header of a column and what it carries; None without any, or with several that differ by case."""
    candidates = []
    for spelling in column.spellings:
        if "{" in spelling:
            matches = ((header, column.match(header, exactly)) for header in free)
            candidates += [(header, captured) for header, captured in matches if captured is not None]
        else:
            wanted = spelling if exactly else folded(spelling)
            candidates += [(header, {}) for header in spelt.get(wanted, ()) if header in free]
    if exactly:
        return candidates[0] if candidates else None
    return candidates[0] if len({header for header, _ in candidates}) == 1 else None


def _carried(layout: Layout, column: Column, captured: dict[str, str]) -> dict[str, str]:
    """Return what a header carries, by the canonical column that asks for it."""
    wanted = [c for c in layout.at("entete") if c.header == column.header] if captured else []
    return {c.name: captured.get(c.name, next(iter(captured.values()))) for c in wanted}


def header_defects(sheet: str | None, line: int, fit: Headers, layout: Layout) -> list[Defect]:
    """List the headers that the layout lacks, that it does not know, or that stand twice."""
    missing = [c for c in layout.at("colonne") if c.name not in fit.positions]
    known = set(fit.positions.values()) | fit.ignored | fit.added
    defects: list[Defect] = []
    if layout.own_format and (twice := _encoded_twice(fit.received, missing)):
        return [_damaged_accents(sheet, line, twice)]
    before: set[str] = set()
    for i, header in enumerate(fit.received):
        again = header in before
        before.add(header)
        if i in known or not header:
            continue
        named = shown_header(header, layout.own_format)
        place = column_letter(i + 1) if sheet is not None else header if named else f"n° {i + 1}"
        named = f"l'en-tête {named}" if named else "un en-tête, qui n'est pas repris ici,"
        if again:
            code, finding = "en_tete_en_double", f"{named} figure deux fois"
            remedy = _again(layout, "avec une seule de ces deux colonnes")
        else:
            where = f"du modèle « {layout.sheet} »" if layout.own_format else f"du layout {layout.name}"
            code, finding = "en_tete_inconnu", f"{named} est inconnu {where}"
            remedy = _rename(header, missing if len(defects) < _MOST else [], layout)
        defects.append(Defect(code, finding, remedy, feuille=sheet, ligne=line, colonne=place))
    for column in (c for c in missing if not c.optional):
        defects.append(
            Defect(
                "en_tete_manquant",
                f"il manque la colonne {quote(column.header)} du modèle « {layout.sheet} »"
                if layout.own_format
                else f"il manque l'en-tête {quote(column.header)} du layout {layout.name}",
                f"rétablir la colonne {quote(column.header)}, ou repartir du modèle que la préfecture a envoyé"
                if layout.own_format
                else f"rétablir la colonne {quote(column.header)} ; si le producteur l'a retirée ou renommée, ajouter "
                "un layout dans sources/",
                feuille=sheet,
                ligne=line,
                attendu=" ou ".join(map(quote, column.spellings)) if len(column.spellings) > 1 else None,
            )
        )
    return defects


def _encoded_twice(received: Sequence[str], missing: Sequence[Column]) -> str:
    """Find the first header that is one of those that lack, read in another encoding: « annÃ©e »."""
    spelt = {folded(spelling) for c in missing for spelling in c.spellings}
    for header in (h for h in received[:_MOST] if len(h) <= _LONGEST):
        try:
            right = header.encode("cp1252").decode()
        except UnicodeError:
            continue
        if right != header and folded(right) in spelt:
            return header
    return ""


def _damaged_accents(sheet: str | None, line: int, header: str) -> Defect:
    return Defect(
        "accents_abimes",
        f"les accents du fichier sont abîmés ({quote(header)}) : il a été enregistré dans un encodage et relu dans un "
        "autre",
        "repartir du classeur d'origine et le rendre au format .xlsx, ou l'enregistrer en « CSV UTF-8 »",
        feuille=sheet,
        ligne=line,
    )


def misspelt(fit: Headers, layout: Layout) -> int:
    """Count the unknown headers that are nearly one that the layout lacks."""
    missing = [c for c in layout.at("colonne") if c.name not in fit.positions]
    known = set(fit.positions.values()) | fit.ignored | fit.added
    unknown = [h for i, h in enumerate(fit.received) if h and i not in known][:_MOST]
    return sum(bool(_near(h, missing)) for h in unknown) if missing else 0


def _near(header: str, missing: Sequence[Column]) -> str:
    if len(header) > _LONGEST:
        return ""
    spelt = {folded(spelling): spelling for c in missing for spelling in c.spellings}
    near = difflib.get_close_matches(folded(header), spelt, n=1, cutoff=_NEAR)
    return spelt[near[0]] if near else ""


def _again(layout: Layout, how: str) -> str:
    """Say what to do with altered headers: the sender has a template, or the producer publishes the file."""
    if layout.own_format:
        return f"repartir du modèle que la préfecture a envoyé, {how}"
    return f"redéposer le fichier tel que le producteur l'a publié, {how}"


def _rename(header: str, missing: Sequence[Column], layout: Layout) -> str:
    near = _near(header, missing)
    if layout.own_format:
        if near:
            shown = next(c.header for c in missing if near in c.spellings)
            return f"si cette colonne est {quote(shown)}, écrire cet en-tête"
        return "remettre l'en-tête du modèle ; une colonne de remarques peut s'ajouter une fois les autres rétablies"
    if near:
        return (
            f"si cette colonne est {quote(near)}, rétablir cet en-tête ; si le producteur l'a renommée, "
            "ajouter le nouveau nom dans sources/"
        )
    return (
        "redéposer le fichier tel que le producteur l'a publié ; si le producteur a ajouté cette colonne, l'ajouter à "
        "un layout dans sources/"
    )
