"""Mutants loaded, together or alone, and judged again without their rule."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.quality.reception import ReceptionGate, reception_suites
from pipelines.quality.rules import RECEPTION, WAREHOUSE, read_rules, read_suite
from pipelines.quality.warehouse import judge
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings
from tests.conftest import PROJECT, Home
from tests.mutants.kinds import Finding, Mutant, project_copy, said


@dataclass
class Load:
    """One load of damaged files: what it said, and what each rule has to name."""

    home: Home
    told: dict
    names: dict[str, Sequence[str]]

    @property
    def findings(self) -> list[Finding]:
        return said(self.home.folder, self.told["chargement"])

    @property
    def build(self) -> Path:
        """The build of all that was accepted: the one that failed, when a delivery was then set aside."""
        failed = self.home.folder / "dbt" / "premier_essai" / "vigie.duckdb"
        return failed if failed.exists() else self.home.folder / "build" / "vigie.duckdb"


def load_mutants(mutants: Sequence[Mutant], demonstration: Path, folder: Path) -> Load:
    """`vigie load` on the demonstration, once damaged by each of these mutants; the build is kept."""
    home = Home(folder / "home", VIGIE_KEEP_BUILD="1")
    shutil.copytree(demonstration, home.landing, dirs_exist_ok=True)
    altering = [m for m in mutants if m.alter]
    if altering:
        copy = project_copy(PROJECT, folder / "projet")
        home.environment["PYTHONPATH"] = str(copy)
        for mutant in altering:
            mutant.alter(copy)
    names = {m.rule: m.damage(home.landing) for m in mutants}
    return Load(home, home.load(), names)


def judged_without(rule: str, load: Load) -> list[Finding]:
    """What the second gate says of the same build when the rule and its expectation are deleted."""
    rules = {code: r for code, r in read_rules(WAREHOUSE).items() if code != rule}
    suite = read_suite(WAREHOUSE)
    suite["expectations"] = [e for e in suite["expectations"] if e["meta"]["regle"] != rule]
    results, findings = judge(load.build, set(), [], rules, suite)
    assert rule not in {r.regle_code for r in results}
    return [Finding(f.regle_code, f"{f.objet} {f.constat}") for f in findings]


def received(folder: Path, file: Path, gate: ReceptionGate) -> list[Finding]:
    """What the first gate says of one file, received alone in a new home."""
    settings = Settings(home=folder, stability_seconds=0)
    settings.paths.create()
    (settings.paths.landing / file.name).write_bytes(file.read_bytes())
    with Register(settings.paths.register) as register:
        intake = receive(settings, register, load_catalogue(), "essai", gate)
        assert len(intake.accepted) + len(intake.refused) == 1
    return said(folder, "essai")


def gate_without(rule: str) -> ReceptionGate:
    """The first gate, the rule and its expectations deleted."""
    rules = {code: r for code, r in read_rules(RECEPTION).items() if code != rule}
    suites = {
        source: suite | {"expectations": [e for e in suite["expectations"] if e["meta"]["regle"] != rule]}
        for source, suite in reception_suites().items()
    }
    return ReceptionGate(rules, suites)


def damaged_file(mutant: Mutant, demonstration: Path, landing: Path) -> tuple[Path, Sequence[str]]:
    """The one file that the mutant damages in a copy of the demonstration, and what a rule must name of it."""
    shutil.copytree(demonstration, landing)
    names = mutant.damage(landing)
    [file] = [f for f in landing.iterdir() if f.read_bytes() != (demonstration / f.name).read_bytes()]
    return file, names
