"""A snapshot's data made again from the archive, in a home of its own: the same deliveries give the same bytes."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from pipelines.base.periods import Period
from pipelines.base.wording import file_named
from pipelines.home.archive import hash_of
from pipelines.home.register import CHOSEN, CONFIRMED, NAMED
from pipelines.machine import child, interruption, ledger
from pipelines.machine.paths import Paths
from pipelines.quality import excuses
from pipelines.quality.excuses import Excuse
from pipelines.quality.known import KnownError
from pipelines.settings.model import Settings
from pipelines.snapshots import editions, folder, manifest, take
from pipelines.snapshots.folder import Name


class CannotRemake(Exception):
    """The archive no longer holds what the snapshot was made of. The text is French."""


@dataclass(frozen=True)
class Remade:
    """`differing` are the data files that are not the snapshot's, by path; `other_code` says that Vigie has changed."""

    same: list[str]
    differing: list[str]
    other_code: bool


def remake(settings: Settings, name: Name, target: Path) -> Remade:
    """Write the data files of a snapshot anew under `target`, from the archive alone. Raises CannotRemake."""
    snapshot = settings.paths.snapshots / str(name)
    said = manifest.read(snapshot)
    with interruption.scratch(prefix="vigie-cliche-") as home:
        _fill(Path(home), settings.paths, said)
        _load(Path(home), said)
        _export(Path(home), settings.paths, name, target)
    expected = {path: f["sha256"] for path, f in said["fichiers"].items() if f"/{folder.DATA}/" in path}
    same = [path for path, sha256 in expected.items() if _hash(target / path) == sha256]
    differing = sorted(set(expected) - set(same))
    from pipelines.warehouse.dbt import project_fingerprint

    return Remade(sorted(same), differing, said["empreinte_modeles"] != project_fingerprint())


def _fill(home: Path, paths: Paths, said: dict) -> None:
    """The archive as it was then: the deliveries that were accepted, and what had been decided."""
    (home / "archive").mkdir(parents=True)
    for delivery in said["livraisons"]:
        source = paths.archive / delivery["sha256"]
        if not source.is_dir():
            raise CannotRemake(f"L'archive n'a plus la livraison {file_named(delivery)}.")
        target = home / "archive" / delivery["sha256"]
        # Decisions taken since are not those of the snapshot: a delivery withdrawn later was in use then. What a person
        # had chosen or confirmed by then is part of it.
        shutil.copytree(source, target, copy_function=_link, ignore=shutil.ignore_patterns("decisions"))
        for file in sorted((source / "decisions").glob("*.json")):
            decided = json.loads(file.read_text(encoding="utf-8"))
            kept = decided["decision"] in {CHOSEN, CONFIRMED, NAMED}
            if kept and _before(decided["decide_le"], said["fait_le"]):
                (target / "decisions").mkdir(exist_ok=True)
                _link(str(file), str(target / "decisions" / file.name))
    excuses.write(Paths(home, home / "landing"), [Excuse.of(excuse) for excuse in said["excuses"]])
    for error in said["erreurs_connues"]:
        ledger.append(home / "erreurs_connues.csv", KnownError(**error))


def _before(decided: str, made: str) -> bool:
    """Whether a decision was taken by the instant of the snapshot; a time without its offset is this machine's."""
    first, second = (dt.datetime.fromisoformat(text).astimezone() for text in (decided, made))
    return first <= second


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)


def _load(home: Path, said: dict) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("VIGIE_")}
    settings = {
        "VIGIE_HOME": str(home),
        "VIGIE_TODAY": said["jour_de_reference"],
        "VIGIE_DEPARTEMENT": said["reglages"]["departement"],
        "VIGIE_DEPUIS": said["reglages"].get("depuis") or "",
        "VIGIE_DEPUIS_SOURCE": ",".join(f"{s}={p}" for s, p in said["reglages"].get("depuis_source", {}).items()),
    }
    done = child.run([str(Path(sys.executable).with_name("vigie")), "load", "--json"], env=kept | settings)
    if done.returncode:
        raise CannotRemake(f"Le chargement de l'archive n'a pas abouti : {done.stdout.strip()} {done.stderr.strip()}")


def _export(home: Path, paths: Paths, name: Name, target: Path) -> None:
    from pipelines.publication.reading import opened_file
    from pipelines.snapshots.tables import read_tables

    period = Period.read(name.period)
    with opened_file(home / "published" / "vigie.duckdb") as db:
        tables = read_tables(db, period)
    made = editions.compose(tables, period, take.given_before(paths.snapshots, limit=name))
    for edition in folder.editions_of(period):
        (target / edition / folder.DATA).mkdir(parents=True, exist_ok=True)
        take.write_data(target, edition, made.of(edition))


def _hash(file: Path) -> str | None:
    return hash_of(file) if file.exists() else None
