"""One sheet of a form: what it is about and its totals above, then a line of headers, then the boxes."""

from __future__ import annotations

from collections.abc import Callable

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pipelines.base.typography import french
from pipelines.catalogue.schema import Field
from pipelines.templates.columns import BOX, CHECK, HIDDEN, LABEL, REMINDER, UNIT, Slot, slots
from pipelines.templates.content import TableTemplate, Template
from pipelines.templates.controls import controls, sentence
from pipelines.templates.lines import WHOLE, Line
from pipelines.templates.names import period_in_words
from pipelines.templates.styles import Styles
from pipelines.templates.validation import Names, validations

_HOW = "Écrire dans les cases blanches. Inconnu : laisser vide. Compté, et il n'y en a pas : 0."
_TOTAL = "Total saisi"
# The cached value of a formula without a sentence: an empty one would read as never computed.
_NOTHING = " "


class TableSheet:
    """Writes one table; rows and columns are counted from 0, but in formulas."""

    def __init__(
        self, sheet: Worksheet, table: TableTemplate, template: Template, names: dict[str, Names], styles: Styles
    ):
        self.sheet, self.table, self.template, self.names, self.styles = sheet, table, template, names, styles
        self.slots = slots(table)
        self.has_totals = any(s.kind == BOX and s.field.totalled for s in self.slots)
        self.header = 2 + self.has_totals + (table.known_period is not None)
        self.first = self.header + 1
        self.last = self.header + len(table.lines) + table.spare_rows
        groups = [line.group for line in table.lines]
        self.starts = {self.first + i for i in range(1, len(groups)) if groups[i] != groups[i - 1]}

    def write(self) -> None:
        """Write the whole sheet."""
        self._look()
        self._banner()
        for column, slot in enumerate(self.slots):
            style = self.styles.header if slot.kind == BOX else self.styles.quiet_header
            self.sheet.write_string(self.header, column, slot.header, style)
            if slot.kind == BOX:
                note = {"author": "Vigie", "width": 320, "height": 60, "font_size": 9}
                self.sheet.write_comment(self.header, column, french(slot.field.description), note)
                self._validate(column, slot.field)
        for rank, line in enumerate(self.table.lines):
            self._line(self.first + rank, line)
        spare = Line(self.table.blank)
        for row in range(self.first + len(self.table.lines), self.last + 1):
            self._line(row, spare, is_spare=True)
        self._check()

    def _look(self) -> None:
        sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(self.header)
        sheet.freeze_panes(self.first, 1)
        sheet.set_row(0, 24)
        sheet.set_row(self.header, 52)
        for column, slot in enumerate(self.slots):
            sheet.set_column(column, column, slot.width(self.table), None, {"hidden": slot.kind == HIDDEN})

    def _banner(self) -> None:
        who = [self.template.respondent.shown] if self.template.respondent else []
        title = " — ".join([self.template.source.form_name, *who, period_in_words(self.table.period)])
        self.sheet.write_string(0, 0, title, self.styles.title)
        how = f"{self.template.mark}. {french(_HOW)}" if self.template.mark else french(_HOW)
        self.sheet.write_string(1, 0, how, self.styles.mark if self.template.mark else self.styles.plain)
        known, row = self.table.known_period, 2
        if known:
            for column in self._columns(REMINDER):
                self.sheet.write_string(row, column, period_in_words(known), self.styles.reminder)
            row += 1
        if self.has_totals:
            self.sheet.write_string(row, 0, _TOTAL, self.styles.total)
            for column, slot in enumerate(self.slots):
                if slot.kind in {BOX, REMINDER} and slot.field.totalled:
                    self._total(row, column, slot)

    def _total(self, row: int, column: int, slot: Slot) -> None:
        cells = f"{xl_rowcol_to_cell(self.first, column)}:{xl_rowcol_to_cell(self.last, column)}"
        known = [n for n in map(_number, self._lasts(slot.field)) if n is not None] if slot.kind == REMINDER else []
        style = self.styles.total if slot.kind == BOX else self._last_style(sum(known))
        self.sheet.write_formula(
            row, column, f'=IF(COUNT({cells})=0,"",SUM({cells}))', style, sum(known) if known else _NOTHING
        )

    def _lasts(self, f: Field) -> list[str | None]:
        return [self.table.last(line, f.name) for line in self.table.lines]

    def _line(self, row: int, line: Line, is_spare: bool = False) -> None:
        texts = [line.label] if not is_spare else []
        self.sheet.set_row(row, 15 * max([1, *(-(-len(text) // 56) for text in texts)]))
        for column, slot in enumerate(self.slots):
            if slot.kind in {LABEL, UNIT}:
                self._meaning(row, column, slot, line, is_spare)
            elif slot.kind == REMINDER and not is_spare:
                self._reminder(row, column, slot.field, line)
            elif slot.kind in {BOX, HIDDEN}:
                self._cell(row, column, slot, line)

    def _meaning(self, row: int, column: int, slot: Slot, line: Line, is_spare: bool) -> None:
        style = self.styles.first_label if row in self.starts else self.styles.label
        style = self.styles.strong_label if line.rule == WHOLE else style
        listed = self._lookup()
        if not is_spare:
            self.sheet.write_string(row, column, line.label if slot.kind == LABEL else line.unit, style)
        elif listed:
            # The label of a spare line appears as soon as its code is chosen.
            code, (codes, labels, units) = listed
            cell = xl_rowcol_to_cell(row, code)
            wanted = labels if slot.kind == LABEL else units
            formula = f'=IF({cell}="","",IFERROR(INDEX({wanted},MATCH({cell},{codes},0)),""))'
            self.sheet.write_formula(row, column, formula, style, _NOTHING)

    def _lookup(self) -> tuple[int, Names] | None:
        """Find the column of codes that spare lines are labelled by, and the names of its list."""
        for column in self._columns(BOX):
            f = self.slots[column].field
            if f.column.code_list and f.name in self.names:
                return column, self.names[f.name]
        return None

    def _reminder(self, row: int, column: int, f: Field, line: Line) -> None:
        last = self.table.last(line, f.name)
        number = _number(last) if f.is_number else None
        if number is not None:
            self.sheet.write_number(row, column, number, self._last_style(number))
        elif last is not None:
            self.sheet.write_string(row, column, f.words.get(last, last), self.styles.reminder)

    def _last_style(self, number: float) -> Format:
        return self.styles.reminder if float(number).is_integer() else self.styles.reminder_part

    def _cell(self, row: int, column: int, slot: Slot, line: Line) -> None:
        value = line.values[slot.field.name]
        style = self.styles.hidden if slot.kind == HIDDEN else self._style(slot.field, line.unit)
        if value is None:
            self.sheet.write_blank(row, column, None, style)
        elif isinstance(value, str):
            # Text as text, whatever it looks like: 46, 01 or 2021-07 written as a number would be lost.
            self.sheet.write_string(row, column, value, style)
        else:
            self.sheet.write_number(row, column, value, style)

    def _style(self, f: Field, unit: str) -> Format:
        if f.is_number:
            return self.styles.whole if f.is_whole(unit) else self.styles.decimal
        return self.styles.date if f.type == "date" else self.styles.text

    def _validate(self, column: int, f: Field) -> None:
        for first, last, rule in validations(self.table, f, self.first, self.last, self.names.get(f.name)):
            self.sheet.data_validation(first, column, last, column, rule)

    def _check(self) -> None:
        """Colour the boxes that are wrong, and write the sentence beside each line."""
        found = controls(self.table, self.first + 1, self._letters(BOX), self._letters(REMINDER))
        for c in found:
            look = self.styles.impossible if c.impossible else self.styles.unusual
            column = self._column(BOX, c.column)
            if column is None:
                continue
            rule = {"type": "formula", "criteria": f"={c.condition(c.first)}", "format": look}
            self.sheet.conditional_format(c.first - 1, column, c.last - 1, column, rule)
        for column in self._columns(CHECK):
            for row in range(self.first, self.first + len(self.table.lines)):
                if formula := sentence(found, row + 1):
                    self.sheet.write_formula(row, column, formula, self.styles.check, _NOTHING)

    def _columns(self, kind: str) -> list[int]:
        return [i for i, s in enumerate(self.slots) if s.kind == kind]

    def _column(self, kind: str, name: str) -> int | None:
        return next((i for i in self._columns(kind) if self.slots[i].field.name == name), None)

    def _letters(self, kind: str) -> Callable[[str], str | None]:
        def letter(name: str) -> str | None:
            column = self._column(kind, name)
            return None if column is None else xl_col_to_name(column)

        return letter


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
