"""What each indicator counts, as a set: two that share an element overlap, and one that holds another is its whole."""

from __future__ import annotations

from functools import cache

from pipelines.settings.model import SEEDS
from pipelines.settings.tables import read_rows

_FACTS = "faits_constates"
# Suspects, of age or not: what a return counts of the first is a part of the second.
_PARTS = {"mis_en_cause": ("mineurs", "majeurs"), "mis_en_cause_mineurs": ("mineurs",)}
_KIND = {"mis_en_cause_mineurs": "mis_en_cause"}


@cache
def sets() -> dict[str, frozenset[tuple[str, str, str]]]:
    """Indicator → (what is counted, index of the état 4001, part), for those that are a list of indexes."""
    indexes: dict[str, set[str]] = {}
    for line in read_rows(SEEDS / "indicateurs" / "indicateurs_index.csv"):
        indexes.setdefault(line["indicateur_code"], set()).add(line["code_index"])
    every = {line["code_index"] for line in read_rows(SEEDS / "reference" / "index_4001.csv")}
    found = {code: _elements(_FACTS, listed) for code, listed in indexes.items()}
    for line in read_rows(SEEDS / "indicateurs" / "retours.csv"):
        found[line["indicateur_code"]] = _elements(line["mesure"], indexes.get(line["liste_indicateur"], every))
    return found


def _elements(measure: str, indexes: set[str]) -> frozenset[tuple[str, str, str]]:
    kind = _KIND.get(measure, measure)
    return frozenset((kind, index, part) for index in indexes for part in _PARTS.get(measure, ("",)))
