"""What runs by itself: the sensor that notices arrivals, the schedules. Both only ask for loads; a load decides."""

import hashlib
import time
from collections.abc import Iterator

from dagster import (
    DagsterRunStatus,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    RunRequest,
    RunsFilter,
    ScheduleDefinition,
    SensorEvaluationContext,
    SkipReason,
    sensor,
)

from pipelines.defs.graph import load_job
from pipelines.intake.catalogue_files import load_catalogue
from pipelines.intake.receive import look, pending_in_archive
from pipelines.intake.register import Register
from pipelines.settings import Settings

_BUSY = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
]
# A load that failed for a reason of this machine is asked for again, but not at every look.
_RETRY_EVERY_SECONDS = 1800


@sensor(
    name="arrivees",
    job=load_job,
    minimum_interval_seconds=30,
    default_status=DefaultSensorStatus.RUNNING,
    description="Regarde le dossier d'arrivée toutes les 30 secondes. Un fichier encore en cours d'écriture attend.",
)
def arrivals(context: SensorEvaluationContext) -> Iterator[RunRequest | SkipReason]:
    """Ask for one load when the landing folder holds what the register does not know, and none is under way."""
    if context.instance.get_runs_count(RunsFilter(job_name=load_job.name, statuses=_BUSY)):
        yield SkipReason("Un chargement est en cours.")
        return
    settings, catalogue = Settings(), load_catalogue()
    settings.paths.create()
    with Register(settings.paths.register) as register:
        fresh, _ = look(settings, register, catalogue)
        pending = pending_in_archive(settings, register, catalogue)
    if not fresh and not pending:
        yield SkipReason("Rien de nouveau dans le dossier d'arrivée.")
        return
    arrived = sorted(map(str, (file.stat_key() for file in fresh)))
    again = int(time.time() // _RETRY_EVERY_SECONDS)
    key = hashlib.sha256(repr((arrived, pending, again)).encode()).hexdigest()[:16]
    yield RunRequest(run_key=key, tags={"vigie/commande": "arrivées", "vigie/fichiers": str(len(fresh))})


monthly_load = ScheduleDefinition(
    name="chargement_mensuel",
    job=load_job,
    cron_schedule="0 6 16 * *",  # the day after the monthly returns are due
    execution_timezone="Europe/Paris",
    default_status=DefaultScheduleStatus.RUNNING,
    description="Le 16 de chaque mois à 6 h, après l'échéance des retours : ce qui manque encore apparaît.",
)
