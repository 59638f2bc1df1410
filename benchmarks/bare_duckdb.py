"""The ministry's workbook by an expert who keeps the raw cells. Nothing is checked here.

`python bare_duckdb.py WORKBOOK FOLDER TODAY` writes FOLDER/{police,gendarmerie}.parquet, the raw cells, and
FOLDER/valeurs.duckdb, which holds `indicateurs.valeurs` without the sentence of `motif` and without `lot_livraisons`.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

SEEDS = Path(__file__).resolve().parents[1] / "dbt_project" / "seeds"
FORCES = {"PN": "police", "GN": "gendarmerie"}


def letters(n: int) -> str:
    name = ""
    while n:
        n, rest = divmod(n - 1, 26)
        name = chr(65 + rest) + name
    return name


def cells(name: str, year: str, grid: list[list], delivery: str) -> pa.Table:
    """One row a cell. Keys are dictionary-encoded: a million strings are a few hundred strings and their indices."""
    heads = 3 if grid[1][1] == "Périmètres" else 2
    body = grid[heads:]
    n_rows, n_columns = len(body), len(grid[0]) - 2
    across = np.tile(np.arange(n_columns, dtype=np.int32), n_rows)
    down = np.repeat(np.arange(n_rows, dtype=np.int32), n_columns)
    only = np.zeros(n_rows * n_columns, dtype=np.int32)

    def key(indices: np.ndarray, values: list[str]) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(indices, pa.array(values, pa.string()))

    counts = pa.array([None if v == "" else v for row in body for v in row[2:]], pa.float64()).cast(pa.int64())
    table = {
        "livraison_id": key(only, [delivery]),
        "tranche": key(only, [year]),
        "feuille": key(only, [name]),
        "ligne": pa.array(down + heads + 1),
        "colonne": key(across, [letters(i + 3) for i in range(n_columns)]),
        "annee": key(only, [year]),
        "code_departement": key(across, grid[0][2:]),
    }
    if heads == 3:
        table["perimetre"] = key(across, grid[1][2:])
    table["service"] = key(across, grid[heads - 1][2:])
    table["code_index"] = key(down, [str(int(row[0])) for row in body])
    table["libelle_index"] = key(down, [" ".join(row[1].split()) for row in body])
    table["faits_constates"] = counts.cast(pa.string()).dictionary_encode()
    table["faits"] = counts
    return pa.table(table)


VALUES = """
create schema indicateurs;

create temp table zones as
select 'ZPN-' || code_departement as unite, 'police' as force, * from departements where zone_police::boolean
union all
select 'ZGN-' || code_departement, 'gendarmerie', * from departements where zone_gendarmerie::boolean;

create temp table faits as
select 'police' as force, code_departement, annee::integer as annee, code_index::integer as i, sum(faits) as faits,
    bool_or(faits is null) as vide
from police
group by all
union all
select 'gendarmerie', code_departement, annee::integer, code_index::integer, sum(faits), bool_or(faits is null)
from gendarmerie
group by all;

create temp table annees as
select unnest(generate_series(2012, year($today::date - 30) - 1)) as annee union select annee from faits;

create temp table connus as
select s.territoire_code as unite, f.annee::integer as annee, f.code_index::integer as i, f.faits
from services as s
inner join police as f
    on s.force = 'police' and f.code_departement = s.code_departement and f.service = s.service
    and f.perimetre = s.perimetre
union all
select s.territoire_code, f.annee::integer, f.code_index::integer, f.faits
from services as s
inner join gendarmerie as f
    on s.force = 'gendarmerie' and f.code_departement = s.code_departement and f.service = s.service;

create temp table unites as
with attendus as (
    select s.territoire_code as unite, s.force, s.zone_code, a.annee,
        case when o.unite is null then 'service_absent' end as motif
    from services as s
    inner join annees as a
        on a.annee >= year(s.valide_de::date) and a.annee <= coalesce(year(s.valide_a::date), a.annee)
    left join (select distinct unite, annee from connus) as o on o.unite = s.territoire_code and o.annee = a.annee
    where s.attendu_etat4001::boolean or o.unite is not null
)
select unite, force, annee, motif from attendus
union all
select z.unite, z.force, a.annee,
    case
        when o.force is null then 'territoire_absent'
        when exists (from attendus as t where t.zone_code = z.unite and t.annee = a.annee and t.motif is not null)
            then 'service_absent'
    end
from zones as z
cross join annees as a
left join (select distinct force, code_departement, annee from faits) as o
    on o.force = z.force and o.code_departement = z.code_departement and o.annee = a.annee;

-- A year is due as a whole: a force of which nothing came has not answered at all.
update unites set motif = 'non_recu'
where not exists (from faits as f where f.force = unites.force and f.annee = unites.annee);

