"""Returns as a service would hold them before touching them: sheets of plain cells, made without Vigie's writers."""

from __future__ import annotations

from dataclasses import dataclass, field

Cell = object
Row = list[Cell]

NATURES = ("tapages", "ivresses_publiques", "occupations", "rassemblements")


@dataclass
class Sheet:
    """Rows of cells; row `header` holds the headers. `merged` holds (first row, first column, last row, last column)
    from 1; `comments` (row, column, text); `hidden` says whether the sheet is.
    """

    rows: list[Row]
    header: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False

    def column(self, name: str) -> int:
        return self.rows[self.header].index(name)

    def body(self) -> list[Row]:
        return self.rows[self.header + 1 :]


Book = dict[str, Sheet]
# Sheet → (table, the columns that name a row, its measures).
KEYS = {
    "Faits": ("faits", ("code_index",), ("faits_constates", "faits_elucides", "mis_en_cause", "mis_en_cause_mineurs",
                                         "faits_vif")),
    "Tranquillité publique": ("tranquillite", ("nature",), ("faits",)),
    "Activité ISCG": ("activite", ("mesure", "ventilation", "modalite"), ("valeur",)),
    "Indicateurs": ("indicateurs", ("indicateur_code", "territoire_code"), ("valeur", "statut")),
    "Actions à mener": ("actions", ("action_a_mener_code",), ("etat", "etat_date")),
    "Financements": ("financements", ("dossier",), ("cout_total_eur", "accorde_eur", "paye_eur")),
    "Baromètre": ("mesures", ("mesure", "force"), ("valeur",)),
}  # fmt: skip


def service_return() -> Book:
    """A company's month: 107 indexes, four natures."""
    who = [1, 2021, 3, "46", "gendarmerie", "CGD CAHORS"]
    names = ["edition", "annee", "mois", "code_departement", "force", "service"]
    facts = [[*who, i, i % 13, i % 7, i % 5, i % 3, i % 4] for i in range(1, 108)]
    counted = ["code_index", *KEYS["Faits"][2]]
    # No more minors than persons, no more facts solved or in a family than there are.
    for row in facts:
        row[8], row[10], row[11] = min(row[8], row[7]), min(row[10], row[9]), min(row[11], row[7])
    calm = [[*who, nature, n] for n, nature in enumerate(NATURES, start=3)]
    return {
        "Faits": Sheet([[*names, *counted], *facts]),
        "Tranquillité publique": Sheet([[*names, "nature", "faits"], *calm]),
    }


def iscg_return() -> Book:
    """A post's month, a few lines of it."""
    who = [1, 2023, 3, "46", "POSTE-46-CGD-FIGEAC"]
    lines = [
        ("personnes", "total", "total", 12), ("personnes", "sexe", "femmes", 9), ("personnes", "sexe", "hommes", 3),
        ("etp", "total", "total", 0.5), ("reunions_cellule", "total", "total", 1),
    ]  # fmt: skip
    names = ["edition", "annee", "mois", "code_departement", "poste", "mesure", "ventilation", "modalite", "valeur"]
    return {"Activité ISCG": Sheet([names, *([*who, *line] for line in lines)])}


def followup_return() -> Book:
    """A quarter of a pilot: three indicators, an action, two funding files."""
    who = [1, 2021, 1, "46"]
    names = ["edition", "annee", "trimestre", "code_departement"]
    indicators = [["P1.A1.I1", None, 4, "realise"], ["P1.A2.I1", None, 320, "realise"],
                  ["P3.A2.I2", "COM-46042", 2, "realise"]]  # fmt: skip
    funds = [["P3.A1", "FIPDR", "D-1", 12000.5, 6000, 3000], ["P3.A1", "DETR", "D-2", 8000, 1650, None]]
    return {
        "Indicateurs": Sheet([[*names, "indicateur_code", "territoire_code", "valeur", "statut"],
                              *([*who, *i] for i in indicators)]),
        "Actions à mener": Sheet([[*names, "action_a_mener_code", "etat", "etat_date"],
                                  [*who, "P1.A1.M1", "en_cours", None]]),
        "Financements": Sheet([[*names, "action_code", "fonds", "dossier", "cout_total_eur", "accorde_eur", "paye_eur"],
                               *([*who, *f] for f in funds)]),
    }  # fmt: skip


def barometer() -> Book:
    """A month of the road barometer, as one force counts it."""
    who = [1, 2021, 3, "46"]
    measures = (
        "accidents", "accidents_graves", "tues", "blesses_hospitalises", "blesses_legers", "accidents_alcool",
        "accidents_stupefiants", "accidents_vitesse", "accidents_distracteur", "suspensions_permis",
        "conduites_alcool", "conduites_stupefiants",
    )  # fmt: skip
    lines = [
        (measure, "ensemble", n) for n, measure in zip((6, 3, 1, 4, 5, 1, 1, 2, 0, 30, 20, 10), measures, strict=True)
    ]
    names = ["edition", "annee", "mois", "code_departement", "mesure", "force", "valeur"]
    return {"Baromètre": Sheet([names, *([*who, *line] for line in lines)])}


FORMS = {"retour": service_return, "iscg": iscg_return, "suivi": followup_return, "barometre": barometer}
