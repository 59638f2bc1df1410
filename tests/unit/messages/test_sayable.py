"""A refusal leaves with its words and its place; neither a number that was read nor a person goes with it."""

from __future__ import annotations

import re

import pytest

from pipelines.base.refusal import Defect
from pipelines.messages.sayable import NAME_UNSAID, UNSAID, sayable_defects, sayable_name
from pipelines.quality.rules import RECEPTION, read_rules


def told(constat: str, remede: str = "le corriger", attendu: str | None = None, code: str = "essai") -> Defect:
    defect = Defect(code, constat, remede, "Faits", 12, "D", attendu)
    [left] = sayable_defects([vars(defect)])
    assert (left.feuille, left.ligne, left.colonne) == ("Faits", 12, "D")
    return left


@pytest.mark.parametrize(
    ("found", "leaves"),
    [
        ("« 3,5 » a des décimales, et ce qui se compte n'en a pas",
         "« … » a des décimales, et ce qui se compte n'en a pas"),
        ("« 1.579 » peut se lire 1 579 ou 1,579", "« … » peut se lire … ou …"),
        ("« environ 8 » contient autre chose qu'un nombre", "« environ … » contient autre chose qu'un nombre"),
        ("« -2 » est négatif (de même ligne 14)", "« … » est négatif (de même ligne 14)"),
        ("« 3,5 » a des décimales (de même lignes 4, 5, 6 et 12 autres), sur 8",
         "« … » a des décimales (de même lignes 4, 5, 6 et 12 autres), sur …"),
        ("« CGD CAOR » n'est pas dans la liste des services", "« CGD CAOR » n'est pas dans la liste des services"),
        ("il manque la colonne « Faits constatés 2024 » du modèle « Faits »",
         "il manque la colonne « Faits constatés 2024 » du modèle « Faits »"),
        ("le fichier pèse 12,3 Mio", "le fichier pèse 12,3 Mio"),
    ],
)  # fmt: skip
def test_what_was_read_stays_behind(found: str, leaves: str) -> None:
    assert told(found).constat == leaves


def test_a_remedy_that_repeats_the_number_does_not_leave_with_it() -> None:
    left = told("« 1.579 » peut se lire 1 579 ou 1,579", "récrire le nombre : 1579 si c'est lui", "1579, ou 1,579")
    assert not re.search(r"\d", left.constat + left.remede + (left.attendu or ""))


@pytest.mark.parametrize("rule", list(read_rules(RECEPTION).values()), ids=lambda r: r.code)
def test_no_rule_of_reception_says_what_it_found(rule: object) -> None:
    """Every field of every rule is filled with a number; only those that name something may come out."""
    says = rule.says  # type: ignore[attr-defined]
    names = list(dict.fromkeys(re.findall(r"\{(\w+)\}", says)))
    naming = {"annee": "2024", "mois": "03", "periode": "2024-03", "code_index": "72"}
    worded = {"service", "poste", "territoire", "lieu", "indicateur", "indicateur_code", "detail", "statut"}
    read = {n: naming.get(n) or ("CGD CAHORS" if n in worded else str(777000 + i)) for i, n in enumerate(names)}
    left = told(says.format_map(read), code=rule.code.lower())  # type: ignore[attr-defined]
    assert "777" not in left.constat
    kept = [v for n, v in read.items() if n in {*naming, *worded}]
    assert all(value in left.constat for value in kept)


def test_a_rule_whose_sentence_changed_since_says_its_name_alone() -> None:
    rule = next(iter(read_rules(RECEPTION).values()))
    assert (
        told("un ancien texte qui dit 41", code=rule.code.lower()).constat
        == f"{rule.name} : ce contrôle n'est pas tenu"
    )


@pytest.mark.parametrize("quoted", ["06 12 34 56 78", "M. Jean Dupont", "jean.dupont@gmail.com", "née le 12/03/1987"])
def test_a_person_does_not_leave(quoted: str) -> None:
    left = told(f"« {quoted} » n'est pas dans la liste des services", f"corriger « {quoted} »")
    if left.constat != UNSAID:  # its digits went first
        assert not re.search(r"\d", left.constat)
    for part in ("Dupont", "gmail", "34 56", "1987"):
        assert part not in left.sentence()


def test_a_name_of_file_loses_its_folder_and_whoever_it_names() -> None:
    assert sayable_name("depots/CGD CAHORS/retour.xlsx") == "« retour.xlsx »"
    assert sayable_name("depots/CGD CAHORS/Retour de Mme Jeanne Dupont.xlsx") == NAME_UNSAID
    assert sayable_name("a\r\nBcc: x@exemple.fr.xlsx").isprintable() or "\n" not in sayable_name("a\r\nb")


def test_lines_of_one_defect_are_told_once() -> None:
    defects = [vars(Defect("essai", "« 3 » est négatif", "le corriger", "Faits", n, "D")) for n in (8, 9)]
    [left] = sayable_defects(defects)
    assert "ligne 9" in left.constat
