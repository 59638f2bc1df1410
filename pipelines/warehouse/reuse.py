"""What a build was made of, so that the next one makes anew only what reads something else.

`entrees.json` stands beside a build that is whole. It is removed before dbt first writes in that file: a build that was
cut short, or written by anything else since, is never a start.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.machine.durable import write_whole

# What a source of the dbt project reads, in the raw folder.
_READ = re.compile(r"[\w./*-]+\.parquet")
# Above this size a raw file is told by its size and its time: it is written once and never changed in place.
_HASHED_BYTES = 1 << 20


@dataclass(frozen=True)
class Inputs:
    """Fingerprints of the dbt project with its libraries, and of what each dbt source reads, by its name."""

    project: str
    sources: dict[str, str]

    def changed_since(self, before: Inputs | None) -> list[str]:
        """The sources that a build made of `before` would read otherwise, in order; all of them without `before`."""
        if before is None or before.project != self.project:
            return sorted(self.sources)
        return sorted(name for name, found in self.sources.items() if before.sources.get(name) != found)


def read_inputs(raw: Path, project: str, locations: dict[str, str]) -> Inputs:
    """What a build over the raw folder would read; `locations` is what each source reads, as the dbt project says."""
    return Inputs(project, {name: _fingerprint(raw, location) for name, location in locations.items()})


def remember(build: Path, inputs: Inputs) -> None:
    """Say that the build is whole and made of `inputs`."""
    told = {"fichier": _state(build), "projet": inputs.project, "entrees": inputs.sources}
    write_whole(_record(build), json.dumps(told, indent=1).encode())


def forget(build: Path) -> None:
    """Say no more of the build: it is about to change."""
    _record(build).unlink(missing_ok=True)


def made_of(build: Path) -> Inputs | None:
    """What a whole build is made of; None when there is none that can be started from."""
    try:
        told = json.loads(_record(build).read_text(encoding="utf-8"))
        if told["fichier"] != _state(build):
            return None
        return Inputs(told["projet"], told["entrees"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _record(build: Path) -> Path:
    return build.with_name("entrees.json")


def _state(file: Path) -> list[int]:
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns]


def _fingerprint(raw: Path, location: str) -> str:
    digest = hashlib.sha256(location.encode())
    read = _READ.search(location)
    if read is None:
        raise ValueError(f"{location}: no Parquet file is named")
    for file in sorted(raw.glob(read[0])):
        stat = file.stat()
        digest.update(f"\0{file.relative_to(raw)}\0{stat.st_size}\0".encode())
        if stat.st_size < _HASHED_BYTES:
            digest.update(file.read_bytes())
        else:
            digest.update(str(stat.st_mtime_ns).encode())
    return digest.hexdigest()
