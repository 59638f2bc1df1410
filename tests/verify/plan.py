"""`make verify-plan`: the plan as data, demand by demand."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import PROJECT, Home, real_path
from tests.plan_contradictions import CONTRADICTIONS
from tests.plan_document import document, seed, table_cells, unaccounted
from tests.verify.harness import Verification, described, run_tests

WORKBOOK = ("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")


def main() -> int:
    started = time.monotonic()
    workbook = real_path(*WORKBOOK)
    if workbook is None:
        print("Le classeur public du ministère n'est pas là : VIGIE_DONNEES dit où le trouver.")
        return 1
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        v = Verification("Le plan comme données")
        demo, real = Home(Path(scratch) / "demo"), Home(Path(scratch) / "reel")
        demo.run("demo")
        real.drop(workbook)
        v.demand("La démonstration se charge", "vigie demo ; vigie load", demo.load()["resultat"], "publié")
        v.demand("Le classeur réel se charge", "vigie load", real.load()["resultat"], "publié")
        _catalogue(v, demo)
        _printed(v)
        _coherence(v, demo)
        _reconciliation(v, real)
        _demonstration(v, demo)
        _priorities(v, demo)
        _terminal(v, demo)
        run_tests(v, "Changer une cible, ajouter une action, un avenant : des lignes dans des tables",
                  "tests/integration/test_plan.py", "-k", "avenant")  # fmt: skip
        return v.close(started)


def _catalogue(v: Verification, home: Home) -> None:
    query = (
        "select (select count(*) from plan.priorites), (select count(*) from plan.actions), "
        "(select count(*) from plan.actions_a_mener), "
        "(select count(*) from reference.indicateurs where nature = 'suivi'), (select count(*) from plan.cibles)"
    )
    v.demand("4 priorités, 15 actions, 63 actions à mener, 25 indicateurs de suivi, 10 cibles et références",
             f'vigie sql "{query}"', home.sql(query), [[4, 15, 63, 25, 10]])  # fmt: skip
    query = (
        "select count(*) from plan.actions where pilotes is null union all "
        "select count(*) from reference.indicateurs where definition is null or polarite is null or grain is null"
    )
    v.demand("Chaque action a ses pilotes, chaque indicateur sa définition, sa polarité et son grain",
             f'vigie sql "{query}"', home.sql(query), [[0], [0]])  # fmt: skip
    query = "select origine, count(*) from plan.cibles group by 1 order by 1"
    v.demand("Ce que le plan dit et ce que Vigie a lu sont distingués (cibles)", f'vigie sql "{query}"',
             home.sql(query), [["plan", 7], ["vigie", 3]])  # fmt: skip


def _printed(v: Verification) -> None:
    lines, figures, claims = document(), seed("chiffres_imprimes"), seed("affirmations")
    command = "python -m pytest tests/consistency/test_plan_document.py"
    v.demand("Chaque nombre de la prose, de l'introduction au chapitre V, a sa ligne", command,
             unaccounted(lines, figures, claims), [])  # fmt: skip
    rows = {(f["tableau"], f["ligne"], f["colonne"]): f["imprime"] for f in figures if f["tableau"]}
    v.demand("Chaque case des tableaux A, B.4 et D a sa ligne (110, 9, 30)", command,
             (rows == table_cells(lines), [sum(k[0] == t for k in rows) for t in ("A", "B.4", "D")]),
             (True, [110, 9, 30]))  # fmt: skip
    without = [f for f in figures if f["chiffre_code"] != "I.B.2-05"]
    v.demand("Le test rougit quand une ligne est effacée (945 AVIP)", command,
             [token for _, _, token in unaccounted(lines, without, claims)], ["number:945"])  # fmt: skip
    run_tests(v, "… et pour chaque ligne, une à une", "tests/consistency/test_plan_document.py")


def _coherence(v: Verification, demo: Home) -> None:
    query = (
        "select count(*), count(*) filter (where chiffres_1 = 'I.A-LOT-CAMBRIOLAGES-2019' and chiffres_2 = 'I.B.1-10') "
        "from plan.coherence where gravite = 'contradiction' and decoule_de is null"
    )
    v.demand("Le plan contre lui-même : les contradictions distinctes lues à la main, 833/832 cambriolages parmi elles",
             f'vigie sql "{query}"', demo.sql(query), [[len(CONTRADICTIONS), 1]])  # fmt: skip
    query = "select gravite from plan.coherence where imprime_1 = '171' and imprime_2 = '171'"
    v.demand("171 et 171 dans deux lignes voisines du tableau A : un signal", f'vigie sql "{query}"', demo.sql(query),
             [["signal"]])  # fmt: skip
    run_tests(v, "Chaque règle : ce qu'elle doit voir, ce qu'elle ne doit pas voir",
              "tests/integration/test_coherence.py", "tests/integration/test_coherence_rules.py",
              "tests/consistency/test_coherence_tables.py")  # fmt: skip


def _reconciliation(v: Verification, real: Home) -> None:
    def counts(where: str) -> tuple[str, dict]:
        query = f"select verdict, count(*) from plan.reconciliation where {where} group by 1 order by 1"
        return f'vigie sql "{query}"', dict(real.sql(query))

    @described("55 cases, toutes avec un verdict")
    def all_of_a(got: object) -> bool:
        return sum(got.values()) == 55

    command, got = counts("tableau = 'A' and territoire_code = 'DEP-46' and candidat = 1")
    v.demand("Tableau A (Lot), classeur réel : le verdict de chaque case", command, got, all_of_a)
    query = (
        "select count(*) from plan.reconciliation where verdict in ('divergent', 'dans_la_revision') and ecart is null"
    )
    v.demand("Chaque écart a sa taille", f'vigie sql "{query}"', real.sql(query), [[0]])
    command, got = counts("tableau = 'D' and candidat = 1")
    v.demand("Tableau D : 17 cases égales, une divergente, 12 que le classeur ne porte pas", command, got,
             {"divergent": 1, "egal": 17, "non_calculable": 12})  # fmt: skip
    query = (
        "select valeur_imprimee, valeur_calculee, verdict, ecart, source from plan.reconciliation "
        "where serie = 'Atteintes volontaires à l''intégrité physique' and periode = '2019' and grandeur = 'nombre'"
    )
    v.demand("AVIP 2019 : 945 imprimé, 995 calculé, divergent", f'vigie sql "{query}"', real.sql(query),
             [[945, 995, "divergent", 50, "etat4001_services"]])  # fmt: skip
    query = (
        "select distinct source from plan.reconciliation where tableau = 'A' and territoire_code = 'FRA' "
        "and candidat = 1"
    )
    v.demand("La colonne France du tableau A répond au SSMSI, et le dit", f'vigie sql "{query}"', real.sql(query),
             [["ssmsi_base"]])  # fmt: skip


def _demonstration(v: Verification, demo: Home) -> None:
    query = (
        "select tableau, verdict, count(*) from plan.reconciliation where tableau in ('A', 'D') and retenu "
        "and candidat = 1 and territoire_code <> 'FRA' group by all order by all"
    )
    expected = [["A", "egal", 54], ["A", "non_calculable", 1], ["D", "egal", 22], ["D", "non_calculable", 8]]
    v.demand("Démonstration : A (Lot) et D case par case (0 → 0 n'a pas d'évolution, l'EDSR n'a rien avant 2018)",
             f'vigie sql "{query}"', demo.sql(query), expected)  # fmt: skip


def _priorities(v: Verification, demo: Home) -> None:
    tables = ("priorite_1_jeunesse", "priorite_2_violences", "priorite_3_tranquillite_stupefiants",
              "priorite_4_securite_routiere", "actions_a_mener")  # fmt: skip
    for table in tables:
        query = (
            f"select count(*), count(*) filter (where statut = 'M' and (motif is null or doit is null)) "
            f"from indicateurs.{table}"
        )

        @described("des lignes, et aucune manquante sans motif ni débiteur")
        def explained(got: object) -> bool:
            return got[0][0] > 0 and got[0][1] == 0

        v.demand(f"indicateurs.{table}", f'vigie sql "{query}"', demo.sql(query), explained)


def _terminal(v: Verification, demo: Home) -> None:
    for arguments in ([], ["P2"], ["P2.A1"], ["P2.A1.I1"], ["P2.A4.M2"], ["I.B.2-05"], ["--verifier"],
                      ["--coherence"]):  # fmt: skip
        command = " ".join(["vigie", "plan", *arguments])
        v.demand(f"{command} répond", command, demo.run("plan", *arguments).returncode, 0)
    shown = demo.run("plan").stdout
    v.demand("make run finit sur les quatre priorités", "vigie plan",
             [p for p in ("P1", "P2", "P3", "P4") if p in shown], ["P1", "P2", "P3", "P4"])  # fmt: skip
    v.demand("… et le Makefile l'appelle", "grep 'vigie plan' Makefile",
             "@$(BIN)/vigie plan\n" in (PROJECT / "Makefile").read_text(encoding="utf-8"), True)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
