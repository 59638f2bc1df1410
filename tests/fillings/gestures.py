"""What a hand does to a form: each gesture of `fillings.yml` is a function of its name."""

from __future__ import annotations

from tests.fillings.forms import KEYS, Book, Cell, Sheet


def _row(sheet: Sheet, name: str, selector: str) -> int:
    """Where the row that a selector names stands: `7`, `tapages`, `personnes/total/total`."""
    wanted = str(selector).split("/")
    columns = [sheet.column(k) for k in KEYS[name][1]][: len(wanted)]
    return next(i for i, row in enumerate(sheet.rows) if i > sheet.header and [str(row[c]) for c in columns] == wanted)


def ecrire(book: Book, name: str, selector: str, column: str, value: Cell) -> None:
    """Write in a box."""
    sheet = book[name]
    sheet.rows[_row(sheet, name, selector)][sheet.column(column)] = value


def ecrire_partout(book: Book, name: str, column: str, value: Cell) -> None:
    """Write the same in every box of a column."""
    for row in book[name].body():
        row[book[name].column(column)] = value


def format_de_case(book: Book, name: str, selector: str, column: str, code: str) -> None:
    """Give a box a number format."""
    sheet = book[name]
    sheet.formats[_row(sheet, name, selector) + 1, sheet.column(column) + 1] = code


def supprimer(book: Book, name: str, *selectors: str) -> None:
    """Delete rows."""
    for selector in selectors:
        del book[name].rows[_row(book[name], name, selector)]


def supprimer_feuille(book: Book, name: str) -> None:
    del book[name]


def ajouter_ligne(book: Book, name: str, values: dict[str, Cell]) -> None:
    """A row below the table, with what is written in it by column."""
    headers = book[name].rows[book[name].header]
    book[name].rows.append([values.get(h) for h in headers])


def ligne_vide_avant(book: Book, name: str, selector: str) -> None:
    sheet = book[name]
    sheet.rows.insert(_row(sheet, name, selector), [None] * len(sheet.rows[sheet.header]))


def texte_dessous(book: Book, name: str, text: str, skipped: int = 1, column: int = 0) -> None:
    """A text some rows below the table."""
    width = len(book[name].rows[book[name].header])
    book[name].rows += [[None] * width for _ in range(skipped)]
    book[name].rows.append([None] * column + [text])


def texte_a_droite(book: Book, name: str, selector: str, text: Cell, gap: int = 1) -> None:
    """Something on the right of the table, beyond an empty column."""
    sheet = book[name]
    width = len(sheet.rows[sheet.header])
    row = sheet.rows[_row(sheet, name, selector)]
    row += [None] * (width + gap - len(row)) + [text]


def titre_dessus(book: Book, name: str, *lines: str) -> None:
    """Lines above the headers."""
    sheet = book[name]
    sheet.rows[:0] = [[line] for line in lines]
    sheet.header += len(lines)


def colonne_a_gauche(book: Book, name: str, header: str | None = None) -> None:
    """A column before the first, empty or of labels."""
    sheet = book[name]
    for i, row in enumerate(sheet.rows):
        row.insert(0, header if i == sheet.header else (f"libellé {i}" if header and i > sheet.header else None))


def ajouter_colonne(book: Book, name: str, header: str, value: Cell = None) -> None:
    """A column after the last."""
    sheet = book[name]
    for i, row in enumerate(sheet.rows):
        if i >= sheet.header:
            row.append(header if i == sheet.header else value)


def supprimer_colonne(book: Book, name: str, column: str) -> None:
    sheet = book[name]
    at = sheet.column(column)
    for row in sheet.rows[sheet.header :]:
        del row[at]


def renommer(book: Book, name: str, old: str, new: str) -> None:
    """Write another header."""
    sheet = book[name]
    sheet.rows[sheet.header][sheet.column(old)] = new


def renommer_feuille(book: Book, old: str, new: str) -> None:
    book[new] = book.pop(old)


def repeter_entetes(book: Book, name: str, selector: str) -> None:
    """The header line again in the middle of the table, as pasted pages have it."""
    sheet = book[name]
    sheet.rows.insert(_row(sheet, name, selector), list(sheet.rows[sheet.header]))


def fusionner(book: Book, name: str, first: str, last: str, column: str) -> None:
    """Merge the boxes of a column, from one row to another: the first alone keeps its value."""
    sheet = book[name]
    top, bottom, at = _row(sheet, name, first), _row(sheet, name, last), sheet.column(column)
    for row in range(top + 1, bottom + 1):
        sheet.rows[row][at] = None
    sheet.merged.append((top + 1, at + 1, bottom + 1, at + 1))


def ajouter_feuille(book: Book, name: str, *rows: list[Cell], hidden: bool = False) -> None:
    book[name] = Sheet([list(row) for row in rows], hidden=hidden)


def copier_feuille(book: Book, name: str, copy: str) -> None:
    book[copy] = Sheet([list(row) for row in book[name].rows])


def inverser_colonnes(book: Book, name: str) -> None:
    for row in book[name].rows[book[name].header :]:
        row.reverse()


def transposer(book: Book, name: str) -> None:
    rows = book[name].rows
    book[name].rows = [list(column) for column in zip(*rows, strict=True)]


def trier(book: Book, name: str, column: str) -> None:
    """Sort the rows by a column, from the highest."""
    sheet = book[name]
    at = sheet.column(column)
    sheet.rows[sheet.header + 1 :] = sorted(sheet.body(), key=lambda row: str(row[at]), reverse=True)
