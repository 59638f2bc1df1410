"""Deliveries whose rows are each possible: some contradict themselves, some are contradicted by the others."""

from __future__ import annotations

from pathlib import Path

from pipelines.base.wording import number
from tests.mutants.damage import (
    WORKBOOK_4001,
    add_rows,
    change_first,
    change_lines,
    column_4001,
    lines,
    rows,
    set_lines,
    thin,
    workbook,
)
from tests.mutants.kinds import Mutant

_SSMSI_OLD = "donnee-dep-2022-geographie2022-demonstration.csv"
_SSMSI_NEW = "donnee-dep-2024-geographie2025-demonstration.csv"


def _one_person_too_many(landing: Path) -> tuple[str, ...]:
    _, row = change_first(
        landing / "retours-iscg-2024-demonstration.xlsx", "Activité ISCG",
        lambda r: (r["mois"], r["ventilation"], r["modalite"]) == (5, "sexe", "femmes"),
        valeur=lambda r: r["valeur"] + 1,
    )  # fmt: skip
    assert row["poste"] == "POSTE-46-CGD-FIGEAC"
    return "compagnie de gendarmerie de Figeac", "2024-05", "par sexe"


def _a_column_emptied_in_a_later_publication(landing: Path) -> tuple[str, ...]:
    file = landing / "donnee-dep-data.gouv-2024-geographie2025-produit-le2025-06-04.csv"
    file.write_bytes((landing / _SSMSI_NEW).read_bytes())
    place = "46", "2023", "Cambriolages de logement"

    def here(row: dict[str, str]) -> bool:
        return (row["code_departement"], row["annee"], row["indicateur"]) == place

    [lost] = [row["nombre"] for row in lines(file) if here(row)]
    set_lines(file, here, nombre="NA", taux_pour_mille="NA")
    return "2023", f"laisse vides {lost} des", f"Cambriolages de logement · 46 : {lost}.00 → vide"


def _total_above_its_parts(landing: Path) -> tuple[str, ...]:
    place = "46", "18", "Coups et blessures volontaires"
    [(_, row)] = set_lines(
        landing / _SSMSI_OLD, lambda r: (r["Code.département"], r["annee"], r["classe"]) == place,
        faits=lambda r: int(r["faits"]) + 50,
        tauxpourmille=lambda r: f"{1000 * (int(r['faits']) + 50) / int(r['POP']):.9f}".replace(".", ","),
    )  # fmt: skip
    told = f"ses parties font {int(row['faits']) - 50}, le total donne {row['faits']}"
    return "Coups et blessures volontaires", "Lot", "2018", told


def _a_cause_in_more_accidents_than_there_are(landing: Path) -> tuple[str, ...]:
    file = landing / "barometre-securite-routiere-2021-demonstration.xlsx"
    [july] = [r["valeur"] for r in rows(file, "Baromètre") if (r["mesure"], r["mois"]) == ("accidents", 7)]
    change_first(file, "Baromètre", lambda r: (r["mesure"], r["mois"]) == ("accidents_alcool", 7), valeur=july + 1)
    return "alcool", "Lot", "2021-07", f": {july + 1}, plus que", f"({july})"


def _more_accidents_than_victims(landing: Path) -> tuple[str, ...]:
    file = landing / "barometre-securite-routiere-2020-demonstration.xlsx"
    hurt = ("tues", "blesses_hospitalises", "blesses_legers")
    total = sum(r["valeur"] for r in rows(file, "Baromètre") if r["mesure"] in hurt and r["mois"] == 3)
    change_first(file, "Baromètre", lambda r: (r["mesure"], r["mois"]) == ("accidents", 3), valeur=total + 1)
    return "Accidents corporels", "Lot", "2020-03", f": {total + 1},", f"ne sont que {total}"


def _incidents(landing: Path, year: int) -> tuple[dict, Path]:
    """The row of one quarter's incidents in public transport, which the pilot tells for the whole département."""
    file, place = landing / f"suivi-actions-{year}-demonstration.xlsx", ("TRANSPORTS_INCIDENTS", 1)
    return next(r for r in rows(file, "Indicateurs") if (r["indicateur_code"], r["trimestre"]) == place), file


def _an_arrondissement_above_its_departement(landing: Path) -> tuple[str, ...]:
    row, file = _incidents(landing, 2023)
    add_rows(file, "Indicateurs", row | {"territoire_code": "ARR-461", "valeur": row["valeur"] + 1})
    return "Incidents dans les transports publics", "Cahors", "2023-T1", f": {row['valeur'] + 1}, plus", "Lot"


def _zones_above_their_departement(landing: Path) -> tuple[str, ...]:
    row, file = _incidents(landing, 2024)
    add_rows(file, "Indicateurs", *(row | {"territoire_code": zone} for zone in ("ZPN-46", "ZGN-46")))
    return "Incidents dans les transports publics", "Lot", "2024-T1", str(2 * row["valeur"]), str(row["valeur"])


