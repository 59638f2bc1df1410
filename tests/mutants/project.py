"""What no delivery can break, because Vigie answers for it: a line of a table, or of a model, altered in a copy."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.mutants.damage import change_lines
from tests.mutants.kinds import MODEL, TABLE, Mutant

_SEEDS, _MODELS = Path("dbt_project/seeds"), Path("dbt_project/models")


def _seed(project: Path, name: str, change) -> None:
    """`change` gives back the lines that take the place of one."""
    file = project / _SEEDS / name
    reader = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline=""))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(reader.fieldnames), lineterminator="\n")
    writer.writeheader()
    before = list(reader)
    after = [new for row in before for new in change(dict(row))]
    assert after != before
    writer.writerows(after)
    file.write_text(out.getvalue(), encoding="utf-8")


def _model(project: Path, name: str, old: str, new: str) -> None:
    file = project / _MODELS / name
    sql = file.read_text(encoding="utf-8")
    assert sql.count(old) == 1, (name, sql.count(old))
    file.write_text(sql.replace(old, new), encoding="utf-8")


def _a_code_listed_twice(project: Path) -> None:
    # The same in seeds/ is refused before the load: vigie check-tables.
    _model(project, "marts/reference/reference_motifs.sql", "from {{ ref('motifs') }}",
           "from {{ ref('motifs') }} union all select motif_code, libelle from {{ ref('motifs') }} "
           "where motif_code = 'grain_absent'")  # fmt: skip


def _an_action_without_pilot(project: Path) -> None:
    _seed(project, "plan/pilotes.csv", lambda r: [] if r["action_code"] == "P2.A2" else [r])


def _a_figure_without_reading(project: Path) -> None:
    def change(row: dict[str, str]) -> list[dict[str, str]]:
        printed = row["serie_code"], row["territoire_code"], row["periode"], row["tableau"]
        return [row | {"retenu": "false"} if printed == ("VOLS_ARMES", "DEP-46", "2018", "A") else row]

    _seed(project, "plan/chiffres_imprimes.csv", change)


def _rows_lost_on_the_way(project: Path) -> None:
    _model(project, "intermediate/etat4001/int_faits_departement.sql", "from {{ ref('int_faits_4001') }}",
           "from {{ ref('int_faits_4001') }} where code_index <> 107")  # fmt: skip


def _missing_without_a_reason(project: Path) -> None:
    _model(project, "marts/indicateurs/valeurs.sql", "    motif,\n",
           "    case when territoire_code <> 'DEP-12' then motif end as motif,\n")  # fmt: skip


def _compared_across_a_break(project: Path) -> None:
    _model(project, "intermediate/valeurs/int_comparaisons.sql",
           "case when not rupture then valeur - valeur_precedente end as evolution_abs",
           "valeur - valeur_precedente as evolution_abs")  # fmt: skip


def _a_commune_lost_on_the_way(project: Path) -> None:
    _model(project, "intermediate/route/int_mesures_route.sql", "where commune_territoire is not null",
           "where commune_territoire is not null and commune_territoire <> 'COM-46042'")  # fmt: skip


def _a_partial_sum(project: Path) -> None:
    _model(
        project,
        "intermediate/retours/int_retours_territoires.sql",
        "            when count(valeur) = count(*) and max(case when deplace",
        "            when max(case when deplace",
    )


def _a_month_of_a_company_lost(landing: Path) -> tuple[str, ...]:
    lost = change_lines(
        landing / "retours-services-faits-2020-demonstration.csv",
        lambda r: None if (r["service"], r["mois"]) == ("CGD FIGEAC", "5") else r,
    )  # fmt: skip
    assert lost
    return "Compagnie de gendarmerie de Figeac", "2020-05"


IN_THE_PROJECT = [
    Mutant("CLE_UNIQUE", "reference_motifs.sql : une ligne donnée deux fois",
           lambda _: ("reference.motifs", "1 clé"), MODEL, _a_code_listed_twice),
    Mutant("MANQUANT_SANS_DEBITEUR", "seeds/plan/pilotes.csv : les pilotes de l'action P2.A2 sont effacés",
           lambda _: ("indicateurs.priorite_2_violences",), TABLE, _an_action_without_pilot),
    Mutant("LECTURE_UNIQUE", "seeds/plan/chiffres_imprimes.csv : plus aucune lecture retenue d'un chiffre du tableau A",
           lambda _: ("VOLS_ARMES", "2018"), TABLE, _a_figure_without_reading),
    Mutant("RAPPROCHEMENT", "int_faits_departement.sql : une condition de trop perd l'index 107",
           lambda _: ("gendarmerie", "2019"), MODEL, _rows_lost_on_the_way),
    Mutant("VALEUR_OU_MOTIF", "valeurs.sql : le motif de ce qui manque dans l'Aveyron est effacé",
           lambda _: ("etat4001_services",), MODEL, _missing_without_a_reason),
    Mutant("RUPTURE_FRANCHIE", "int_comparaisons.sql : l'évolution ne s'arrête plus aux ruptures",
           lambda _: ("1 évolution(s)", "DEP-46"), MODEL, _compared_across_a_break),
    Mutant("CONSERVATION", "int_mesures_route.sql : une condition de trop perd les accidents de Cahors",
           lambda _: ("Accidents corporels", "Lot", "2019", "« commune »"), MODEL, _a_commune_lost_on_the_way),
    Mutant("UNITE_DISPARUE", "int_retours_territoires.sql : une somme n'attend plus tous ses services ; et mai 2020 de "
           "Figeac manque", _a_month_of_a_company_lost, MODEL, _a_partial_sum),
]  # fmt: skip
