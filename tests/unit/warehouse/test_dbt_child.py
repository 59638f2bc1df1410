"""What the child that builds tells of dbt: results and what is wrong, nothing of its debugging."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from pipelines.warehouse.dbt_child import _hear_no_debug

_hear_no_debug()
from dbt.adapters.events.types import ConnectionUsed
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager_client import add_callback_to_manager
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note

add_callback_to_manager(lambda event: print(event.info.level, event.info.name))
fire_event(ConnectionUsed(conn_type="duckdb", conn_name="essai"))
fire_event(Note(msg="fin"), level=EventLevel.INFO)
fire_event(Note(msg="attention"), level=EventLevel.WARN)
fire_event(ConnectionUsed(conn_type="duckdb", conn_name="essai"), level=EventLevel.ERROR)
"""


def test_debug_is_dropped_and_the_rest_is_heard() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["info Note", "warn Note", "error ConnectionUsed"]
