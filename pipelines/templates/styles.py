"""How the cells of a form look: white boxes to fill in, grey for what is already there."""

from __future__ import annotations

from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format

_BORDER = {"border": 1, "border_color": "#C5CCD5"}
_GREY = {"bg_color": "#F1F3F5", **_BORDER}
_LAST = {"font_color": "#8A94A0", "italic": True, "align": "left", "indent": 1}


@dataclass(frozen=True)
class Styles:
    title: Format
    heading: Format
    mark: Format
    plain: Format
    wrapped: Format
    header: Format
    quiet_header: Format
    label: Format
    strong_label: Format
    first_label: Format
    total: Format
    text: Format
    whole: Format
    decimal: Format
    date: Format
    reminder: Format
    reminder_part: Format
    check: Format
    hidden: Format
    impossible: Format
    unusual: Format


def styles(book: xlsxwriter.Workbook) -> Styles:
    """Create the formats of one workbook."""

    def made(**look: object) -> Format:
        return book.add_format({"valign": "vcenter", **look})

    head = {"bold": True, "text_wrap": True, "num_format": "@", "border": 1, "border_color": "#FFFFFF"}
    return Styles(
        title=made(bold=True, font_size=16, font_color="#1F3A5F"),
        heading=made(bold=True, font_size=12, font_color="#1F3A5F"),
        mark=made(bold=True, font_color="#B42318"),
        plain=made(font_color="#44505C"),
        wrapped=made(valign="top", num_format="@", text_wrap=True),
        header=made(**head, bg_color="#1F3A5F", font_color="#FFFFFF", align="center"),
        quiet_header=made(
            **{**head, "bold": False}, font_size=9, bg_color="#E3E7EC", font_color="#5B6B7F", align="center"
        ),
        label=made(**_GREY, num_format="@", text_wrap=True),
        strong_label=made(**_GREY, num_format="@", text_wrap=True, bold=True),
        # The first line of a group, under a darker line.
        first_label=made(**{**_GREY, "top": 2, "top_color": "#8A94A0"}, num_format="@", text_wrap=True),
        total=made(**_GREY, num_format="#,##0", bold=True, align="right"),
        text=made(**_BORDER, num_format="@"),
        whole=made(**_BORDER, num_format="#,##0"),
        decimal=made(**_BORDER),
        date=made(**_BORDER, num_format="dd/mm/yyyy"),
        # A format with optional decimals leaves a comma after a whole figure: each has its own.
        reminder=made(**_LAST, num_format="#,##0"),
        reminder_part=made(**_LAST),
        check=made(font_color="#8A3B12", font_size=9, indent=1),
        # Some programs draw a hidden number over the column beside it.
        hidden=made(num_format=";;;"),
        impossible=book.add_format({"bg_color": "#F8C9C4", "font_color": "#7A1208"}),
        unusual=book.add_format({"bg_color": "#FCE3B6", "font_color": "#6B4300"}),
    )