create temp table mesures as
with sommes as (
    select z.unite, f.annee, f.i, f.faits, f.vide
    from faits as f
    inner join zones as z on z.force = f.force and z.code_departement = f.code_departement
    union all
    select unite, annee, i, faits, faits is null from connus
)
select s.unite, s.annee, x.indicateur_code, case when not bool_or(s.vide) then sum(s.faits) end as valeur
from sommes as s
inner join indicateurs_index as x on x.code_index::integer = s.i
group by all;

create temp table melees as
select distinct
    x.indicateur_code,
    a.annee,
    unnest(case when r.force is null then ['police', 'gendarmerie'] else [r.force] end) as force
from ruptures as r
inner join indicateurs_index as x on x.code_index::integer between r.index_de::integer and r.index_a::integer
inner join annees as a on a.annee between year(r.date_debut::date) and year(r.date_fin::date)
where r.date_debut <> r.date_fin or r.date_debut not like '%-01-01';

create temp table parts as
select distinct unite as territoire, unite from unites
union all
select 'DEP-' || code_departement, unite from zones
union all
select 'REG-' || code_region, unite from zones where code_region is not null
union all
select 'FRM', unite from zones where perimetre = 'metropole'
union all
select 'FRA', unite from zones where perimetre in ('metropole', 'drom')
union all
select 'ARR-' || code_arrondissement, territoire_code
from services where code_arrondissement is not null and attendu_etat4001::boolean;

create table indicateurs.valeurs as
with par_unite as (
    select u.unite, u.annee, u.motif, i.indicateur_code, b.annee is not null as melee,
        case when u.motif is null then m.valeur end as valeur
    from unites as u
    inner join indicateurs as i on i.statistique = 'etat4001_services'
    left join mesures as m on m.unite = u.unite and m.annee = u.annee and m.indicateur_code = i.indicateur_code
    left join melees as b on b.indicateur_code = i.indicateur_code and b.annee = u.annee and b.force = u.force
),

ensemble as (
    select
        u.indicateur_code,
        p.territoire,
        u.annee,
        case when count(u.valeur) = count(*) then sum(u.valeur) end as valeur,
        case
            when count(u.motif) = 0 then null
            when count(u.motif) = count(*) and min(u.motif) = max(u.motif) then min(u.motif)
            else 'composante_manquante'
        end as motif,
        bool_or(u.melee) as melee
    from par_unite as u
    inner join parts as p on p.unite = u.unite
    group by all
)

select
    e.indicateur_code,
    territoire as territoire_code,
    'annee' as periode_type,
    annee::varchar as periode,
    'total' as ventilation_type,
    'total' as ventilation_code,
    i.statistique as source,
    make_date(annee, 1, 1) as periode_debut,
    make_date(annee, 12, 31) as periode_fin,
    valeur::decimal(18, 2) as valeur,
    i.unite,
    case when valeur is null then 'M' when melee then 'B' else 'A' end as statut,
    'F' as confidentialite,
    case when valeur is null then coalesce(motif, 'cellule_vide') end as motif_code,
    true as retenu
from ensemble as e
inner join indicateurs as i on i.indicateur_code = e.indicateur_code
order by e.indicateur_code, territoire_code, periode
"""


def sheets_of(workbook: Path) -> Iterator[tuple[str, str, str, list[list]]]:
    """(name, force, year, cells) of each sheet of services."""
    book = CalamineWorkbook.from_path(str(workbook))
    for name in book.sheet_names:
        if found := re.fullmatch(r"Services (PN|GN) (\d{4})", name):
            yield name, FORCES[found[1]], found[2], book.get_sheet_by_name(name).to_python()


def write_values(folder: Path, today: str, tables: dict[str, pa.Table]) -> None:
    """Make FOLDER/valeurs.duckdb from the counts of each force."""
    with duckdb.connect(str(folder / "valeurs.duckdb")) as db:
        for force, rows in tables.items():
            db.register(force, rows)
        for seed in SEEDS.rglob("*.csv"):
            # `parts` are the units of a territory here.
            name = "parts_de" if seed.stem == "parts" else seed.stem
            db.execute(f"create temp table {name} as from read_csv('{seed}', all_varchar = true)")
        db.execute(VALUES.replace("$today", f"'{today}'"))


def main(workbook: Path, folder: Path, today: str) -> None:
    delivery = hashlib.sha256(workbook.read_bytes()).hexdigest()[:12]
    sheets: dict[str, list[pa.Table]] = {force: [] for force in FORCES.values()}
    for name, force, year, grid in sheets_of(workbook):
        sheets[force].append(cells(name, year, grid, delivery))
    tables = {force: pa.concat_tables(rows) for force, rows in sheets.items()}
    for force, rows in tables.items():
        pq.write_table(rows.drop_columns("faits"), folder / f"{force}.parquet", compression="zstd")
    write_values(folder, today, tables)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
