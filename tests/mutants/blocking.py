"""Deliveries whose rows are each possible, and which together cannot be published."""

from __future__ import annotations

from pathlib import Path

from tests.mutants.damage import add_rows, change_first, change_lines, change_rows
from tests.mutants.kinds import Mutant

_SSMSI_OLD = "donnee-dep-2022-geographie2022-demonstration.csv"
_SSMSI_NEW = "donnee-dep-2024-geographie2025-demonstration.csv"


def _one_person_too_many(landing: Path) -> tuple[str, ...]:
    _, row = change_first(
        landing / "retours-iscg-2024-demonstration.xlsx", "Activité ISCG",
        lambda r: (r["mois"], r["ventilation"], r["modalite"]) == (5, "sexe", "femmes"),
        valeur=lambda r: r["valeur"] + 1,
    )  # fmt: skip
    return row["poste"], "2024-05", "par sexe"


def _a_column_emptied_in_a_later_publication(landing: Path) -> tuple[str, ...]:
    file = landing / "donnee-dep-data.gouv-2024-geographie2025-produit-le2025-06-04.csv"
    file.write_bytes((landing / _SSMSI_NEW).read_bytes())
    lost = []

    def change(row: dict[str, str]) -> dict[str, str]:
        if (row["code_departement"], row["annee"], row["indicateur"]) != ("46", "2023", "Cambriolages de logement"):
            return row
        lost.append(row["nombre"])
        return row | {"nombre": "NA", "taux_pour_mille": "NA"}

    change_lines(file, change, "utf-8-sig")
    return "2023", f"laisse vides {lost[0]} des", f"Cambriolages de logement · 46 : {lost[0]}.00 → vide"


def _total_above_its_parts(landing: Path) -> tuple[str, ...]:
    before = {}

    def change(row: dict[str, str]) -> dict[str, str]:
        place = row["Code.département"], row["annee"], row["classe"]
        if place != ("46", "18", "Coups et blessures volontaires"):
            return row
        before["faits"] = int(row["faits"])
        total = int(row["faits"]) + 50
        rate = f"{1000 * total / int(row['POP']):.9f}".replace(".", ",")
        return row | {"faits": str(total), "tauxpourmille": rate}

    change_lines(landing / _SSMSI_OLD, change, "utf-8-sig")
    told = f"ses parties font {before['faits']}, le total dit {before['faits'] + 50}"
    return "Coups et blessures volontaires", "Lot", "2018", told


def _a_cause_in_more_accidents_than_there_are(landing: Path) -> tuple[str, ...]:
    file = landing / "barometre-securite-routiere-2021-demonstration.xlsx"
    months: dict[object, int] = {}

    def change(row):
        if row["mesure"] == "accidents":
            months[row["mois"]] = row["valeur"]
        if (row["mesure"], row["mois"]) == ("accidents_alcool", 7):
            return row | {"valeur": months[7] + 1}
        return None

    [(_, row)] = change_rows(file, "Baromètre", change)
    return "alcool", "Lot", "2021-07", f": {row['valeur']}, plus que", f"({months[7]})"


def _more_accidents_than_victims(landing: Path) -> tuple[str, ...]:
    file = landing / "barometre-securite-routiere-2020-demonstration.xlsx"
    victims, month = {}, 3
    hurt = ("tues", "blesses_hospitalises", "blesses_legers")

    def count(row):
        if row["mesure"] in hurt and row["mois"] == month:
            victims[row["mesure"]] = row["valeur"]

    change_rows(file, "Baromètre", count)
    total = sum(victims.values())
    change_first(
        file, "Baromètre", lambda r: (r["mesure"], r["mois"]) == ("accidents", month), valeur=total + 1
    )  # fmt: skip
    return "Accidents corporels", "Lot", "2020-03", f": {total + 1},", f"ne sont que {total}"


def _incidents(landing: Path, year: int) -> tuple[dict, Path]:
    """The row of one quarter's incidents in public transport, which the pilot tells for the whole département."""
    file, found = landing / f"suivi-actions-{year}-demonstration.xlsx", []

    def look(row):
        if (row["indicateur_code"], row["trimestre"]) == ("TRANSPORTS_INCIDENTS", 1):
            found.append(row)

    change_rows(file, "Indicateurs", look)
    return found[0], file


def _an_arrondissement_above_its_departement(landing: Path) -> tuple[str, ...]:
    row, file = _incidents(landing, 2023)
    add_rows(file, "Indicateurs", row | {"territoire_code": "ARR-461", "valeur": row["valeur"] + 1})
    return "Incidents dans les transports publics", "Cahors", "2023-T1", f": {row['valeur'] + 1}, plus", "Lot"


def _zones_above_their_departement(landing: Path) -> tuple[str, ...]:
    row, file = _incidents(landing, 2024)
    add_rows(file, "Indicateurs", *(row | {"territoire_code": zone} for zone in ("ZPN-46", "ZGN-46")))
    return "Incidents dans les transports publics", "Lot", "2024-T1", str(2 * row["valeur"]), str(row["valeur"])


BLOCKING_FILES = [
    Mutant("ISCG_VENTILATION", "Retours ISCG de 2024 : une femme de plus en mai, le total inchangé",
           _one_person_too_many),
    Mutant("REVISION_VIDE", "Base du SSMSI : une publication plus récente laisse vides les cambriolages du Lot de 2023",
           _a_column_emptied_in_a_later_publication),
    Mutant("SOMME_PARTIES", "Base du SSMSI, millésime 2022 : 50 coups et blessures de plus en 2018, les deux parties "
           "inchangées", _total_above_its_parts),
    Mutant("PARTIE_TOUT", "Baromètre de juillet 2021 : plus d'accidents dus à l'alcool que d'accidents",
           _a_cause_in_more_accidents_than_there_are),
    Mutant("BORNE", "Baromètre de mars 2020 : un accident de plus que de victimes", _more_accidents_than_victims),
    Mutant("TERRITOIRES", "Suivi de 2023 : un arrondissement a plus d'incidents de transport que le département",
           _an_arrondissement_above_its_departement),
    Mutant("SERVICES_GROUPEMENT", "Suivi de 2024 : les deux zones font ensemble le double du département",
           _zones_above_their_departement),
]  # fmt: skip
