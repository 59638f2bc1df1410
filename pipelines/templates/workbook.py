"""A template as an .xlsx: the notice, a sheet a table, and the lists behind the drop-downs. No macro, no formula.

The same template gives the same bytes: the document is dated from its period, never from the clock.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pipelines.templates.content import TableTemplate, Template
from pipelines.templates.notice import Block, notice
from pipelines.templates.schema import Field

# Sheets that the intake passes over: sources/ignored_sheets.csv names them.
NOTICE, LISTS = "Notice", "Listes"
# Excel refuses longer texts in a validation.
_MOST_TITLE, _MOST_MESSAGE = 32, 255
_NOTICE_WIDTHS = (30, 46, 60, 44, 14, 26)
_FIRST_DAY, _LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)


@dataclass(frozen=True)
class _Styles:
    title: Format
    heading: Format
    key_header: Format
    header: Format
    text: Format
    wrapped: Format
    key_text: Format
    key_number: Format
    whole: Format
    date: Format


def as_workbook(template: Template) -> bytes:
    """The workbook's bytes."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        first_day = dt.datetime.combine(template.period.start, dt.time(), dt.UTC)
        book.set_properties({"title": template.source.label, "author": "Vigie", "created": first_day})
        styles = _styles(book)
        _write_notice(book.add_worksheet(NOTICE), notice(template), styles)
        sheets = [(book.add_worksheet(t.sheet), t) for t in template.tables]
        names = _write_lists(book, template, styles)
        for sheet, table in sheets:
            _write_table(sheet, table, names[table.name], styles)
    return stream.getvalue()


def _styles(book: xlsxwriter.Workbook) -> _Styles:
    cell = {"valign": "top"}
    head = {"bold": True, "font_color": "#FFFFFF", "num_format": "@", "border": 1, "border_color": "#FFFFFF"}
    key = {"bg_color": "#E3E7EC", "border": 1, "border_color": "#C5CCD5"}
    return _Styles(
        title=book.add_format({"bold": True, "font_size": 16}),
        heading=book.add_format({"bold": True, "font_size": 12, "font_color": "#1F3A5F"}),
        key_header=book.add_format({**head, "bg_color": "#5B6B7F"}),
        header=book.add_format({**head, "bg_color": "#1F3A5F"}),
        text=book.add_format({**cell, "num_format": "@"}),
        wrapped=book.add_format({**cell, "num_format": "@", "text_wrap": True}),
        key_text=book.add_format({**key, "num_format": "@"}),
        key_number=book.add_format({**key, "num_format": "0"}),
        whole=book.add_format({"num_format": "0"}),
        date=book.add_format({"num_format": "yyyy-mm-dd"}),
    )


