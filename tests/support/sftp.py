"""A real sshd on the loopback, for one key and no other, and the sftp client of the same packet."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SSHD = shutil.which("sshd") or next((p for p in ("/usr/sbin/sshd",) if Path(p).exists()), None)
HERE = SSHD is not None and shutil.which("sftp") is not None and shutil.which("ssh-keygen") is not None
ABSENT = "openssh-server n'est pas installé : rien ne s'envoie par SFTP"


@dataclass(frozen=True)
class Sftp:
    """A client of the server."""

    port: int
    key: Path

    def command(self, *options: str) -> list[str]:
        quiet = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes"]
        who = f"{getpass.getuser()}@127.0.0.1"
        return ["sftp", *options, "-q", "-b", "-", "-P", str(self.port), "-i", str(self.key), *quiet, who]

    def run(self, *lines: str) -> subprocess.CompletedProcess[str]:
        """What a person types, a line each."""
        return subprocess.run(
            self.command(), input="\n".join([*lines, ""]), text=True, capture_output=True, timeout=60, check=False
        )

    @contextmanager
    def slowly(self, line: str, kbits: int) -> Iterator[subprocess.Popen[str]]:
        """A transfer of so many kilobits a second, which ends within the block or is ended with it."""
        process = subprocess.Popen(
            self.command("-l", str(kbits), "-B", "4096", "-R", "1"), stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(line + "\n")
        process.stdin.close()
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


@contextmanager
def sshd(folder: Path) -> Iterator[Sftp]:
    """Serve SFTP until the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("hote", "cle"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    if os.geteuid() == 0:  # where sshd parts what it may do from what strangers say
        with contextlib.suppress(OSError):
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "Port": port, "ListenAddress": "127.0.0.1", "HostKey": folder / "hote", "PidFile": "none", "UsePAM": "no",
        "AuthorizedKeysFile": folder / "cle.pub", "StrictModes": "no", "PermitRootLogin": "prohibit-password",
        "PasswordAuthentication": "no", "Subsystem": "sftp internal-sftp",
    }  # fmt: skip
    (folder / "sshd_config").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    assert SSHD is not None
    with (folder / "sshd.log").open("w") as log:
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=log)
        try:
            _wait(port, server)
            yield Sftp(port, folder / "cle")
        finally:
            server.terminate()
            server.wait()


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert server.poll() is None, "sshd ne démarre pas"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("sshd ne répond pas")
