"""The files of a form: its workbook, then a CSV a table."""

from __future__ import annotations

from pathlib import Path

from pipelines.machine.durable import write_once
from pipelines.templates.content import Template
from pipelines.templates.text import table_as_csv
from pipelines.templates.workbook import as_workbook


def write_forms(root: Path, templates: list[Template]) -> tuple[list[Path], list[Path]]:
    """Write each form in the folder of its period; return what was written, and what is kept because it was filled."""
    written: list[Path] = []
    kept: list[Path] = []
    for template in templates:
        target = root / str(template.period)
        target.mkdir(parents=True, exist_ok=True)
        for name, content in _contents(template).items():
            (written if write_once(target / name, content) else kept).append(target / name)
    return written, kept


def names(template: Template) -> list[str]:
    """Name the files of a form, the workbook first."""
    sheets = {k.table: k.sheet for k in template.source.layouts if k.templated}
    return [f"{template.name}.xlsx", *(f"{template.name} - {sheets[name]}.csv" for name in template.by_table)]


def _contents(template: Template) -> dict[str, bytes]:
    texts = (table_as_csv(sheets, template.mark) for sheets in template.by_table.values())
    return dict(zip(names(template), [as_workbook(template), *texts], strict=True))
