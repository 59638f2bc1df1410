"""Reading the tables of `sources/`, and the code lists of `dbt_project/seeds/` that they name."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypedDict

import yaml

from pipelines.base.spelling import folded
from pipelines.catalogue.checks import check_reads
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
from pipelines.catalogue.service_forms import check_forms
from pipelines.settings.model import DBT_PROJECT, EXPECTATIONS, SEEDS, SOURCES
from pipelines.settings.tables import read_rows

MODELS = DBT_PROJECT / "models"

PLACES = {"feuille", "titre", "entete", "gauche", "cellule", "colonne", "nom"}
TYPES = {
    "annee", "annee_courte", "annee_mois", "choix", "code", "date", "decimal", "edition", "identifiant", "ignoree",
    "libelle", "lieu", "mois", "nombre", "recensement", "texte", "trimestre",
}  # fmt: skip
# Who owes a source: its producer, or each line of one of these seeds.
PRODUCER = "producteur"
DEBTORS = {PRODUCER, "services", "postes_iscg", "pilotes"}
# Not a file: what pilots declare is the plan's follow-up indicators and the situation series they answer for.
_DECLARED = "indicateurs_declares"


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
        check_reads(sources, models, EXPECTATIONS, {row["motif_code"] for row in _list("motifs", seeds)})
    ignored = tuple(
        IgnoredSheet(row["feuille"], row["marque_demonstration"], row["sauf_tableau"] == "true")
        for row in read_rows(root / "ignored_sheets.csv")
    )
    used = sorted({_list_name(c.code_list) for s in sources for k in s.layouts for c in k.columns if c.code_list}
                  | {c.groups for s in sources for k in s.layouts for c in k.columns if c.groups}
                  | {w.code_list for s in sources for t in s.tables.values() for w in t.crosswalks})  # fmt: skip
    lists = {name: _list(name, seeds) for name in used}
    check_dated_lists(lambda name: _list(name, seeds))
    check_head_indicators(lambda name: _list(name, seeds))
    check_priorities(_list("priorites", seeds))
    check_forms(sources, lists)
    lists[REGISTER] = register_of_places(lambda name: _list(name, seeds))
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


def code_list(reference: str, seeds: Path = SEEDS) -> list[str]:
    """`departements.code_departement` → the codes of that column of that list, in order."""
    name, column = reference.split(".")
    return [row[column] for row in _list(name, seeds)]


@lru_cache(maxsize=64)
def code_table(name: str, seeds: Path = SEEDS) -> list[dict[str, str]]:
    """The rows of a seed, whichever folder of seeds/ holds it."""
    return _list(name, seeds)


def _list_name(reference: str) -> str:
    return reference.split(".")[0]


def _list(name: str, seeds: Path) -> list[dict[str, str]]:
    if name == _DECLARED:
        followed = _list("indicateurs_suivi", seeds)
        situation = [r for r in _list("indicateurs", seeds) if r["statistique"] == "suivi_actions"]
        return [{"indicateur_code": r["indicateur_code"], "unite": r["unite"]} for r in [*followed, *situation]]
    found = sorted(seeds.glob(f"*/{name}.csv"))
    if len(found) != 1:
        raise CatalogueError(f"dbt_project/seeds/ : {len(found)} tables se nomment {name}.csv, il en faut une.")
    return read_rows(found[0])


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
        if row["schema"]:
            own = _schema_columns(folder / row["schema"], seeds)
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
                own_format=bool(row["schema"]),
                templated=bool(row["schema"]) and row.get("modele") != "non",
                name_word=row.get("nom") or "",
                passed=_shown_beside(folder / row["schema"]) if row["schema"] else (),
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


class _Decimals(TypedDict, total=False):
    decimals: int
    decimals_by: str
    decimals_of: tuple[tuple[str, int], ...]
    units: tuple[str, ...]


def _schema_columns(file: Path, seeds: Path) -> list[Column]:
    """The columns of a table that Vigie defines, from its Table Schema."""
    columns = []
    for field in json.loads(file.read_text(encoding="utf-8"))["fields"]:
        rules = field.get("constraints", {})
        if field["vigie:type"] not in TYPES:
            raise CatalogueError(f"{file.name} : le type {field['vigie:type']} de {field['name']} est inconnu.")
        spellings = list(dict.fromkeys([*field.get("vigie:entetes", ()), field["title"], field["name"]]))
        columns.append(
            Column(
                name=field["name"],
                place="colonne",
                header=spellings[0],
                synonyms=tuple(spellings[1:]),
                type=field["vigie:type"],
                code_list=field.get("vigie:liste", ""),
                coverage="connue" if field.get("vigie:liste") else "",
                required=rules.get("required", False),
                choices=tuple(rules.get("enum", ())),
                minimum=rules.get("minimum"),
                maximum=rules.get("maximum"),
                choice_words=_choice_words(field),
                groups=field.get("vigie:groupes", ""),
                cumulates=field.get("vigie:cumul", ""),
                year_before=field.get("vigie:annee_precedente", False),
                may_lack=field.get("vigie:facultative", False),
                **_decimals(file, field, seeds),
            )
        )
    return columns


def _choice_words(field: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """(word, choice) of what the form shows for a choice, and of the other words that people write."""
    shown = tuple((word, choice) for choice, word in field.get("vigie:choix", {}).items())
    return shown + tuple((w, c) for c, words in field.get("vigie:mots", {}).items() for w in words)


def _decimals(file: Path, field: dict[str, Any], seeds: Path) -> _Decimals:
    """How many decimals a field takes: those of its unit, which may depend on another field; none without a unit."""
    unit = field.get("vigie:unite")
    if field["vigie:type"] != "decimal":
        return {}
    units = {row["unite"]: row for row in read_rows(file.parents[1] / "units.csv")}
    if isinstance(unit, dict):
        named = unit.get("valeurs") or _units_of_list(unit["liste"], seeds)
        found = {value: units[u] for value, u in named.items() if u in units}
        return {
            "decimals": 0,
            "decimals_by": unit["selon"],
            "decimals_of": tuple((value, int(row["decimales"])) for value, row in found.items()),
            "units": tuple(dict.fromkeys(w for row in found.values() for w in row["ecritures"].split("|"))),
        }
    if unit not in units:
        raise CatalogueError(f"{file.name} : l'unité {unit} de {field['name']} n'est pas dans sources/units.csv.")
    return {"decimals": int(units[unit]["decimales"]), "units": tuple(units[unit]["ecritures"].split("|"))}


def _units_of_list(reference: str, seeds: Path) -> dict[str, str]:
    """`indicateurs_declares.indicateur_code.unite` → the unit of each code."""
    name, code, unit = reference.split(".")
    return {row[code]: row[unit] for row in _list(name, seeds)}


def _shown_beside(file: Path) -> tuple[str, ...]:
    """The headers, folded, of what the form of a schema shows beside its boxes and nobody reads back."""
    schema = json.loads(file.read_text(encoding="utf-8"))
    shown = [*schema.get("vigie:formulaire", {}).values(), *(f.get("vigie:rappel", "") for f in schema["fields"])]
    # In order: what a layout is compared by must be the same in every process.
    return tuple(sorted({folded(header) for header in shown if header}))
