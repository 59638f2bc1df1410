"""`make verify-quality`: every rule against its mutant, and what a load that is held back leaves alone.

One load a mutant: over half an hour. `python -m tests.verify.quality RULE…` takes these rules alone.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.table import Table

from pipelines.demo import write_demonstration
from pipelines.quality.reception import ReceptionGate
from pipelines.quality.rules import read_rules
from tests.conftest import Home, real_path
from tests.mutants import MUTANTS, REFUSED_FILES, Mutant, caught, others, said
from tests.mutants.loading import damaged_file, gate_without, judged_without, load_mutants, received
from tests.verify.harness import Verification, described, run_together

RULES = read_rules()
_TESTS = (
    ("Chaque absence, enlevée de la démonstration, est nommée, et rien d'autre", ("test_missing_series",)),
    ("Aucune fausse contradiction : celles lues à la main, ni plus ni moins", ("test_coherence",)),
    ("Un chargement qu'une règle bloquante retient ne publie rien, dit pourquoi, sort avec 2 et laisse le fichier "
     "publié intact ; un écart connu se tait jusqu'à son jour ; la page se lit", ("test_held_back",)),
    ("Chaque famille a sa règle, chaque règle son attente, son seuil, sa phrase et son mutant", ("test_expectations",)),
    ("Une suite vide, zéro ligne, une attente mal écrite, une exception : rouge",
     ("test_suites", "test_chance", "test_known_errors")),
)  # fmt: skip
PUBLIC = (("baac", "2013"), ("baac", "2017"), ("ssmsi_departement",), ("insee",))


def main() -> int:
    wanted = [m for m in MUTANTS if m.rule in sys.argv[1:] or not sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as name:
        scratch, v = Path(name), Verification("Ce qui manque et ce qui se contredit")
        write_demonstration(scratch / "demonstration")
        usual = _sound(v, "la démonstration", scratch / "demo", [scratch / "demonstration"])
        _mutants(v, wanted, usual, scratch)
        if not sys.argv[1:]:
            _public(v, scratch / "reel")
            run_together(v, _TESTS)
        return v.close()


def _sound(v: Verification, label: str, folder: Path, sources: list[Path]) -> Counter[str]:
    """Load what must raise no blocking alarm; returns how often each rule speaks of it."""
    home = Home(folder)
    for source in sources:
        for file in sorted(source.iterdir()) if source.is_dir() else [source]:
            home.drop(file)
    told = home.load()
    v.demand(f"Sur {label}, aucune fausse alerte bloquante ; les autres, par sévérité", "vigie load",
             (told["code_sortie"], told["controles"]["constats"]), described("publié, rien de bloquant")(
                 lambda seen: seen[0] == 0 and "bloquant" not in seen[1]))  # fmt: skip
    spoken = Counter(f.rule for f in said(folder, told["chargement"]))
    v.console.print(f"         par règle : {dict(spoken)}", style="dim")
    return spoken


def _mutants(v: Verification, mutants: list[Mutant], usual: Counter[str], scratch: Path) -> None:
    table = Table("Règle", "Sévérité", "Mutant", "Sorte", "Pris", "Sans la règle", "Autres règles qui parlent")
    for mutant in mutants:
        folder = scratch / mutant.rule
        try:
            proof = _proof(mutant, usual, scratch / "demonstration", folder)
        except Exception as error:
            proof = f"incident : {type(error).__name__} {error}", "", ""
        shutil.rmtree(folder, ignore_errors=True)
        table.add_row(mutant.rule, RULES[mutant.rule].severity, mutant.says, mutant.kind, *proof)
        v.demand(f"{mutant.rule} : {mutant.says}", f"vigie load ({mutant.kind} altéré)", ", ".join(proof[:2]),
                 "pris, le mutant passe")  # fmt: skip
        v.console.print(f"         autres règles : {proof[2]}", style="dim")
    v.console.print(table)


def _proof(mutant: Mutant, usual: Counter[str], demonstration: Path, folder: Path) -> tuple[str, str, str]:
    """Whether it is caught, what becomes of it without its rule, and which other rules speak of it."""
    load = load_mutants([mutant], demonstration, folder)
    names, findings = load.names[mutant.rule], load.findings
    if mutant in REFUSED_FILES:
        file, _ = damaged_file(mutant, demonstration, folder / "landing")
        assert _names(mutant, names, received(folder / "avec", file, ReceptionGate()))
        without = received(folder / "sans", file, gate_without(mutant.rule))
    else:
        without = judged_without(mutant.rule, load)
    beside = ", ".join(f"{rule} {n}" for rule, n in others(mutant.rule, findings, usual).items())
    return (
        "pris" if _names(mutant, names, findings) else "PAS PRIS",
        "encore pris" if _names(mutant, names, without) else "le mutant passe",
        beside or "aucune",
    )


def _names(mutant: Mutant, names, findings) -> bool:
    try:
        caught(mutant.rule, names, findings)
    except AssertionError:
        return False
    return True


def _public(v: Verification, folder: Path) -> None:
    workbook = real_path("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")
    if workbook is None:
        v.demand("Les fichiers publics sont là (VIGIE_DONNEES)", "ls", "absents", "présents")
        return
    _sound(v, "les fichiers publics réels", folder, [workbook, *(real_path(*part) for part in PUBLIC)])


if __name__ == "__main__":
    sys.exit(main())
