"""What the harness of the benchmarks says of a process is true of its whole tree."""

import os
import sys
from pathlib import Path

import pytest

from tests.benchmarks.harness import Case, Command, run_once

SPIN = "import time\nwhile time.process_time() < 0.6: pass"
LEFT_ALONE = (
    f"import subprocess, sys, os, time\nsubprocess.Popen([sys.executable, '-c', {SPIN!r}])\ntime.sleep(4)\nos._exit(0)"
)


@pytest.mark.skipif(
    not os.path.exists("/proc/self/stat"), reason="la mémoire et le temps d'un arbre se lisent dans /proc"
)
@pytest.mark.parametrize("code", [SPIN, LEFT_ALONE])
def test_the_processor_time_of_a_child_that_nobody_waits_for_is_counted(tmp_path: Path, code: str) -> None:
    run = run_once(Case("a", "essai", lambda _: None), Command([sys.executable, "-c", code], {}), tmp_path)
    assert 0.5 < run.cpu_seconds < 1.5
    assert run.peak_mib > 5
