"""Reading the tables of `sources/`, and the code lists of `dbt_project/seeds/` that they name."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.base.spelling import folded
from pipelines.catalogue.checks import check_reads
from pipelines.catalogue.code_lists import read_list
from pipelines.catalogue.dated_lists import check_dated_lists
from pipelines.catalogue.head_indicators import check_head_indicators
from pipelines.catalogue.model import (
    PLACEHOLDERS,
    Catalogue,
    CatalogueError,
    Column,
    Crosswalk,
    FileName,
    IgnoredSheet,
    Layout,
    Part,
    Source,
    SourceTable,
    UnusedFile,
)
from pipelines.catalogue.places import REGISTER, register_of_places
from pipelines.catalogue.priorities import check_priorities
from pipelines.catalogue.schema import TYPES, read_schema
from pipelines.catalogue.service_forms import check_forms
from pipelines.settings.model import DBT_PROJECT, EXPECTATIONS, SEEDS, SOURCES
from pipelines.settings.tables import read_rows

MODELS = DBT_PROJECT / "models"

PLACES = {"feuille", "titre", "entete", "gauche", "cellule", "colonne", "nom"}
# Who owes a source: its producer, or each line of one of these seeds.
PRODUCER = "producteur"
DEBTORS = {PRODUCER, "services", "postes_iscg", "pilotes"}


def load_catalogue(root: Path = SOURCES, seeds: Path = SEEDS, models: Path | None = MODELS) -> Catalogue:
    """Read every source under `root`; raises CatalogueError when a table contradicts itself, or what reads it under
    `models` (None: that is not looked at). Read again only once a file has changed; not to be changed by who asks.
    """
    read = [root, seeds, EXPECTATIONS, *([models] if models else [])]
    state = tuple((str(f), s.st_mtime_ns, s.st_size) for d in read for f in sorted(d.rglob("*.*")) for s in [f.stat()])
    return _loaded(root, seeds, models, state)


@lru_cache(maxsize=2)
def _loaded(root: Path, seeds: Path, models: Path | None, _: tuple[tuple[str, int, int], ...]) -> Catalogue:
    sources = tuple(_source(folder.parent, seeds) for folder in sorted(root.glob("*/source.yml")))
    if models is not None:
        check_reads(sources, models, EXPECTATIONS, {row["motif_code"] for row in read_list("motifs", seeds)})
    ignored = tuple(
        IgnoredSheet(row["feuille"], row["marque_demonstration"], row["sauf_tableau"] == "true")
        for row in read_rows(root / "ignored_sheets.csv")
    )
    used = sorted({_list_name(c.code_list) for s in sources for k in s.layouts for c in k.columns if c.code_list}
                  | {c.groups for s in sources for k in s.layouts for c in k.columns if c.groups}
                  | {w.code_list for s in sources for t in s.tables.values() for w in t.crosswalks})  # fmt: skip
    lists = {name: read_list(name, seeds) for name in used}
    check_dated_lists(lambda name: read_list(name, seeds))
    check_head_indicators(lambda name: read_list(name, seeds))
    check_priorities(read_list("priorites", seeds))
    check_forms(sources, lists)
    lists[REGISTER] = register_of_places(lambda name: read_list(name, seeds))
    digest = hashlib.sha256()
    for file in sorted([*root.rglob("*.csv"), *root.rglob("*.yml"), *root.rglob("*.json")]):
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    digest.update(json.dumps(lists, sort_keys=True).encode())
    added = frozenset(folded(row["entete"]) for row in read_rows(root / "ignored_columns.csv"))
    unused = tuple(
        UnusedFile(frozenset(map(folded, row["entetes"].split("|"))), row["fichier"], row["a_la_place"])
        for row in read_rows(root / "unused_files.csv")
    )
    answers = {folded(row["reponse"]): row["lecture"] for row in read_rows(root / "answers.csv")}
    return Catalogue(sources, ignored, lists, digest.hexdigest(), added, unused, answers)


def _list_name(reference: str) -> str:
    return reference.split(".")[0]


def _source(folder: Path, seeds: Path) -> Source:
    described = yaml.safe_load((folder / "source.yml").read_text(encoding="utf-8"))
    debtors = described.get("redevables", PRODUCER)
    if debtors not in DEBTORS:
        raise CatalogueError(
            f"sources/{folder.name}/source.yml : redevables vaut {debtors}. Valeurs : {', '.join(sorted(DEBTORS))}."
        )
    tables = {name: _table(name, {"absence": described["absence"]} | t) for name, t in described["tables"].items()}
    return Source(
        name=described["source"],
        label=described["libelle"],
        producer=described["producteur"],
        statistic=described["statistique"],
        cadence=described["cadence"],
        first_period=described["premiere_periode"],
        last_period=described.get("derniere_periode", ""),
        due=described["echeance"],
        debtors=debtors,
        tables=tables,
        layouts=tuple(_layouts(folder, described["source"], tables, seeds)),
        names=tuple(map(FileName.read, described.get("noms", []))),
        starts_when_due=_choice(folder, described, "depuis_selon", ("periode", "echeance")) == "echeance",
        in_house=bool(described.get("prefecture", False)),
        kept_for_memory=tuple(described.get("colonnes_gardees", ())),
        optional_columns=tuple(described.get("colonnes_facultatives", ())),
        form_name=described.get("modele", ""),
    )


def _choice(folder: Path, described: dict[str, Any], key: str, values: tuple[str, ...]) -> str:
    """The value of an optional key; the first when it is not there."""
    said: str = described.get(key, values[0])
    if said not in values:
        raise CatalogueError(f"sources/{folder.name}/source.yml : {key} vaut {said}. Valeurs : {', '.join(values)}.")
    return said


def _table(name: str, described: dict[str, Any]) -> SourceTable:
    return SourceTable(
        name=name,
        slice_parts=tuple(map(Part.read, described["tranche"])),
        period_parts=tuple(map(Part.read, described["periode"])),
        edition=described["edition"],
        keys=tuple(map(Part.read, described["cles"])),
        complete=tuple(described.get("completes", [])),
        crosswalks=tuple(
            Crosswalk(c["liste"], c["cles"], c.get("constantes", {}), c["portee"])
            for c in described.get("correspondances", [])
        ),
        absence=described["absence"],
        optional=described.get("facultative", False),
        dates=tuple(tuple(map(Part.read, columns)) for columns in described.get("dates", [])),
        territory=described.get("territoire", ""),
    )


def _layouts(folder: Path, source: str, tables: dict[str, SourceTable], seeds: Path) -> list[Layout]:
    columns = _columns(folder)
    layouts = []
    for number, row in enumerate(read_rows(folder / "layouts.csv"), start=2):
        where = f"sources/{folder.name}/layouts.csv, ligne {number}"
        if row["table"] not in tables:
            raise CatalogueError(f"{where} : la table {row['table']} n'est pas dans source.yml.")
        schema = read_schema(folder / row["schema"], seeds) if row["schema"] else None
        if schema:
            own = [f.column for f in schema.fields]
        elif row["layout"] in columns:
            own = columns.pop(row["layout"])
        else:
            raise CatalogueError(f"{where} : le layout {row['layout']} n'a aucune colonne dans columns.csv.")
        separators = (row["separateur"] or ";").replace("\\t", "\t").split("|")
        decimal = row.get("decimale") or ""
        if decimal not in {"", ",", "."}:
            raise CatalogueError(f"{where} : decimale vaut {decimal}. Valeurs : la virgule, le point, ou rien.")
        if row["forme"] == "liste":
            _check_carriers(folder, own)
        layouts.append(
            Layout(
                name=row["layout"],
                source=source,
                table=row["table"],
                formats=tuple(row["format"].split("+")),
                shape=row["forme"],
                sheet=row["feuille"],
                separator=separators[0],
                other_separators=tuple(separators[1:]),
                valid_from=row["valide_de"],
                valid_to=row["valide_a"],
                columns=tuple(replace(c, decimal=decimal) for c in own) if decimal else tuple(own),
                schema=row["schema"],
                templated=bool(row["schema"]) and row.get("modele") != "non",
                name_word=row.get("nom") or "",
                passed=schema.shown_beside if schema else (),
            )
        )
    if columns:
        raise CatalogueError(
            f"sources/{folder.name}/columns.csv : layout absent de layouts.csv : {', '.join(columns)}."
        )
    return layouts


def _columns(folder: Path) -> dict[str, list[Column]]:
    """Layout → its columns, in order; none for a source whose tables are all described by a schema."""
    columns: dict[str, list[Column]] = {}
    file = folder / "columns.csv"
    for number, row in enumerate(read_rows(file) if file.exists() else [], start=2):
        if row["emplacement"] not in PLACES or row["type"] not in TYPES:
            raise CatalogueError(
                f"sources/{folder.name}/columns.csv, ligne {number} : emplacement ou type inconnu. "
                f"Emplacements : {', '.join(sorted(PLACES))} ; types : {', '.join(sorted(TYPES))}."
            )
        where = f"sources/{folder.name}/columns.csv, ligne {number}"
        spellings = [text.strip() for text in row["entete"].split("|")]
        if unknown := [n for n in re.findall(r"\{(\w*)\}", row["entete"]) if n not in PLACEHOLDERS]:
            raise CatalogueError(
                f"{where} : {{{unknown[0]}}} est inconnu. Connus : {', '.join(f'{{{n}}}' for n in PLACEHOLDERS)}."
            )
        columns.setdefault(row["layout"], []).append(
            Column(
                name=row["colonne"],
                place=row["emplacement"],
                row=int(row["ligne"] or 0),
                position=int(row["position"] or 0),
                header=spellings[0],
                type=row["type"],
                code_list=row["liste"],
                coverage=row["couverture"],
                synonyms=tuple(spellings[1:]),
                marks=_marks(row.get("manquants") or ""),
                width=_width(where, row.get("largeur") or ""),
                groups=row.get("groupes") or "",
                cumulates=row.get("cumul") or "",
                year_before=row.get("annee_precedente") == "oui",
                may_lack=row.get("facultative") == "oui",
                line=number,
            )
        )
    return columns


def _check_carriers(folder: Path, columns: list[Column]) -> None:
    written = {c.header for c in columns if c.place == "colonne"}
    for column in columns:
        if column.place not in {"colonne", "entete"}:
            problem = f"l'emplacement {column.place} n'existe pas dans une liste"
        elif column.place == "entete" and (column.header not in written or "{" not in column.header):
            problem = "l'en-tête doit être celui d'une ligne « colonne » du layout, et porter {annee} ou semblable"
        else:
            continue
        raise CatalogueError(f"sources/{folder.name}/columns.csv, ligne {column.line} : {problem}.")


def _marks(text: str) -> tuple[tuple[str, str], ...]:
    """`NA|ndiff=secret` → (("NA", ""), ("ndiff", "secret"))."""
    pairs = (mark.partition("=") for mark in text.split("|") if mark.strip())
    return tuple((mark.strip(), reason.strip()) for mark, _, reason in pairs)


def _width(where: str, text: str) -> int:
    if text and not text.isdigit():
        raise CatalogueError(f"{where} : largeur vaut {text}. Attendu : un nombre de caractères, ou rien.")
    return int(text or 0)
