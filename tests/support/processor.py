"""The processor time of a piece of work, for tests of what grows too fast; `make bench` measures speed."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def processor_seconds(work: Callable[[], object], tries: int = 3) -> float:
    """The best of some runs, the collector off: another process, or the memory of other tests, may weigh on one."""
    spent = []
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in range(tries):
            started = time.process_time()
            work()
            spent.append(time.process_time() - started)
    finally:
        if collecting:
            gc.enable()
    return min(spent)
