"""Deliveries that are published, with something to verify."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import openpyxl

from pipelines.base.wording import number
from tests.mutants.damage import (
    WORKBOOK_4001,
    cell_4001,
    change_first,
    change_first_line,
    change_lines,
    column_4001,
    lines,
    rows,
    set_lines,
    set_rows,
    thin,
    workbook,
)
from tests.mutants.kinds import Mutant

_RETURNS = "retours-services-faits-2020-demonstration.csv"
_SSMSI = "donnee-dep-2024-geographie2025-demonstration.csv"


def _cleared_thrice(landing: Path) -> tuple[str, ...]:
    assert set_lines(
        landing / _RETURNS,
        lambda r: r["service"] == "CGD GOURDON",
        faits_elucides=lambda r: 3 * int(r["faits_constates"]),
    )
    return "Compagnie de gendarmerie de Gourdon", "2020"


def _an_accident_without_users(landing: Path) -> tuple[str, ...]:
    # In Cahors, whose other accidents of the year have victims enough: only the missing rows show.
    accidents = lines(landing / "caracteristiques-2022-demonstration.csv")
    places = {row["Accident_Id"] for row in accidents if row["com"] == "46042"}
    file = landing / "usagers-2022-demonstration.csv"
    users = Counter(r["Num_Acc"] for r in lines(file) if r["Num_Acc"] in places and r["grav"] in "234")
    lost = min(users, key=lambda number: (users[number], number))
    change_lines(file, lambda row: None if row["Num_Acc"] == lost else row)
    return "Lot", "2022", "1 accident(s) sans aucun usager"


def _funding(landing: Path, wanted, **new: object) -> dict:
    _, row = change_first(landing / "suivi-actions-2023-demonstration.xlsx", "Financements", wanted, **new)
    return row


def _paid_above_granted(landing: Path) -> tuple[str, ...]:
    row = _funding(landing, lambda r: r["fonds"] == "PDASR", paye_eur=lambda r: r["accorde_eur"] + 100)
    return row["dossier"], "2023-T1", "€ payés pour"


def _granted_above_the_cost(landing: Path) -> tuple[str, ...]:
    row = _funding(
        landing, lambda r: r["fonds"] == "DILCRAH", accorde_eur=lambda r: r["cout_total_eur"] + 500,
        demande_eur=lambda r: r["cout_total_eur"] + 500,
    )  # fmt: skip
    return row["dossier"], "€ accordés pour un coût total de"


def _fund_above_its_part(landing: Path) -> tuple[str, ...]:
    row = _funding(
        landing, lambda r: r["fonds"] == "FIPDR", accorde_eur=lambda r: r["cout_total_eur"] * 7 // 10, paye_eur=0,
        demande_eur=lambda r: r["cout_total_eur"],
    )  # fmt: skip
    return row["dossier"], "en permet"


def _granted_above_the_request(landing: Path) -> tuple[str, ...]:
    row = _funding(landing, lambda r: r["fonds"] == "DILCRAH", demande_eur=lambda r: r["accorde_eur"] - 100)
    return row["dossier"], "€ demandés"


def _equipment_of_the_state(landing: Path) -> tuple[str, ...]:
    row = _funding(landing, lambda r: r["fonds"] == "FIPDR", nature_beneficiaire="service_etat", objet="equipement")
    return row["dossier"], "équiper un service de l'État"


def _months_below_the_part(landing: Path) -> tuple[str, ...]:
    with workbook(landing / "tableaux-4001-ts-demonstration.xlsx") as book:
        page = book["46"]
        columns = [c.column for c in page[1] if str(c.value).startswith("2019_")]
        [line] = [row[0].row for row in page.iter_rows(max_col=1) if row[0].value == 7]
        for column in columns:
            page.cell(line, column).value -= 3
        total = sum(page.cell(line, column).value for column in columns)
    # The road squadron records none of these: the workbook by service, which lacks it, counts as many.
    return "Coups et blessures volontaires", "Lot", "2019", f"font {total}", f"moins de services, {total + 36}"


def _returns_below_the_year(landing: Path) -> tuple[str, ...]:
    changed = set_lines(
        landing / _RETURNS, lambda r: (r["service"], r["code_index"]) == ("CIAT DE CAHORS", "67"),
        faits_constates=lambda r: int(r["faits_constates"]) + 3,
    )  # fmt: skip
    assert len(changed) == 12
    return "Destructions et dégradations", "Circonscription de police de Cahors", "2020"


def _barometer_above_the_file(landing: Path) -> tuple[str, ...]:
    changed = set_rows(
        landing / "barometre-securite-routiere-2019-demonstration.xlsx", "Baromètre",
        lambda r: r["mesure"] == "blesses_legers", valeur=lambda r: r["valeur"] + 2,
    )  # fmt: skip
    total = sum(row["valeur"] for _, row in changed)
    return "Blessés légers", "Lot", "2019", f"le baromètre donne {total}", f"le fichier BAAC donne {total - 24}"


def _a_meeting_more(landing: Path) -> tuple[str, ...]:
    _, row = change_first(
        landing / "suivi-actions-2022-demonstration.xlsx", "Indicateurs",
        lambda r: (r["indicateur_code"], r["trimestre"]) == ("P2.A1.I2", 2), valeur=lambda r: r["valeur"] + 1,
    )  # fmt: skip
    return "2022-T2", f"le retour de suivi donne {row['valeur']}", f"donnent {row['valeur'] - 1}"


def _a_quarter_again(landing: Path) -> tuple[str, ...]:
    """The second quarter of 2024 sent twice; the second time, as a correction of the first, with one cell changed."""
    again = landing / "suivi-actions-2024-T2-corrige-demonstration.xlsx"
    again.write_bytes((landing / "suivi-actions-2024-demonstration.xlsx").read_bytes())
    with workbook(again) as book:
        for page in book.worksheets[1:]:
            assert page["C1"].value == "trimestre"
            for line in range(page.max_row, 1, -1):
                if page.cell(line, 3).value != 2:
                    page.delete_rows(line)
            for line in range(2, page.max_row + 1):
                page.cell(line, 1).value = 2
    _, row = change_first(again, "Indicateurs", lambda r: bool(r["valeur"]), valeur=lambda r: r["valeur"] + 7)
    return f"{row['indicateur_code']} 2024 T2", "1 cellule(s)", f"{row['valeur'] - 7}.00 → {row['valeur']}.00"


def _a_year_of_damage(landing: Path) -> tuple[str, ...]:
    with workbook(landing / WORKBOOK_4001) as book:
        for index in range(62, 69):
            cell_4001(book, "PN", 2015, "CIAT DE CAHORS", index).value *= 4
        total = sum(cell_4001(book, "PN", 2015, "CIAT DE CAHORS", i).value for i in range(62, 69))
    return "Destructions et dégradations", "Circonscription de police de Cahors", "2015", f": {number(total)} faits"


def _a_zero_more(landing: Path) -> tuple[str, ...]:
    # Index 107 counts in no indicator: nothing but the cell itself shows that it is off.
    with workbook(landing / WORKBOOK_4001) as book:
        cell = cell_4001(book, "GN", 2014, "CGD GOURDON", 107)
        cell.value *= 10
        return "index 107", "Compagnie de gendarmerie de Gourdon", "2014", f": {cell.value},"


def _month_over_its_neighbour(landing: Path) -> tuple[str, ...]:
    kept = ("faits_constates", "faits_elucides", "mis_en_cause", "mis_en_cause_mineurs", "faits_vif")
    source = {r["code_index"]: r for r in lines(landing / _RETURNS) if (r["service"], r["mois"]) == ("CGD FIGEAC", "6")}
    set_lines(
        landing / _RETURNS, lambda r: (r["service"], r["mois"]) == ("CGD GOURDON", "6"),
        **{name: lambda r, name=name: source[r["code_index"]][name] for name in kept},
    )  # fmt: skip
    return "Compagnie de gendarmerie de Gourdon", "2020-06", "Compagnie de gendarmerie de Figeac"


def _a_third_of_a_year_lost(landing: Path) -> tuple[str, ...]:
    before, after = thin(landing / _SSMSI, "2020", range(61, 93))
    assert 0.25 < 1 - after / before < 0.4
    return "2020", "base", f"{number(after)} lignes", number(before)


def _year_sent_again_as_another(landing: Path) -> tuple[str, ...]:
    with workbook(landing / WORKBOOK_4001) as book:
        source = column_4001(book, "PN", 2012, "CIAT DE CAHORS")
        for index, cell in column_4001(book, "PN", 2013, "CIAT DE CAHORS").items():
            cell.value = source[index].value
    return "Circonscription de police de Cahors", "2013", "qu'en 2012"


def _value_that_no_longer_moves(landing: Path) -> tuple[str, ...]:
    with workbook(landing / WORKBOOK_4001) as book:
        for year in range(2014, 2020):
            cell_4001(book, "PN", year, "CIAT DE CAHORS", 13).value = 40
    return "index 13", "Circonscription de police de Cahors", "2019", "40, 6 périodes"


def _of_the_lot(name: str) -> Callable[[dict[str, str]], bool]:
    """The line of one class in the Lot in 2019."""
    return lambda r: (r["code_departement"], r["annee"], r["indicateur"]) == ("46", "2019", name)


def _far_above_its_part_of_france(landing: Path) -> tuple[str, ...]:
    [(_, row)] = set_lines(
        landing / _SSMSI, _of_the_lot("Trafic de stupéfiants"), nombre=lambda r: 20 * int(r["nombre"]),
        taux_pour_mille=lambda r: f"{20_000 * int(r['nombre']) / int(r['insee_pop']):.7f}",
    )  # fmt: skip
    return "Trafic de stupéfiants", "Lot", "2019", f": {number(int(row['nombre']))} faits"


def _rate_of_another_line(landing: Path) -> tuple[str, ...]:
    [(_, row)] = set_lines(
        landing / _SSMSI, _of_the_lot("Vols avec armes"), taux_pour_mille=lambda r: float(r["taux_pour_mille"]) * 10
    )
    return "Vols avec armes", "Lot", "2019", f"{row['nombre']} faits annoncés", str(int(row["nombre"]) * 10)


def _a_region_above_its_departements(landing: Path) -> tuple[str, ...]:
    mark = (landing / _SSMSI).read_text(encoding="utf-8-sig").splitlines()[0]
    found = [
        r
        for r in lines(landing / _SSMSI)
        if (r["code_region"], r["annee"], r["indicateur"]) == ("76", "2021", "Homicides")
    ]
    total = sum(int(r["nombre"]) for r in found)
    kept = [n for n in found[0] if n != "code_departement"]
    row = found[0] | {"nombre": str(total + 3), "taux_pour_mille": "NA"}
    # Its last year is that of the base: both are of one publication.
    last = row | {"annee": "2024", "nombre": "NA"}
    text = [mark, ";".join(kept), *(";".join(r[n] for n in kept) for r in (row, last))]
    (landing / "donnee-reg-2024-geographie2025-demonstration.csv").write_text(
        "\n".join(text) + "\n", encoding="utf-8-sig"
    )
    return "Homicides", "Occitanie", "2021", f"publie {total + 3}", f"font {total}"


def _a_commune_without_inhabitants(landing: Path) -> tuple[str, ...]:
    place = landing / "population-municipale-communes-demonstration.xlsx", "III_1_insee_population_fr_commu"
    [row] = [r for r in rows(*place) if r["codgeo"] == "46001"]
    change_first(*place, lambda r: r["codgeo"] == "46001", **{name: None for name in row if name.endswith("_pop")})
    return "Lot", "2017", number(173_828 - row["p17_pop"]), number(173_828), "1 sans chiffre, dont 46001"


def _populations_of_no_year(landing: Path) -> tuple[str, ...]:
    book = openpyxl.Workbook()
    book.active.title = "Présentation"
    book.active.append(["DONNÉES DE DÉMONSTRATION"])
    sheet = book.create_sheet("Communes")
    sheet.append([
        "Code région", "Nom de la région", "Code département", "Code arrondissement", "Code canton", "Code commune",
        "Nom de la commune", "Population municipale", "Population comptée à part", "Population totale",
    ])  # fmt: skip
    sheet.append(["76", "Occitanie", "46", "1", "12", "001", "Albas", 525, 12, 537])
    book.save(landing / "ensemble.xlsx")
    return ("ensemble.xlsx", "sans indiquer de quel recensement")


def _an_accident_of_no_known_commune(landing: Path) -> tuple[str, ...]:
    change_first_line(
        landing / "caract-2023-demonstration.csv", lambda r: r["com"] == "46042", com="46999"
    )  # fmt: skip
    return "Lot", "2023", ": 1 accident(s)", "« 46999 »"


WARNING_FILES = [
    Mutant("ELUCIDES_CONSTATES", "Retours de 2020 : Gourdon élucide trois fois les faits de l'année",
           _cleared_thrice),
    Mutant("BAAC_SANS_USAGER", "Usagers de 2022 : les lignes d'un accident de Cahors sont perdues",
           _an_accident_without_users),
    Mutant("FINANCEMENT_PAYE", "Suivi de 2023 : 100 € de plus payés qu'accordés", _paid_above_granted),
    Mutant("FINANCEMENT_COUT", "Suivi de 2023 : 500 € de plus accordés que le coût", _granted_above_the_cost),
    Mutant("FINANCEMENT_PART", "Suivi de 2023 : le FIPDR accorde 70 % du coût", _fund_above_its_part),
    Mutant("FINANCEMENT_DEMANDE", "Suivi de 2023 : 100 € de plus accordés que demandés", _granted_above_the_request),
    Mutant("FINANCEMENT_EQUIPEMENT", "Suivi de 2023 : le FIPDR équipe un service de l'État", _equipment_of_the_state),
    Mutant("MOIS_ANNEE", "Classeur mensuel : trois coups et blessures de moins chaque mois de 2019",
           _months_below_the_part),
    Mutant("RETOURS_ANNEE", "Retours de 2020 : trois dégradations de plus chaque mois au commissariat de Cahors",
           _returns_below_the_year),
    Mutant("BAROMETRE_BAAC", "Baromètre de 2019 : deux blessés légers de plus chaque mois", _barometer_above_the_file),
    Mutant("SUIVI_ISCG", "Suivi de 2022 : une réunion de plus que n'en disent les postes", _a_meeting_more),
    Mutant("REVISION", "Suivi : le deuxième trimestre de 2024 livré deux fois, une cellule changée", _a_quarter_again),
    Mutant("SAUT", "Classeur par service : quatre fois plus de dégradations au commissariat de Cahors en 2015",
           _a_year_of_damage),
    Mutant("FACTEUR_DIX", "Classeur par service : un zéro de plus à une cellule de Gourdon, 2014", _a_zero_more),
    Mutant("COLONNE_COPIEE", "Retours de 2020 : le mois de juin de Figeac recopié sur celui de Gourdon",
           _month_over_its_neighbour),
    Mutant("EFFECTIF_ANNEE", "Base du SSMSI : un tiers des départements perdus en 2020", _a_third_of_a_year_lost),
    Mutant("MOIS_COPIE", "Classeur par service : la police de 2012 renvoyée comme 2013", _year_sent_again_as_another),
    Mutant("SERIE_FIGEE", "Classeur par service : 40 six années de suite dans une cellule de police",
           _value_that_no_longer_moves),
    Mutant("TAUX_FAITS", "Base du SSMSI : le taux de 2019 des vols avec armes, dix fois trop grand",
           _rate_of_another_line),
    Mutant("SOMME_REGION", "Base régionale du SSMSI : trois homicides de plus en Occitanie que dans ses départements",
           _a_region_above_its_departements),
    Mutant("PART_NATIONALE", "Base du SSMSI : vingt fois plus de trafic dans le Lot en 2019, taux compris",
           _far_above_its_part_of_france),
    Mutant("POPULATION_COMMUNES", "Populations : les chiffres d'Albas sont effacés", _a_commune_without_inhabitants),
    Mutant("POPULATION_SANS_ANNEE", "Populations : ensemble.xlsx, dont rien ne dit l'année", _populations_of_no_year),
    Mutant("ACCIDENTS_NON_RATTACHES", "Accidents de 2023 : un code de commune qui n'existe pas",
           _an_accident_of_no_known_commune),
]  # fmt: skip
