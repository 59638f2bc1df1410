"""Deliveries that the first gate must refuse: what their own rows say cannot be."""

from __future__ import annotations

from pathlib import Path

from tests.mutants.damage import change_first, change_first_line
from tests.mutants.kinds import Mutant

_RETURNS = "retours-services-faits-2020-demonstration.csv"


def _more_minors_than_suspects(landing: Path) -> tuple[str, ...]:
    line, row = change_first_line(
        landing / _RETURNS, lambda r: int(r["mis_en_cause"]) > 0,
        mis_en_cause_mineurs=lambda r: int(r["mis_en_cause"]) + 1,
    )  # fmt: skip
    told = f"{row['mis_en_cause_mineurs']} mineurs mis en cause pour {row['mis_en_cause']} mis en cause"
    return told, f"index {row['code_index']}, {row['service']}, 2020-{int(row['mois']):02d}", str(line)


def _more_domestic_than_recorded(landing: Path) -> tuple[str, ...]:
    line, row = change_first_line(
        landing / _RETURNS, lambda r: r["service"] == "CGD GOURDON" and int(r["faits_constates"]) > 0,
        faits_vif=lambda r: int(r["faits_constates"]) + 1,
    )  # fmt: skip
    told = f"{row['faits_vif']} faits intrafamiliaux pour {row['faits_constates']} faits constatés"
    return told, f"index {row['code_index']}, CGD GOURDON, 2020-{int(row['mois']):02d}", str(line)


def _a_hundredfold(landing: Path) -> tuple[str, ...]:
    line, row = change_first(
        landing / "barometre-securite-routiere-2018-demonstration.xlsx", "Baromètre",
        lambda r: r["mesure"] == "suspensions_permis", valeur=lambda r: r["valeur"] * 100,
    )  # fmt: skip
    return f"la valeur {row['valeur']}", "Baromètre", str(line), "(5\u202f000)"


def _unknown_severity(landing: Path) -> tuple[str, ...]:
    line, _ = change_first_line(landing / "usagers-2023-demonstration.csv", lambda r: r["grav"] == "4", grav="9")
    return "la gravité 9", str(line)


def _said_without_a_value(landing: Path) -> tuple[str, ...]:
    line, row = change_first(
        landing / "suivi-actions-2021-demonstration.xlsx", "Indicateurs", lambda r: r["statut"] == "realise",
        valeur=None,
    )  # fmt: skip
    return f"{row['indicateur_code']} a le statut « realise » et aucune valeur", "Indicateurs", str(line)


def _not_told_and_yet_a_value(landing: Path) -> tuple[str, ...]:
    line, row = change_first(
        landing / "suivi-actions-2022-demonstration.xlsx", "Indicateurs", lambda r: r["valeur"] is not None,
        statut="non_communique",
    )  # fmt: skip
    return f"{row['indicateur_code']} a le statut « non_communique » et la valeur {row['valeur']}", str(line)


def _refused_and_yet_granted(landing: Path) -> tuple[str, ...]:
    line, row = change_first(
        landing / "suivi-actions-2022-demonstration.xlsx", "Financements", lambda r: r["accorde_eur"] > 0,
        decision="refusee",
    )  # fmt: skip
    return f"{row['dossier']} est refusé ou retiré", str(line)


IMPOSSIBLE_FILES = [
    Mutant("MINEURS_MIS_EN_CAUSE", "Retours de 2020 : sur une ligne, un mineur mis en cause de plus que de mis en "
           "cause", _more_minors_than_suspects),
    Mutant("VIF_FAITS", "Retours de 2020 : sur une ligne de Gourdon, un fait intrafamilial de plus que de faits "
           "constatés", _more_domestic_than_recorded),
    Mutant("VALEUR_DEMESUREE", "Baromètre de 2018 : deux zéros de plus aux suspensions d'un mois", _a_hundredfold),
    Mutant("GRAVITE_BAAC", "Usagers de 2023 : la gravité 9 à la place de 4", _unknown_severity),
    Mutant("VALEUR_SANS_STATUT", "Suivi de 2021 : la valeur d'un indicateur réalisé est effacée",
           _said_without_a_value),
    Mutant("NON_COMMUNIQUE_AVEC_VALEUR", "Suivi de 2022 : un indicateur non communiqué garde sa valeur",
           _not_told_and_yet_a_value),
    Mutant("FINANCEMENT_REFUS", "Suivi de 2022 : un dossier refusé garde sa subvention", _refused_and_yet_granted),
]  # fmt: skip
