"""The dbt project as the rest of Vigie sees it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from pipelines.settings import DBT_PROJECT, Settings

TARGET = DBT_PROJECT / "target"
MANIFEST = TARGET / "manifest.json"
_STAMP = TARGET / "manifest.sha256"
_PARTS = ("dbt_project.yml", "profiles.yml", "models", "seeds", "macros", "tests")


@lru_cache(maxsize=1)
def project_fingerprint() -> str:
    """SHA-256 over every file of the dbt project: other SQL or other seeds are another warehouse."""
    digest = hashlib.sha256()
    files: list[Path] = []
    for part in (DBT_PROJECT / p for p in _PARTS):
        files += sorted(f for f in part.rglob("*") if f.is_file()) if part.is_dir() else [part]
    for file in files:
        digest.update(str(file.relative_to(DBT_PROJECT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def executable() -> str:
    """The dbt of this very Python, whatever the PATH says, as a child that dies with its parent."""
    return str(Path(sys.executable).with_name("vigie-dbt"))


def environment(settings: Settings, build: Path | None = None) -> dict[str, str]:
    """What dbt needs to know: where raw rows are, which file to build, how much it may take."""
    env = {
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
        "DBT_LOG_PATH": str(settings.paths.logs),
        "VIGIE_RAW": str(settings.paths.raw),
        "VIGIE_BUILD_THREADS": str(settings.build_threads),
        "VIGIE_BUILD_MEMORY": f"{settings.build_memory_mib}MiB",
    }
    return env | ({"VIGIE_BUILD": str(build)} if build else {})


def prepare_manifest(settings: Settings) -> Path:
    """Parse the project if its files changed since the last time; returns the manifest's path."""
    if _is_fresh():
        return MANIFEST
    TARGET.mkdir(parents=True, exist_ok=True)
    with _alone(TARGET / ".prepare.lock"):
        if _is_fresh():
            return MANIFEST
        with tempfile.TemporaryDirectory(dir=TARGET) as draft:
            done = subprocess.run(
                [executable(), "--quiet", "parse", "--target-path", draft, "--project-dir", str(DBT_PROJECT)],
                env=os.environ | environment(settings),
                cwd=DBT_PROJECT,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(f"dbt parse: {done.stdout}{done.stderr}")
            for name in ("partial_parse.msgpack", "manifest.json"):
                os.replace(Path(draft) / name, TARGET / name)
        _STAMP.write_text(project_fingerprint())
    return MANIFEST


def published_tables(schemas: tuple[str, ...]) -> list[dict]:
    """What dbt knows of the tables of these schemas: schema, name, description, key, column descriptions."""
    nodes = json.loads(MANIFEST.read_text(encoding="utf-8"))["nodes"].values()
    return sorted(
        (
            {
                "schema": n["schema"],
                "name": n["alias"],
                "description": n["description"],
                "key": n["config"]["meta"]["cle"],
                "columns": {c["name"]: c["description"] for c in n["columns"].values()},
            }
            for n in nodes
            if n["resource_type"] == "model" and n["schema"] in schemas
        ),
        key=lambda t: (t["schema"], t["name"]),
    )


def _is_fresh() -> bool:
    return MANIFEST.exists() and _STAMP.exists() and _STAMP.read_text() == project_fingerprint()


@contextmanager
def _alone(file: Path):
    with file.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
