"""What a spreadsheet program refuses in a column of a form as it is typed, with its sentence in French."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby

from pipelines.base.typography import french
from pipelines.catalogue.schema import Field
from pipelines.templates.content import TableTemplate

# Excel refuses longer texts in a validation.
_MOST_TITLE, _MOST_MESSAGE = 32, 255
_FIRST_DAY, _LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
# The names, in the sheet of lists, of the codes of a list, of their labels and of their units.
Names = tuple[str, str, str]
Rule = dict[str, object]


def validations(
    table: TableTemplate, f: Field, first: int, last: int, names: Names | None
) -> Iterator[tuple[int, int, Rule]]:
    """(first line, last line, rule) for the lines of a sheet, by runs of lines whose units are of a kind.

    A line that its reader will choose the unit of takes any number.
    """
    row = first
    for whole, run in groupby(f.is_whole(line.unit) for line in table.lines):
        end = row + len(list(run)) - 1
        if rule := _rule(f, whole, names):
            yield row, end, rule
        row = end + 1
    if row <= last and (rule := _rule(f, f.type == "integer", names)):
        yield row, last, rule


def _rule(f: Field, whole: bool, names: Names | None) -> Rule | None:
    """Build the rule of some cells; none for a free text."""
    expected = "une valeur de la liste déroulante" if names else f.expected(whole)
    rule: Rule = {
        "ignore_blank": not f.column.required,
        "error_title": _cut(f.title, _MOST_TITLE),
        "error_message": _cut(
            french(f"Valeur attendue : {expected}{'' if f.column.required else ', ou rien'}. {f.description}"),
            _MOST_MESSAGE,
        ),
    }
    if names:
        # A place that the list lacks is judged when the file comes.
        return rule | {
            "validate": "list",
            "source": f"={names[0]}",
            "error_type": "warning" if f.column.type == "lieu" else "stop",
        }
    if f.type == "date":
        return rule | {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
    if not f.is_number:
        return None
    rule["validate"] = "integer" if whole else "decimal"
    low, high = f.column.minimum, f.column.maximum
    if low is not None and high is not None:
        return rule | {"criteria": "between", "minimum": low, "maximum": high}
    if high is not None:
        return rule | {"criteria": "<=", "value": high}
    return rule | {"criteria": ">=", "value": -1e15 if low is None else low}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
