"""The tables of expectations/ hold together: a rule has its sentence, its number, its expectation and its mutant."""

from __future__ import annotations

import re
from collections import Counter
from string import Formatter

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.quality.reception import reception_suites
from pipelines.quality.rules import (
    GATES,
    RECEPTION,
    SEVERITIES,
    THRESHOLD,
    WAREHOUSE,
    parameters,
    read_rules,
    read_suite,
    read_thresholds,
)
from pipelines.quality.within import rules_used
from pipelines.settings.model import DBT_PROJECT, EXPECTATIONS, Settings
from pipelines.warehouse import dbt
from tests.mutants import FILE, MUTANTS
from tests.support.tables import rows

RULES = read_rules()
# What a finding of the second gate can quote; a rule of the first quotes columns of its source.
WORDS = {"indicateur", "territoire", "periode", "detail", "source", "observe", "attendu"}
CODES = {"source", "indicateur_code", "territoire_code", "periode", "detail", "observe", "attendu", "livraisons"}

# The families that the checks owe and the rules that answer for each. A rule of another family is not owed.
FAMILIES = {
    "a total and the sum of its parts": {"SOMME_PARTIES", "ISCG_VENTILATION", "SERVICES_GROUPEMENT",
                                         "COLONNE_TOTAL", "SOMME_REGION"},
    "a part within its whole": {"PARTIE_TOUT", "VIF_FAITS", "ISCG_PARTIES"},
    "minors within the suspects": {"MINEURS_MIS_EN_CAUSE"},
    "facts cleared and facts recorded": {"ELUCIDES_CONSTATES"},
    "accidents, killed and injured": {"BORNE", "BAAC_SANS_USAGER", "HOSPITALISES_BLESSES"},
    "one figure, two sources": {"MOIS_ANNEE", "RETOURS_ANNEE", "BAROMETRE_BAAC", "SUIVI_ISCG"},
    "a period delivered again": {"REVISION", "REVISION_VIDE", "PARTIE_POUR_TOUT"},
    "a jump that chance does not explain": {"SAUT"},
    "a series that no longer moves": {"SERIE_FIGEE"},
    "a column or a period copied": {"COLONNE_COPIEE", "COLONNE_REPETEE", "MOIS_COPIE"},
    "a file that is whole": {"BAAC_TABLES", "BLOC_INCOMPLET", "EFFECTIF_ANNEE", "EFFECTIF_TRONQUE"},
    "a factor of ten or a thousand": {"FACTEUR_DIX", "VALEUR_DEMESUREE"},
    "a share of France and of its population": {"PART_NATIONALE"},
    "rate, population and facts": {"TAUX_FAITS"},
    "a unit that vanished inside a total": {"UNITE_DISPARUE"},
    "a break of series": {"RUPTURE_FRANCHIE"},
    "a place within another": {"TERRITOIRES"},
    "levels that add up": {"CONSERVATION", "ACCIDENTS_NON_RATTACHES"},
    "a population and its communes": {"POPULATION_COMMUNES", "POPULATION_SANS_ANNEE", "POPULATION_SAUT"},
    "rows under another code": {"POPULATION_SSMSI", "POPULATION_CONSTANTE", "LIEUX_ECHANGES", "SERVICES_ECHANGES",
                                "ACCIDENTS_DEPARTEMENT"},
    "figures under another period": {"MOIS_ECHANGES", "RECENSEMENT_ANNEE", "CUMUL_ANNEE"},
    "totals since January": {"CUMUL_EN_BAISSE", "CUMUL_N_1"},
    "money": {"FINANCEMENT_PAYE", "FINANCEMENT_COUT", "FINANCEMENT_PART", "FINANCEMENT_DEMANDE",
              "FINANCEMENT_EQUIPEMENT", "FINANCEMENT_REFUS"},
    "a value or a reason": {"VALEUR_OU_MOTIF", "VALEUR_SANS_STATUT", "NON_COMMUNIQUE_AVEC_VALEUR",
                            "MANQUANT_SANS_DEBITEUR"},
    "keys, rows, readings, codes": {"CLE_UNIQUE", "RAPPROCHEMENT", "LECTURE_UNIQUE", "GRAVITE_BAAC"},
}  # fmt: skip


def expectations(gate: str) -> list[dict]:
    if gate == WAREHOUSE:
        return read_suite(WAREHOUSE)["expectations"]
    return [e for suite in reception_suites().values() for e in suite["expectations"]]


def test_a_rule_is_one_line_in_closed_vocabularies() -> None:
    codes = [row["regle_code"] for row in rows(EXPECTATIONS / "regles.csv")]
    assert max(Counter(codes).values()) == 1
    sources = {s.name for s in load_catalogue().sources}
    for rule in RULES.values():
        assert rule.gates
        assert set(rule.gates) <= set(GATES)
        assert rule.severity in SEVERITIES
        assert set(rule.sources) <= sources