def _users_that_stop_short(landing: Path) -> tuple[str, ...]:
    file = landing / "usagers-2021-demonstration.csv"
    accidents = sorted({row["Num_Acc"] for row in lines(file)})
    lost = set(accidents[-len(accidents) // 20 :])
    change_lines(file, lambda row: None if row["Num_Acc"] in lost else row)
    return "2021", "usagers", f"{len(lost)} accident(s) sur {len(accidents)}"


def _half_of_a_year_lost(landing: Path) -> tuple[str, ...]:
    before, after = thin(landing / _SSMSI_NEW, "2021", range(47, 96))
    return "2021", "base", f"{number(after)} lignes", number(before)


def _one_force_without_its_name(landing: Path) -> tuple[str, ...]:
    """The monthly workbook of the gendarmerie alone, a month later, under the name of the total."""
    again = landing / "tableaux-4001-ts-septembre.xlsx"
    again.write_bytes((landing / "tableaux-4001-ts-demonstration.xlsx").read_bytes())
    with workbook(again) as book:
        page = book["46"]
        for row in page.iter_rows(min_row=2, min_col=3):
            for cell in row:
                cell.value = cell.value * 7 // 10
        page.insert_cols(3)
        page.cell(1, 3).value = "2022_09"
        for line in range(2, page.max_row + 1):
            page.cell(line, 3).value = 0
    return "tableaux-4001-ts-septembre.xlsx", "46", "d'une force seule"


def _a_company_repeated(landing: Path) -> tuple[str, ...]:
    with workbook(landing / WORKBOOK_4001) as book:
        source = column_4001(book, "GN", 2012, "CGD CAHORS")
        for index, cell in column_4001(book, "GN", 2012, "CGD FIGEAC").items():
            cell.value = source[index].value
    return "CGD FIGEAC", "Lot", "2012", "CGD CAHORS (colonne", "Services GN 2012"


def _a_total_for_a_company(landing: Path) -> tuple[str, ...]:
    with workbook(landing / WORKBOOK_4001) as book:
        others = [column_4001(book, "GN", 2013, name) for name in ("CGD CAHORS", "CGD FIGEAC")]
        for index, cell in column_4001(book, "GN", 2013, "CGD GOURDON").items():
            cell.value = sum(other[index].value or 0 for other in others)
    return "CGD GOURDON", "Lot", "2013", "Services GN 2013"


def _base_cut_at_a_line(landing: Path) -> tuple[str, ...]:
    file = landing / _SSMSI_NEW
    whole = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join(whole[:-21]) + b"\n")
    return ("2024", "81 lignes à la fin du fichier", "en a 101")


CONTRADICTING_FILES = [
    Mutant("ISCG_VENTILATION", "Retours ISCG de 2024 : une femme de plus en mai, le total inchangé",
           _one_person_too_many),
    Mutant("SOMME_PARTIES", "Base du SSMSI, millésime 2022 : 50 coups et blessures de plus en 2018, les deux parties "
           "inchangées", _total_above_its_parts),
    Mutant("PARTIE_TOUT", "Baromètre de juillet 2021 : plus d'accidents dus à l'alcool que d'accidents",
           _a_cause_in_more_accidents_than_there_are),
    Mutant("BORNE", "Baromètre de mars 2020 : un accident de plus que de victimes", _more_accidents_than_victims),
    Mutant("TERRITOIRES", "Suivi de 2023 : un arrondissement a plus d'incidents de transport que le département",
           _an_arrondissement_above_its_departement),
    Mutant("SERVICES_GROUPEMENT", "Suivi de 2024 : les deux zones font ensemble le double du département",
           _zones_above_their_departement),
    Mutant("COLONNE_REPETEE", "Classeur par service : Cahors recopié sur Figeac, 2012", _a_company_repeated),
    Mutant("COLONNE_TOTAL", "Classeur par service : la somme des autres à la place de Gourdon, 2013",
           _a_total_for_a_company),
    Mutant("BLOC_INCOMPLET", "Base du SSMSI : les vingt derniers départements manquent", _base_cut_at_a_line),
]  # fmt: skip

BLOCKING_FILES = [
    Mutant("BAAC_TABLES", "Usagers de 2021 : un accident sur vingt n'a plus ses lignes", _users_that_stop_short),
    Mutant("EFFECTIF_TRONQUE", "Base du SSMSI : la moitié des départements perdus en 2021", _half_of_a_year_lost),
    Mutant(
        "PARTIE_POUR_TOUT",
        "Classeur mensuel : celui d'une force, un mois plus tard, sous le nom du total",
        _one_force_without_its_name,
    ),
    # Last: it publishes the base again, as the others have left it.
    Mutant(
        "REVISION_VIDE",
        "Base du SSMSI : une publication plus récente laisse vides les cambriolages du Lot de 2023",
        _a_column_emptied_in_a_later_publication,
    ),
]
