"""The last box: the file that analysts open."""

from dagster import AssetExecutionContext, AssetKey, MaterializeResult, asset

from pipelines import progress
from pipelines.defs.session import LoadSessionResource
from pipelines.defs.warehouse import build_warehouse
from pipelines.intake.register import now
from pipelines.publication.publish import SCHEMAS, Publication, publish

PUBLISHED_MODELS: list[AssetKey] = sorted(k for k in build_warehouse.keys if k.path[0] in SCHEMAS)


@asset(
    name="vigie",
    key_prefix="published",
    deps=PUBLISHED_MODELS,
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
        load.published = publish(paths.build / "vigie.duckdb", paths, publication)
        load.register.note_publication(
            load.load,
            publication.publie_le,
            publication.empreinte,
            publication.code_departement,
            paths.warehouse,
        )
    context.log.info(f"Publié : {paths.warehouse}")
    return MaterializeResult(metadata={f"lignes {table}": rows for table, rows in sorted(load.published.items())})
