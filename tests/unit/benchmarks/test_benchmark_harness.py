"""What the harness of the benchmarks says of a process is true of its whole tree."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.harness import Case, Command, run_once
from tests.conftest import PROJECT

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


MEASURING = """
import sys
from pathlib import Path
from benchmarks.harness import Case, Command, run_once, stop_when_told
folder = Path(sys.argv[1])
code = "import os, sys, time; from pathlib import Path; Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(60)"
stop_when_told()
run_once(Case("a", "dort", lambda _: None), Command([sys.executable, "-c", code, str(folder / "pid")], {}), folder)
"""


def test_a_measure_that_is_told_to_end_ends_what_it_measures(tmp_path: Path) -> None:
    measuring = subprocess.Popen([sys.executable, "-c", MEASURING, str(tmp_path)], cwd=PROJECT)
    told = tmp_path / "pid"
    while not (told.exists() and told.read_text()):
        assert measuring.poll() is None
        time.sleep(0.05)
    measuring.send_signal(signal.SIGTERM)
    assert measuring.wait(timeout=20) == 128 + signal.SIGTERM
    for _ in range(100):
        try:
            os.kill(int(told.read_text()), 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("what was measured goes on")
