"""Writing the workbook: a contents sheet, the sheets of the page, then everything to sort and to filter."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pandas as pd
import xlsxwriter

from pipelines.base.typography import french
from pipelines.report import figures, wording
from pipelines.report.codes import codes
from pipelines.report.contents import Contents
from pipelines.report.edition import Edition
from pipelines.report.wording import absent
from pipelines.report.workbook import charts, contents_rows, printing
from pipelines.report.workbook.formats import BY_UNIT, Formats
from pipelines.report.workbook.steering_rows import STEERING, steering_rows

_COUNT, _DECIMAL, _SHARE, _P = "#,##0", "#,##0.00", '+0.0" %";-0.0" %"', "0.000"
# Column of `comparaisons` → header, width, format.
_COLUMNS = {
    "priorites": ("Priorités et actions", 20, None),
    "indicateur_code": ("Code", 24, None),
    "indicateur": ("Indicateur", 42, None),
    "niveau": ("Niveau", 14, None),
    "territoire": ("Territoire", 26, None),
    "genre": ("Sorte de période", 16, None),
    "quand": ("Période", 26, None),
    "valeur": ("Valeur", 12, BY_UNIT),
    "unite": ("Unité", 18, None),
    "borne_basse": ("Intervalle, bas", 12, _DECIMAL),
    "borne_haute": ("Intervalle, haut", 12, _DECIMAL),
    "valeur_precedente": ("Un an avant", 12, BY_UNIT),
    "ecart": ("Écart", 10, BY_UNIT),
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


# What each sheet holds, and how much of it a printer gets: the whole table is read on screen.
_SHEETS = {
    "Indicateurs de tête": (
        "Chaque indicateur de tête et ses principales parts, à côté d'un an avant, de la région et de la France.",
        None,
    ),
    "Graphiques": ("Leurs séries, dessinées.", None),
    "Séries": ("Les nombres des graphiques.", None),
    "Suivi du plan": ("Les indicateurs que le plan demande de suivre, à côté de leur cible.", None),
    "Financements": ("Les dossiers de l'année, action par action.", None),
    "Actions à mener": ("Où en est chaque action du plan.", None),
    "Pilotage": ("Les instances et leurs réunions, les conventions, le DGO et le PDASR, les fonds de l'année.", None),
    "Indicateurs": ("Toutes les valeurs de la période, à trier et à filtrer.", 50),
    "Manques": ("Ce qui manque.", 44),
}


def write_workbook(edition: Edition, contents: Contents, file: Path) -> None:
    """Write the workbook of one edition; the same edition gives the same cells."""
    with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        title = f"{edition.manifest['cliche']}, {wording.KINDS[edition.kind].lower()}"
        # The day of the snapshot, not of the drawing: drawn again, the same bytes.
        day = dt.datetime.fromisoformat(edition.manifest["fait_le"]).replace(tzinfo=None)
        book.set_properties({"title": title, "created": day})
        funds = contents_rows.funds(contents)
        steered = steering_rows(edition)
        empty = {name for name, rows in (("Financements", funds), ("Pilotage", steered)) if rows.empty}
        names = [name for name in _SHEETS if name not in empty]
        _front(book, edition, names)
        _table(book, "Indicateurs de tête", contents_rows.heads(contents), contents_rows.HEADS, edition)
        charts.write(book, contents, edition)
        _table(book, "Suivi du plan", contents_rows.followed(contents), contents_rows.FOLLOWED, edition)
        if not funds.empty:
            _table(book, "Financements", funds, contents_rows.FUNDS, edition)
        _table(book, "Actions à mener", contents_rows.steps(contents), contents_rows.STEPS, edition)
        if not steered.empty:
            _table(book, "Pilotage", steered, STEERING, edition)
        _table(book, "Indicateurs", _figures(edition), _COLUMNS, edition)
        _table(book, "Manques", edition.tables["manquants"], _MISSING, edition)


def _front(book: xlsxwriter.Workbook, edition: Edition, names: list[str]) -> None:
    sheet = book.add_worksheet("Sommaire")
    strong, wrapped = book.add_format({"bold": True, "font_size": 14}), book.add_format({"text_wrap": True})
    link = book.add_format({"underline": 1, "font_color": "#0a4f9c"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    printing.set_up(sheet, edition, "Sommaire")
    said = [
        f"{wording.KINDS[edition.kind]}. {wording.WARNINGS[edition.kind]}",
        f"{edition.labels('territoires', 'territoire_code')[edition.department]}, "
        f"{wording.period(str(edition.period))}, cliché {edition.manifest['cliche']}.",
        *(["Démonstration : ces chiffres sont inventés."] if edition.manifest["nature"] == "demonstration" else []),
        *(f"{text}." for text in edition.manifest["avertissements"]),
        "Une cellule vide n'est pas 0 : la raison est dans la colonne « Pourquoi il manque quelque chose ».",
        "Statut : A définitif, P provisoire, D partiel, M manquant. Confidentialité : F libre, C non publié.",
        "La lecture vient du test et de la famille de tests, jamais du pourcentage.",
    ]
    sheet.write_string(0, 0, french("Plan de prévention de la délinquance : tableau de bord"), strong)
    for row, name in enumerate(names, start=2):
        what, most = _SHEETS[name]
        printed = f" Une page d'extrait s'imprime ({most} lignes)." if most else ""
        sheet.write_url(row, 0, f"internal:'{name}'!A1", link, french(name))
        sheet.write_string(row, 1, french(what + printed), wrapped)
    for row, text in enumerate(said, start=len(names) + 3):
        sheet.write_string(row, 1, french(text), wrapped)


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


_MISSING = {
    "source": ("Source", 22, None),
    "absence_libelle": ("Ce qui manque", 40, None),
    "depuis": ("Depuis", 12, None),
    "jusqu_a": ("Jusqu'à", 12, None),
    "n_indicateurs": ("Indicateurs sans valeur", 14, _COUNT),
}


def _table(book: xlsxwriter.Workbook, name: str, rows: pd.DataFrame, columns: dict, edition: Edition) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    formats = Formats(book)
    last, most = max(len(rows), 1), _SHEETS[name][1]
    printing.set_up(sheet, edition, name, min(last, most or last), len(columns) - 1)
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
                sheet.write_string(line, place, str(value), wrapped if most is None else None)
            elif format_ == BY_UNIT:
                unit = row["unite"]
                shown = formats[figures.number_format(value, unit)]
                sheet.write_number(line, place, figures.rounded(value, unit), shown)
            else:
                sheet.write_number(line, place, value, formats[format_] if format_ else None)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(columns) - 1)
