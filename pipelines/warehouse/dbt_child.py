"""dbt in a process that cannot outlive the load that started it (console script `vigie-dbt`).

`vigie-dbt ARGS` is dbt's own command line. `vigie-dbt --attendre PARSED` imports dbt and takes the project as it was
parsed, then waits for its `arguments` and `environment`, a JSON object on a line of standard input: two seconds of
imports that pass while the files are being read. It gives up when its input closes, and writes the events that
`pipelines.defs.warehouse` reads as JSON lines.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.machine.child import die_with_parent, leave_signals_to_parent
from pipelines.machine.memory import collect_rarely

if TYPE_CHECKING:
    from dbt_common.events.base_types import EventMsg

_TELLING = threading.Lock()
_RESULTS = {"LogModelResult", "LogSeedResult", "LogTestResult"}


def main() -> None:
    """Run this process's arguments as dbt would, at once or when told."""
    die_with_parent()
    if sys.argv[1:2] == ["--attendre"]:
        leave_signals_to_parent()
        sys.exit(_run_when_told(Path(sys.argv[2])))
    from dbt.cli.main import cli

    sys.argv[0] = "dbt"
    cli()


def _run_when_told(parsed: Path) -> int:
    collect_rarely()
    from mashumaro.config import BaseConfig

    # dbt generates code for each of its classes as it is imported; a build uses few of them.
    BaseConfig.lazy_compilation = True

    import dbt.adapters.duckdb  # noqa: F401 -- dbt imports it when told to build: one second that nobody would wait for
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack(parsed.read_bytes())
    manifest.build_flat_graph()  # type: ignore[no-untyped-call]  # dbt gives it no types
    line = sys.stdin.readline()
    if not line:
        return 0
    told = json.loads(line)
    os.environ.update(told["environment"])
    _hear_no_debug()
    # dbt's own JSON log renders every event, debug included, before it drops those below its level.
    runner = dbtRunner(manifest=manifest, callbacks=[_tell])
    result = runner.invoke(["--log-level", "none", *told["arguments"]])
    if result.exception:
        print(result.exception)
    return 0 if result.success else 1


def _hear_no_debug() -> None:
    """Have dbt drop what it says for its own debugging before it writes each word of it: nobody listens."""
    from dbt_common.events.base_types import BaseEvent, EventLevel
    from dbt_common.events.event_manager import EventManager
    from dbt_common.events.event_manager_client import ctx_set_event_manager

    class Quiet(EventManager):
        def fire_event(self, e: BaseEvent, level: EventLevel | None = None, *given: Any, **named: Any) -> None:
            if (level or e.level_tag()) not in {EventLevel.DEBUG, EventLevel.TEST}:
                super().fire_event(e, level, *given, **named)

    ctx_set_event_manager(Quiet())


def _tell(event: EventMsg) -> None:
    """Write what the load reads: how each node ended, and whatever is wrong."""
    from dbt_common.events.functions import msg_to_dict

    if event.info.name in _RESULTS or event.info.level in {"warn", "error"}:
        # dbt's threads tell at the same time: a line is written whole.
        with _TELLING:
            print(json.dumps(msg_to_dict(event), default=str), flush=True)


if __name__ == "__main__":
    main()
