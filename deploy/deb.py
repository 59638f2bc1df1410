"""The Debian package: the offline bundle at its place, the units, the account; its wheels are installed by postinst."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
_SCRIPTS = ("postinst", "prerm", "postrm")
# Where each file of the bundle is put, and its mode.
_PLACES = {
    "command.sh": ("usr/bin/vigie", 0o755),
    "vigie.env": ("etc/vigie/vigie.env", 0o644),
    "vigie.toml": ("etc/vigie/vigie.toml", 0o640),
    "installation.md": ("usr/share/doc/vigie/installation.md", 0o644),
}


def build_deb(bundle: Path, target: Path, python: str) -> Path:
    """Build the package of a bundle; returns its file."""
    version = (bundle / "version").read_text(encoding="utf-8").strip()
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], check=True, capture_output=True, text=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory(dir=target) as name:
        root = Path(name) / "racine"
        _lay_out(bundle, root)
        control = (HERE / "debian" / "control").read_text(encoding="utf-8")
        (root / "DEBIAN").mkdir()
        told = control.format(version=version, architecture=architecture, python=python)
        (root / "DEBIAN" / "control").write_text(told, encoding="utf-8")
        for script in _SCRIPTS:
            shutil.copyfile(HERE / "debian" / script, root / "DEBIAN" / script)
            (root / "DEBIAN" / script).chmod(0o755)
        shutil.copyfile(HERE / "debian" / "conffiles", root / "DEBIAN" / "conffiles")
        file = target / f"vigie_{version}_{architecture}.deb"
        # Wheels are compressed already.
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(root), str(file)],
            check=True, capture_output=True,
        )  # fmt: skip
    return file


def _lay_out(bundle: Path, root: Path) -> None:
    root.mkdir(mode=0o755)
    shutil.copytree(bundle, root / "usr" / "share" / "vigie" / "lot")
    for name, (place, mode) in _PLACES.items():
        file = root / place
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(bundle / name, file)
        file.chmod(mode)
    units = root / "usr" / "lib" / "systemd" / "system"
    units.mkdir(parents=True)
    for unit in sorted((bundle / "systemd").iterdir()):
        shutil.copyfile(unit, units / unit.name)
    shutil.copytree(bundle / "nginx", root / "usr" / "share" / "doc" / "vigie" / "nginx")
    for folder in (f for f in root.rglob("*") if f.is_dir()):
        folder.chmod(0o755)
