"""Deliveries whose every row is possible, and whose figures are wrong: exchanged, shifted, copied, added up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipelines.base.wording import number
from tests.mutants.damage import change_first, change_lines, change_rows, lines, rows, set_lines, set_rows, workbook
from tests.mutants.kinds import Mutant

_SSMSI = "donnee-dep-2024-geographie2025-demonstration.csv"
_FACTS = ("faits_constates", "faits_elucides", "mis_en_cause", "mis_en_cause_mineurs", "faits_vif")


def exchange(
    file: Path, sheet: str, one: Callable[[dict], bool], other: Callable[[dict], bool], key: Callable, *columns: str
) -> None:
    """What stands in `columns` of the rows of `one`, in those of `other` with the same key, and the reverse."""
    held = rows(file, sheet)
    first, second = ({key(r): {n: r[n] for n in columns} for r in held if wanted(r)} for wanted in (one, other))
    assert set(first) == set(second) != set()
    change_rows(
        file, sheet,
        lambda row: row | second[key(row)] if one(row) else row | first[key(row)] if other(row) else None,
    )  # fmt: skip


def copy_month(file: Path, sheet: str, source: int, target: int, key: Callable, *columns: str, **where: object) -> None:
    """The rows of one month again as another, where these columns hold these values."""

    def of(month: int, row: dict) -> bool:
        return row["mois"] == month and all(row[name] == value for name, value in where.items())

    held = {key(row): {name: row[name] for name in columns} for row in rows(file, sheet) if of(source, row)}
    assert held
    change_rows(file, sheet, lambda row: row | held[key(row)] if of(target, row) else None)


def add_up(file: Path, sheet: str, series: Callable[[dict], object], period: str, column: str = "valeur") -> dict:
    """Write each figure of a series (a key, or None to leave the row) as the sum since January; the last of each."""

    def counted(row: dict) -> bool:
        return series(row) is not None and row[column] is not None

    figures: dict[object, dict[int, int]] = {}
    for row in filter(counted, rows(file, sheet)):
        figures.setdefault(series(row), {})[row[period]] = row[column]

    def total(row: dict) -> int:
        return sum(v for p, v in figures[series(row)].items() if p <= row[period])

    set_rows(file, sheet, counted, **{column: total})
    return {key: sum(held.values()) for key, held in figures.items()}


def _a_commune_tenfold(landing: Path) -> tuple[str, ...]:
    _, row = change_first(
        landing / "population-municipale-communes-demonstration.xlsx", "III_1_insee_population_fr_commu",
        lambda r: r["codgeo"] == "46102", p19_pop=lambda r: 10 * r["p19_pop"],
    )  # fmt: skip
    return "Figeac", "2019", f"{number(row['p19_pop'])} habitants", f"en donne {number(row['p18_pop'])}"


def _under_the_other_code(
    landing: Path, other: dict[str, str], wanted: Callable[[dict], bool] = lambda row: True
) -> None:
    """The lines of the base that are wanted, each under the code that takes the place of its own."""
    assert set_lines(
        landing / _SSMSI, lambda r: wanted(r) and r["code_departement"] in other,
        code_departement=lambda r: other[r["code_departement"]],
    )  # fmt: skip


def _two_departements_exchanged(landing: Path) -> tuple[str, ...]:
    """In a whole publication, with their populations: no year, no class and no rate of it contradicts another."""
    _under_the_other_code(landing, {"23": "55", "55": "23"})
    return "2 département(s)", "Creuse", "Meuse"


def _the_facts_of_two_departements_exchanged(landing: Path) -> tuple[str, ...]:
    """The facts alone, with their rate: the population stays that of the code."""
    pair = {"10": "15", "15": "10"}
    held = {
        (r["code_departement"], r["indicateur"]): r["nombre"]
        for r in lines(landing / _SSMSI)
        if r["code_departement"] in pair and r["annee"] == "2018"
    }

    def change(row: dict[str, str]) -> dict[str, str]:
        if row["code_departement"] not in pair or row["annee"] != "2018" or row["taux_pour_mille"] in ("", "NA"):
            return row
        of = row["insee_log"] if row["indicateur"] == "Cambriolages de logement" else row["insee_pop"]
        many = held[pair[row["code_departement"]], row["indicateur"]]
        return row | {"nombre": many, "taux_pour_mille": f"{1000 * int(many) / int(of):.7f}"}

    assert change_lines(landing / _SSMSI, change)
    return "2018", "Aube pour Cantal"


def _two_companies_exchanged(landing: Path) -> tuple[str, ...]:
    exchange(
        landing / "retours-services-2021-demonstration.xlsx", "Faits",
        lambda r: (r["service"], r["mois"]) == ("CGD FIGEAC", 3),
        lambda r: (r["service"], r["mois"]) == ("CGD GOURDON", 3),
        lambda r: r["code_index"], *_FACTS,
    )  # fmt: skip
    return "Compagnie de gendarmerie de Figeac", "Compagnie de gendarmerie de Gourdon", "2021-03", "tombe à 0"


def _two_months_exchanged(landing: Path) -> tuple[str, ...]:
    """The year of the service stays what it was."""
    exchange(
        landing / "retours-services-2018-demonstration.xlsx", "Faits",
        lambda r: (r["service"], r["mois"]) == ("CGD GOURDON", 4),
        lambda r: (r["service"], r["mois"]) == ("CGD GOURDON", 9),
        lambda r: r["code_index"], *_FACTS,
    )  # fmt: skip
    return "Compagnie de gendarmerie de Gourdon", "2018-04", "2018-09"


def _a_pilot_who_adds_up(landing: Path) -> tuple[str, ...]:
    totals = add_up(
        landing / "suivi-actions-2023-demonstration.xlsx", "Indicateurs",
        lambda r: r["indicateur_code"] if r["indicateur_code"] == "P2.A2.I3" else None, "trimestre",
    )  # fmt: skip
    return "P2.A2.I3", "2023-T4", f"le cumul final est {totals['P2.A2.I3']}"


def _accidents_of_the_next_departement(landing: Path) -> tuple[str, ...]:
    changed = set_lines(landing / "caract-2024-demonstration.csv", lambda r: r["dep"] == "12", dep="46")
    return "Lot", "2024", f": {len(changed)} accident(s) sur", "« 12"


def _a_rate_of_persons_above_the_total(landing: Path) -> tuple[str, ...]:
    """One category is left empty, so that no sum is written: what is written is more than all."""
    file = landing / "retours-iscg-2023-demonstration.xlsx"

    def of_month(row: dict, breakdown: str) -> bool:
        place = row["poste"], row["mois"], row["mesure"], row["ventilation"]
        return place == ("POSTE-46-CGD-FIGEAC", 4, "personnes", breakdown)

    [total] = [r["valeur"] for r in rows(file, "Activité ISCG") if of_month(r, "total")]
    set_rows(
        file, "Activité ISCG", lambda r: of_month(r, "sexe"),
        valeur=lambda r: total + 2 if r["modalite"] == "hommes" else None,
    )  # fmt: skip
    return "compagnie de gendarmerie de Figeac", "2023-04", "par sexe", f"font déjà {total + 2}"


def _a_class_under_another_code(landing: Path) -> tuple[str, ...]:
    """The rows of one class and year of two départements, exchanged whole."""
    pair = {"10": "15", "15": "10"}
    _under_the_other_code(landing, pair, lambda r: (r["annee"], r["indicateur"]) == ("2019", "Homicides"))
    return "Aube", "recensement de 2017"


def _a_year_under_the_label_of_another(landing: Path) -> tuple[str, ...]:
    years = {"20": "21", "21": "20"}
    file = landing / "donnee-dep-2022-geographie2022-demonstration.csv"

    # One département: a whole year of defects would hide those of another mutant of the file.
    assert set_lines(file, lambda r: r["Code.département"] == "01", annee=lambda r: years.get(r["annee"], r["annee"]))
    return "Ain", "2021", "plus ancien que celui d'une année d'avant"


SILENT_REFUSED = [
    Mutant("ISCG_PARTIES", "Retours ISCG de 2023 : en avril, les femmes ne sont pas dites, les hommes sont plus que "
           "le total", _a_rate_of_persons_above_the_total),
    Mutant("POPULATION_CONSTANTE", "Base du SSMSI : les homicides de 2019 de l'Aube et du Cantal échangés",
           _a_class_under_another_code),
    Mutant("RECENSEMENT_ANNEE", "Base du SSMSI, millésime 2022 : dans l'Ain, 2020 et 2021 sous le nom l'une de l'autre",
           _a_year_under_the_label_of_another),
]  # fmt: skip

SILENT_WARNED = [
    Mutant("POPULATION_SAUT", "Populations : celle de Figeac en 2019 multipliée par dix", _a_commune_tenfold),
    Mutant("POPULATION_SSMSI", "Base du SSMSI : la Creuse et la Meuse échangées, populations comprises",
           _two_departements_exchanged),
    Mutant("LIEUX_ECHANGES", "Base du SSMSI : les faits de 2018 de l'Aube et du Cantal échangés, taux compris",
           _the_facts_of_two_departements_exchanged),
    Mutant("SERVICES_ECHANGES", "Retours de 2021 : en mars, les lignes de Figeac et de Gourdon échangées",
           _two_companies_exchanged),
    Mutant("MOIS_ECHANGES", "Retours de 2018 : avril et septembre de Gourdon échangés", _two_months_exchanged),
    Mutant("CUMUL_ANNEE", "Suivi de 2023 : un pilote écrit le cumul depuis janvier", _a_pilot_who_adds_up),
    Mutant("ACCIDENTS_DEPARTEMENT", "Accidents de 2024 : ceux de l'Aveyron sous le code du Lot",
           _accidents_of_the_next_departement),
]  # fmt: skip


# ---- the same rules where else they look: each beside its name, since a rule has several


def _an_iscg_month_copied(landing: Path) -> tuple[str, ...]:
    copy_month(
        landing / "retours-iscg-2024-demonstration.xlsx", "Activité ISCG", 5, 6,
        lambda r: (r["mesure"], r["ventilation"], r["modalite"]), "valeur", poste="POSTE-46-CGD-FIGEAC",
    )  # fmt: skip
    return "ISCG", "2024-06", "qu'en 2024-05", "retours-iscg-2024-demonstration.xlsx"


def _a_barometer_month_copied(landing: Path) -> tuple[str, ...]:
    copy_month(
        landing / "barometre-securite-routiere-2023-demonstration.xlsx", "Baromètre", 2, 3,
        lambda r: (r["mesure"], r["force"]), "valeur",
    )  # fmt: skip
    return "2023-03", "qu'en 2023-02", "barometre-securite-routiere-2023-demonstration.xlsx"


def _a_month_of_tranquillity_copied(landing: Path) -> tuple[str, ...]:
    copy_month(
        landing / "retours-services-2022-demonstration.xlsx", "Tranquillité publique", 3, 4,
        lambda r: (r["service"], r["nature"]), "faits",
    )  # fmt: skip
    return "Lot", "2022-04", "qu'en 2022-03", "retours-services-2022-demonstration.xlsx"


def _a_post_that_adds_up(landing: Path) -> tuple[str, ...]:
    add_up(
        landing / "retours-iscg-2022-demonstration.xlsx", "Activité ISCG",
        lambda r: (r["ventilation"], r["modalite"])
        if (r["poste"], r["mesure"]) == ("POSTE-46-CIAT-CAHORS", "personnes") else None,
        "mois",
    )  # fmt: skip
    return "Cahors", "2022-12", "retours-iscg-2022-demonstration.xlsx"


def _a_barometer_that_adds_up(landing: Path) -> tuple[str, ...]:
    totals = add_up(
        landing / "barometre-securite-routiere-2020-demonstration.xlsx", "Baromètre",
        lambda r: r["mesure"] if r["mesure"] == "suspensions_permis" else None, "mois",
    )  # fmt: skip
    return "SUSPENSIONS_PERMIS", "2020-12", number(totals["suspensions_permis"])


def _a_service_that_adds_up(landing: Path) -> tuple[str, ...]:
    add_up(
        landing / "retours-services-2019-demonstration.xlsx", "Faits",
        lambda r: r["code_index"] if r["service"] == "CGD CAHORS" else None, "mois", "faits_constates",
    )  # fmt: skip
    return "SRV-46-GN-CGD-CAHORS", "2019-12", "retours-services-2019-demonstration.xlsx"


def _every_row_under_the_next_code(landing: Path) -> tuple[str, ...]:
    codes = list(dict.fromkeys(row["code_departement"] for row in lines(landing / _SSMSI)))
    _under_the_other_code(landing, dict(zip(codes, [*codes[1:], codes[0]], strict=True)))
    return f"{len(codes)} département(s) sur {len(codes)}", _SSMSI


def _a_line_of_a_correction(landing: Path) -> tuple[str, ...]:
    """A file of the corrected line alone: what it has not is not gone."""
    again = landing / "barometre-securite-routiere-2022-05-corrige-demonstration.xlsx"
    again.write_bytes((landing / "barometre-securite-routiere-2022-demonstration.xlsx").read_bytes())
    before = []
    with workbook(again) as book:
        page = book["Baromètre"]
        names = [c.value for c in page[1]]
        at = names.index("valeur") + 1
        for line in range(page.max_row, 1, -1):
            row = {name: page.cell(line, i).value for i, name in enumerate(names, start=1)}
            if (row["mois"], row["mesure"], row["force"]) != (5, "conduites_alcool", "police"):
                page.delete_rows(line)
            else:
                before.append(row["valeur"])
                page.cell(line, 1).value = 2
                page.cell(line, at).value = row["valeur"] + 3
    return "2022", "1 cellule(s)", f"police : {before[0]}.00 → {before[0] + 3}.00 (1 changée(s))"


ELSEWHERE = [
    Mutant("MOIS_COPIE", "Retours ISCG de 2024 : juin de Figeac est mai", _an_iscg_month_copied),
    Mutant("MOIS_COPIE", "Baromètre de 2023 : mars est février", _a_barometer_month_copied),
    Mutant("MOIS_COPIE", "Tranquillité de 2022 : avril est mars", _a_month_of_tranquillity_copied),
    Mutant("CUMUL_ANNEE", "Retours ISCG de 2022 : Cahors écrit des cumuls", _a_post_that_adds_up),
    Mutant("CUMUL_ANNEE", "Baromètre de 2020 : les suspensions sont des cumuls", _a_barometer_that_adds_up),
    Mutant("CUMUL_ANNEE", "Retours de 2019 : Cahors écrit des cumuls", _a_service_that_adds_up),
    Mutant("POPULATION_SSMSI", "Base du SSMSI : chaque ligne sous le code suivant", _every_row_under_the_next_code),
    Mutant("REVISION", "Baromètre de mai 2022 : une correction d'une seule ligne", _a_line_of_a_correction),
]
