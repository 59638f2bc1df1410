"""A table of a template as CSV: UTF-8 with its mark, the layout's separator, the lines' ends of Windows."""

from __future__ import annotations

import csv
import io

from pipelines.templates.content import TableTemplate


def table_as_csv(table: TableTemplate) -> bytes:
    """Headers and prefilled rows; what is left to fill in is empty."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, table.schema.names, delimiter=table.separator, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(table.rows)
    return stream.getvalue().encode("utf-8-sig")
