"""What Vigie is measured against: the same result as most people would write it, with pandas and openpyxl.

`python pandas_openpyxl.py WORKBOOK FOLDER TODAY` writes FOLDER/{police,gendarmerie}.parquet, the raw cells, and
FOLDER/valeurs.parquet, without the sentence of `motif` and without `lot_livraisons`. Nothing is checked here.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pandas as pd
from openpyxl.utils import get_column_letter

SEEDS = Path(__file__).resolve().parents[1] / "dbt_project" / "seeds"
FORCES = {"PN": "police", "GN": "gendarmerie"}
RAW = ["livraison_id", "tranche", "feuille", "ligne", "colonne", "annee", "code_departement", "perimetre", "service",
       "code_index", "libelle_index", "faits_constates"]  # fmt: skip


def seed(name: str) -> pd.DataFrame:
    table = pd.read_csv(SEEDS / f"{name}.csv", dtype=str)
    return table.where(table.notna(), None)


def read_sheet(name: str, sheet: pd.DataFrame, delivery: str) -> pd.DataFrame:
    heads = 3 if sheet.iloc[1, 1] == "Périmètres" else 2
    columns = pd.DataFrame({"code_departement": sheet.iloc[0, 2:], "service": sheet.iloc[heads - 1, 2:]})
    columns["perimetre"] = sheet.iloc[1, 2:] if heads == 3 else None
    columns["colonne"] = [get_column_letter(i + 1) for i in columns.index]
    body = sheet.iloc[heads:].rename(columns={0: "code_index", 1: "libelle_index"}).copy().reset_index(names="ligne")
    long = body.melt(id_vars=["ligne", "code_index", "libelle_index"], var_name="position", value_name="faits")
    long = long.merge(columns, left_on="position", right_index=True)
    long["ligne"] += 1
    long["livraison_id"] = delivery
    long["feuille"] = name
    long["annee"] = long["tranche"] = name[-4:]
    long["libelle_index"] = long["libelle_index"].str.split().str.join(" ")
    long["faits"] = pd.to_numeric(long["faits"]).astype("Int64")
    long["code_index"] = long["code_index"].astype(int)
    return long


def write_raw(rows: pd.DataFrame, force: str, folder: Path) -> None:
    raw = rows.assign(
        ligne=rows["ligne"].astype("int32"),
        code_index=rows["code_index"].astype(str),
        faits_constates=rows["faits"].astype("string"),
    )
    names = [c for c in RAW if c != "perimetre" or force == "police"]
    raw[names].to_parquet(folder / f"{force}.parquet", index=False)


def build_zones(departements: pd.DataFrame) -> pd.DataFrame:
    police = departements[departements["zone_police"] == "true"].assign(force="police")
    gendarmerie = departements[departements["zone_gendarmerie"] == "true"].assign(force="gendarmerie")
    zones = pd.concat([police, gendarmerie])
    zones["unite"] = zones["force"].map({"police": "ZPN-", "gendarmerie": "ZGN-"}) + zones["code_departement"]
    return zones


def sum_complete(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sums of `faits`, missing where a part is missing."""
    sums = (
        rows.assign(vide=rows["faits"].isna())
        .groupby(keys, as_index=False)
        .agg(faits=("faits", "sum"), vide=("vide", "any"))
    )
    sums.loc[sums["vide"], "faits"] = pd.NA
    return sums.drop(columns="vide")


def build_units(zones: pd.DataFrame, services: pd.DataFrame, known: pd.DataFrame, facts: pd.DataFrame, today: str):
    """Every zone and service, each year it must answer for, and why it cannot."""
    due = range(2012, (pd.Timestamp(today) - pd.Timedelta(days=30)).year)
    years = pd.DataFrame({"annee": sorted({*due, *facts["annee"]})})

    seen = known[["unite", "annee"]].drop_duplicates().assign(vu=True)
    expected = services.merge(years, how="cross")
    expected = expected[
        (expected["annee"] >= pd.to_datetime(expected["valide_de"]).dt.year)
        & (expected["annee"] <= pd.to_datetime(expected["valide_a"]).dt.year.fillna(9999))
    ].merge(seen, on=["unite", "annee"], how="left")
    expected = expected[(expected["attendu_etat4001"] == "true") | expected["vu"].notna()]
    expected["motif_code"] = expected["vu"].isna().map({True: "service_absent", False: None})

    absent = expected.loc[expected["vu"].isna(), ["zone_code", "annee"]].drop_duplicates()
    absent = absent.rename(columns={"zone_code": "unite"}).assign(absent=True)
    present = facts[["force", "code_departement", "annee"]].drop_duplicates().assign(vu=True)
    covered = (
        zones.merge(years, how="cross")
        .merge(present, on=["force", "code_departement", "annee"], how="left")
        .merge(absent, on=["unite", "annee"], how="left")
    )
    covered["motif_code"] = None
    covered.loc[covered["absent"].notna(), "motif_code"] = "service_absent"
    covered.loc[covered["vu"].isna(), "motif_code"] = "territoire_absent"

    units = pd.concat([t[["unite", "force", "annee", "motif_code"]] for t in (expected, covered)], ignore_index=True)
    received = facts[["force", "annee"]].drop_duplicates().assign(recu=True)
    units = units.merge(received, on=["force", "annee"], how="left")
    units.loc[units["recu"].isna(), "motif_code"] = "non_recu"
    return units.drop(columns="recu")


