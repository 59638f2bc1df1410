"""Which layout a sheet is written in: by its signature, never by the file's name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pipelines.base.refusal import Defect, Refused, at_cell, quote
from pipelines.base.spelling import folded, tidy
from pipelines.catalogue.model import Catalogue, Column, Layout
from pipelines.personal.quotable import shown_header
from pipelines.reading.headers import Headers, header_defects, hits, is_whole, misspelt, place_headers

Grid = Sequence[Sequence[object]]

# A header is looked for this far from the corner: a banner above a table is met in practice.
_HEAD_ROWS, _HEAD_COLUMNS = 30, 12
_AS_PUBLISHED = (
    "redéposer la feuille telle que le producteur l'a publiée ; si le producteur a ajouté cet en-tête, ajouter un "
    "layout dans sources/"
)
# One name of a column may stand in a first column by chance, not so many.
_TURNED = 4


@dataclass(frozen=True)
class Match:
    """A sheet read by exactly one layout; `row` and `column` are how far its corner is shifted."""

    layout: Layout
    row: int
    column: int
    captured: dict[str, str]


@dataclass(frozen=True)
class ListMatch:
    """A table of records read by exactly one layout; its headers stand on `row`, from 0."""

    layout: Layout
    row: int
    headers: Headers


AnyMatch = TypeVar("AnyMatch", bound=Match | ListMatch, covariant=True)


@dataclass(frozen=True)
class Attempt(Generic[AnyMatch]):
    """How far a layout fits: headers in place, and what is not."""

    match: AnyMatch
    placed: int
    sheet_fits: bool
    defects: list[Defect]
    loose: int = 0
    misspelt: int = 0
    added: int = 0


def text(value: object) -> str:
    """Write a cell as text: 27.0 is « 27 », an empty cell is « »."""
    if value is None:
        return ""
    if isinstance(value, float):
        if value.is_integer():
            return str(int(value))
        # As many digits as a spreadsheet shows: 0.1 + 0.2 is 0.3.
        shown = format(value, ".15g")
        return str(value) if "e" in shown else shown
    return str(value)


def cell(grid: Grid, row: int, column: int) -> str:
    """Return the tidied text of a cell, rows and columns from 0; outside the sheet is empty."""
    if row < 0 or column < 0 or row >= len(grid) or column >= len(grid[row]):
        return ""
    return tidy(text(grid[row][column]))


def recognise(sheet: str, grid: Grid, layouts: Sequence[Layout], ignored: Collection[str] = ()) -> Match | ListMatch:
    """Find the one layout whose every header is there; raises Refused, naming the nearest and what differs."""
    heads = [_heads(grid, r) for r in range(min(_HEAD_ROWS, len(grid)))]
    known = [{folded(h) for h in head if h} for head in heads]
    fits = [fit for k in layouts if k.shape != "matrice" and (fit := _fit(heads, known, k, ignored))]
    # Where one fits, no need to know what is wrong with the others.
    whole = [(k, row, fit) for k, row, fit in fits if is_whole(fit, k)]
    attempts: list[Attempt[Match | ListMatch]] = [_attempt_list(sheet, *fit) for fit in whole or fits]
    if not whole:
        attempts += [_attempt(sheet, grid, k) for k in layouts if k.shape == "matrice"]
    return settle(sheet, attempts)


def read_by(sheet: str, grid: Grid, layouts: Sequence[Layout]) -> list[Layout]:
    """List those of these matrix layouts of which the sheet has every header."""
    return [k for k in layouts if k.shape == "matrice" and not _attempt(sheet, grid, k).defects]


def _heads(grid: Grid, row: int) -> list[str]:
    headers = [cell(grid, row, c) for c in range(len(grid[row]))]
    while headers and not headers[-1]:
        headers.pop()
    return headers


def refuse_unused(sheet: str | None, heads: Iterable[Sequence[str]], catalogue: Catalogue) -> None:
    """Raise Refused when the headers are those of a file that Vigie knows and does not read."""
    for head in heads:
        held = {folded(h) for h in head if h}
        for unused in catalogue.unused:
            if unused.headers <= held:
                raise Refused(
                    Defect(
                        "fichier_sans_emploi",
                        f"ce fichier est connu ({unused.name}) et Vigie ne s'en sert pas",
                        f"déposer à sa place {unused.instead}",
                        feuille=sheet,
                    )
                )


def refuse_turned(sheet: str, grid: Grid, layouts: Sequence[Layout]) -> None:
    """Raise Refused for a return whose headers stand under one another, where they should stand side by side."""
    first = {folded(cell(grid, r, 0)) for r in range(min(_HEAD_ROWS, len(grid)))}
    for layout in layouts:
        if layout.own_format and hits(first, layout) >= _TURNED:
            finding = f"le tableau est tourné : les en-têtes du modèle « {layout.sheet} » sont les uns sous les autres"
            remedy = "repartir du modèle que la préfecture a envoyé : une ligne d'en-têtes, puis une ligne par élément"
            raise Refused(Defect("tableau_tourne", finding, remedy, feuille=sheet, ligne=1, colonne="A"))


def settle(sheet: str | None, attempts: Sequence[Attempt[AnyMatch]]) -> AnyMatch:
    """Choose the one complete attempt, headers to the letter first; else Refused, for ambiguity or for what the nearest
    layout lacks.
    """
    complete = [a for a in attempts if not a.defects]
    complete = [a for a in complete if not a.added] or complete
    complete = [a for a in complete if not a.loose] or complete
    if len(complete) > 1:
        names = ", ".join(a.match.layout.name for a in complete)
        raise Refused(
            Defect(
                "layout_ambigu",
                f"le contenu répond à plusieurs layouts ({names})",
                "corriger les tables de sources/ : une feuille ne doit répondre qu'à un seul layout",
                feuille=sheet,
            )
        )
    if complete:
        return complete[0].match
    # A misspelt header counts as two defects, one missing and one unknown, and is one fault.
    nearest = max(attempts, key=lambda a: (2 * a.placed + 3 * a.misspelt - len(a.defects), a.sheet_fits), default=None)
    if nearest is None or nearest.placed == 0:
        raise Refused(
            Defect(
                "feuille_inconnue",
                "aucun de ses en-têtes n'est celui d'une source que Vigie lit",
                "pour le retour d'un service, repartir du modèle que vigie templates écrit ; pour le fichier d'un "
                "producteur, le déposer tel qu'il l'a publié ; pour un format nouveau, ajouter un layout dans sources/",
                feuille=sheet,
                attendu=f"les en-têtes d'une des sources de sources/README.md, dans les {_HEAD_ROWS} premières lignes",
            )
        )
    raise Refused(*nearest.defects)


def _attempt(sheet: str, grid: Grid, layout: Layout) -> Attempt[Match]:
    row, column = _anchor(grid, layout)
    captured: dict[str, str] = {c.name: c.header for c in layout.at("nom")}
    defects: list[Defect] = []
    placed = 0
    for label in layout.labels():
        got = cell(grid, row + label.row - 1, column + label.position - 1)
        hit = label.match(got)
        if hit is not None:
            placed += 1
            captured |= hit
        else:
            defects.append(_header_defect(sheet, layout, label, got, row, column))
    defects += _unknown_labels(sheet, grid, layout, row, column)
    name = layout.sheet_pattern().fullmatch(tidy(sheet))
    if not name:
        defects.append(
            Defect(
                "nom_de_feuille",
                f"le nom de la feuille n'est pas celui du layout {layout.name}",
                f"renommer la feuille {quote(layout.sheet_shown(captured))}",
                feuille=sheet,
                attendu=quote(layout.sheet_shown()),
            )
        )
    elif any(captured.get(k, v) != v for k, v in name.groupdict().items()):
        named, titled = (quote(" ".join(words.values())) for words in (name.groupdict(), captured))
        what = f"la feuille porte {named} dans son nom et {titled} dans son titre"
        remedy = "vérifier de quelle année sont les chiffres, corriger le nom ou le titre, et redéposer"
        defects.append(at_cell(sheet, row, column, "annee_contradictoire", what, remedy))
    captured |= name.groupdict() if name else {}
    return Attempt(Match(layout, row, column, captured), placed, bool(name), defects)


def _fit(
    heads: Sequence[Sequence[str]], known: Sequence[Collection[str]], layout: Layout, ignored: Collection[str]
) -> tuple[Layout, int, Headers] | None:
    """Find the header line of a list: among `heads`, the one that holds most of its headers, in any order; None when no
    line holds any. `known` are the same headers, folded.
    """
    counts = [hits(folds, layout) for folds in known]
    if not any(counts):
        return None
    row = counts.index(max(counts))
    return layout, row, place_headers(heads[row], layout, ignored)


def _attempt_list(sheet: str, layout: Layout, row: int, fit: Headers) -> Attempt[ListMatch]:
    defects = header_defects(sheet, row + 1, fit, layout)
    match = ListMatch(layout, row, fit)
    return Attempt(match, len(fit.positions), True, defects, fit.loose, misspelt(fit, layout), len(fit.added))


def _anchor(grid: Grid, layout: Layout) -> tuple[int, int]:
    """Find how far the layout's corner is from A1: the shift under which most headers are in place."""
    labels = layout.labels()
    candidates = {(0, 0)}
    for r in range(min(_HEAD_ROWS, len(grid))):
        for c in range(min(_HEAD_COLUMNS, len(grid[r]))):
            got = cell(grid, r, c)
            for label in labels if got else ():
                shift = (r - label.row + 1, c - label.position + 1)
                if min(shift) >= 0 and label.match(got) is not None:
                    candidates.add(shift)

    def in_place(shift: tuple[int, int]) -> tuple[int, int]:
        hits = sum(k.match(cell(grid, shift[0] + k.row - 1, shift[1] + k.position - 1)) is not None for k in labels)
        return hits, -sum(shift)

    return max(candidates, key=in_place)


