"""What a form checks while it is filled in, as formulas: what cannot be, what is far from what was last known.

A formula names cells as a spreadsheet does, the column fixed and the line its own (`$C8`); texts in it are French, for
who fills the form in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from pipelines.catalogue.schema import Field
from pipelines.templates.content import TableTemplate
from pipelines.templates.lines import ADDEND, PART, WHOLE

# Two counts of the same thing rarely differ by more than three times the square root of their sum.
_FAR = 3
# The letter of a column, by the name of its field; None where the column is not there.
Letter = Callable[[str], str | None]
Condition = Callable[[int], str]


@dataclass(frozen=True)
class Control:
    """Cells of a column, from a line to another counted from 1, that are wrong where `condition` of their line holds.

    `says` is an expression that gives the sentence, on each line or, of lines that are wrong together, on the first.
    """

    column: str
    first: int
    last: int
    condition: Condition
    says: str
    impossible: bool = True
    together: bool = False

    def is_said_on(self, row: int) -> bool:
        return row == self.first if self.together else self.first <= row <= self.last


def controls(table: TableTemplate, first: int, box: Letter, reminder: Letter) -> list[Control]:
    """List the controls of a sheet whose lines start at `first`."""
    if not table.lines:
        return []
    last, found = first + len(table.lines) - 1, []
    titles = {f.name: f.title for f in table.schema.fields}
    for part, whole in table.parts:
        says = _text(f"« {titles[part]} » dépasse « {titles[whole]} ». ")
        if (small := box(part)) and (large := box(whole)):
            found.append(Control(part, first, last, _above(small, large), says))
    for f in table.schema.answers:
        if f.is_number and (letter := box(f.name)):
            found += _unsound(table, f, first, letter)
            if known := reminder(f.name):
                says = _text(f"{f.title} : loin du dernier connu. ")
                found.append(Control(f.name, first, last, _far(letter, known), says, impossible=False))
    return found + list(_between_lines(table, first, box))


def _above(part: str, whole: str) -> Condition:
    return lambda n: f"AND(ISNUMBER(${part}{n}),ISNUMBER(${whole}{n}),${part}{n}>${whole}{n})"


def _far(box: str, known: str) -> Condition:
    return lambda n: (
        f"AND(ISNUMBER(${box}{n}),ISNUMBER(${known}{n}),"
        f"ABS(${box}{n}-${known}{n})>{_FAR}*SQRT(ABS(${box}{n}+${known}{n})))"
    )


def _unsound(table: TableTemplate, f: Field, first: int, box: str) -> Iterator[Control]:
    """Check that answers are numbers, or counts, by runs of lines whose units are alike."""
    row = first
    for whole, run in groupby(f.is_whole(line.unit) for line in table.lines):
        last = row + len(list(run)) - 1
        expected = "un nombre entier est attendu" if whole else "un nombre est attendu"
        yield Control(f.name, row, last, _no_number(box, whole), _text(f"« {f.title} » : {expected}. "))
        row = last + 1


def _no_number(box: str, whole: bool) -> Condition:
    def condition(n: int) -> str:
        cell = f"${box}{n}"
        wrong = f"OR({cell}<0,{cell}<>INT({cell}))" if whole else f"{cell}<0"
        return f'IF(ISNUMBER({cell}),{wrong},{cell}<>"")'

    return condition


def _between_lines(table: TableTemplate, first: int, box: Letter) -> Iterator[Control]:
    """Check a part against the whole above it, and groups whose lines must add up to it."""
    numbers = [f.name for f in table.schema.answers if f.is_number]
    if len(numbers) != 1:
        return
    [name], letter, whole = numbers, box(numbers[0]), None
    if letter is None:
        return
    seen: set[str] = set()
    for row, line in enumerate(table.lines, start=first):
        if line.rule == WHOLE:
            whole = (f"${letter}${row}", line.label)
        elif line.rule == PART and whole:
            yield Control(name, row, row, _over(letter, whole[0]), _text(f"Plus que « {whole[1]} ». "))
        elif line.rule == ADDEND and whole and line.group not in seen:
            seen.add(line.group)
            last = row + sum(other.group == line.group for other in table.lines) - 1
            cells, total = f"${letter}${row}:${letter}${last}", whole[0]
            says = f"{_text(f'{line.group} : ')}&SUM({cells})&{_text(' pour un total de ')}&{total}&{_text('. ')}"
            yield Control(name, row, last, _unequal(cells, total), says, together=True)


def _over(box: str, total: str) -> Condition:
    return lambda n: f"AND(ISNUMBER(${box}{n}),ISNUMBER({total}),${box}{n}>{total})"


def _unequal(cells: str, total: str) -> Condition:
    told = f"OR(SUM({cells})>{total},AND(COUNT({cells})=ROWS({cells}),SUM({cells})<>{total}))"
    return lambda n: f"AND(ISNUMBER({total}),COUNT({cells})>0,{told})"


def sentence(found: list[Control], row: int) -> str:
    """Write the formula beside a line: impossible values first; never an error, whatever is in the cells."""
    said = sorted((c for c in found if c.is_said_on(row)), key=lambda c: not c.impossible)
    return "=IFERROR(" + "&".join(f'IF({c.condition(row)},{c.says},"")' for c in said) + ',"")' if said else ""


def _text(words: str) -> str:
    quoted = words.replace('"', '""')
    return f'"{quoted}"'
