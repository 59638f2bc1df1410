"""One received workbook → raw Parquet and a verdict. Runs in the worker child, never in the load itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from pipelines.durable import commit
from pipelines.intake.catalogue import Catalogue, tidy
from pipelines.intake.guard import check_workbook
from pipelines.intake.matrix import read_matrix
from pipelines.intake.recognise import Grid, recognise, text
from pipelines.intake.refusal import Defect, Refused

DEMONSTRATION, REAL = "demonstration", "reelle"


@dataclass(frozen=True)
class Limits:
    """What a received file may cost."""

    max_expansion_mib: int
    max_cells: int


@dataclass
class Part:
    """What one delivery brings to one slice of one source."""

    source: str
    table: str
    tranche: str
    edition: str
    layout: str
    feuille: str
    lignes: int
    cellules: int
    vides: int
    empreinte: str


@dataclass
class Verdict:
    """Accepted when `defects` is empty; then `parts` says what the raw files hold."""

    nature: str = REAL
    parts: list[Part] = field(default_factory=list)
    defects: list[dict[str, object]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def parse_workbook(
    path: Path,
    delivery_id: str,
    raw: Path,
    catalogue: Catalogue,
    limits: Limits,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Verdict:
    """Read every sheet with exactly one layout and write `raw/<source>/<table>/<delivery_id>.parquet`.

    Nothing is written when a single sheet is refused; every sheet's defects are reported together.
    """
    verdict = Verdict()
    tables: dict[tuple[str, str], list[pa.Table]] = defaultdict(list)
    try:
        check_workbook(path, limits.max_expansion_mib)
        workbook = CalamineWorkbook.from_path(str(path))
        layouts = catalogue.layouts("xlsx")
        total = len(workbook.sheet_names)
        cells = 0
        for number, sheet in enumerate(workbook.sheet_names, start=1):
            try:
                grid = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
                cells += sum(map(len, grid))
                if cells > limits.max_cells:
                    raise Refused([_too_many_cells(sheet, limits.max_cells)])
                mark = _ignored(sheet, grid, catalogue)
                if mark is not None:
                    verdict.nature = mark
                else:
                    match = recognise(sheet, grid, layouts)
                    read = read_matrix(sheet, grid, match, catalogue)
                    _check_slice_once(sheet, match.layout.source, read.slice, verdict.parts)
                    tables[match.layout.source, match.layout.table].append(read.rows)
                    verdict.parts.append(
                        Part(
                            source=match.layout.source,
                            table=match.layout.table,
                            tranche=read.slice,
                            edition="",
                            layout=match.layout.name,
                            feuille=sheet,
                            lignes=read.rows.num_rows,
                            cellules=read.cells,
                            vides=read.empty,
                            empreinte=read.digest,
                        )
                    )
            except Refused as refused:
                verdict.defects += [d.as_dict() for d in refused.defects]
            progress(number, total)
        if not verdict.parts and not verdict.defects:
            raise Refused(
                [
                    Defect(
                        "classeur_vide",
                        "le classeur ne contient aucune feuille de données",
                        "redéposer le fichier complet",
                    )
                ]
            )
    except Refused as refused:
        verdict.defects += [d.as_dict() for d in refused.defects]
    if verdict.defects:
        verdict.parts = []
        return verdict
    _date_editions(verdict.parts, catalogue)
    for (source, table), rows in tables.items():
        _write(raw / source / table / f"{delivery_id}.parquet", delivery_id, rows)
    return verdict


def _ignored(sheet: str, grid: Grid, catalogue: Catalogue) -> str | None:
    """The nature that a sheet without data declares, or None for a sheet of data."""
    for known in catalogue.ignored_sheets:
        if tidy(sheet) == known.name:
            marked = any(tidy(text(v)).startswith(known.demonstration_mark) for row in grid for v in row)
            return DEMONSTRATION if marked else REAL
    return None if any(text(v) for row in grid for v in row) else REAL


def _check_slice_once(sheet: str, source: str, slice_: str, parts: list[Part]) -> None:
    for part in parts:
        if (part.source, part.tranche) == (source, slice_):
            raise Refused(
                [
                    Defect(
                        "tranche_en_double",
                        f"{source} {slice_} est déjà donné par la feuille « {part.feuille} »",
                        "ne garder qu'une des deux feuilles",
                        feuille=sheet,
                    )
                ]
            )


def _date_editions(parts: list[Part], catalogue: Catalogue) -> None:
    """`derniere_tranche`: a workbook that carries no edition is dated by the last period it holds."""
    last: dict[str, str] = {}
    for part in parts:
        last[part.source] = max(last.get(part.source, ""), part.tranche)
    for part in parts:
        rule = catalogue.source(part.source).edition
        if rule != "derniere_tranche":
            raise ValueError(f"sources/{part.source}/source.yml: unknown edition rule {rule!r}")
        part.edition = last[part.source]


def _write(file: Path, delivery_id: str, tables: list[pa.Table]) -> None:
    rows = pa.concat_tables(tables)
    names = pa.DictionaryArray.from_arrays(pa.nulls(rows.num_rows, pa.int32()).fill_null(0), pa.array([delivery_id]))
    rows = rows.add_column(0, "livraison_id", names)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".tmp")
    pq.write_table(rows, draft, compression="zstd")
    commit(draft, file)


def _too_many_cells(sheet: str, most: int) -> Defect:
    return Defect(
        "trop_de_cellules",
        f"le classeur dépasse {most} cellules",
        "déposer le fichier du producteur sans feuille ajoutée, ou relever max_cells dans vigie.toml",
        feuille=sheet,
    )