def _header_defect(sheet: str, layout: Layout, label: Column, got: str, row: int, column: int) -> Defect:
    what = f"{_header(got)} n'est pas celui du layout {layout.name}" if got else "l'en-tête manque"
    remedy = f"rétablir l'en-tête {quote(label.header)} ; si le producteur l'a changé, ajouter un layout dans sources/"
    code, place = "en_tete_inconnu" if got else "en_tete_manquant", (row + label.row - 1, column + label.position - 1)
    return at_cell(sheet, *place, code, what, remedy, quote(label.header))


def _header(got: str) -> str:
    shown = shown_header(got, own=False)
    return f"l'en-tête {shown}" if shown else "un en-tête, qui n'est pas repris ici,"


def _unknown_labels(sheet: str, grid: Grid, layout: Layout, row: int, column: int) -> list[Defect]:
    known = {(k.row, k.position) for k in layout.labels()}
    unknown = []
    for r in range(1, layout.header_rows() + 1):
        for c in range(1, layout.left_columns() + 1):
            got = cell(grid, row + r - 1, column + c - 1)
            if got and (r, c) not in known:
                finding = f"{_header(got)} est inconnu du layout {layout.name}"
                place = row + r - 1, column + c - 1
                unknown.append(at_cell(sheet, *place, "en_tete_inconnu", finding, _AS_PUBLISHED, "une cellule vide"))
    return unknown
