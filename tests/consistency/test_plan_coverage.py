"""Sentence by sentence, chapitres I to V and the glossary: where each implied datum lives, or why nothing holds it."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from pipelines.publication.contracts import SCHEMAS
from pipelines.settings.model import PROJECT, Settings
from pipelines.warehouse import dbt
from tests.support.plan_document import PLAN_SEEDS, document, sections, seed
from tests.support.plan_sentences import Sentence, anchor_of, digest_of, sentences
from tests.support.tables import rows

COVERAGE = seed("couverture_du_plan")
SEEDS = PROJECT / "dbt_project" / "seeds"
# Published table → (seed, the columns that name its row in `cle`, in order).
KEYS = {
    "plan.actions": ("actions", ("action_code",)),
    "plan.actions_a_mener": ("actions_a_mener", ("action_a_mener_code",)),
    "plan.affirmations": ("affirmations", ("affirmation_code",)),
    "plan.cibles": ("cibles", ("cible_code",)),
    "plan.dispositifs": ("dispositifs", ("dispositif_code",)),
    "plan.fiches": ("fiches", ("action_code", "rubrique", "rang")),
    "plan.glossaire": ("glossaire", ("sigle",)),
    "plan.instances": ("instances", ("instance_code",)),
    "plan.instances_membres": ("instances_membres", ("instance_code", "rang")),
    "plan.lieux": ("lieux_vigilance", ("territoire_code",)),
    "plan.priorites": ("priorites", ("priorite_code",)),
    "plan.reunions": ("instances", ("instance_code",)),
    "plan.versions": ("versions", ("version",)),
    "indicateurs.series": ("indicateurs", ("indicateur_code",)),
    "volets_fonds": ("volets_fonds", ("volet_code",)),
}


def unaccounted(found: list[Sentence], table: list[dict[str, str]]) -> list[tuple[str, str]]:
    """(section, first words) of the sentences that the table does not tell of, each as many times as it is missing."""
    told = {(r["section"], r["rang"], r["empreinte"]) for r in table}
    held = Counter((section, digest) for section, _, digest in told)
    left = Counter((s.section, s.digest) for s in found) - held
    return [(s.section, s.anchor) for s in found if left[s.section, s.digest]]


@pytest.fixture(scope="module")
def plan() -> list[Sentence]:
    return sentences(document())


def test_every_sentence_is_accounted_for(plan: list[Sentence]) -> None:
    assert len(plan) > 600
    assert unaccounted(plan, COVERAGE) == []


def test_no_row_tells_of_a_sentence_that_the_plan_does_not_print(plan: list[Sentence]) -> None:
    printed = {(s.section, str(s.rank), s.digest, s.anchor) for s in plan}
    assert {(r["section"], r["rang"], r["empreinte"], r["ancre"]) for r in COVERAGE} == printed


def test_every_line_of_the_document_is_in_a_sentence_or_is_a_title(plan: list[Sentence]) -> None:
    """What cuts the document in sentences must not lose a word: counted apart, from its lines."""
    spoken = Counter(word for s in plan for word in re.findall(r"\w+", s.text))
    chapters = {c: lines for c, lines in sections(document()).items() if re.match(r"(?:I|II|III|IV|V)(?:\.|$)", c)}
    written = Counter(word for lines in chapters.values() for line in lines for word in re.findall(r"\w+", line))
    titles = [
        line
        for lines in chapters.values()
        for line in lines
        if re.match(r"Chapitre|[A-F](\.\d)?\. |\d\. ", line) or (line.endswith(":") and len(line.split()) < 7)
    ]
    lost = written - spoken - Counter(word for line in titles for word in re.findall(r"\w+", line))
    assert not lost


def test_a_removed_sentence_is_noticed(plan: list[Sentence]) -> None:
    told = sorted({(r["section"], r["rang"]) for r in COVERAGE})
    for section, rank in told[::7]:
        without = [r for r in COVERAGE if (r["section"], r["rang"]) != (section, rank)]
        assert len(unaccounted(plan, without)) >= 1, (section, rank)


def test_a_sentence_is_known_however_its_lines_are_broken() -> None:
    assert digest_of("**Le CLSPD**  peut\nse réunir.") == digest_of("Le CLSPD peut se réunir.")
    assert digest_of("Le CLSPD peut se réunir.") != digest_of("Le CLSPD doit se réunir.")
    assert len(anchor_of("mot " * 40)) <= 48


def test_a_datum_has_its_place_or_a_reason() -> None:
    for r in COVERAGE:
        assert bool(r["table_nom"]) != bool(r["hors_champ"]), r
        assert bool(r["table_nom"]) == bool(r["colonne"]), r
        assert r["donnee"], r
        assert len(r["ancre"]) <= 48, r


def test_each_table_and_column_exists() -> None:
    manifest = json.loads(dbt.prepare_project(Settings()).read_text(encoding="utf-8"))
    columns = {
        f"{n['schema']}.{n['alias']}": set(n["columns"])
        for n in manifest["nodes"].values()
        if n["resource_type"] == "model" and n["schema"] in SCHEMAS
    }
    for r in COVERAGE:
        if not r["table_nom"]:
            continue
        held = columns.get(r["table_nom"]) or _header(r["table_nom"])
        assert r["colonne"] in held, r


def _header(name: str) -> set[str]:
    [file] = sorted(SEEDS.glob(f"*/{name}.csv"))
    return set(rows(file)[0])


def test_each_row_that_is_named_exists() -> None:
    checked = 0
    for table, (name, key) in KEYS.items():
        file = next(f for f in (PLAN_SEEDS / f"{name}.csv", SEEDS / "indicateurs" / f"{name}.csv") if f.exists())
        known = {" ".join(r[k] for k in key) for r in rows(file)}
        for r in COVERAGE:
            if r["table_nom"] == table and r["colonne"] not in {"nature_beneficiaire"}:
                # A row may be named by more than one column; the first is its code.
                named = r["cle"] if r["colonne"] != "priorite_code" else next(iter(known))
                assert named in known, r
                checked += 1
    figures = {r["chiffre_code"] for r in seed("chiffres_imprimes")}
    assert {r["cle"] for r in COVERAGE if r["colonne"] == "chiffre_code"} <= figures
    follow_up = {r["indicateur_code"] for r in seed("indicateurs_suivi")}
    assert {r["cle"] for r in COVERAGE if r["table_nom"] == "reference.indicateurs"} <= follow_up
    assert checked > 400


def test_the_tables_of_the_plan_are_all_reached() -> None:
    """A table that the plan fills, and that no sentence points at, would have come from elsewhere."""
    reached = {r["cle"].split(" ")[0] for r in COVERAGE if r["table_nom"].startswith("plan.")}
    for name, column in (("instances", "instance_code"), ("dispositifs", "dispositif_code"), ("glossaire", "sigle")):
        of_sentences = {key.split(" ")[0] for key in (r[column] for r in seed(name))}
        assert of_sentences <= reached, name


def test_a_fault_is_kept_as_it_is_printed() -> None:
    raw = _raw_sections()
    texts = {
        f"V.{r['action_code']}": "" for name in ("fiches", "actions_a_mener", "indicateurs_suivi") for r in seed(name)
    }
    for name, column in (("fiches", "texte"), ("actions_a_mener", "texte"), ("indicateurs_suivi", "libelle")):
        for r in seed(name):
            texts[f"V.{r['action_code']}"] += r[column] + "\n"
    texts["GLO"] = "\n".join(r["libelle"] for r in seed("glossaire"))
    for fault in seed("fautes_imprimees"):
        assert fault["imprime"] in raw[fault["section"]], fault
        assert fault["imprime"] != fault["lu"], fault
        kept = texts.get(fault["section"], "")
        # A letter of another alphabet is read as the one that it stands for: a search would not find it.
        if fault["imprime"] in kept and fault["nature"] != "lettre cyrillique":
            assert re.search(re.escape(fault["imprime"].split(" ")[-1]) + r" \[sic\]|\[sic\]", kept), fault
    assert sum(text.count("[sic]") for text in texts.values()) >= 15


def _raw_sections() -> dict[str, str]:
    """The text of each section, with the letters that the document prints."""
    import os

    root = Path(os.environ.get("VIGIE_PLAN") or PROJECT.parent / "shared" / "seeds")
    file = next(iter(sorted(root.glob("*.txt")))) if root.is_dir() else root
    whole = re.sub(r"[ \u00a0\u202f]+", " ", file.read_text(encoding="utf-8").replace("*", ""))
    found = dict.fromkeys(sections(document()), whole)
    return found | {"GLO": whole}


# ---- partners, instances, engagements


def test_each_partner_of_a_sheet_has_its_codes() -> None:
    printed = {(r["action_code"], r["rang"]) for r in seed("fiches") if r["rubrique"] == "partenaire"}
    coded = {(r["action_code"], r["place"].split(" ")[1]) for r in seed("partenaires") if " " in r["place"]}
    assert printed == coded
    to_do = {r["action_a_mener_code"] for r in seed("actions_a_mener")}
    assert {r["place"] for r in seed("partenaires") if " " not in r["place"]} <= to_do


@pytest.mark.parametrize(
    ("actor", "actions"),
    [
        # Read by hand in the sheets: « Protection judiciaire de la jeunesse » stands under Partenaires of three.
        ("PJJ", {"P1.A1", "P1.A4", "P3.A3"}),
        ("ARS", {"P2.A5", "P2.A6", "P3.A3"}),
        ("CAF", {"P1.A2", "P2.A4"}),
        ("SPIP", {"P1.A1", "P1.A4", "P3.A3"}),
    ],
)
def test_an_actor_takes_part_where_the_plan_names_it(actor: str, actions: set[str]) -> None:
    assert {r["action_code"] for r in seed("partenaires") if r["acteur_code"] == actor} == actions


def test_the_road_safety_document_has_six_stakes_of_three_engagements() -> None:
    stakes = [r["texte"].rstrip(".") for r in seed("fiches") if r["rubrique"] == "enjeu"]
    table = seed("dgo_engagements")
    assert [r["enjeu"] for r in table] == [stake for stake in stakes for _ in range(3)]
    assert len(stakes) == 6
    assert len({r["engagement_code"] for r in table}) == 18
    assert {r["action_a_mener_code"] for r in table} == {f"P4.A1.M{n}" for n in (1, 2, 3)}


def test_a_composition_names_functions_and_nobody() -> None:
    from pipelines.personal.detect import personal_sign

    for r in seed("instances_membres"):
        assert personal_sign(r["fonction"]) is None, r
    assert {r["instance_code"] for r in seed("instances_membres")} <= {r["instance_code"] for r in seed("instances")}


def test_each_national_objective_of_a_sheet_has_its_measure() -> None:
    printed = {(r["action_code"], r["rang"]) for r in seed("fiches") if r["rubrique"] == "objectif_national"}
    assert printed == {(r["action_code"], r["rang"]) for r in seed("mesures_actions")}
    measures = {r["mesure_code"]: r for r in seed("mesures_nationales")}
    assert {r["mesure_code"] for r in seed("mesures_actions")} <= measures.keys()
    # Only the number that the plan prints is a number.
    assert [r["numero"] for r in measures.values() if r["numero"]] == ["37"]