def _write_notice(sheet: Worksheet, blocks: list[Block], styles: _Styles) -> None:
    for column, width in enumerate(_NOTICE_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    _print_on_one_width(sheet)
    row = 0
    for block in blocks:
        sheet.write_string(row, 0, block.heading, styles.heading if row else styles.title)
        row += 1
        for column, header in enumerate(block.headers):
            sheet.write_string(row, column, header, styles.header)
        row += bool(block.headers)
        for line in block.lines:
            if len(line) == 1:
                sheet.merge_range(row, 0, row, len(_NOTICE_WIDTHS) - 1, "", styles.wrapped)
                sheet.set_row(row, 15 * _lines(line[0], sum(_NOTICE_WIDTHS)))
            else:
                needed = max(_lines(t, w) for t, w in zip(line, _NOTICE_WIDTHS, strict=False))
                sheet.set_row(row, 15 * needed)
            for column, text in enumerate(line):
                sheet.write_string(row, column, text, styles.wrapped)
            row += 1
        row += 1


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column, near enough: a program that reads the file cannot tell."""
    return max(1, -(-len(text) * 11 // int(width * 10)))


def _write_lists(book: xlsxwriter.Workbook, template: Template, styles: _Styles) -> dict[str, dict[str, str]]:
    """One column a list, under a name; gives table → column → that name."""
    sheet = book.add_worksheet(LISTS)
    sheet.freeze_panes(1, 0)
    names: dict[str, dict[str, str]] = {t.name: {} for t in template.tables}
    column = 0
    for table in template.tables:
        for f in table.schema.fields:
            listed = table.choices.get(f.name)
            if not listed:
                continue
            name = re.sub(r"\W", "_", f"liste_{table.name}_{f.name}")
            sheet.write_string(0, column, name, styles.header)
            sheet.set_column(column, column, max(len(name), *(len(c.code) for c in listed)) + 2, _body(f, styles))
            for row, code in enumerate(listed, start=1):
                _write(sheet, row, column, f.typed(code.code), _body(f, styles))
            letter = xl_col_to_name(column)
            book.define_name(name, f"={LISTS}!${letter}$2:${letter}${len(listed) + 1}")
            names[table.name][f.name] = name
            column += 1
    return names


def _write_table(sheet: Worksheet, table: TableTemplate, names: dict[str, str], styles: _Styles) -> None:
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    _print_on_one_width(sheet)
    last = len(table.rows) + table.spare_rows
    for column, f in enumerate(table.schema.fields):
        own = styles.key_header if f.name in table.schema.key else styles.header
        sheet.write_string(0, column, f.name, own)
        _note(sheet, 0, column, f"{f.title}\n{f.description}")
        sheet.set_column(column, column, _width(table, f), _body(f, styles))
        shaded = styles.key_text if f.is_text else styles.key_number
        labels = {f.typed(c.code): c for c in table.choices.get(f.name, []) if c.label}
        speaks = len(labels) > 1 and len({row[f.name] for row in table.rows}) > 1
        for row, values in enumerate(table.rows, start=1):
            value = values[f.name]
            if value is None:
                continue
            _write(sheet, row, column, value, shaded)
            if speaks:
                said = labels[value]
                _note(sheet, row, column, said.label + (f"\nUnité : {said.unit}" if said.unit else ""))
        if rule := _validation(f, names.get(f.name)):
            sheet.data_validation(1, column, last, column, rule)


def _write(sheet: Worksheet, row: int, column: int, value: object, style: Format) -> None:
    """Text as text, whatever it looks like: 46, 01 or 2021-07 written as a number would be lost."""
    if isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _note(sheet: Worksheet, row: int, column: int, text: str) -> None:
    height = 18 * (text.count("\n") + 1 + len(text) // 48)
    sheet.write_comment(row, column, text, {"author": "Vigie", "width": 320, "height": height, "font_size": 9})


def _validation(f: Field, name: str | None) -> dict[str, object] | None:
    """What a spreadsheet program checks of a column; none for a free text."""
    rule: dict[str, object] = {
        "ignore_blank": not f.required,
        "error_title": _cut(f"{f.title} ({f.name})", _MOST_TITLE),
        "error_message": _cut(f"{_expectation(f, name)} {f.description}", _MOST_MESSAGE),
    }
    if name:
        return rule | {"validate": "list", "source": f"={name}"}
    if f.type == "date":
        return rule | {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
    if f.type not in {"integer", "number"}:
        return None
    rule["validate"] = "integer" if f.type == "integer" else "decimal"
    low, high = f.minimum, f.maximum
    if low is not None and high is not None:
        return rule | {"criteria": "between", "minimum": low, "maximum": high}
    if high is not None:
        return rule | {"criteria": "<=", "value": high}
    return rule | {"criteria": ">=", "value": -1e15 if low is None else low}


def _expectation(f: Field, name: str | None) -> str:
    said = "une valeur de la liste déroulante" if name else f.expected()
    return f"On attend {said}{'' if f.required else ', ou rien'}."


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _body(f: Field, styles: _Styles) -> Format | None:
    """The format of a whole column: what is typed below the last row is typed right too."""
    return {"string": styles.text, "integer": styles.whole, "date": styles.date}.get(f.type)


def _width(table: TableTemplate, f: Field) -> float:
    held = [len(str(row[f.name])) for row in table.rows if row[f.name] is not None]
    held += [len(c.code) for c in table.choices.get(f.name, [])]
    return min(44, max([len(f.name), 8, *held]) + 3)


def _print_on_one_width(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
