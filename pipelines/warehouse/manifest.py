"""What dbt is told besides the raw rows: which of them count, who sent what, and what is owed.

Everything the warehouse knows of the register passes through these few small files; dbt never sees a path.
"""

from __future__ import annotations

import datetime as dt
import io
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.base.periods import Period
from pipelines.base.rows import Row
from pipelines.catalogue.model import Catalogue
from pipelines.home.register import Register
from pipelines.machine.durable import write_whole
from pipelines.machine.paths import Paths
from pipelines.quality import excuses
from pipelines.quality.rules import read_thresholds
from pipelines.settings.model import Settings

_TEXT, _INT, _BOOL, _DATE = pa.string(), pa.int64(), pa.bool_(), pa.date32()

_MANIFEST = pa.schema(
    [
        ("livraison_id", _TEXT), ("source", _TEXT), ("table_nom", _TEXT), ("tranche", _TEXT), ("periode", _TEXT),
        ("edition", _TEXT), ("millesime", _TEXT), ("publie_le", _TEXT), ("geographie", _TEXT), ("rang", _INT),
        ("retenue", _BOOL), ("precedente", _BOOL), ("proposee", _BOOL), ("lecture", _TEXT), ("conflit", _BOOL),
        ("indecise", _BOOL), ("redite", _BOOL), ("layout", _TEXT), ("feuille", _TEXT), ("lignes", _INT),
        ("cellules", _INT), ("vides", _INT),
    ]
)  # fmt: skip
_CORRECTED = pa.schema(
    [
        ("source", _TEXT), ("table_nom", _TEXT), ("tranche", _TEXT), ("livraison_id", _TEXT), ("feuille", _TEXT),
        ("ligne", _INT), ("corrigee_par", _TEXT), ("corrigee_feuille", _TEXT), ("corrigee_ligne", _INT),
        ("derniere", _BOOL), ("change", _BOOL),
    ]
)  # fmt: skip
_DELIVERIES = pa.schema(
    [
        ("livraison_id", _TEXT), ("sha256", _TEXT), ("nom", _TEXT), ("taille_octets", _INT), ("recu_le", _TEXT),
        ("nature", _TEXT), ("statut", _TEXT), ("motif", _TEXT),
    ]
)  # fmt: skip
_DEFECTS = pa.schema(
    [
        ("livraison_id", _TEXT), ("rang", _INT), ("code", _TEXT), ("feuille", _TEXT), ("ligne", _INT),
        ("colonne", _TEXT), ("constat", _TEXT), ("attendu", _TEXT), ("remede", _TEXT),
    ]
)  # fmt: skip
_CALENDAR = pa.schema(
    [
        ("source", _TEXT), ("statistique", _TEXT), ("periode_type", _TEXT), ("periode", _TEXT),
        ("periode_debut", _DATE), ("periode_fin", _DATE), ("echeance", _DATE), ("producteur", _TEXT), ("due", _BOOL),
    ]
)  # fmt: skip
_OWED_TABLES = pa.schema(
    [
        ("source", _TEXT), ("table_nom", _TEXT), ("table_libelle", _TEXT), ("source_libelle", _TEXT),
        ("redevables", _TEXT), ("absence", _TEXT),
    ]
)  # fmt: skip

_EXCUSES = pa.schema(
    [
        ("source", _TEXT), ("objet_type", _TEXT), ("objet_code", _TEXT), ("debut", _DATE), ("fin", _DATE),
        ("motif", _TEXT),
    ]
)  # fmt: skip
_INSTANCE = pa.schema([("code_departement", _TEXT)])
_DAY = pa.schema([("jour_reference", _DATE)])
_THRESHOLDS = pa.schema([("regle_code", _TEXT), ("parametre", _TEXT), ("valeur", pa.float64())])


def day_of_last_build(paths: Paths) -> dt.date | None:
    """Return the day as of which the last build counted what is late; None where there was none."""
    file = paths.raw / "registre" / "jour.parquet"
    days: list[dt.date] = pq.read_table(file)["jour_reference"].to_pylist() if file.exists() else []
    return days[0] if days else None


def write_manifest(settings: Settings, register: Register, catalogue: Catalogue) -> None:
    """Write `raw/registre/*.parquet`, and an empty raw file a table so that every source can be read."""
    folder = settings.paths.raw / "registre"
    selection = register.selection()
    said = vintages(selection)
    computed: dict[str, Callable[[Row], object]] = {
        **{n: partial(_flag, n) for n in ("retenue", "precedente", "proposee", "conflit", "indecise")},
        "millesime": lambda s: said[s["source"], s["table_nom"], s["livraison_id"]],
    }
    columns = {n: [computed.get(n, itemgetter(n))(s) for s in selection] for n in _MANIFEST.names if n != "redite"}
    columns["redite"] = _said_again(selection, columns["millesime"])
    manifest = pa.table({name: columns[name] for name in _MANIFEST.names}, schema=_MANIFEST)
    _write_table(folder / "manifeste.parquet", manifest)
    for source in catalogue.sources:
        # What one source delivered does not change what the models read of another.
        own = manifest.filter(pc.equal(manifest["source"], source.name))
        _write_table(folder / f"manifeste_{source.name}.parquet", own)
    corrected = [c | {n: bool(c[n]) for n in ("derniere", "change")} for c in register.corrected()]
    _write(folder / "corrigees.parquet", corrected, _CORRECTED)
    for source in (s for s in catalogue.sources if any(k.own_format for k in s.layouts)):
        own = [c for c in corrected if c["source"] == source.name]
        _write(folder / f"corrigees_{source.name}.parquet", own, _CORRECTED)
    _write(folder / "livraisons.parquet", register.deliveries(), _DELIVERIES)
    _write(folder / "refus.parquet", register.defects(), _DEFECTS)
    _write(folder / "calendrier.parquet", _owed(settings, catalogue), _CALENDAR)
    _write(folder / "excuses.parquet", _excused(settings), _EXCUSES)
    _write(folder / "tables_dues.parquet", _owed_tables(catalogue), _OWED_TABLES)
    _write(
        folder / "instance.parquet",
        [
            {
                "code_departement": settings.departement,
            }
        ],
        _INSTANCE,
    )
    _write(folder / "jour.parquet", [{"jour_reference": settings.today}], _DAY)
    _write(folder / "seuils.parquet", read_thresholds(), _THRESHOLDS)
    for source in catalogue.sources:
        for table in source.tables:
            empty = settings.paths.raw / source.name / table / "vide.parquet"
            _write(empty, [], _raw_schema(source.kept_columns(table)))


