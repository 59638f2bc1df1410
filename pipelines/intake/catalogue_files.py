"""Reading the tables of `sources/`, and the code lists of `dbt_project/seeds/` that they name."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import yaml

from pipelines.intake.catalogue import (
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
    folded,
)
from pipelines.intake.catalogue_checks import check_reads
from pipelines.intake.dated_lists import check_dated_lists
from pipelines.intake.register_of_places import REGISTER, register_of_places
from pipelines.settings import DBT_PROJECT, EXPECTATIONS, SEEDS, SOURCES

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
    `models` (None: that is not looked at).
    """
    sources = tuple(_source(folder.parent) for folder in sorted(root.glob("*/source.yml")))
    if models is not None:
        check_reads(sources, models, EXPECTATIONS, {row["motif_code"] for row in _list("motifs", seeds)})
    ignored = tuple(
        IgnoredSheet(row["feuille"], row["marque_demonstration"], row["sauf_tableau"] == "true")
        for row in _rows(root / "ignored_sheets.csv")
    )
    used = sorted({_list_name(c.code_list) for s in sources for k in s.layouts for c in k.columns if c.code_list}
                  | {w.code_list for s in sources for t in s.tables.values() for w in t.crosswalks})  # fmt: skip
    lists = {name: _list(name, seeds) for name in used}
    check_dated_lists(lambda name: _list(name, seeds))
    lists[REGISTER] = register_of_places(lambda name: _list(name, seeds))
    digest = hashlib.sha256()
    for file in sorted([*root.rglob("*.csv"), *root.rglob("*.yml"), *root.rglob("*.json")]):
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    digest.update(json.dumps(lists, sort_keys=True).encode())
    added = frozenset(folded(row["entete"]) for row in _rows(root / "ignored_columns.csv"))
    unused = tuple(
        UnusedFile(frozenset(map(folded, row["entetes"].split("|"))), row["fichier"], row["a_la_place"])
        for row in _rows(root / "unused_files.csv")
    )
    return Catalogue(sources, ignored, lists, digest.hexdigest(), added, unused)


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
        return [{"indicateur_code": r["indicateur_code"]} for r in [*followed, *situation]]
    found = sorted(seeds.glob(f"*/{name}.csv"))
    if len(found) != 1:
        raise CatalogueError(f"dbt_project/seeds/ : {len(found)} tables se nomment {name}.csv, il en faut une.")
    return _rows(found[0])


def _rows(file: Path) -> list[dict[str, str]]:
    """The rows of a table; raises CatalogueError for one that a spreadsheet saved in its own way."""
    where = "/".join(file.parts[-3:])
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{where} : la table n'est pas en UTF-8. L'enregistrer en CSV UTF-8.") from error
    if any(";" in name for name in reader.fieldnames or ()):
        raise CatalogueError(f"{where}, ligne 1 : le séparateur est le point-virgule. Attendu : la virgule.")
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise CatalogueError(f"{where}, ligne {number} : la ligne n'a pas {len(reader.fieldnames)} cellules.")
    return rows


def _source(folder: Path) -> Source:
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
        disclosure=described["divulgation"],
        tables=tables,
        layouts=tuple(_layouts(folder, described["source"], tables)),
        names=tuple(map(FileName.read, described.get("noms", []))),
        kept_for_memory=tuple(described.get("colonnes_gardees", ())),
        optional_columns=tuple(described.get("colonnes_facultatives", ())),
        form_name=described.get("modele", ""),
    )


def _table(name: str, described: dict) -> SourceTable:
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


def _layouts(folder: Path, source: str, tables: dict[str, SourceTable]) -> list[Layout]:
    columns = _columns(folder)
    layouts = []
    for number, row in enumerate(_rows(folder / "layouts.csv"), start=2):
        where = f"sources/{folder.name}/layouts.csv, ligne {number}"
        if row["table"] not in tables:
            raise CatalogueError(f"{where} : la table {row['table']} n'est pas dans source.yml.")
        if row["schema"]:
            own = _schema_columns(folder / row["schema"])
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
    for number, row in enumerate(_rows(file) if file.exists() else [], start=2):
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


def _schema_columns(file: Path) -> list[Column]:
    """The columns of a table that Vigie defines, from its Table Schema."""
    columns = []
    for field in json.loads(file.read_text(encoding="utf-8"))["fields"]:
        rules = field.get("constraints", {})
        if field["vigie:type"] not in TYPES:
            raise CatalogueError(f"{file.name} : le type {field['vigie:type']} de {field['name']} est inconnu.")
        columns.append(
            Column(
                name=field["name"],
                place="colonne",
                header=field["title"],
                synonyms=(field["name"],),
                type=field["vigie:type"],
                code_list=field.get("vigie:liste", ""),
                coverage="connue" if field.get("vigie:liste") else "",
                required=rules.get("required", False),
                choices=tuple(rules.get("enum", ())),
                minimum=rules.get("minimum"),
                maximum=rules.get("maximum"),
            )
        )
    return columns


def _shown_beside(file: Path) -> tuple[str, ...]:
    """The headers, folded, of what the form of a schema shows beside its boxes and nobody reads back."""
    schema = json.loads(file.read_text(encoding="utf-8"))
    shown = [*schema.get("vigie:formulaire", {}).values(), *(f.get("vigie:rappel", "") for f in schema["fields"])]
    # In order: what a layout is compared by must be the same in every process.
    return tuple(sorted({folded(header) for header in shown if header}))
