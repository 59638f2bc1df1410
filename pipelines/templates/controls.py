"""What a form checks while it is filled in, as formulas: what cannot be, what is far from what was last known.

A formula names cells as a spreadsheet does (`C8`); texts in it are French, for who fills the form in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.templates.content import ADDEND, PART, WHOLE, TableTemplate
from pipelines.templates.schema import Field

# Two counts of the same thing rarely differ by more than three times the square root of their sum.
_FAR = 3
# The cell of a column, by its name, on a line of the sheet counted from 1; None where the column is not there.
Cell = Callable[[str, int], str | None]


@dataclass(frozen=True)
class Control:
    """Cells that are wrong together when `condition` holds; `says` is an expression that gives the sentence."""

    column: str
    first: int
    last: int
    condition: str
    says: str
    impossible: bool = True


def controls(table: TableTemplate, first: int, answer: Cell, reminder: Cell) -> list[Control]:
    """Those of a sheet whose lines start at `first`, each on the line where it begins."""
    found: list[Control] = []
    for rank, line in enumerate(table.lines):
        row = first + rank
        for f in filter(_is_answered_by_number, table.schema.answers):
            found += _of_cell(f, row, line.unit, answer, reminder)
        for part, whole in table.parts:
            p, w = answer(part, row), answer(whole, row)
            names = {f.name: f.title for f in table.schema.fields}
            says = _text(f"« {names[part]} » dépasse « {names[whole]} ». ")
            found.append(Control(part, row, row, f"AND(ISNUMBER({p}),ISNUMBER({w}),{p}>{w})", says))
    return found + _between_lines(table, first, answer)


def _is_answered_by_number(f: Field) -> bool:
    return f.is_number


def _of_cell(f: Field, row: int, unit: str, answer: Cell, reminder: Cell) -> list[Control]:
    cell, last = answer(f.name, row), reminder(f.name, row)
    whole = f.is_whole(unit)
    wrong = f"OR({cell}<0,{cell}<>INT({cell}))" if whole else f"{cell}<0"
    expected = "un nombre entier est attendu" if whole else "un nombre est attendu"
    found = [
        Control(f.name, row, row, f'IF(ISNUMBER({cell}),{wrong},{cell}<>"")', _text(f"« {f.title} » : {expected}. "))
    ]
    if last:
        far = f"AND(ISNUMBER({cell}),ISNUMBER({last}),ABS({cell}-{last})>{_FAR}*SQRT(ABS({cell}+{last})))"
        says = _text(f"{f.title} : loin du dernier connu. ")
        found.append(Control(f.name, row, row, far, says, impossible=False))
    return found


def _between_lines(table: TableTemplate, first: int, answer: Cell) -> list[Control]:
    """A part against the whole above it; a group whose lines must add up to that whole."""
    [*numbers] = [f.name for f in table.schema.answers if f.is_number]
    if len(numbers) != 1:
        return []
    [name] = numbers
    found, whole, seen = [], None, set()
    for rank, line in enumerate(table.lines):
        row = first + rank
        if line.rule == WHOLE:
            whole = (answer(name, row), line.label)
        elif line.rule == PART and whole:
            cell, (total, label) = answer(name, row), whole
            condition = f"AND(ISNUMBER({cell}),ISNUMBER({total}),{cell}>{total})"
            found.append(Control(name, row, row, condition, _text(f"Plus que « {label} ». ")))
        elif line.rule == ADDEND and whole and line.group not in seen:
            seen.add(line.group)
            last = row + sum(other.group == line.group for other in table.lines) - 1
            cells, total = f"{answer(name, row)}:{answer(name, last)}", whole[0]
            told = f"OR(SUM({cells})>{total},AND(COUNT({cells})=ROWS({cells}),SUM({cells})<>{total}))"
            says = f'{_text(f"{line.group} : ")}&SUM({cells})&{_text(" pour un total de ")}&{total}&". "'
            found.append(Control(name, row, last, f"AND(ISNUMBER({total}),COUNT({cells})>0,{told})", says))
    return found


def sentence(found: list[Control]) -> str:
    """The formula of what is said beside a line; never an error, whatever is written in the cells."""
    in_order = sorted(found, key=lambda c: not c.impossible)
    return "=IFERROR(" + "&".join(f'IF({c.condition},{c.says},"")' for c in in_order) + ',"")'


def _text(words: str) -> str:
    quoted = words.replace('"', '""')
    return f'"{quoted}"'
