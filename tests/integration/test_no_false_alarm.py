"""Nothing blocks what is sound: the demonstration whole, and every public file."""

from __future__ import annotations

from collections import Counter

import pytest
from scipy.stats import binomtest

from pipelines.home.register import Register
from pipelines.quality import record
from pipelines.quality.rules import WAREHOUSE, read_rules
from tests.conftest import Home, real_file, real_path

ALWAYS = {code for code, rule in read_rules(WAREHOUSE).items() if rule.always and not rule.sources}


# What the demonstration does not hold: a second monthly workbook, a population of no year, the regional base, and the
# forms that services have of their own.
WITHOUT_THEIR_FILE = {
    "PARTIE_POUR_TOUT", "POPULATION_SANS_ANNEE", "SOMME_REGION", "CUMUL_EN_BAISSE", "CUMUL_N_1", "HOSPITALISES_BLESSES",
}  # fmt: skip


def judged(home: Home) -> tuple[list[dict], list[dict]]:
    with Register(home.folder / "register.sqlite") as register:
        load = record.last_judged(register)
        return [r for r in record.history(register) if r["chargement"] == load], record.findings(register, load)


@pytest.mark.xdist_group("demo")
def test_the_demonstration_is_sound(demo_home: Home) -> None:
    results, findings = judged(demo_home)
    assert [r for r in results if r["resultat"] == "erreur"] == []
    looked_at = {r["regle_code"] for r in results if r["n_verifies"]}
    # Whole: every rule had something to look at, in this one load.
    assert looked_at == set(read_rules()) - WITHOUT_THEIR_FILE
    assert Counter(f["severite"] for f in findings)["bloquant"] == 0
    assert {f["regle_code"] for f in findings if f["severite"] == "avertissement"} == {"SAUT"}
    assert {f["regle_code"] for f in findings if f["severite"] == "information"} <= {"REVISION", "PART_NATIONALE"}


@pytest.mark.xdist_group("demo")
def test_each_jump_of_the_demonstration_is_one(demo_home: Home) -> None:
    """Counted anew from the published values: none of them is chance, and they are few."""
    results, findings = judged(demo_home)
    jumps = [f for f in findings if f["regle_code"] == "SAUT"]
    looked_at = sum(r["n_verifies"] for r in results if r["regle_code"] == "SAUT")
    assert 0 < len(jumps) < looked_at / 100
    for jump in jumps:
        year, _, rest = jump["periode"].partition("-")
        periods = [f"{int(year) - k}" + (f"-{rest}" if rest else "") for k in range(4)]
        values = dict(
            demo_home.sql(
                f"select periode, valeur from indicateurs.valeurs where indicateur_code = '{jump['indicateur_code']}' "
                f"and territoire_code = '{jump['territoire_code']}' and source = '{jump['source']}' "
                f"and ventilation_type = 'total' and periode in {tuple(periods)}"
            )
        )
        base = [int(values[p]) for p in periods[1:]]
        observed = int(values[periods[0]])
        assert (observed, round(sum(base) / 3, 2)) == (jump["observe"], round(jump["attendu"], 2))
        assert binomtest(observed, observed + sum(base), 1 / 4).pvalue < 1e-6


@pytest.mark.long
@pytest.mark.real
@pytest.mark.xdist_group("public")
def test_every_public_file_is_sound(tmp_path) -> None:
    home = Home(tmp_path / "home")
    home.drop(real_file("etat4001", "crimes-et-delits-services-depuis-2012.xlsx"))
    for folder in (("baac", "2013"), ("baac", "2017"), ("ssmsi_departement",), ("insee",)):
        for file in sorted(real_path(*folder).iterdir()):
            home.drop(file)
    told = home.load()
    assert told["code_sortie"] == 0, told["refusees"]
    results, findings = judged(home)
    assert [r for r in results if r["resultat"] == "erreur"] == []
    assert [f["constat"] for f in findings if f["severite"] == "bloquant"] == []
    judged_rules = {r["regle_code"] for r in results if r["n_verifies"]}
    assert judged_rules >= ALWAYS | {"TAUX_FAITS", "PART_NATIONALE", "SAUT", "COLONNE_COPIEE", "FACTEUR_DIX"}
    warnings = Counter(f["regle_code"] for f in findings if f["severite"] == "avertissement")
    looked_at = Counter()
    for r in results:
        looked_at[r["regle_code"]] += r["n_verifies"]
    assert all(n <= max(2, looked_at[rule] / 100) for rule, n in warnings.items()), warnings
