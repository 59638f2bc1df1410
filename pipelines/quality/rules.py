"""The tables of expectations/: the rules, their sentences, and the number beyond which each finds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from pipelines.settings.model import EXPECTATIONS
from pipelines.settings.tables import read_rows

BLOCKING, WARNING, INFORMATION = SEVERITIES = ("bloquant", "avertissement", "information")
RECEPTION, WAREHOUSE = GATES = ("reception", "entrepot")
THRESHOLD = "seuil"
NO_FILE = "le fichier"  # what a remedy says where it has no name to give


@dataclass(frozen=True)
class Rule:
    """One belief about the data. `thing` and `says` are templates over the fields of a finding."""

    code: str
    name: str
    family: str
    gates: tuple[str, ...]
    severity: str
    sources: tuple[str, ...]
    always: bool  # with its sources delivered, a rule that checked nothing is itself a failure
    table: str  # the published table that it judges; empty when it judges several
    thing: str  # what a finding is about, as a template over its codes: the name under which it can be excused
    says: str
    remedy: str


def read_rules(gate: str | None = None) -> dict[str, Rule]:
    """Read the rules by code, in the order of the table; those of one gate if it is named."""
    rules = (
        Rule(
            code=row["regle_code"],
            name=row["libelle"],
            family=row["famille"],
            gates=tuple(row["porte"].split()),
            severity=row["severite"],
            sources=tuple(row["sources"].split()),
            always=row["toujours"] == "oui",
            table=row["table"],
            thing=row["objet"],
            says=row["constat"],
            remedy=row["remede"],
        )
        for row in read_rows(EXPECTATIONS / "regles.csv")
    )
    return {rule.code: rule for rule in rules if gate is None or gate in rule.gates}


def rules_as_rows() -> list[dict]:
    """List each rule with its threshold, as it is published."""
    limits = {t["regle_code"]: t for t in _thresholds() if t["parametre"] == THRESHOLD}
    return [
        {
            "regle_code": rule.code,
            "libelle": rule.name,
            "famille": rule.family,
            "porte": " ".join(rule.gates),
            "severite": rule.severity,
            "constat": rule.says,
            "remede": rule.remedy.format_map({"fichiers": NO_FILE}),
            "seuil": float(limits[rule.code]["valeur"]),
            "unite": limits[rule.code]["unite"],
            "motif": limits[rule.code]["motif"],
        }
        for rule in read_rules().values()
    ]


def read_thresholds() -> list[dict]:
    """Read every number of seuils.csv: rule, parameter, value."""
    return [
        {"regle_code": row["regle_code"], "parametre": row["parametre"], "valeur": float(row["valeur"])}
        for row in _thresholds()
    ]


def _thresholds() -> list[dict]:
    return read_rows(EXPECTATIONS / "seuils.csv")


def parameter(rule: str, name: str = THRESHOLD) -> str:
    """Name a number of seuils.csv as suites do: `RULE` for its threshold, `RULE__source__table` for another."""
    return rule if name == THRESHOLD else f"{rule}__{name.replace('.', '__')}"


@lru_cache(maxsize=1)
def parameters() -> dict[str, float]:
    """Read every number of seuils.csv under the name that suites give it."""
    return {parameter(t["regle_code"], t["parametre"]): t["valeur"] for t in read_thresholds()}


def read_suite(name: str) -> dict:
    """Read a suite in Great Expectations' own form, by its path in expectations/ without the extension."""
    suite: dict = json.loads((EXPECTATIONS / f"{name}.json").read_text(encoding="utf-8"))
    return suite


@lru_cache(maxsize=1)
def expectations_fingerprint() -> str:
    """Hash every table and suite: other rules give another verdict on the same deliveries."""
    digest = hashlib.sha256()
    for file in sorted(f for f in EXPECTATIONS.rglob("*") if f.suffix in (".csv", ".json")):
        digest.update(str(file.relative_to(EXPECTATIONS)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
