"""The return templates that services fill in, written from the Table Schemas of `sources/`."""

from pipelines.templates.content import Template
from pipelines.templates.known import Known
from pipelines.templates.selection import NoTemplate, Skipped, choose
from pipelines.templates.text import table_as_csv
from pipelines.templates.workbook import as_workbook

__all__ = ["Known", "NoTemplate", "Skipped", "Template", "as_workbook", "choose", "table_as_csv"]
