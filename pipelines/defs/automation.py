"""What runs by itself: the sensor that notices arrivals, the schedules. Both only ask for loads; a load decides."""

import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

from dagster import (
    DagsterRunStatus,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    OpExecutionContext,
    RunRequest,
    RunsFilter,
    ScheduleDefinition,
    SensorEvaluationContext,
    SkipReason,
    job,
    op,
    sensor,
)

from pipelines.base.exit_codes import INTERNAL_FAULT, INTERRUPTED
from pipelines.catalogue.load import load_catalogue
from pipelines.defs.graph import load_job
from pipelines.home.register import Register
from pipelines.machine.durable import write_once
from pipelines.machine.lock import holder
from pipelines.publication.missing import read_missing
from pipelines.publication.reading import NotPublished
from pipelines.publication.standing import standing
from pipelines.reception.receive import look
from pipelines.reminders.addressed import to_fetch_lines
from pipelines.settings.model import Settings

BAAC = "road_safety"

_BUSY = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
]
# Killed, or stopped by this machine: what it had to do remains. What a rule held back waits for another delivery.
_UNFINISHED = (None, INTERNAL_FAULT, INTERRUPTED)
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
    """Ask for one load when the landing folder holds what the register does not know, when the last load did not come
    to its end, or when something was excused since, and none is under way.
    """
    if context.instance.get_runs_count(RunsFilter(job_name=load_job.name, statuses=_BUSY)):
        yield SkipReason("Un chargement est en cours.")
        return
    settings, catalogue = Settings(), load_catalogue()
    settings.paths.create()
    if holder(settings.paths.lock):  # of a command, or of the desk: it takes what is there
        yield SkipReason("Une commande tient le verrou.")
        return
    with Register(settings.paths.register) as register:
        seen = look(settings, register, catalogue)
        last = register.last_loads(1)
    unfinished = [load["chargement"] for load in last if load["code_sortie"] in _UNFINISHED]
    excused = bool(last) and _written_since(settings.paths.excuses, last[0]["debut"])
    if not seen.waiting and not unfinished and not excused:
        yield SkipReason("Rien de nouveau dans le dossier d'arrivée.")
        return
    arrived = sorted(map(str, (file.stat_key() for file in seen.fresh)))
    again = int(time.time() // _RETRY_EVERY_SECONDS)
    key = hashlib.sha256(repr((arrived, seen.pending, unfinished, excused, again)).encode()).hexdigest()[:16]
    yield RunRequest(run_key=key, tags={"vigie/commande": "arrivées", "vigie/fichiers": str(len(seen.fresh))})


def _written_since(file: Path, when: str) -> bool:
    """Whether a file of the home changed after a load began: what it says is not published yet."""
    return file.exists() and file.stat().st_mtime > dt.datetime.fromisoformat(when).timestamp()


monthly_load = ScheduleDefinition(
    name="chargement_mensuel",
    job=load_job,
    cron_schedule=["0 6 1 * *", "0 6 16 * *"],  # the day after what is due at the end of a month, or on its 15th
    execution_timezone="Europe/Paris",
    default_status=DefaultScheduleStatus.RUNNING,
    description="Le 1er et le 16 de chaque mois à 6 h, après les échéances : ce qui manque encore apparaît.",
)


@op(
    name="ecrire_le_rappel",
    description="Écrit dans relances/ le rappel des fichiers BAAC qui manquent : ils sont publics, on les télécharge.",
)
def remind_baac(context: OpExecutionContext) -> None:
    """Write what the officer has to fetch, from what the last published warehouse misses: nobody is asked for a public
    file.
    """
    settings = Settings()
    try:
        missing = [row for row in read_missing() or [] if row["source"] == BAAC]
        missing = standing(settings, load_catalogue(), missing).asked
    except NotPublished as nothing:
        context.log.warning(str(nothing))
        return
    if not missing:
        context.log.info("Aucun fichier BAAC n'est attendu : il n'y a rien à demander.")
        return
    [command] = to_fetch_lines(missing)
    text = "\n".join([f"Il manque des fichiers de « {missing[0]['debiteur']} ». Les télécharger :", command, ""])
    settings.paths.reminders.mkdir(parents=True, exist_ok=True)
    file = settings.paths.reminders / f"rappel_{settings.today:%Y-%m-%d}_{BAAC}.txt"
    write_once(file, text.encode())
    context.log.warning(f"Des fichiers BAAC manquent. {command}")
    context.add_output_metadata({"absences": len(missing), "rappel": str(file)})


@job(name="rappel_baac", description="Une fois par an, rappeler les fichiers des accidents de l'année passée.")
def baac_reminder() -> None:
    remind_baac()


yearly_reminder = ScheduleDefinition(
    name="rappel_baac_annuel",
    job=baac_reminder,
    cron_schedule="0 8 1 11 *",  # two hours after the load of the day after the files are due (sources/road_safety)
    execution_timezone="Europe/Paris",
    default_status=DefaultScheduleStatus.RUNNING,
    description="Le 1er novembre à 8 h : rappelle les fichiers BAAC qui manquent encore, et comment les télécharger.",
)
