"""No secret is on a command line, in the environment of a child that needs none, nor in anything that is written."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import VIGIE, Home
from tests.support.earlier_homes import RELEASES, unpacked

pytestmark = [pytest.mark.xdist_group("secrets"), pytest.mark.long]
HALVES = (b"Zebre", b"Quokka")
# Nobody listens there: the copy and the message both fail, and say so.
SECRETS = {
    "VIGIE_POSTGRES_DSN": "postgresql://vigie:Zebre%40Quokka@127.0.0.1:1/vigie",
    "VIGIE_SMTP_MOT_DE_PASSE": "Zebre@Quokka",
    "VIGIE_SMTP_SERVEUR": "127.0.0.1",
    "VIGIE_SMTP_PORT": "1",
    "VIGIE_SMTP_IDENTIFIANT": "vigie",
    "VIGIE_SMTP_EXPEDITEUR": "vigie@lot.example",
    "VIGIE_SMTP_AVIS": "tenue@lot.example",
}


def told(content: bytes) -> list[bytes]:
    return [half for half in HALVES if half in content]


def family(root: int) -> list[Path]:
    """/proc of the descendants of a process."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, waiting = [], [root]
    while waiting:
        parent = waiting.pop()
        children = [child for child, of in parents.items() if of == parent]
        found += [Path("/proc") / str(child) for child in children]
        waiting += children
    return found


def read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # the process is gone
        return b""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict[str, bytes], bytes]:
    """A home loaded with secrets: the home, what was seen of each child (command line, environment), what was said."""
    if not Path("/proc/self/environ").exists():
        pytest.skip("ce système ne montre pas les processus dans /proc")
    home = unpacked(RELEASES[-1], tmp_path_factory.mktemp("secrets") / "home")
    home.environment |= SECRETS
    process = subprocess.Popen(
        [VIGIE, "load"],
        env=home.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
    )
    seen: dict[str, bytes] = {}
    while process.poll() is None:
        for place in family(process.pid):
            line, environment = read(place / "cmdline"), read(place / "environ")
            # Between its fork and its own program, a child is still its parent.
            if line and line != read(Path(f"/proc/{process.pid}/cmdline")):
                seen[line.replace(b"\0", b" ").decode()] = environment
        seen["vigie load"] = read(Path(f"/proc/{process.pid}/cmdline"))
        time.sleep(0.05)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    return home, seen, said


def test_children_that_need_no_secret_have_none(loaded: tuple[Home, dict[str, bytes], bytes]) -> None:
    _, seen, _ = loaded
    for name in ("vigie-dbt", "pipelines.reading.worker", "pipelines.quality"):
        assert any(name in line for line in seen), name
    assert {line: said for line, environment in seen.items() if (said := told(line.encode() + environment))} == {}
    # Those who read the environment would have seen it there.
    assert not told("".join(SECRETS).encode())
    assert told("\n".join(SECRETS.values()).encode()) == [*HALVES]


def test_nothing_that_is_said_or_written_holds_one(
    loaded: tuple[Home, dict[str, bytes], bytes], tmp_path: Path
) -> None:
    home, _, said = loaded
    assert "copie postgresql" in said.decode().lower()
    backup = tmp_path / "sauvegarde.tar.gz"
    for command in ("status", "messages", "copy", "verify", "sante", "deliveries --json", f"backup {backup}"):
        done = home.run(*command.split())
        said += (done.stdout + done.stderr).encode()
    assert told(said) == []
    written = [f for f in home.folder.rglob("*") if f.is_file() and not f.is_symlink()]
    assert len(written) > 100
    assert {str(f): found for f in written if (found := told(f.read_bytes()))} == {}


def test_the_register_holds_no_string_of_connection(loaded: tuple[Home, dict[str, bytes], bytes]) -> None:
    import sqlite3

    with sqlite3.connect(loaded[0].folder / "register.sqlite") as db:
        [[incident, target]] = db.execute("select incident, cible from copies order by rowid desc limit 1").fetchall()
    assert "ne répond pas" in incident
    assert os.fsencode(target) not in SECRETS["VIGIE_POSTGRES_DSN"].encode()