def in_use(settings: Settings) -> dict[tuple[str, str], dict[str, int]]:
    """(source, table) → what counts of it in the manifest that was written last: deliveries, lines, cells."""
    manifest = pq.read_table(
        settings.paths.raw / "registre" / "manifeste.parquet",
        columns=["source", "table_nom", "livraison_id", "lignes", "cellules"],
        filters=pc.field("retenue"),
    )
    counted = [("livraison_id", "count_distinct"), ("lignes", "sum"), ("cellules", "sum")]
    return {
        (row["source"], row["table_nom"]): {
            "livraisons en usage": row["livraison_id_count_distinct"],
            "lignes": row["lignes_sum"] or 0,
            "cellules": row["cellules_sum"] or 0,
        }
        for row in manifest.group_by(["source", "table_nom"]).aggregate(counted).to_pylist()
    }


def _flag(name: str, row: Row) -> bool:
    return bool(row[name])


def vintages(selection: Sequence[Row]) -> dict[tuple[str, str, str], str]:
    """(source, table, delivery) → the name of its vintage: the publication's date, else the edition.

    Deliveries of one name that do not say the same are told apart by their ids.
    """
    names: dict[tuple[str, str, str], str] = {}
    contents: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for s in selection:
        key = s["source"], s["table_nom"], s["livraison_id"]
        names[key] = max(names.get(key, ""), s["publie_le"] or s["edition"])
    for s in selection:
        key = s["source"], s["table_nom"], s["livraison_id"]
        contents[*key[:2], names[key], s["tranche"]].add(s["empreinte"])
    torn = {key[:3] for key, found in contents.items() if len(found) > 1}
    return {k: f"{name} ({k[2]})" if (*k[:2], name) in torn else name for k, name in names.items()}


def _said_again(selection: list[sqlite3.Row], names: list[str]) -> list[bool]:
    """Whether a delivery of a better rank already says this slice under the same vintage."""
    known: set[tuple[str, str, str, str]] = set()
    again = []
    for s, name in zip(selection, names, strict=True):
        key = s["source"], s["table_nom"], s["tranche"], name
        again.append(key in known)
        known.add(key)
    return again


def _owed(settings: Settings, catalogue: Catalogue) -> list[dict]:
    """Every period of every source whose day has passed; what began before the home's start is there and is not due."""
    rows = []
    for name, period in catalogue.owed_periods(settings.today):
        source, days = catalogue.source(name), Period.read(period)
        rows.append(
            {
                "source": name,
                "statistique": source.statistic,
                "periode_type": days.kind,
                "periode": period,
                "periode_debut": days.start,
                "periode_fin": days.end,
                "echeance": source.due_date(period),
                "producteur": source.producer,
                "due": source.is_owed(period, settings.starts(name)),
            }
        )
    return rows


def _excused(settings: Settings) -> list[dict]:
    return [
        {
            "source": e.source, "objet_type": e.objet_type, "objet_code": e.objet_code, "debut": e.start, "fin": e.end,
            "motif": e.motif,
        }
        for e in excuses.read(settings.paths)
    ]  # fmt: skip


def _owed_tables(catalogue: Catalogue) -> list[dict]:
    """The tables that every period owes. A producer's own sheets have names that change; those of Vigie's do not."""
    return [
        {
            "source": source.name,
            "table_nom": name,
            "table_libelle": next((k.sheet for k in source.layouts if k.table == name and k.own_format), name),
            "source_libelle": source.label,
            "redevables": source.debtors,
            "absence": table.absence,
        }
        for source in catalogue.sources
        for name, table in source.tables.items()
        if not table.optional
    ]


def _raw_schema(columns: list[str]) -> pa.Schema:
    names = ["livraison_id", "tranche", "feuille"]
    fields = [(n, _TEXT) for n in names] + [("ligne", pa.int32()), ("colonne", _TEXT)]
    return pa.schema(fields + [(name, _TEXT) for name in columns])


def _write(file: Path, rows: list[dict], schema: pa.Schema) -> None:
    _write_table(file, pa.Table.from_pylist(rows, schema=schema))


def _write_table(file: Path, table: pa.Table) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    pq.write_table(table, written)
    if not file.exists() or file.read_bytes() != written.getvalue():
        write_whole(file, written.getvalue())
