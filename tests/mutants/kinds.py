"""What a mutant is, and what it is to be caught."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.home.register import Register
from pipelines.quality import record

FILE, TABLE, MODEL = "fichier", "table", "modèle"


@dataclass(frozen=True)
class Mutant:
    """`damage` is given the landing folder and returns what a finding must name: the place, and the value where there
    is one. `alter` is given the copy of the project, when `kind` is not a file.
    """

    rule: str
    says: str
    damage: Callable[[Path], Sequence[str]]
    kind: str = FILE
    alter: Callable[[Path], None] | None = None

    def __str__(self) -> str:
        return self.rule


@dataclass(frozen=True)
class Finding:
    """One thing said of a load, by either gate."""

    rule: str
    text: str


def said(home: Path, load: str) -> list[Finding]:
    """What both gates said in one load: the defects of the refused deliveries, the findings on the build."""
    with Register(home / "register.sqlite") as register:
        refused = [
            Finding(defect["code"].upper(), " ".join(str(v) for v in defect.values() if v is not None))
            for delivery in register.deliveries()
            if delivery["statut"] == "refusee"
            for defect in register.defects(delivery["livraison_id"])
        ]
        aside = [
            Finding(rule, f"{d['nom']} {d['motif']}")
            for d in register.set_aside()
            for rule in re.findall(r"(?:^| )([A-Z0-9_]{4,}) : ", d["motif"])
        ]
        found = [Finding(f["regle_code"], f"{f['objet']} {f['constat']}") for f in record.findings(register, load)]
    return refused + aside + found


def caught(rule: str, names: Sequence[str], findings: Iterable[Finding]) -> None:
    """Fail unless the rule names the place that was damaged."""
    of_rule = [f.text for f in findings if f.rule == rule]
    assert any(all(name in text for name in names) for text in of_rule), f"{rule} ne nomme pas {names} : {of_rule[:5]}"


def others(rule: str, findings: Iterable[Finding], usual: Counter[str]) -> dict[str, int]:
    """What other rules said beyond what they say of the demonstration as it is."""
    counted = Counter(f.rule for f in findings)
    return {r: n - usual[r] for r, n in sorted(counted.items()) if r != rule and n > usual[r]}


def project_copy(source: Path, target: Path) -> Path:
    """A copy of the project, whose tables and models can be altered; commands run it with PYTHONPATH."""
    for part in ("pipelines", "dbt_project", "sources", "expectations"):
        # What was compiled and prepared comes too: only what the test alters is made anew.
        shutil.copytree(source / part, target / part, ignore=shutil.ignore_patterns("target", "logs"))
    shutil.copy(source / "dagster.yaml", target)
    return target
