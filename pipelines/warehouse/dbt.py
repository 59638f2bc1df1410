"""The dbt project as the rest of Vigie sees it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from pipelines import __version__
from pipelines.catalogue import table_checks
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import CatalogueError
from pipelines.home.register import Register
from pipelines.machine import interruption
from pipelines.machine.child import run as run_child
from pipelines.settings.model import DBT_PROJECT, PREPARED, Settings, without_secrets
from pipelines.warehouse import reuse
from pipelines.warehouse.changes import State, changed_nodes, state_of
from pipelines.warehouse.failures import Failure, ProjectFault, failures_in

# dbt's own `target/` is the developer's: a `dbt parse` of theirs, under other names, must not reach a load.
TARGET = PREPARED
MANIFEST = TARGET / "manifest.json"
PARSED = TARGET / "partial_parse.msgpack"
BASE = TARGET / "base" / "vigie.duckdb"
_STAMP = TARGET / "base" / "empreinte.sha256"
_LIBRARIES = ("dbt-core", "dbt-duckdb", "duckdb")
# Without the tests of that tag: the rules of a load judge what they do, and say what to do.
WHOLE = ("build", "--exclude-resource-type", "unit_test", "--exclude", "tag:hors_chargement")
# What stands in the build started from: a view says what its tables say, and its SQL is that of the same project.
IN_A_LOAD = (*WHOLE, "config.materialized:view")
_PARTS = ("dbt_project.yml", "profiles.yml", "models", "analyses", "seeds", "macros")


@lru_cache(maxsize=1)
def project_fingerprint() -> str:
    """SHA-256 over every file of the dbt project: other SQL or other seeds are another warehouse."""
    digest = hashlib.sha256()
    for file in _files():
        digest.update(str(file.relative_to(DBT_PROJECT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _files() -> list[Path]:
    files: list[Path] = []
    for part in (DBT_PROJECT / p for p in _PARTS):
        files += sorted(f for f in part.rglob("*") if f.is_file()) if part.is_dir() else [part]
    return files


def executable() -> str:
    """The dbt of this very Python, whatever the PATH says, as a child that dies with its parent."""
    return str(Path(sys.executable).with_name("vigie-dbt"))


def environment(settings: Settings, build: Path | None = None) -> dict[str, str]:
    """The environment of a dbt child: this process's, where raw rows are, which file to build, how much it may take.

    What a developer's shell tells dbt (`DBT_TARGET`, `DBT_PROFILE`…) is for their own dbt.
    """
    own = {k: v for k, v in without_secrets(os.environ).items() if not k.startswith("DBT_")}
    env = own | {
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
        "DBT_LOG_PATH": str(settings.paths.logs),
        "VIGIE_RAW": str(settings.paths.raw),
        "VIGIE_BUILD_THREADS": str(settings.build_threads),
        "VIGIE_BUILD_MEMORY": f"{settings.build_memory_mib}MiB",
    }
    return env | ({"VIGIE_BUILD": str(build)} if build else {})


def prepare_project(settings: Settings) -> Path:
    """Parse the project, and build it over no delivery, if its files changed; returns the manifest's path.

    A first load starts from a copy of `BASE` and never parses: seeds, what only they make, and every other table as it
    is while nothing has come. Where only seeds and models changed, what does not stand on them is kept.
    """
    if _is_fresh():
        return MANIFEST
    TARGET.mkdir(parents=True, exist_ok=True)
    with _alone(TARGET / ".prepare.lock"):
        if _is_fresh():
            return MANIFEST
        if faults := table_checks.check():
            raise CatalogueError(table_checks.said(faults))
        with interruption.scratch(dir=TARGET) as name:
            draft = Path(name)
            base = draft / "base" / BASE.name
            base.parent.mkdir()
            empty = _home_without_delivery(settings, draft / "vide")
            selected = _start_from_the_last(empty, draft, base)
            run(empty, base, *WHOLE, *selected, "--target-path", str(draft))
            for file in (PARSED, MANIFEST):
                os.replace(draft / file.name, file)
            reuse.remember(base, inputs(empty))
            shutil.rmtree(BASE.parent, ignore_errors=True)
            os.replace(base.parent, BASE.parent)
        _state().write(_STAMP)
    return MANIFEST


def _start_from_the_last(empty: Settings, draft: Path, base: Path) -> list[str]:
    """Copy into the draft what was prepared before, if it can be started from; returns what is left to build, as the
    arguments of dbt: none for everything.
    """
    before = reuse.made_of(BASE)
    if before is None or not (MANIFEST.exists() and PARSED.exists()):
        return []
    nodes = changed_nodes(State.read(_STAMP), _state(), DBT_PROJECT, _manifest())
    if nodes is None:
        return []
    now = inputs(empty)
    sources = sorted(name for name, found in now.sources.items() if before.sources.get(name) != found)
    if not nodes and not sources:
        return []
    shutil.copyfile(BASE, base)
    shutil.copyfile(PARSED, draft / PARSED.name)
    # A seed that has other columns than its table is made anew, not filled anew.
    return ["--full-refresh", "--select", " ".join([*(f"{n}+" for n in nodes), selection(sources)]).strip()]


def _home_without_delivery(settings: Settings, folder: Path) -> Settings:
    from pipelines.warehouse.manifest import write_manifest

    empty = Settings(home=folder, departement=settings.departement, today=settings.today)
    empty.paths.create()
    with Register(empty.paths.register) as register:
        write_manifest(empty, register, load_catalogue())
    return empty


def inputs(settings: Settings) -> reuse.Inputs:
    """What a build of this home would be made of now."""
    locations = {s["name"]: s["relation_name"] for s in _manifest()["sources"].values()}
    return reuse.read_inputs(settings.paths.raw, f"{project_fingerprint()} {__version__} {_versions()}", locations)


def selection(sources: list[str]) -> str:
    """These sources and all that reads them, as `dbt --select` takes it."""
    return " ".join(f"source:raw.{name}+" for name in sources)


def models_reading(sources: list[str] | None = None, kinds: tuple[str, ...] = ("table", "view")) -> set[str]:
    """The unique ids of the models of these kinds that read one of these sources, however far; of all sources by
    default. What dbt writes into its readers (`ephemeral`) is of no kind.
    """
    manifest = _manifest()
    waiting = [i for i, s in manifest["sources"].items() if sources is None or s["name"] in sources]
    found: set[str] = set()
    while waiting:
        children = set(manifest["child_map"].get(waiting.pop(), ())) - found
        found |= children
        waiting += children
    nodes = ((i, manifest["nodes"].get(i)) for i in found)
    return {i for i, n in nodes if n and n["resource_type"] == "model" and n["config"]["materialized"] in kinds}


def tables_reading(sources: list[str] | None = None) -> set[str]:
    """The unique ids of the tables that a load makes anew where these sources changed, or all of them."""
    return models_reading(sources, ("table",))


def _manifest() -> dict:
    return _read_manifest(MANIFEST.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read_manifest(_: int) -> dict:
    manifest: dict = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return manifest


def published_tables(schemas: tuple[str, ...]) -> list[dict]:
    """What dbt knows of the tables of these schemas: schema, name, description, key, whether others refer to it by that
    key (`referred`), whether each priority has its rows as a table too (`by_priority`), column descriptions, the
    columns that are never null, the values that a column's test allows, and the raw tables that it is made of, however
    far.
    """
    manifest = _manifest()
    nodes = manifest["nodes"].values()
    allowed: dict[str, dict[str, list[str]]] = {}
    for n in nodes:
        if n["resource_type"] == "test" and (n.get("test_metadata") or {}).get("name") == "accepted_values":
            values = n["test_metadata"]["kwargs"]["values"]
            allowed.setdefault(n["attached_node"], {})[n["column_name"]] = values
    return sorted(
        (
            {
                "schema": n["schema"],
                "name": n["alias"],
                "description": n["description"],
                "key": n["config"]["meta"]["cle"],
                "referred": n["config"]["meta"].get("referencee", False),
                "by_priority": n["config"]["meta"].get("par_priorite", False),
                "columns": {c["name"]: c["description"] for c in n["columns"].values()},
                "required": [
                    c["name"] for c in n["columns"].values() if any(k["type"] == "not_null" for k in c["constraints"])
                ],
                "allowed": allowed.get(n["unique_id"], {}),
                "raw": _raw_tables(n["unique_id"], manifest),
            }
            for n in nodes
            if n["resource_type"] == "model" and n["schema"] in schemas
        ),
        key=lambda t: (t["schema"], t["name"]),
    )


def run(settings: Settings, build: Path, *arguments: str) -> None:
    """One dbt command over the whole project, writing in `build`; raises ProjectFault with what dbt said."""
    done = run_child(
        [executable(), "--quiet", "--log-format", "json", *arguments, "--project-dir", str(DBT_PROJECT)],
        env=environment(settings, build),
        cwd=DBT_PROJECT,
    )
    if done.returncode:
        output = f"{done.stdout}{done.stderr}"
        stopped = Failure("dbt", f"dbt {arguments[0]} s'est arrêté (code {done.returncode})", of_machine=True)
        raise ProjectFault(failures_in(output) or [stopped], output)


def _raw_tables(node: str, manifest: dict) -> list[str]:
    """The names of the raw tables above a node."""
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        parent = waiting.pop()
        if parent not in seen:
            seen.add(parent)
            waiting += manifest["parent_map"].get(parent, [])
    return sorted(manifest["sources"][i]["name"] for i in seen if i in manifest["sources"])


def documentation(settings: Settings) -> str:
    """`dbt docs generate --static`: one page, over a copy of the published file, which has the models' names."""
    prepare_project(settings)
    with interruption.scratch(dir=TARGET) as name:
        build = Path(name) / BASE.name
        shutil.copyfile(settings.paths.warehouse, build)
        run(settings, build, "docs", "generate", "--static", "--target-path", name)
        return (Path(name) / "static_index.html").read_text(encoding="utf-8")


def _is_fresh() -> bool:
    there = all(file.exists() for file in (MANIFEST, PARSED, BASE, _STAMP))
    return there and State.read(_STAMP) == _state()


@lru_cache(maxsize=1)
def _state() -> State:
    """The project and the libraries that parsed it: another dbt does not read what this one wrote."""
    return state_of(DBT_PROJECT, _files(), f"{__version__} {_versions()}")


def _versions() -> str:
    return " ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
