"""The Dagster entry point: `dagster dev -m pipelines.definitions`, or `vigie ui`."""

from dagster import Definitions, ResourceDefinition, in_process_executor

from pipelines.defs.automation import arrivals, baac_reminder, monthly_load, yearly_reminder
from pipelines.defs.graph import assets, load_job
from pipelines.defs.journal import journal
from pipelines.defs.session import SESSION, own_session
from pipelines.defs.snapshots import quarter_closes, snapshot_job


def build_defs(**resources: object) -> Definitions:
    """The whole graph; `resources` take the place of those of that name, as a test or the command wants them."""
    given = {n: r if isinstance(r, ResourceDefinition) else _held(r) for n, r in resources.items()}
    return Definitions(
        assets=assets,
        jobs=[load_job, baac_reminder, snapshot_job],
        sensors=[arrivals],
        schedules=[monthly_load, quarter_closes, yearly_reminder],
        resources={SESSION: own_session} | given,
        executor=in_process_executor,
        loggers={"journal": journal},
    )


def _held(thing: object) -> ResourceDefinition:
    return ResourceDefinition.hardcoded_resource(thing)


defs = build_defs()
