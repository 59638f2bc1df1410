"""The load session as a Dagster resource: one for a run, since the executor is in-process."""

from collections.abc import Iterator

from dagster import InitResourceContext, resource
from dagster._core.storage.tags import SCHEDULE_NAME_TAG

from pipelines.base import progress
from pipelines.home.instance import COMMAND_TAG
from pipelines.loading.session import LoadSession
from pipelines.machine.advance import Advance
from pipelines.officer.loads import AUTOMATIC
from pipelines.settings.model import Settings

SESSION = "session"
LOAD_TAG, OUTCOME_TAG = "vigie/chargement", "vigie/resultat"


@resource(description="La séance d'un chargement : son verrou, son registre, son issue.")
def own_session(context: InitResourceContext) -> Iterator[LoadSession]:
    """The session of a run that the web interface or the daemon started: it waits for the lock. The command gives its
    own, which it has opened before Dagster is even imported (`build_defs`).
    """
    run = context.run
    if run is None:
        raise RuntimeError("a load session is opened by a run")
    load = run.tags.get(LOAD_TAG, run.run_id[:8])
    by_itself = COMMAND_TAG in run.tags or SCHEDULE_NAME_TAG in run.tags
    settings = Settings()
    with LoadSession(settings, load, AUTOMATIC if by_itself else "interface web de Vigie", wait=True) as session:
        progress.watch(Advance(settings.paths.advance))
        yield session
