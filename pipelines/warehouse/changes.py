"""Which seeds and models of the dbt project changed since it was prepared, when nothing else did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any


@dataclass(frozen=True)
class State:
    """What a project was prepared from: the versions of what parses it, and the hash of each file by its path."""

    libraries: str
    files: dict[str, str]

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> State | None:
        """None when nothing, or nothing readable, says what the project was prepared from."""
        try:
            return cls(**json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def state_of(root: Path, files: Iterable[Path], libraries: str) -> State:
    hashes = {f.relative_to(root).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
    return State(libraries, hashes)


def changed_nodes(before: State | None, now: State, root: Path, manifest: Mapping[str, Any]) -> list[str] | None:
    """The names of the seeds and models that changed; None when something else did, and all has to be made anew.
    `manifest` is that of `before`: a model that says how it is materialized, or did, may leave a relation of another
    kind.
    """
    if before is None or before.libraries != now.libraries or before.files.keys() != now.files.keys():
        return None
    told = {n["original_file_path"]: n.get("raw_code") or "" for n in manifest["nodes"].values()}
    names = []
    for path in sorted(p for p, found in now.files.items() if before.files[p] != found):
        folder, suffix = PurePosixPath(path).parts[0], PurePosixPath(path).suffix
        if (folder, suffix) == ("models", ".sql"):
            if path not in told or "config(" in told[path] + (root / path).read_text(encoding="utf-8"):
                return None
        elif (folder, suffix) != ("seeds", ".csv"):
            return None
        names.append(PurePosixPath(path).stem)
    return names
