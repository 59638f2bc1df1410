"""The return of the common core of the demonstration: the months of the series, less what was recorded later."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import openpyxl


def lines(file: Path, sheet: str) -> list[dict]:
    header, *rows = openpyxl.load_workbook(file, read_only=True)[sheet].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_core_of_a_month_is_under_what_the_services_tell_and_not_by_much(demo_files: Path) -> None:
    told = {
        (r["mois"], r["mesure_code"]): r
        for r in lines(demo_files / "socle-commun-2024-demonstration.xlsx", "Socle commun")
    }
    facts: Counter[tuple[int, str]] = Counter()
    for r in lines(demo_files / "retours-services-2024-demonstration.xlsx", "Faits"):
        facts[r["mois"], "SOCLE_VIOLENCES_INTRAFAMILIALES"] += r["faits_vif"]
        if 27 <= int(r["code_index"]) <= 30:
            facts[r["mois"], "SOCLE_CAMBRIOLAGES"] += r["faits_constates"]
    unknown = [key for key, r in told.items() if r["valeur"] is None]
    assert unknown == [(6, "SOCLE_VIOLENCES_INTRAFAMILIALES")]
    assert {told[key]["statut"] for key in unknown} == {"non_communique"}
    for key, known in facts.items():
        if key not in unknown:
            assert 0.8 * known <= told[key]["valeur"] <= known, key
    for measure in ("SOCLE_VIOLENCES_INTRAFAMILIALES", "SOCLE_CAMBRIOLAGES"):
        own = [(m, c) for m, c in facts if c == measure and (m, c) not in unknown]
        assert sum(told[key]["valeur"] for key in own) < sum(facts[key] for key in own)
    assert len(told) == 12 * 7
