"""The charts of the workbook: native ones, over the numbers of a sheet beside them."""

from __future__ import annotations

import math
from typing import cast

import xlsxwriter
from xlsxwriter.chart_line import ChartLine

from pipelines.report import figures, wording
from pipelines.report.contents import Contents
from pipelines.report.edition import Edition
from pipelines.report.workbook import printing
from pipelines.report.workbook.formats import Formats

_DRAWN, _NUMBERS = "Graphiques", "Séries"
_WIDE, _HIGH, _COLUMNS, _ROWS, _ROWS_OF_A_PAGE = 560, 260, 2, 14, 5
_SCALE, _LAST_COLUMN = 55, 17


def write(book: xlsxwriter.Workbook, contents: Contents, edition: Edition) -> None:
    """Draw a chart for each head indicator that has a series; a period without a value is a gap."""
    drawn, numbers = book.add_worksheet(_DRAWN), book.add_worksheet(_NUMBERS)
    strong, formats = book.add_format({"bold": True}), Formats(book)
    drawn.set_column(0, 20, 9)
    numbers.set_column(0, 0, 44)
    lines = {line.code: line for p in contents.priorities for line in p.heads if len(line.points) > 1}
    row = wide = 0
    for rank, line in enumerate(lines.values()):
        numbers.write_string(row, 0, f"{line.label} ({line.unit})", strong)
        for place, point in enumerate(line.points, start=1):
            numbers.write_string(row, place, wording.short_period(point.period), strong)
            if point.value is not None:
                value = figures.rounded(point.value, line.unit)
                numbers.write_number(row + 1, place, value, formats[figures.number_format(value, line.unit)])
            else:
                numbers.write_string(row + 1, place, "n. p." if point.state == "non publié" else point.state)
        last = len(line.points)
        wide = max(wide, last)
        chart = cast(ChartLine, book.add_chart({"type": "line"}))
        chart.add_series(
            {
                "name": [_NUMBERS, row, 0],
                "categories": [_NUMBERS, row, 1, row, last],
                "values": [_NUMBERS, row + 1, 1, row + 1, last],
                "line": {"color": "#1b1f24", "width": 1.5},
                "marker": {"type": "circle", "size": 5, "fill": {"color": "#1b1f24"}},
                "data_labels": {"value": True, "custom": [{"delete": True}] * (last - 1)},
            }
        )
        chart.set_title({"name": f"{line.label} ({line.unit})", "name_font": {"size": 11}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#d0d7de"}}})
        chart.show_blanks_as("gap")
        chart.set_size({"width": _WIDE, "height": _HIGH})
        drawn.insert_chart(rank // _COLUMNS * _ROWS, rank % _COLUMNS * 9, chart, {"description": line.spoken})
        row += 3
    printing.set_up(drawn, edition, _DRAWN)
    # Whole rows of charts on each page: none is cut.
    drawn.set_print_scale(_SCALE)
    pages = math.ceil(len(lines) / _COLUMNS / _ROWS_OF_A_PAGE)
    drawn.set_h_pagebreaks([_ROWS * _ROWS_OF_A_PAGE * page for page in range(1, pages)])
    drawn.print_area(0, 0, _ROWS * math.ceil(len(lines) / _COLUMNS), _LAST_COLUMN)
    printing.set_up(numbers, edition, _NUMBERS)
    numbers.freeze_panes(0, 1)
