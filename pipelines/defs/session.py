"""The load session as a Dagster resource: one for a run, since the executor is in-process."""

from collections.abc import Generator
from contextlib import contextmanager

from dagster import ConfigurableResource, InitResourceContext
from pydantic import PrivateAttr

from pipelines.loading.session import LoadSession
from pipelines.settings.model import Settings

LOAD_TAG = "vigie/chargement"
# Set by the command line, which takes the lock before dagster is even imported.
_current: dict[str, LoadSession] = {}


def offer(session: LoadSession) -> None:
    """Let the run tagged with this load use a session that is already open in this process."""
    _current[session.load] = session


class LoadSessionResource(ConfigurableResource):
    """`.get()` is the open LoadSession; a run started elsewhere than on the command line waits for the lock."""

    _session: LoadSession | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Generator["LoadSessionResource", None, None]:
        run = context.run
        if run is None:
            raise RuntimeError("a session of a load is handed to a run")
        load = run.tags.get(LOAD_TAG, run.run_id[:8])
        if load in _current:
            self._session = _current[load]
            yield self
            return
        with LoadSession(Settings(), load, "interface web de Vigie", wait=True) as session:
            self._session = session
            yield self

    def get(self) -> LoadSession:
        if self._session is None:
            raise RuntimeError("the load session is opened by a run")
        return self._session
