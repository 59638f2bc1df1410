"""The whole graph: landing → raw → tables → checks → published → given.

A load is one step of Dagster, whichever asset it was asked from: a table that is built and not judged, or judged and
not published, is nothing that anyone may read. `can_subset` is therefore False, and the page of one asset asks for all.
"""

from collections.abc import Iterator, Sequence

from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetsDefinition,
    AssetSelection,
    AssetSpec,
    In,
    MaterializeResult,
    Nothing,
    OpDefinition,
    Out,
    define_asset_job,
    op,
)

from pipelines.defs import OWNERS, intake, publication, quality, warehouse
from pipelines.defs.session import OUTCOME_TAG, SESSION
from pipelines.defs.snapshots import quarterly_snapshot
from pipelines.loading.session import LoadSession

SPECS: Sequence[AssetSpec] = [*intake.SPECS, *warehouse.SPECS, quality.SPEC, publication.SPEC]
CHECKS: Sequence[AssetCheckSpec] = [*intake.CHECKS, *quality.CHECKS]
_LANDING = intake.LANDING.key.to_python_identifier()


def _loads() -> OpDefinition:
    names = [*(s.key.to_python_identifier() for s in SPECS), *(c.get_python_identifier() for c in CHECKS)]

    # Nothing new: no table is made. Nothing received: no file is judged.
    @op(
        name="charger",
        description="Recevoir ce qui est arrivé, reconstruire l'entrepôt, le contrôler, le publier.",
        ins={_LANDING: In(Nothing)},
        out={name: Out(Nothing, is_required=False) for name in names},
        required_resource_keys={SESSION},
    )
    def charger(context: AssetExecutionContext) -> Iterator[MaterializeResult | AssetCheckResult]:
        load: LoadSession = getattr(context.resources, SESSION)
        yield from intake.receive_landing(context, load)
        if load.needed:
            yield from warehouse.build_warehouse(context, load)
            yield from quality.check_warehouse(context, load)
            yield publication.publish_warehouse(context, load)
        # The list of runs shows it: a load that refused files is no plain success.
        context.instance.add_run_tags(context.run.run_id, {OUTCOME_TAG: load.outcome()})

    return charger


loading = AssetsDefinition(
    node_def=_loads(),
    keys_by_input_name={_LANDING: intake.LANDING.key},
    keys_by_output_name={s.key.to_python_identifier(): s.key for s in SPECS},
    check_specs_by_output_name={c.get_python_identifier(): c for c in CHECKS},
    specs=[s.replace_attributes(owners=OWNERS) for s in SPECS],
    can_subset=False,
)
assets: list[AssetsDefinition | AssetSpec] = [
    intake.LANDING.replace_attributes(owners=OWNERS),
    loading,
    quarterly_snapshot,
]

load_job = define_asset_job(
    "chargement",
    selection=AssetSelection.assets(*loading.keys),
    description="Recevoir ce qui est arrivé, reconstruire l'entrepôt, le contrôler, le publier.",
)