def test_every_rule_has_one_threshold_and_every_number_a_rule_and_a_reason() -> None:
    numbers = read_thresholds()
    assert Counter(n["regle_code"] for n in numbers if n["parametre"] == THRESHOLD) == Counter(list(RULES))
    assert {n["regle_code"] for n in numbers} == set(RULES)
    assert max(Counter((n["regle_code"], n["parametre"]) for n in numbers).values()) == 1
    assert all(row["motif"] and row["unite"] for row in rows(EXPECTATIONS / "seuils.csv"))


@pytest.mark.parametrize("gate", GATES)
def test_every_rule_has_an_expectation_and_every_expectation_a_rule(gate: str) -> None:
    named = Counter(e["meta"]["regle"] for e in expectations(gate))
    compared = set() if gate == WAREHOUSE else rules_used()
    assert set(named) | compared == set(read_rules(gate))
    assert not set(named) & compared
    if gate == WAREHOUSE:
        assert set(named.values()) == {1}
        for e in expectations(gate):
            code = e["meta"]["regle"]
            assert e["kwargs"]["max_value"] == {"$PARAMETER": code}
            about = {"type": "comparison", "column": {"name": "regle_code"}, "operator": "==", "parameter": code}
            assert e["kwargs"]["row_condition"] == about


def test_every_number_that_a_suite_asks_for_is_in_the_table() -> None:
    asked = {
        value["$PARAMETER"]
        for gate in GATES
        for e in expectations(gate)
        for value in e["kwargs"].values()
        if isinstance(value, dict) and "$PARAMETER" in value
    }
    assert asked <= set(parameters())


def test_a_reception_suite_speaks_of_its_source_and_tables() -> None:
    tables = {s.name: set(s.tables) for s in load_catalogue().sources}
    for source, suite in reception_suites().items():
        assert suite["expectations"]
        assert {e["meta"]["table"] for e in suite["expectations"]} <= tables[source]


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_sentence_is_french_whole_and_quotes_what_it_is_given(rule) -> None:
    quoted = {name for _, name, _, _ in Formatter().parse(rule.says) if name}
    if WAREHOUSE in rule.gates:
        assert quoted <= WORDS
        assert {name for _, name, _, _ in Formatter().parse(rule.thing) if name} <= CODES
        assert rule.says.endswith(".")
        assert rule.remedy.endswith(".")
    # A file of the first gate is refused by its name; one of the second is named by the remedy.
    named = {name for _, name, _, _ in Formatter().parse(rule.remedy) if name}
    assert named <= (set() if RECEPTION in rule.gates else {"fichiers"})
    assert quoted
    assert len(rule.says.split()) > 6
    assert rule.remedy
    assert rule.name
    # The words of a person, not of the machine; what the files themselves say stands between guillemets.
    for text in (re.sub(r"\{\w+\}|« .*? »", "", rule.says), rule.name):
        assert not re.search(r"null|NULL|ecart|_|seuil|float", text)


def test_every_rule_has_one_mutant_and_a_file_wherever_a_file_can_break_it() -> None:
    assert Counter(m.rule for m in MUTANTS) == Counter(list(RULES))
    by_kind = Counter(m.kind for m in MUTANTS)
    assert by_kind[FILE] == len(RULES) - 8
    # What no file can break is what Vigie guarantees: these rules block.
    assert all(RULES[m.rule].severity == "bloquant" for m in MUTANTS if m.kind != FILE)
    assert all((m.alter is None) == (m.kind == FILE) for m in MUTANTS)


def test_every_family_that_is_owed_has_its_rules() -> None:
    assert set().union(*FAMILIES.values()) <= set(RULES)


def test_the_keys_that_are_judged_are_those_of_every_published_model() -> None:
    dbt.prepare_project(Settings())
    published = {t["name"]: t["key"] for t in dbt.published_tables(("indicateurs", "plan", "qualite", "reference"))}
    sql = (DBT_PROJECT / "models" / "controles" / "ctl_structure.sql").read_text(encoding="utf-8")
    listed = re.search(r"set tables = \[(.*?)\]", sql, re.DOTALL).group(1)
    aliases = {alias_of(name) for name in re.findall(r"'(\w+)'", listed)}
    assert aliases == set(published)


def alias_of(model: str) -> str:
    """A model's table in the warehouse: its file's name, without that of its schema."""
    import json

    nodes = json.loads(dbt.MANIFEST.read_text(encoding="utf-8"))["nodes"]
    return nodes[f"model.vigie.{model}"]["alias"]
