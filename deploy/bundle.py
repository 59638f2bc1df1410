"""`python -m deploy.bundle`: one archive that installs Vigie without a network, and the Debian package made of it.

The wheels are those of `requirements.lock`, with its hashes, for the Python and the machine that make the bundle; what
only the tests need stays out.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.deb import build_deb
from pipelines import __version__

PROJECT = Path(__file__).resolve().parents[1]
HERE = PROJECT / "deploy"
EXTRAS = ("console", "postgres")
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"


def needed() -> set[str]:
    """The names of what Vigie stands on here, however far: as pyproject.toml asks, and what is installed asks in turn.

    pyproject.toml, not the metadata of the installed Vigie: these stay as they were on the day of `make setup`.
    """
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(text for extra in EXTRAS for text in project["optional-dependencies"][extra])]
    found: set[str] = set()
    waiting: list[tuple[list[str], tuple[str, ...]]] = [(asked, ())]
    seen = set()
    while waiting:
        texts, wanted = waiting.pop()
        for text in texts:
            requirement = Requirement(text)
            environments = [{**default_environment(), "extra": extra} for extra in ("", *wanted)]
            if requirement.marker is None or any(requirement.marker.evaluate(e) for e in environments):
                name, extras = canonicalize_name(requirement.name), tuple(sorted(requirement.extras))
                found.add(name)
                if (name, extras) not in seen:
                    seen.add((name, extras))
                    waiting.append((metadata.requires(name) or [], extras))
    return found


def locked(names: set[str], lock: str) -> str:
    """The part of a lock that pins these names, with its hashes. Raises ValueError for a name that it does not pin."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", "\n" + re.sub(r"(?m)^\s*#.*\n", "", lock))
    pinned: dict[str, list[str]] = {}
    for block in (b.strip() for b in blocks if "==" in b):  # a package may be pinned once a Python
        pinned.setdefault(canonicalize_name(re.split(r"==|\[", block)[0]), []).append(block)
    if missing := sorted(names - pinned.keys()):
        raise ValueError(f"requirements.lock n'épingle pas {', '.join(missing)}")
    return "".join(f"{block}\n" for name in sorted(names) for block in pinned[name])


def build_bundle(target: Path, wheels: Path | None) -> Path:
    """Write the bundle's folder; `wheels` are already there, or fetched by pip."""
    folder = target / f"vigie-{__version__}-python{PYTHON}-{sysconfig.get_platform()}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "wheels").mkdir(parents=True)
    requirements = locked(needed(), (PROJECT / "requirements.lock").read_text(encoding="utf-8"))
    (folder / "requirements.txt").write_text(requirements, encoding="utf-8")
    found = ["--no-index", "--find-links", str(wheels)] if wheels else []
    _pip("download", *found, "--require-hashes", "--no-deps", "--only-binary", ":all:", "--dest",
         str(folder / "wheels"), "-r", str(folder / "requirements.txt"))  # fmt: skip
    _pip(
        "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder / "wheels"), str(PROJECT)
    )
    [own] = (folder / "wheels").glob(f"vigie-{__version__}-*.whl")
    with (folder / "requirements.txt").open("a", encoding="utf-8") as stream:
        stream.write(f"vigie=={__version__} --hash=sha256:{_hash(own)}\n")
    for name in ("systemd", "nginx"):
        shutil.copytree(HERE / name, folder / name)
    for name in ("installer.sh", "vigie.env", "vigie.toml", "command.sh"):
        shutil.copy2(HERE / name, folder / name)
    shutil.copy2(PROJECT / "docs" / "installation.md", folder)
    (folder / "python").write_text(f"{PYTHON}\n", encoding="utf-8")
    (folder / "version").write_text(f"{__version__}\n", encoding="utf-8")
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    sums = "".join(f"{_hash(f)}  {f.relative_to(folder).as_posix()}\n" for f in files)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return folder


def _pip(*arguments: str) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *arguments], check=True, stdout=sys.stderr)


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def main() -> int:
    """Write the archive, and the Debian package where `dpkg-deb` is."""
    parser = argparse.ArgumentParser(prog="python -m deploy.bundle")
    parser.add_argument("--dossier", type=Path, default=PROJECT / "dist", help="où écrire (%(default)s)")
    parser.add_argument(
        "--paquets", type=Path, help="un dossier de paquets déjà téléchargés, pour faire le lot sans réseau"
    )
    asked = parser.parse_args()
    asked.dossier.mkdir(parents=True, exist_ok=True)
    folder = build_bundle(asked.dossier, asked.paquets)
    archive = folder.with_name(f"{folder.name}.tar.gz")
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        tar.add(folder, arcname=folder.name)
    print(archive)
    latest = asked.dossier / "vigie-hors-ligne.tar.gz"  # what the Containerfile takes
    latest.unlink(missing_ok=True)
    latest.hardlink_to(archive)
    if shutil.which("dpkg-deb"):
        print(build_deb(folder, asked.dossier, PYTHON))
    else:
        print("dpkg-deb n'est pas là : le paquet Debian n'est pas fait.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
