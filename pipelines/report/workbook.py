"""`tableau_de_bord.xlsx`: the same figures to sort and filter; real numbers, French formats, no hidden sheet."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pandas as pd
import xlsxwriter

from pipelines.base.typography import french
from pipelines.report import figures, wording
from pipelines.report.codes import codes
from pipelines.report.edition import Edition
from pipelines.report.wording import absent

_COUNT, _DECIMAL, _SHARE, _P = "#,##0", "#,##0.00", '+0.0" %";-0.0" %"', "0.000"
_BY_UNIT = "unite"  # as the unit of the line asks
# Column of `comparaisons` → header, width, format.
_COLUMNS = {
    "priorites": ("Priorités et actions", 20, None),
    "indicateur_code": ("Code", 24, None),
    "indicateur": ("Indicateur", 42, None),
    "niveau": ("Niveau", 14, None),
    "territoire": ("Territoire", 26, None),
    "genre": ("Sorte de période", 16, None),
    "quand": ("Période", 26, None),
    "valeur": ("Valeur", 12, _BY_UNIT),
    "unite": ("Unité", 18, None),
    "borne_basse": ("Intervalle, bas", 12, _DECIMAL),
    "borne_haute": ("Intervalle, haut", 12, _DECIMAL),
    "valeur_precedente": ("Un an avant", 12, _BY_UNIT),
    "ecart": ("Écart", 10, _BY_UNIT),
    "evolution_pct": ("Évolution", 10, _SHARE),
    "mot": ("Lecture du test", 34, None),
    "lecture": ("Sens", 14, None),
    "p_valeur": ("p", 8, _P),
    "rapport": ("Rapport", 10, _DECIMAL),
    "rapport_bas": ("Rapport, bas", 10, _DECIMAL),
    "rapport_haut": ("Rapport, haut", 10, _DECIMAL),
    "tendance": ("Tendance sur cinq ans", 18, None),
    "signal": ("Carte de contrôle", 44, None),
    "taux": ("Taux", 10, _DECIMAL),
    "taux_unite": ("Unité du taux", 24, None),
    "denominateur_valeur": ("Dénominateur", 14, _COUNT),
    "denominateur_millesime": ("Millésime", 10, "0"),
    "statut": ("Statut", 8, None),
    "perimetre_libelle": ("Périmètre", 30, None),
    "confidentialite": ("Confidentialité", 8, None),
    "note": ("Pourquoi il manque quelque chose", 48, None),
    "source_libelle": ("Source", 30, None),
}


def write_workbook(edition: Edition, file: Path) -> None:
    """Write the workbook of one edition; the same edition gives the same cells."""
    with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        title = f"{edition.manifest['cliche']}, {wording.KINDS[edition.kind].lower()}"
        # The day of the snapshot, not of the drawing: drawn again, the same bytes.
        day = dt.datetime.fromisoformat(edition.manifest["fait_le"]).replace(tzinfo=None)
        book.set_properties({"title": title, "created": day})
        _front(book, edition)
        _table(book, "Indicateurs", _figures(edition), _COLUMNS, edition)
        _table(book, "Actions à mener", _steps(edition), _STEPS, edition)
        _table(book, "Manques", edition.tables["manquants"], _MISSING, edition)


def _front(book: xlsxwriter.Workbook, edition: Edition) -> None:
    sheet = book.add_worksheet("À lire d'abord")
    strong, wrapped = book.add_format({"bold": True, "font_size": 14}), book.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 110)
    said = [
        f"{wording.KINDS[edition.kind]}. {wording.WARNINGS[edition.kind]}",
        f"{edition.labels('territoires', 'territoire_code')[edition.department]}, "
        f"{wording.period(str(edition.period))}, cliché {edition.manifest['cliche']}.",
        *(["Démonstration : ces chiffres sont inventés."] if edition.manifest["nature"] == "demonstration" else []),
        *edition.manifest["avertissements"],
        "Une cellule vide n'est pas 0 : la raison est dans la colonne « Pourquoi il manque quelque chose ».",
        "Statut : A définitif, P provisoire, M manquant. Confidentialité : F libre, C non publié.",
        "La lecture vient du test et de la famille de tests, jamais du pourcentage.",
    ]
    sheet.write_string(0, 0, french("Plan de prévention de la délinquance : tableau de bord"), strong)
    for row, text in enumerate(said, start=2):
        sheet.write_string(row, 0, french(text), wrapped)


def _figures(edition: Edition) -> pd.DataFrame:
    rows = edition.tables["comparaisons"].copy()
    ties = edition.tables["rattachements"].drop_duplicates(["rattachement_code", "indicateur_code"])
    under = ties.groupby("indicateur_code")["rattachement_code"].agg(lambda codes: ", ".join(sorted(codes)))
    reasons = edition.labels("motifs", "motif_code")
    why = rows["motif"].where(rows["motif"].notna(), rows["comparaison_motif"].map(reasons))
    if "rupture_part_pct" in rows:
        compared = why.isna() & rows["rupture_part_pct"].notna() & rows["valeur_precedente"].notna()
        why = why.where(~compared, rows["rupture_part_pct"].map(wording.broken_part, na_action="ignore"))
    rows = rows.assign(
        priorites=rows["indicateur_code"].map(under),
        indicateur=rows["indicateur_code"].map(edition.labels("indicateurs", "indicateur_code")),
        territoire=rows["territoire_code"].map(edition.labels("territoires", "territoire_code")),
        genre=rows["periode_type"].map(codes("periode_type")),
        quand=[wording.period(p, k) for p, k in zip(rows["periode"], rows["periode_type"], strict=True)],
        lecture=rows["lecture"].map(wording.READINGS),
        tendance=rows["tendance"].map(wording.TRENDS),
        signal=rows["signal"].map(wording.SIGNALS),
        note=why,
        source_libelle=rows["source"].map(edition.labels("sources", "source")),
        perimetre_libelle=rows["perimetre"].map(edition.labels("perimetres", "perimetre")),
    )
    return rows.sort_values(["priorites", "indicateur_code", "niveau", "territoire_code", "periode_type"])


_STEPS = {
    "action_code": ("Action", 10, None),
    "action_a_mener_code": ("Code", 14, None),
    "action_a_mener": ("Action à mener", 80, None),
    "pilotes": ("Pilotes", 40, None),
    "partenaires": ("Partenaires", 40, None),
    "periode": ("Trimestre", 12, None),
    "etat": ("État", 16, None),
    "motif": ("Pourquoi l'état manque", 40, None),
}
_MISSING = {
    "source": ("Source", 22, None),
    "absence_libelle": ("Ce qui manque", 40, None),
    "depuis": ("Depuis", 12, None),
    "jusqu_a": ("Jusqu'à", 12, None),
    "n_indicateurs": ("Indicateurs sans valeur", 14, _COUNT),
}


def _steps(edition: Edition) -> pd.DataFrame:
    rows = edition.tables["actions_a_mener"].sort_values(["action_a_mener_code", "periode_fin"])
    last = rows.drop_duplicates("action_a_mener_code", keep="last")
    return last.assign(etat=last["etat"].map(wording.STATES))


def _table(book: xlsxwriter.Workbook, name: str, rows: pd.DataFrame, columns: dict, edition: Edition) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    formats = _Formats(book)
    sheet.set_header(f"&L{wording.KINDS[edition.kind]}&C{name}&R{edition.manifest['cliche']}")
    for place, (title, width, _) in enumerate(columns.values()):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, head)
    for line, row in enumerate(rows.to_dict("records"), start=1):
        for place, (key, (_, _, format_)) in enumerate(columns.items()):
            value = row.get(key)
            if absent(value) or value == "":
                continue
            if value == math.inf:
                sheet.write_string(line, place, "∞")
            elif not isinstance(value, int | float):
                sheet.write_string(line, place, str(value))
            elif format_ == _BY_UNIT:
                unit = row["unite"]
                shown = formats[figures.number_format(value, unit)]
                sheet.write_number(line, place, figures.rounded(value, unit), shown)
            else:
                sheet.write_number(line, place, value, formats[format_] if format_ else None)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)


class _Formats(dict):
    """Create each number format of a workbook once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, text: str) -> xlsxwriter.format.Format:
        look: xlsxwriter.format.Format = self._book.add_format({"num_format": text})
        self[text] = look
        return look
