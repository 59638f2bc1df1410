"""The monthly returns as most people would write them, with pandas. Nothing is checked.

`python returns_pandas.py FILES FOLDER TODAY` writes FOLDER/brut/faits.parquet, the raw rows, and FOLDER/valeurs.duckdb,
which holds the values of `indicateurs.valeurs` without their reasons and their deliveries.
"""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path

import pandas as pd

from benchmarks.pandas_common import accumulate, seed, store

MEASURES = ("faits_constates", "faits_elucides", "faits_vif", "mis_en_cause", "mis_en_cause_mineurs")
KEYS = ["annee", "mois", "code_departement", "force", "service", "code_index"]


def read(file: Path) -> pd.DataFrame:
    data = file.read_bytes()
    rows = pd.read_csv(io.BytesIO(data), sep=";", dtype=str)
    rows["mois"] = rows["mois"].str.zfill(2)
    rows["edition"] = rows["edition"].str.zfill(4)
    place = [rows[c] for c in ("force", "service", "annee", "mois")]
    rows.insert(0, "livraison_id", hashlib.sha256(data).hexdigest()[:12])
    rows.insert(1, "tranche", rows["code_departement"].str.cat(place, sep="|"))
    rows.insert(2, "feuille", "")
    rows.insert(3, "ligne", pd.RangeIndex(2, len(rows) + 2).astype("int32"))
    rows.insert(4, "colonne", None)
    return rows


def monthly(rows: pd.DataFrame) -> pd.DataFrame:
    """indicateur_code, territoire_code, annee, mois, valeur; missing where a part is."""
    facts = rows[KEYS].copy()
    for name in MEASURES:
        facts[name] = pd.to_numeric(rows[name]).astype("Int64")
    facts["code_index"] = facts["code_index"].astype(int)
    lists, returns = seed("indicateurs_index"), seed("retours")
    every = seed("index_4001")[["code_index"]]
    named = returns[returns["liste_indicateur"].notna()].merge(
        lists.rename(columns={"indicateur_code": "liste_indicateur"}), on="liste_indicateur"
    )
    taken = pd.concat(
        [
            lists.assign(mesure="faits_constates"),
            named,
            returns[returns["liste_indicateur"].isna()].merge(every, how="cross"),
        ]
    )[["indicateur_code", "mesure", "code_index"]]
    taken["code_index"] = taken["code_index"].astype(int)
    long = facts.melt(id_vars=KEYS, value_vars=MEASURES, var_name="mesure", value_name="valeur")
    long = long.merge(taken, on=["code_index", "mesure"])
    keys = ["indicateur_code", "annee", "mois", "code_departement", "force", "service"]
    services = sum_whole(long, keys)

    listed = seed("services")
    known = services.merge(listed, on=["code_departement", "force", "service"])
    groups = [
        listed.assign(territoire=listed["territoire_code"]),
        listed.assign(territoire=listed["zone_code"]),
        listed.assign(territoire="DEP-" + listed["code_departement"]),
        listed[listed["code_arrondissement"].notna()].assign(territoire=lambda t: "ARR-" + t["code_arrondissement"]),
        listed[listed["force"] == "gendarmerie"].assign(territoire="SRV-46-GN-GGD"),
    ]
    parts = pd.concat(groups)[["territoire_code", "territoire"]]
    size = parts.groupby("territoire").size().rename("attendus")
    sums = known[["indicateur_code", "annee", "mois", "territoire_code", "valeur"]].merge(parts, on="territoire_code")
    sums = sums.groupby(["indicateur_code", "annee", "mois", "territoire"], as_index=False).agg(
        valeur=("valeur", "sum"), connus=("valeur", "count")
    )
    sums = sums.merge(size, on="territoire")
    sums.loc[sums["connus"] < sums["attendus"], "valeur"] = pd.NA

    others = services[~services["code_departement"].isin(listed["code_departement"])]
    prefix = others["force"].map({"police": "ZPN-", "gendarmerie": "ZGN-"})
    keys = ["indicateur_code", "annee", "mois", "territoire"]
    zones = sum_whole(others.assign(territoire=prefix + others["code_departement"]), keys)
    departments = seed("departements")
    exist = {f"ZPN-{c}" for c in departments.loc[departments["zone_police"] == "true", "code_departement"]}
    exist |= {f"ZGN-{c}" for c in departments.loc[departments["zone_gendarmerie"] == "true", "code_departement"]}
    whole = sum_whole(others.assign(territoire="DEP-" + others["code_departement"]), keys)
    return pd.concat([sums, zones[zones["territoire"].isin(exist)], whole])


def sum_whole(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    sums = rows.groupby(keys, as_index=False).agg(valeur=("valeur", "sum"), n=("valeur", "size"), k=("valeur", "count"))
    sums.loc[sums["k"] < sums["n"], "valeur"] = pd.NA
    return sums.drop(columns=["n", "k"])


def main(files: Path, folder: Path) -> None:
    rows = pd.concat([read(f) for f in sorted(files.glob("*.csv"))], ignore_index=True)
    rows.to_parquet(folder / "brut" / "faits.parquet", index=False, compression="zstd")
    months = monthly(rows)
    values = accumulate(months[["indicateur_code", "territoire", "annee", "mois", "valeur"]])
    shares = []
    for part in seed("parts").itertuples():
        share = values[values["indicateur_code"] == part.numerateur_code].merge(
            values[values["indicateur_code"] == part.denominateur_code],
            on=["territoire", "kind", "debut"],
            suffixes=("", "_tous"),
        )
        share = share[(share["valeur_tous"] > 0) & (share["valeur"] <= share["valeur_tous"])]
        rate = 100 * share["valeur"] / share["valeur_tous"]
        shares.append(share.assign(indicateur_code=part.indicateur_code, valeur=rate)[values.columns])
    values = pd.concat([values, *shares])
    store(values, "retours_services", folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
