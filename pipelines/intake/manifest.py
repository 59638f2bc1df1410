"""What dbt is told besides the raw rows: which of them count, who sent what, and what is owed.

Everything the warehouse knows of the register passes through these few small files; dbt never sees a path.
"""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.durable import commit
from pipelines.intake.catalogue import Catalogue
from pipelines.intake.periods import Period
from pipelines.intake.publications import said_by
from pipelines.intake.register import Register
from pipelines.quality.rules import read_thresholds
from pipelines.settings import Settings

_TEXT, _INT, _BOOL, _DATE = pa.string(), pa.int64(), pa.bool_(), pa.date32()

_MANIFEST = pa.schema(
    [
        ("livraison_id", _TEXT), ("source", _TEXT), ("table_nom", _TEXT), ("tranche", _TEXT), ("periode", _TEXT),
        ("edition", _TEXT), ("geographie", _TEXT), ("rang", _INT), ("retenue", _BOOL), ("conflit", _BOOL),
        ("layout", _TEXT), ("feuille", _TEXT), ("lignes", _INT), ("cellules", _INT), ("vides", _INT),
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
        ("periode_debut", _DATE), ("periode_fin", _DATE), ("echeance", _DATE), ("producteur", _TEXT),
    ]
)  # fmt: skip
_OWED_TABLES = pa.schema(
    [
        ("source", _TEXT), ("table_nom", _TEXT), ("table_libelle", _TEXT), ("source_libelle", _TEXT),
        ("redevables", _TEXT), ("absence", _TEXT),
    ]
)  # fmt: skip

_INSTANCE = pa.schema([("code_departement", _TEXT), ("nature", _TEXT), ("jour_reference", _DATE)])
_THRESHOLDS = pa.schema([("regle_code", _TEXT), ("parametre", _TEXT), ("valeur", pa.float64())])


def write_manifest(settings: Settings, register: Register, catalogue: Catalogue) -> None:
    """Write `raw/registre/*.parquet`, and an empty raw file a table so that every source can be read."""
    folder = settings.paths.raw / "registre"
    computed = {
        "retenue": lambda s: s["rang"] == 1,
        "conflit": lambda s: bool(s["conflit"]),
        "geographie": lambda s: said_by(s["nom"], catalogue.source(s["source"]))[1],
    }
    selection = register.selection()
    columns = {n: [computed.get(n, itemgetter(n))(s) for s in selection] for n in _MANIFEST.names}
    _write_table(folder / "manifeste.parquet", pa.table(columns, schema=_MANIFEST))
    _write(folder / "livraisons.parquet", register.deliveries(), _DELIVERIES)
    _write(folder / "refus.parquet", register.defects(), _DEFECTS)
    _write(folder / "calendrier.parquet", _owed(settings, catalogue), _CALENDAR)
    _write(folder / "tables_dues.parquet", _owed_tables(catalogue), _OWED_TABLES)
    _write(
        folder / "instance.parquet",
        [
            {
                "code_departement": settings.departement,
                "nature": register.nature(),
                "jour_reference": settings.today,
            }
        ],
        _INSTANCE,
    )
    _write(folder / "seuils.parquet", read_thresholds(), _THRESHOLDS)
    for source in catalogue.sources:
        for table in source.tables:
            empty = settings.paths.raw / source.name / table / "vide.parquet"
            _write(empty, [], _raw_schema(source.kept_columns(table)))


def _owed(settings: Settings, catalogue: Catalogue) -> list[dict]:
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
            }
        )
    return rows


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
    draft = file.with_suffix(".tmp")
    pq.write_table(table, draft)
    commit(draft, file)
