"""Whether a received file speaks of persons, whatever its form."""

from __future__ import annotations

from pathlib import Path

from pipelines.base.refusal import Defect, Refused
from pipelines.files.formats import GEOJSON, PARQUET, TEXT, is_text, open_content
from pipelines.files.parquet_file import ParquetFile
from pipelines.files.whole_file import look_at_names, look_at_parquet, look_at_text, look_at_workbook
from pipelines.personal.detect import PERSONAL
from pipelines.reading.gathering import Reading

# Refused for their size: not unpacked to look for persons.
_TOO_LARGE = {"expansion_excessive", "trop_de_cellules", "archive_tronquee", "archive_abimee"}


def persons_in(path: Path, reading: Reading, folder: Path) -> list[Defect]:
    """Return a defect for each place of a return, or of a file that no layout reads, that seems to hold something of a
    person; of a public file, those that its reading found. `folder` takes what must be unpacked on disk.
    """
    already = [d for d in reading.verdict.defects if d.code == PERSONAL]
    if not reading.to_look_at or _TOO_LARGE & {d.code for d in reading.verdict.defects}:
        return already
    try:
        return _looked_at(path, reading, folder) or already
    except Refused:  # said by its reading
        return already


def _looked_at(path: Path, reading: Reading, folder: Path) -> list[Defect]:
    named = look_at_names(path)
    try:
        content = open_content(path, reading.limits.max_expansion_mib)
    except Refused:
        # Of no known form: looked at as a text, in whatever encoding, or as a workbook.
        text = is_text(path)
        return named + (look_at_text(lambda: path.open("rb"), own=False) if text else look_at_workbook(path, own=False))
    if content.form == TEXT:
        return named + look_at_text(content.open, reading.own, reading.headers)
    if content.form == GEOJSON:
        return named + look_at_text(content.open, own=False)
    with content.on_disk(folder) as file:
        if content.form == PARQUET:
            texts = ParquetFile(file, reading.limits.max_expansion_mib).texts()
            return named + look_at_parquet(texts, reading.own)
        return named + look_at_workbook(file, reading.own)
