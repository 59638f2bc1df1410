"""The bare work under a snapshot: the same tables as Parquet, and as many charts as the pages hold, nothing else.

`python snapshots_bare.py WAREHOUSE FOLDER N_CHARTS [TIMES]` writes FOLDER/<schema>.<table>.parquet and FOLDER/<n>.svg.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import vl_convert

TABLES = (
    "indicateurs.series", "indicateurs.taux", "indicateurs.actions_a_mener", "reference.territoires",
    "reference.indicateurs", "reference.diffusion", "reference.motifs", "reference.ruptures", "reference.sources",
    "reference.relations", "plan.priorites", "plan.actions", "plan.indicateurs_actions", "plan.cibles",
    "plan.financements", "plan.coherence", "plan.reconciliation", "plan.chiffres_imprimes", "qualite.livraisons",
    "qualite.lots_livraisons", "qualite.series_manquantes", "qualite.controles", "qualite.constats",
)  # fmt: skip


def main() -> None:
    warehouse, folder, charts = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    with duckdb.connect(warehouse, read_only=True) as db:
        for edition in ("restreinte", "publique"):
            (folder / edition).mkdir()
            for table in TABLES:
                db.execute(f"copy {table} to '{folder / edition / table}.parquet' (compression zstd)")
        points = db.execute(
            "select periode as p, valeur::double as v from indicateurs.series where territoire_code = 'DEP-46' "
            "and periode_type = 'trimestre' and valeur is not null and ventilation_type = 'total' limit ?",
            [12 * charts],
        ).fetchall()
    for n in range(charts):
        values = [{"p": p, "v": v} for p, v in points[12 * n : 12 * n + 12]] or [{"p": "x", "v": 0}]
        spec = {
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "data": {"values": values},
            "width": 560,
            "height": 150,
            "mark": {"type": "line", "point": True},
            "encoding": {"x": {"field": "p", "type": "ordinal"}, "y": {"field": "v", "type": "quantitative"}},
        }
        (folder / f"{n}.svg").write_text(vl_convert.vegalite_to_svg(json.dumps(spec)), encoding="utf-8")


if __name__ == "__main__":
    main()
