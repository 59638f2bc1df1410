"""The checks themselves: what checks nothing must be red, never green."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.conftest import PROJECT
from tests.faults.families.platform import drop_next
from tests.faults.fault import Fault
from tests.faults.ground import Ground
from tests.faults.trial import Outcome, Trial
from tests.mutants.kinds import project_copy


def spoilt(ground: Ground, spoil: Callable[[Path], None]) -> Outcome:
    """A load with spoilt checks publishes nothing and says why; the one after, with sound ones, publishes."""
    with Trial(ground) as t:
        copy = project_copy(PROJECT, t.home.folder / "projet")
        spoil(copy)
        drop_next(t)
        told = t.home.load(PYTHONPATH=str(copy))
        t.holds("I3", told["code_sortie"] in (2, 4), f"sort {told['code_sortie']} : {told['resultat']}")
        t.says_why(told["resultat"], "contrôles abîmés")
        t.unchanged()
        t.loads_again(ground.whole_content)
    return t.outcome


def suite(change: Callable[[dict], None]) -> Callable[[Path], None]:
    def spoil(project: Path) -> None:
        file = project / "expectations" / "entrepot.json"
        content = json.loads(file.read_text(encoding="utf-8"))
        change(content)
        file.write_text(json.dumps(content), encoding="utf-8")

    return spoil


def empty(content: dict) -> None:
    content["expectations"] = []


def misspelt(content: dict) -> None:
    content["expectations"][0]["type"] = "expect_column_values_to_be_betwen"


def no_such_column(content: dict) -> None:
    content["expectations"][0]["kwargs"]["column"] = "pire_ecartt"


def one_less(content: dict) -> None:
    del content["expectations"][3]


def nothing_to_check(project: Path) -> None:
    """A rule that must always look at something, and looks at nothing."""
    model = project / "dbt_project" / "models" / "controles" / "ctl_structure.sql"
    model.write_text(f"select * from (\n{model.read_text(encoding='utf-8')}\n) as t where 1 = 0\n", encoding="utf-8")


def no_deviation(project: Path) -> None:
    """A rule whose deviation cannot be computed."""
    model = project / "dbt_project" / "models" / "controles" / "ecarts.sql"
    text = model.read_text(encoding="utf-8")
    model.write_text(
        text.replace("as attendu, ecart, livraisons", "as attendu, cast(null as double) as ecart, livraisons")
    )


FAULTS = [
    Fault("contrôles", "une suite vide", lambda g: spoilt(g, suite(empty))),
    Fault("contrôles", "une attente au nom mal écrit", lambda g: spoilt(g, suite(misspelt))),
    Fault("contrôles", "une exception dans une attente", lambda g: spoilt(g, suite(no_such_column))),
    Fault("contrôles", "une règle sans attente", lambda g: spoilt(g, suite(one_less))),
    Fault("contrôles", "zéro ligne à contrôler", lambda g: spoilt(g, nothing_to_check)),
    Fault("contrôles", "un écart qui ne se calcule pas", lambda g: spoilt(g, no_deviation)),
]
