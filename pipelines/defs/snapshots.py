"""The quarters that were given, as the partitions of one asset; on the 20th after each quarter, the next."""

import datetime as dt
from collections.abc import Iterator

from dagster import (
    AssetExecutionContext,
    DefaultScheduleStatus,
    DynamicPartitionsDefinition,
    Failure,
    MaterializeResult,
    RunRequest,
    ScheduleEvaluationContext,
    SkipReason,
    asset,
    define_asset_job,
    schedule,
)

from pipelines.base.periods import Period
from pipelines.defs import OWNERS
from pipelines.defs.publication import SPEC as PUBLISHED
from pipelines.home.instance import QUARTERS, SNAPSHOTS, described
from pipelines.settings.model import Settings


@asset(
    key=SNAPSHOTS,
    deps=[PUBLISHED.key],
    partitions_def=DynamicPartitionsDefinition(name=QUARTERS),
    group_name="cliches",
    owners=OWNERS,
    description="Les trimestres donnés aux comités : une partition par trimestre, écrite une fois (docs/cliches.md).",
)
def quarterly_snapshot(context: AssetExecutionContext) -> MaterializeResult:
    """Give the quarter of the partition; fails with the list of what it waits for."""
    from pipelines.report.give import give
    from pipelines.snapshots.take import Refused

    settings = Settings()
    period = Period.read(context.partition_key)
    try:
        given = give(settings, period, None, command=f"cliché {period}", wait=True, by_a_run=True)
    except Refused as refused:
        for reason in refused.reasons:
            context.log.warning(reason)
        raise Failure(f"{refused} {' ; '.join(refused.reasons[:5])}", allow_retries=False) from refused
    return MaterializeResult(metadata=described(given.manifest, str(given.path)))


snapshot_job = define_asset_job(
    "cliche_trimestriel",
    selection=[quarterly_snapshot],
    description="Donner le cliché d'un trimestre clos.",
)


@schedule(
    name="cliche_du_trimestre",
    job=snapshot_job,
    cron_schedule="0 7 20 1,4,7,10 *",  # an hour after the loads of the morning, on the day that a quarter may close
    execution_timezone="Europe/Paris",
    default_status=DefaultScheduleStatus.RUNNING,
    description="Le 20 de janvier, avril, juillet et octobre à 7 h : le cliché du trimestre écoulé, s'il est clos.",
)
def quarter_closes(context: ScheduleEvaluationContext) -> Iterator[RunRequest | SkipReason]:
    """Ask for the quarter that ended last month; one that was given by hand is not asked for again."""
    from pipelines.snapshots.folder import given

    today = context.scheduled_execution_time.date() if context.scheduled_execution_time else dt.date.today()
    quarter = Period(today.year * 12 + (today.month - 1) // 3 * 3 - 3, 3)
    if any(name.period == str(quarter) for name in given(Settings().paths.snapshots)):
        yield SkipReason(f"Le cliché {quarter} est déjà donné.")
        return
    context.instance.add_dynamic_partitions(QUARTERS, [str(quarter)])
    yield RunRequest(run_key=f"cliche-{quarter}", partition_key=str(quarter))
