"""What each table of the project should hold, read from the yml beside it: dbt's own words for its seeds, the same for
the tables of `sources/` and `expectations/`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.settings.tables import CatalogueError

# libyaml reads these files in a tenth of the time that Python takes.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_REF = re.compile(r"ref\('(\w+)'\)")


@dataclass(frozen=True)
class Described:
    """One column. `type` is SQL's; `lists` are the (table, column) one of which must hold the code."""

    name: str
    type: str = "string"
    may_be_empty: bool = False
    may_lack: bool = False
    form: str = ""  # a regular expression, and what it stands for
    example: str = ""
    values: tuple[str, ...] = ()
    lists: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Description:
    """One kind of table: its columns by name, and those that no two lines share."""

    columns: dict[str, Described]
    key: tuple[str, ...]


def descriptions(project: Path) -> dict[Path, dict[str, Description]]:
    """Folder → name of a table, without `.csv` → what it should hold."""
    dbt = project / "dbt_project"
    seeds = _read(dbt / "dbt_project.yml")["seeds"]["vigie"]
    types = {
        name: config["+column_types"]
        for folder in seeds.values() if isinstance(folder, dict)
        for name, config in folder.items() if isinstance(config, dict)
    }  # fmt: skip
    seeds_told = [t for file in sorted((dbt / "seeds").glob("*/*.yml")) for t in _read(file)["seeds"]]
    found = {dbt / "seeds": {t["name"]: _description(t, types) for t in seeds_told}}
    for folder in (project / "sources", project / "expectations"):
        found[folder] = {t["name"]: _description(t, {}) for t in _read(folder / "tables.yml")["tables"]}
    return found


def _read(file: Path) -> Any:
    return _parsed(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def _parsed(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 — the safe one, in C
    except yaml.YAMLError as error:
        raise CatalogueError(f"Une description de tables ne se lit pas : {error}") from error


def _description(told: dict[str, Any], types: dict[str, dict[str, str]]) -> Description:
    meta = told["config"]["meta"]
    own_types = types.get(told["name"], {})
    columns = (
        _column(c, own_types.get(c["name"]) or c.get("data_type", "string"), meta) for c in told.get("columns", ())
    )
    return Description({c.name: c for c in columns}, tuple(meta["cle"]))


def _column(told: dict[str, Any], kind: str, meta: dict[str, Any]) -> Described:
    name = told["name"]
    own = told.get("config", {}).get("meta", {})
    values: tuple[str, ...] = ()
    lists: tuple[tuple[str, str], ...] = ()
    for test in told.get("data_tests", ()):
        # A test that asks for nothing (`unique`) is dbt's alone.
        for asked in test.values() if isinstance(test, dict) else ():
            arguments = asked.get("arguments", {})
            values += tuple(map(str, arguments.get("values", ())))
            named = [_REF.fullmatch(arguments.get(to, "")) for to in ("to", "ou")]
            lists += tuple((ref[1], arguments["field"]) for ref in named if ref)
    return Described(
        name=name,
        type=kind,
        may_be_empty=name in meta.get("vides", ()),
        may_lack=name in meta.get("facultatives", ()),
        form=own.get("forme", ""),
        example=own.get("exemple", ""),
        values=values,
        lists=lists,
    )
