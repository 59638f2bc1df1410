"""One run of the load job in this process."""

from __future__ import annotations

from pipelines.home.instance import COMMAND_TAG, bury_dead_runs, forget_old_runs, write_instance
from pipelines.loading.session import LoadSession


def run_load(session: LoadSession) -> None:
    """Materialise the graph in this process. What happened is in the session; nothing is raised for a failed step."""
    write_instance(session.settings.paths)
    with session.step("préparation"):
        from dagster import DagsterInstance

        from pipelines.definitions import build_defs
        from pipelines.defs.session import LOAD_TAG

        job = build_defs(session=session).resolve_job_def("chargement")
    with DagsterInstance.get() as instance:
        bury_dead_runs(instance)
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            tags={LOAD_TAG: session.load, COMMAND_TAG: session.command},
            run_config={"loggers": {"journal": {"config": {"load": session.load}}}},
        )
        forget_old_runs(instance, session.settings.paths)
    session.failed = not result.success
