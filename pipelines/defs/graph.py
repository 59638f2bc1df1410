"""The whole graph: landing → raw → tables → checks → published → given."""

from dagster import AssetsDefinition, AssetSelection, AssetSpec, define_asset_job

from pipelines.defs.intake import LANDING, receive_landing
from pipelines.defs.publication import publish_warehouse
from pipelines.defs.quality import check_warehouse
from pipelines.defs.snapshots import quarterly_snapshot
from pipelines.defs.warehouse import build_warehouse

assets: list[AssetsDefinition | AssetSpec] = [
    LANDING,
    receive_landing,
    build_warehouse,
    check_warehouse,
    publish_warehouse,
    quarterly_snapshot,
]

load_job = define_asset_job(
    "chargement",
    selection=AssetSelection.all() - AssetSelection.assets(quarterly_snapshot),
    description="Recevoir ce qui est arrivé, reconstruire l'entrepôt, le contrôler, le publier.",
)