def build_parts(zones: pd.DataFrame, services: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Which zones and services each territory is the sum of."""
    itself = units[["unite"]].drop_duplicates().assign(territoire_code=lambda t: t["unite"])
    in_region = zones[zones["code_region"].notna()]
    attached = services[services["code_arrondissement"].notna() & (services["attendu_etat4001"] == "true")]
    mainland = zones[zones["perimetre"] == "metropole"]
    whole = zones[zones["perimetre"].isin(["metropole", "drom"])]
    tables = [
        itself,
        zones.assign(territoire_code="DEP-" + zones["code_departement"]),
        in_region.assign(territoire_code="REG-" + in_region["code_region"]),
        mainland.assign(territoire_code="FRM"),
        whole.assign(territoire_code="FRA"),
        attached.assign(territoire_code="ARR-" + attached["code_arrondissement"]),
    ]
    return pd.concat([t[["territoire_code", "unite"]] for t in tables], ignore_index=True)


def build_breaks(breaks: pd.DataFrame, indexes: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """The years in which an indicator of a force mixes two ways of counting."""
    breaks = breaks[breaks["index_de"].notna()]
    inside = breaks[(breaks["date_debut"] != breaks["date_fin"]) | ~breaks["date_debut"].str.endswith("-01-01")]
    rows = [
        (code, force, year)
        for b in inside.itertuples()
        for code in indexes.loc[
            indexes["code_index"].between(int(b.index_de), int(b.index_a)), "indicateur_code"
        ].unique()
        for force in ([b.force] if isinstance(b.force, str) else FORCES.values())
        for year in years
        if int(b.date_debut[:4]) <= year <= int(b.date_fin[:4])
    ]
    return pd.DataFrame(rows, columns=["indicateur_code", "force", "annee"]).drop_duplicates().assign(melee=True)


def build_values(facts: pd.DataFrame, today: str) -> pd.DataFrame:
    zones = build_zones(seed("reference/departements"))
    services = seed("reference/services").rename(columns={"territoire_code": "unite"})
    indexes = seed("indicateurs/indicateurs_index").astype({"code_index": int})
    indicators = seed("indicateurs/indicateurs")[["indicateur_code", "statistique", "unite"]]
    indicators = indicators[indicators["statistique"] == "etat4001_services"].rename(columns={"unite": "mesure"})

    keys = ["code_departement", "force", "perimetre", "service"]
    known = facts.merge(services[[*keys, "unite"]], on=keys)[["unite", "annee", "code_index", "faits"]]
    zone_names = zones[["code_departement", "force", "unite"]]
    by_zone = sum_complete(facts.merge(zone_names, on=["code_departement", "force"]), ["unite", "annee", "code_index"])
    measures = sum_complete(
        pd.concat([by_zone, known]).merge(indexes, on="code_index"), ["unite", "annee", "indicateur_code"]
    )

    units = build_units(zones, services, known, facts, today)
    breaks = build_breaks(seed("reference/ruptures"), indexes, sorted(units["annee"].unique()))
    cells = (
        build_parts(zones, services, units)
        .merge(units, on="unite")
        .merge(indicators, how="cross")
        .merge(measures, on=["unite", "annee", "indicateur_code"], how="left")
        .merge(breaks, on=["indicateur_code", "force", "annee"], how="left")
    )
    cells["manque"] = cells["faits"].isna() | cells["motif_code"].notna()
    cells["melee"] = cells["melee"].notna()
    cells["sans_motif"] = cells["motif_code"].isna()
    values = cells.groupby(
        ["indicateur_code", "territoire_code", "annee", "statistique", "mesure"], as_index=False
    ).agg(
        valeur=("faits", "sum"),
        manque=("manque", "any"),
        melee=("melee", "any"),
        motifs=("motif_code", "nunique"),
        sans_motif=("sans_motif", "any"),
        motif_code=("motif_code", "first"),
    )
    mixed = (values["motifs"] > 1) | ((values["motifs"] == 1) & values["sans_motif"])
    values.loc[mixed, "motif_code"] = "composante_manquante"
    values.loc[values["manque"] & values["motif_code"].isna(), "motif_code"] = "cellule_vide"
    values.loc[values["manque"], "valeur"] = pd.NA
    values["statut"] = "A"
    values.loc[values["melee"], "statut"] = "B"
    values.loc[values["manque"], "statut"] = "M"

    year = values["annee"].astype(str)
    return pd.DataFrame(
        {
            "indicateur_code": values["indicateur_code"],
            "territoire_code": values["territoire_code"],
            "periode_type": "annee",
            "periode": year,
            "ventilation_type": "total",
            "ventilation_code": "total",
            "source": values["statistique"],
            "periode_debut": pd.to_datetime(year + "-01-01").dt.date,
            "periode_fin": pd.to_datetime(year + "-12-31").dt.date,
            "valeur": values["valeur"],
            "unite": values["mesure"],
            "statut": values["statut"],
            "confidentialite": "F",
            "motif_code": values["motif_code"],
            "retenu": True,
        }
    ).sort_values(["indicateur_code", "territoire_code", "periode"])


def main(workbook: Path, folder: Path, today: str) -> None:
    delivery = hashlib.sha256(workbook.read_bytes()).hexdigest()[:12]
    sheets = pd.read_excel(workbook, sheet_name=None, header=None, engine="openpyxl")
    facts = []
    for short, force in FORCES.items():
        rows = pd.concat(
            [read_sheet(name, s, delivery) for name, s in sheets.items() if name.startswith(f"Services {short}")],
            ignore_index=True,
        )
        write_raw(rows, force, folder)
        columns = ["code_departement", "perimetre", "service", "annee", "code_index", "faits"]
        facts.append(rows[columns].assign(force=force, annee=rows["annee"].astype(int)))
    build_values(pd.concat(facts, ignore_index=True), today).to_parquet(folder / "valeurs.parquet", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
