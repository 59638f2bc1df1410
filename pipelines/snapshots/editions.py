"""The two editions of a period's data: everything, for those who may see it; and what may leave the house."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from pipelines.base.periods import Period
from pipelines.disclosure.suppress import PRIMARY
from pipelines.snapshots import outward
from pipelines.snapshots.comparisons import compare_period
from pipelines.snapshots.folder import PUBLIC, RESTRICTED, editions_of
from pipelines.snapshots.neighbours import public_neighbours
from pipelines.snapshots.parquet import frame_of, rows_of
from pipelines.snapshots.places import RATES, SERIES
from pipelines.snapshots.provisional import with_provisional
from pipelines.snapshots.public import FREE, public_places, public_series
from pipelines.snapshots.reference import Reference
from pipelines.snapshots.revisions import revised

# Whole tables that the public edition does not hold: names of files and people who owe, sums of single projects.
_INTERNAL = {"livraisons", "lots_livraisons", "constats", "financements"}
# Columns that it does not hold either: who owes what, and sentences or values that may quote a count it withholds.
_UNSAID = {
    # Reports of racism are counted there: few of them, and each has a victim.
    "dispositifs": ["nombre", "unite", "evalue"],
    "dgo": ["participants"],
    "manquants": ["phrase", "debiteur", "debiteur_code", "objet", "objet_code", "elements", "excusee", "excuse_motif"],
    "controles": ["message", "objet", "observe"],
    # « égal » beside what the plan prints is the value.
    "reconciliation": [
        "valeur_calculee",
        "ecart",
        "ecart_pct",
        "ligne_ecart_pct",
        "choix",
        "motif",
        "verdict",
        "lecture_retenue",
        "n_lectures",
        "n_lectures_essayees",
    ],
}


@dataclass(frozen=True)
class Editions:
    """The tables of each edition, by name."""

    restricted: dict[str, pa.Table]
    public: dict[str, pa.Table]

    def of(self, edition: str) -> dict[str, pa.Table]:
        return {RESTRICTED: self.restricted, PUBLIC: self.public}[edition]


@dataclass(frozen=True)
class Given:
    """The series of what was given before, by name, oldest first, in each edition."""

    restricted: dict[str, pd.DataFrame] = field(default_factory=dict)
    public: dict[str, pd.DataFrame] = field(default_factory=dict)


def compose(
    tables: dict[str, pa.Table], period: Period, earlier: Given | None = None, secondary: bool = True
) -> Editions:
    """Both editions of a period; nothing in the public one may follow from it and from what was given before.

    The comparisons are made once, of everything: the public ones are the same cells, or none (`outward`). What the
    public edition withholds, and whether for itself or for another, is `secrets` in the restricted one: the public one
    prints both alike.
    """
    earlier = earlier or Given()
    tables = tables | {"series": _with_provisional(tables, period)}
    series = _with_status(tables["series"])
    frame = public_series(
        frame_of(tables["series"]),
        frame_of(tables["diffusion"]),
        frame_of(tables["indicateurs"]),
        frame_of(tables["relations"]),
        list(earlier.public.values()),
        secondary,
    )
    secret = frame["confidentialite"] != FREE
    kept_back = rows_of(frame.loc[secret, _SECRETS].sort_values(_SECRETS[:3]))
    compared = _comparisons(tables, frame_of(series), frame, period)
    whole = tables | {
        "series": series,
        "comparaisons": rows_of(outward.restricted(compared), _TYPES),
        "secrets": kept_back,
        "revisions": revised(frame_of(series), earlier.restricted),
    }
    leaving = {name: rows for name, rows in tables.items() if name not in _INTERNAL}
    for name, columns in _UNSAID.items():
        leaving[name] = leaving[name].drop_columns(columns)
    frame.loc[secret, "confidentialite"] = PRIMARY
    leaving["series"] = rows_of(frame[series.schema.names], series.schema)
    leaving["taux"] = _rates(tables["taux"], frame)
    leaving["territoires"] = _of(tables["territoires"], set(frame["territoire_code"]))
    leaving |= _places(tables, set(frame["territoire_code"]))
    leaving |= public_neighbours(tables, frame)
    leaving["comparaisons"] = rows_of(outward.public(compared, frame_of(leaving["taux"])), _TYPES)
    leaving["revisions"] = revised(frame, earlier.public)
    return Editions(whole, {name: _in_general(rows, tables["motifs"]) for name, rows in leaving.items()})


_SECRETS = ["indicateur_code", "territoire_code", "periode", "source", "confidentialite"]


def _in_general(rows: pa.Table, reasons: pa.Table) -> pa.Table:
    """Without the deliveries, services and figures that a reason names: what its code says, and no more."""
    if not {"motif_code", "motif"} <= set(rows.column_names):
        return rows
    labels = dict(zip(reasons["motif_code"].to_pylist(), reasons["libelle"].to_pylist(), strict=True))
    said = pa.array([labels.get(code) for code in rows["motif_code"].to_pylist()], pa.string())
    return rows.set_column(rows.schema.get_field_index("motif"), "motif", said)


def _with_provisional(tables: dict[str, pa.Table], period: Period) -> pa.Table:
    series = tables["series"]
    said = pa.array(
        with_provisional(
            frame_of(series),
            frame_of(tables["sources"]),
            frame_of(tables["lots_livraisons"]),
            frame_of(tables["livraisons"]),
            period,
        ).tolist(),
        pa.string(),
    )
    return series.set_column(series.schema.get_field_index("statut"), "statut", said)


def _with_status(series: pa.Table) -> pa.Table:
    return series.append_column("confidentialite", pa.array([FREE] * series.num_rows, pa.string()))


def _comparisons(
    tables: dict[str, pa.Table], series: pd.DataFrame, published: pd.DataFrame, period: Period
) -> pd.DataFrame:
    """Those of `compare_period`, which is told what the public edition withholds and what it does not hold. Of a month
    there is none: everything is decided together.
    """
    totals = series[series["ventilation_type"] == "total"]
    leaving = published.loc[published["ventilation_type"] == "total", [*_POINT, "confidentialite"]]
    both = totals[_POINT].merge(leaving, on=_POINT, how="left")["confidentialite"].to_numpy()
    unsaid = (both != FREE) if PUBLIC in editions_of(period) else False
    told = totals.assign(non_publiee=unsaid, hors_edition=pd.isna(both))
    return compare_period(told, Reference.of(tables), period)


_POINT = ["indicateur_code", "territoire_code", "periode_type", "periode"]
# What no value may leave without a type.
_TYPES = pa.schema(
    [("periode_debut", pa.date32()), ("periode_fin", pa.date32())]
    + [(name, pa.string()) for name in ("verdict", "mot", "portee", "lecture", "comparaison_motif", "tendance")]
    + [("dispersion_n", pa.int64()), ("dispersion_famille", pa.int64()), ("rupture", pa.bool_())]
)


def _rates(rates: pa.Table, series: pd.DataFrame) -> pa.Table:
    """Those whose count the edition gives."""
    free = series[(series["confidentialite"] == FREE) & series["valeur"].notna()]
    given = set(map(tuple, free[["indicateur_code", "territoire_code", "periode", "source"]].to_numpy().tolist()))
    names = ["indicateur_code", "territoire_code", "periode", "source"]
    keys = zip(*(rates[n].to_pylist() for n in names), strict=True)
    return rates.filter(pa.array([key in given for key in keys], pa.bool_()))


# Places that anyone knows; a service or a post is named where the edition gives one of its figures.
_KNOWN_PLACES = ("france", "region", "departement", "arrondissement", "epci", "commune", "clspd", "quartier",
                 "zone_police", "zone_gendarmerie")  # fmt: skip


def _places(tables: dict[str, pa.Table], spoken_of: set[str]) -> dict[str, pa.Table]:
    """The tables of places, without the services that the edition does not speak of nor the figures of persons."""
    rules = frame_of(tables["diffusion"])
    places = tables["lieux"]
    told = [
        level in _KNOWN_PLACES or code in spoken_of
        for code, level in zip(places["territoire_code"].to_pylist(), places["niveau"].to_pylist(), strict=True)
    ]
    places = places.filter(pa.array(told, pa.bool_()))
    known = set(places["territoire_code"].to_pylist())
    inside = tables["inclusions"]
    pairs = zip(inside["territoire_code"].to_pylist(), inside["contenant_code"].to_pylist(), strict=True)
    kept = {
        name: rows_of(public_places(frame_of(tables[name]), rules), tables[name].schema) for name in (SERIES, RATES)
    }
    return kept | {
        "lieux": places,
        "inclusions": inside.filter(pa.array([known.issuperset(pair) for pair in pairs], pa.bool_())),
    }


def _of(territories: pa.Table, kept: set[str]) -> pa.Table:
    return territories.filter(pa.array([c in kept for c in territories["territoire_code"].to_pylist()], pa.bool_()))
