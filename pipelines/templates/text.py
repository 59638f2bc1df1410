"""A table of a form as CSV: UTF-8 with its mark, the layout's separator, the lines' ends of Windows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from pipelines.templates.content import TableTemplate


def table_as_csv(tables: Sequence[TableTemplate], mark: str = "") -> bytes:
    """Write the headers and prefilled rows of one table, all its periods; the rest is empty.

    `mark` stands first in a demonstration's.
    """
    stream = io.StringIO(newline="")
    if mark:
        stream.write(f"{mark}\r\n")
    writer = csv.DictWriter(stream, tables[0].schema.names, delimiter=tables[0].separator, lineterminator="\r\n")
    writer.writeheader()
    for table in tables:
        writer.writerows(table.rows)
    return stream.getvalue().encode("utf-8-sig")
