"""The systemd units: understood by systemd, closed to what they do not need, and every command of theirs exists."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.settings.project import CODE
from tests.conftest import VIGIE

UNITS = sorted((CODE / "deploy" / "systemd").iterdir())
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze n'est pas là")
# systemd's own scale, from 0 (closed) to 10: under 2, nothing that can be closed is left open without a reason.
MOST_EXPOSED = 20


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units, with the command of these tests in the place of the installed one."""
    made = []
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/usr/bin/vigie", str(VIGIE))
        (tmp_path / unit.name).write_text("".join(x for x in text.splitlines(True) if "Documentation=" not in x))
        made.append(tmp_path / unit.name)
    return made


@needs_systemd
def test_systemd_understands_them(units: list[Path]) -> None:
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_services_are_hardened(units: list[Path]) -> None:
    for unit in (u for u in units if u.suffix == ".service"):
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (unit.name, done.stdout[-400:])


def test_every_command_of_theirs_exists() -> None:
    lines = [x for u in UNITS for x in u.read_text(encoding="utf-8").splitlines() if x.startswith("ExecStart")]
    assert len(lines) == 5
    for line in lines:
        command = line.partition("/usr/bin/vigie ")[2].split()
        done = subprocess.run([VIGIE, command[0], "--help"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, line
        assert all(option in done.stdout for option in command[1:] if option.startswith("--")), line
