"""The last box: the file that analysts open."""

from dagster import AssetExecutionContext, AssetSpec, MaterializeResult

from pipelines.base import progress
from pipelines.defs.quality import SPEC as CONTROLS
from pipelines.defs.warehouse import SPECS as TABLES
from pipelines.home.register import now
from pipelines.loading.session import LoadSession
from pipelines.publication.publish import Publication, publish
from pipelines.publication.quality_tables import quality_tables
from pipelines.snapshots.vintages import revision_tables
from pipelines.warehouse.dbt import BASE

SPEC = AssetSpec(
    ["published", "vigie"],
    deps=[*(s.key for s in TABLES), CONTROLS.key],
    group_name="publication",
    skippable=True,
    kinds={"duckdb"},
    description="L'entrepôt publié, published/vigie.duckdb : remplacé d'un seul geste, toujours entier.",
)


def publish_warehouse(context: AssetExecutionContext, load: LoadSession) -> MaterializeResult:
    """Copy the published schemas into a new file and swap it in."""
    paths = load.settings.paths
    progress.tell("Publication", 0)
    with load.step("publication"):
        publication = Publication(
            chargement=load.load,
            publie_le=now(),
            empreinte=load.fingerprint(),
            code_departement=load.settings.departement,
            nature=load.register.nature(),
        )
        others = [*quality_tables(load.register, load.load), *revision_tables(paths.snapshots)]
        load.published = publish(paths.build / BASE.name, paths, publication, others)
        load.register.note_publication(
            load.load,
            publication.publie_le,
            publication.empreinte,
            publication.code_departement,
            paths.warehouse,
        )
    context.log.info(f"Publié : {paths.warehouse}")
    load.copy()
    if load.copied is not None:
        (context.log.warning if load.copied.incident else context.log.info)(load.copied.sentence())
    return MaterializeResult(
        asset_key=SPEC.key, metadata={f"lignes {table}": rows for table, rows in sorted(load.published.items())}
    )
