"""`make verify-quality`: every rule against its mutant, and what a load that is held back leaves alone.

One load a mutant: over half an hour. `python -m tests.verify.quality RULE…` takes these rules alone.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from rich.table import Table

from pipelines.demo import write_demonstration
from pipelines.quality.reception import ReceptionGate
from pipelines.quality.rules import read_rules
from tests.absences import take_away
from tests.conftest import Home, real_path
from tests.mutants import MUTANTS, REFUSED_FILES, Mutant, caught, others, said
from tests.mutants.loading import damaged_file, gate_without, judged_without, load_mutants, received
from tests.verify.harness import Verification, described, run_tests

RULES = read_rules()
PUBLIC = (("baac", "2013"), ("baac", "2017"), ("ssmsi_departement",), ("insee",))


def main() -> int:
    started = time.monotonic()
    wanted = [m for m in MUTANTS if m.rule in sys.argv[1:] or not sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as name:
        scratch, v = Path(name), Verification("Ce qui manque et ce qui se contredit")
        write_demonstration(scratch / "demonstration")
        usual = _sound(v, "la démonstration", scratch / "demo", [scratch / "demonstration"])
        _mutants(v, wanted, usual, scratch)
        if not sys.argv[1:]:
            _public(v, scratch / "reel")
            _missing(v, scratch / "manquant")
            _coherence(v, scratch / "demo")
            _tests(v)
        return v.close(started)


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


def _missing(v: Verification, folder: Path) -> None:
    home = Home(folder)
    home.run("demo")
    take_away(home.landing)
    home.load()
    query = "select absence, objet, depuis, jusqu_a from qualite.series_manquantes"
    rows = home.sql(query)
    month = ["retour_service", "Compagnie de gendarmerie de Gourdon", "2020-05", "2020-06"]
    v.demand("Le mois d'une compagnie enlevé est nommé", f'vigie sql "{query}"',
             [r for r in rows if r == month][:1], [month])  # fmt: skip
    v.demand("Un index arrêté est nommé", f'vigie sql "{query}"',
             [r[2:] for r in rows if r[0] == "index_arrete"], [["2022", "2024"]])  # fmt: skip


def _coherence(v: Verification, folder: Path) -> None:
    home = Home(folder)
    query = "select count(*) from plan.coherence where gravite = 'contradiction' and decoule_de is null"

    @described("dix au moins")
    def ten(got: object) -> bool:
        return got[0][0] >= 10

    v.demand("Le plan se contredit en dix endroits distincts au moins", f'vigie sql "{query}"', home.sql(query), ten)
    for label, first, second, gravity in (
        ("Les cambriolages : 833 et 832", "833", "832", "contradiction"),
        ("Le même 171 sur deux lignes voisines du tableau A est un signal", "171", "171", "signal"),
    ):
        query = (
            f"select distinct gravite from plan.coherence where (imprime_1, imprime_2) in (('{first}', '{second}'), "
            f"('{second}', '{first}'))"
        )
        v.demand(label, f'vigie sql "{query}"', home.sql(query), [[gravity]])


def _tests(v: Verification) -> None:
    run_tests(v, "Aucune fausse contradiction : celles lues à la main, ni plus ni moins",
              "tests/integration/test_coherence.py")  # fmt: skip
    run_tests(v, "Un chargement qu'une règle bloquante retient ne publie rien, dit pourquoi, sort avec 2 et laisse le "
              "fichier publié intact ; un écart connu se tait jusqu'à son jour ; la page se lit",
              "tests/integration/test_held_back.py")  # fmt: skip
    run_tests(v, "Chaque famille a sa règle, chaque règle son attente, son seuil, sa phrase et son mutant",
              "tests/consistency/test_expectations.py")  # fmt: skip
    run_tests(v, "Une suite vide, zéro ligne, une attente mal écrite, une exception : rouge",
              "tests/unit/quality/test_suites.py", "tests/unit/quality/test_chance.py",
              "tests/unit/quality/test_known_errors.py")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
