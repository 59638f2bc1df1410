"""Dagster's event log on SQLite, with one open connection a file, where a check keeps its last result.

Dagster 1.13 opens, commits and closes a database for each event, and a load has three hundred: a fifth of its processor
time. `dagster.yaml` names this class; tests/unit/home/test_event_log.py holds what it relies on.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dagster import DagsterEventType, EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

# The index and the run being written; the web interface looks at a few more.
_MOST_OPEN = 4


class EventLog(SqliteEventLogStorage):
    """`SqliteEventLogStorage` in `$DAGSTER_HOME/history/runs`, which keeps its last connections open.

    What it writes is the history shown by the web interface. A power cut may lose its last events and cannot damage
    the file (WAL, synchronous NORMAL); what was loaded is in the register.
    """

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        self._open: OrderedDict[str, Connection] = OrderedDict()
        super().__init__(os.path.join(os.environ["DAGSTER_HOME"], "history", "runs"), inst_data)
        # A batch holds the connections of a run and of the index at the same time.
        self._db_lock = threading.RLock()  # type: ignore[assignment]  # Dagster declares a lock that is taken once

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> EventLog:
        return cls(inst_data)

    def dispose(self) -> None:
        with self._db_lock:
            while self._open:
                self._close(next(iter(self._open)))
        super().dispose()

    def store_asset_check_event(self, event: EventLogEntry, event_id: int | None) -> None:
        """Keep what checks say. Dagster 1.13 also records each that a run may make, and shows as skipped, over its last
        result, one that had nothing to judge.
        """
        if event.dagster_event_type != DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED:
            super().store_asset_check_event(event, event_id)

    def delete_events(self, run_id: str) -> None:
        """Forget what the checks of a run said too, but for the last word of each: Dagster 1.13 keeps them for ever."""
        super().delete_events(run_id)
        said = AssetCheckExecutionsTable.c
        last = select(func.max(said.id)).group_by(said.asset_key, said.check_name)
        with self.index_connection() as connection:
            connection.execute(AssetCheckExecutionsTable.delete().where(said.run_id == run_id, said.id.not_in(last)))

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            connection = self._connection(shard)
            if connection.in_transaction():
                yield connection
            else:
                with connection.begin():
                    yield connection

    def _connection(self, shard: str) -> Connection:
        if shard in self._open:
            self._open.move_to_end(shard)
            return self._open[shard]
        engine = create_engine(
            self.conn_string_for_shard(shard),
            poolclass=NullPool,
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        )
        event.listen(engine, "connect", _sync_at_checkpoints)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        idle = [s for s, connection in self._open.items() if not connection.in_transaction()]
        if len(self._open) >= _MOST_OPEN and idle:
            self._close(idle[0])
        self._open[shard] = engine.connect()
        return self._open[shard]

    def _close(self, shard: str) -> None:
        connection = self._open.pop(shard)
        connection.close()
        connection.engine.dispose()


def _sync_at_checkpoints(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
