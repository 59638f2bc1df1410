"""The Dagster entry point: `dagster dev -m pipelines.definitions`, or `vigie ui`."""

from dagster import Definitions, in_process_executor

from pipelines.defs.automation import arrivals, monthly_load
from pipelines.defs.graph import assets, load_job
from pipelines.defs.journal import journal
from pipelines.defs.session import LoadSessionResource

defs = Definitions(
    assets=assets,
    jobs=[load_job],
    sensors=[arrivals],
    schedules=[monthly_load],
    resources={"session": LoadSessionResource()},
    executor=in_process_executor,
    loggers={"journal": journal},
)
