"""The last box: the file that analysts open."""

from dagster import AssetExecutionContext, MaterializeResult, asset

from pipelines.base import progress
from pipelines.defs.quality import BUILT, KEY
from pipelines.defs.session import LoadSessionResource
from pipelines.home.register import now
from pipelines.publication.publish import Publication, publish
from pipelines.publication.quality_tables import quality_tables
from pipelines.snapshots.vintages import revision_tables
from pipelines.warehouse.dbt import BASE


@asset(
    name="vigie",
    key_prefix="published",
    deps=[*BUILT, KEY],
    group_name="publication",
    description="L'entrepôt publié, published/vigie.duckdb : remplacé d'un seul geste, toujours entier.",
)
def publish_warehouse(context: AssetExecutionContext, session: LoadSessionResource) -> MaterializeResult:
    """Copy the published schemas into a new file and swap it in."""
    load = session.get()
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
    return MaterializeResult(metadata={f"lignes {table}": rows for table, rows in sorted(load.published.items())})
