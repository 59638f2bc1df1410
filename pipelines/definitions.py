"""The Dagster entry point: `dagster dev -m pipelines.definitions`, or `vigie ui`."""

from dagster import Definitions, in_process_executor

from pipelines.defs.automation import arrivals, baac_reminder, monthly_load, yearly_reminder
from pipelines.defs.graph import assets, load_job
from pipelines.defs.journal import journal
from pipelines.defs.session import LoadSessionResource
from pipelines.defs.snapshots import quarter_closes, snapshot_job

defs = Definitions(
    assets=assets,
    jobs=[load_job, baac_reminder, snapshot_job],
    sensors=[arrivals],
    schedules=[monthly_load, quarter_closes, yearly_reminder],
    resources={"session": LoadSessionResource()},
    executor=in_process_executor,
    loggers={"journal": journal},
)
