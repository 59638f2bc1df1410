"""Nine years of road accidents as most people would write them, with pandas. Nothing is checked.

`python accidents_pandas.py FILES FOLDER TODAY` writes FOLDER/brut/<table>.parquet, the raw rows, and
FOLDER/valeurs.duckdb, which holds the values of `indicateurs.valeurs` without their reasons and their deliveries.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.accidents_duckdb import INSTANCE, layouts
from benchmarks.pandas_common import accumulate, seed, store

PLACE = ["livraison_id", "tranche", "feuille", "ligne", "colonne"]
AGES = {"0-13": 13, "14-17": 17, "18-24": 24, "25-29": 29, "30-64": 64, "65-74": 74, "75+": 999}
TRIPS = {"1": "domicile_travail", "2": "domicile_ecole", "3": "courses", "4": "professionnel", "5": "loisirs"}


def read(file: Path, known: dict) -> tuple[str, pd.DataFrame]:
    with file.open(encoding="latin-1") as stream:
        separator = ";" if ";" in stream.readline() else ","
    encoding = "utf-8" if separator == ";" else "latin-1"
    rows = pd.read_csv(file, sep=separator, dtype=str, encoding=encoding, keep_default_na=False)
    table = file.name.split("_")[0].split("-")[0]
    columns = known[table, " ".join(sorted(rows.columns))]
    rows = rows[[h for h, (_, kind) in columns.items() if kind != "ignoree"]]
    for header in rows.columns:
        rows[header] = rows[header].str.replace("\u00a0", " ").str.strip()
        if columns[header][1] in ("identifiant", "nombre", "decimal"):
            rows[header] = rows[header].str.replace(" ", "")
        if columns[header][1] == "mois":
            rows[header] = rows[header].str.zfill(2)
    rows = rows.rename(columns={h: name for h, (name, _) in columns.items()}).replace("", None)
    rows["livraison_id"] = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    rows["tranche"] = file.stem[-4:]
    rows["feuille"] = ""
    rows["ligne"] = np.arange(2, len(rows) + 2, dtype="int32")
    rows["colonne"] = None
    return table, rows


def numbers(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column, errors="coerce")


def describe_users(users: pd.DataFrame, vehicles: pd.DataFrame) -> pd.DataFrame:
    kinds = vehicles.assign(catv=numbers(vehicles["catv"]))
    kinds = kinds.groupby(["num_acc", "num_veh"], as_index=False)["catv"].min()
    users = users.merge(kinds, on=["num_acc", "num_veh"], how="left")
    bounds = seed("baac_vehicules")
    of_kind = {
        k: row.ventilation_code for row in bounds.itertuples() for k in range(int(row.catv_de), int(row.catv_a) + 1)
    }
    users["usager"] = users["catv"].map(of_kind).fillna("autre").where(~users["catu"].isin(["3", "4"]), "pieton")
    born = numbers(users["annee_naissance"])
    age = (users["num_acc"].str[:4].astype(int) - born).where(born >= 1880)
    labels = pd.cut(age, [-1, *AGES.values()], labels=list(AGES)).astype(object)
    users["age"] = labels.where(age.notna(), "inconnu")
    users["trajet_classe"] = users["trajet"].map(TRIPS).fillna("autre")
    users["professionnel"] = (users["catu"] == "1") & users["trajet"].isin(["1", "4"])
    users["gravite"] = numbers(users["grav"])
    return users


def describe_accidents(rows: pd.DataFrame, users: pd.DataFrame) -> pd.DataFrame:
    tens = rows["departement_x10"]
    old = tens.str[:-1].str.zfill(2).where(~(tens.str[:2].isin(["97", "98"]) & (tens.str.len() == 3)), tens)
    old = old.where(tens != "201", "2A").where(tens != "202", "2B")
    accidents = pd.DataFrame(
        {
            "num_acc": rows["num_acc"],
            "annee": rows["num_acc"].str[:4].astype(int),
            "mois": rows["mois"].astype(int),
            "dep": rows["code_departement"].str.zfill(2).fillna(old),
        }
    )
    hurt = users.assign(
        tues=users["gravite"] == 2, hospitalises=users["gravite"] == 3, legers=users["gravite"] == 4
    ).groupby("num_acc")[["tues", "hospitalises", "legers"]].sum()  # fmt: skip
    hurt["professionnels"] = users.groupby("num_acc")["professionnel"].max().astype(int)
    accidents = accidents.merge(hurt, left_on="num_acc", right_index=True, how="left").fillna(dict.fromkeys(hurt, 0))
    accidents["graves"] = (accidents["tues"] + accidents["hospitalises"] > 0).astype(int)
    accidents["accidents"] = 1
    return accidents


def monthly(accidents: pd.DataFrame) -> pd.DataFrame:
    measures = seed("baac")
    sums = accidents.groupby(["dep", "annee", "mois"])[list(measures["mesure"])].sum()
    known = accidents[["dep", "annee"]].drop_duplicates().merge(pd.DataFrame({"mois": range(1, 13)}), how="cross")
    sums = known.merge(sums, left_on=["dep", "annee", "mois"], right_index=True, how="left").fillna(0)
    long = sums.melt(id_vars=["dep", "annee", "mois"], var_name="mesure", value_name="valeur")
    long = long.merge(measures, on="mesure")
    departments = seed("departements")
    groups = pd.concat(
        [
            departments[departments["code_region"].notna()].assign(territoire=lambda t: "REG-" + t["code_region"]),
            departments[departments["perimetre"] == "metropole"].assign(territoire="FRM"),
            departments[departments["perimetre"].isin(["metropole", "drom"])].assign(territoire="FRA"),
        ]
    )[["code_departement", "territoire"]]
    size = groups.groupby("territoire").size().rename("attendus")
    wide = long.merge(groups, left_on="dep", right_on="code_departement")
    wide = wide.groupby(["indicateur_code", "territoire", "annee", "mois"], as_index=False).agg(
        valeur=("valeur", "sum"), n=("valeur", "size")
    )
    wide = wide.merge(size, on="territoire")
    wide = wide[wide["n"] == wide["attendus"]]
    columns = ["indicateur_code", "territoire", "annee", "mois", "valeur"]
    return pd.concat([long.assign(territoire="DEP-" + long["dep"])[columns], wide[columns]])


def broken_down(accidents: pd.DataFrame, users: pd.DataFrame) -> pd.DataFrame:
    here = users.merge(accidents.loc[accidents["dep"] == INSTANCE, ["num_acc", "annee"]], on="num_acc")
    classes = pd.concat(
        [
            here[["num_acc", "annee", "gravite"]].assign(ventilation_type=kind, ventilation_code=here[column])
            for kind, column in (("usager", "usager"), ("age", "age"), ("trajet", "trajet_classe"))
        ]
    )
    keys = ["annee", "ventilation_type", "ventilation_code"]
    counts = classes.groupby(keys).agg(
        accidents=("num_acc", "nunique"),
        tues=("gravite", lambda g: (g == 2).sum()),
        hospitalises=("gravite", lambda g: (g == 3).sum()),
        legers=("gravite", lambda g: (g == 4).sum()),
    )
    wanted = seed("ventilations")
    wanted = wanted[(wanted["source"] == "baac") & wanted["ventilation_type"].isin(["usager", "age", "trajet"])]
    grid = accidents[["annee"]].drop_duplicates().merge(wanted[["ventilation_type", "ventilation_code"]], how="cross")
    grid = grid.merge(counts, left_on=keys, right_index=True, how="left").fillna(0)
    long = grid.melt(id_vars=keys, var_name="mesure", value_name="valeur").merge(seed("baac"), on="mesure")
    start = pd.to_datetime(long["annee"].astype(str) + "-01-01")
    return long.assign(territoire=f"DEP-{INSTANCE}", kind="annee", debut=start)


def main(files: Path, folder: Path) -> None:
    known = layouts()
    tables: dict[str, list[pd.DataFrame]] = {}
    for file in sorted(files.glob("*.csv")):
        table, rows = read(file, known)
        tables.setdefault(table, []).append(rows)
    raw = {}
    for table in list(tables):
        names = (n for (t, _), c in known.items() if t == table for n, kind in c.values() if kind != "ignoree")
        rows = pd.concat(tables.pop(table), ignore_index=True).reindex(columns=[*PLACE, *dict.fromkeys(names)])
        rows.to_parquet(folder / "brut" / f"{table}.parquet", index=False, compression="zstd")
        raw[table] = rows
    users = describe_users(raw["usagers"], raw["vehicules"])
    accidents = describe_accidents(raw["caracteristiques"], users)
    months = accumulate(monthly(accidents))
    parts = broken_down(accidents, users)
    values = pd.concat([months.assign(ventilation_type="total", ventilation_code="total"), parts], ignore_index=True)
    store(values, "baac", folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
