"""Nine years of road accidents by a competent engineer in a hurry. Nothing is checked.

`python accidents_duckdb.py FILES FOLDER TODAY` writes FOLDER/brut/<table>.parquet, the raw rows, and
FOLDER/valeurs.duckdb, which holds the values of `indicateurs.valeurs` without their reasons and their deliveries.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from pathlib import Path

import duckdb

from benchmarks.duckdb_common import PERIOD

PROJECT = Path(__file__).resolve().parents[1]
SEEDS = PROJECT / "dbt_project" / "seeds"
LAYOUTS = PROJECT / "sources" / "road_safety"
INSTANCE = "46"

VALUES = """
create schema indicateurs;

create temp table usagers as
with v as (select num_acc, num_veh, min(try_cast(catv as integer)) as catv from brut_vehicules group by all),

c as (
    select v.catv, b.ventilation_code
    from (select distinct catv from v) as v
    inner join baac_vehicules as b on v.catv between b.catv_de::integer and b.catv_a::integer
)

select
    u.num_acc,
    u.grav::integer as grav,
    case
        when u.catu in ('3', '4') then 'pieton'
        when c.ventilation_code is null then 'autre'
        else c.ventilation_code
    end as usager,
    case
        when a is null then 'inconnu'
        when a <= 13 then '0-13'
        when a <= 17 then '14-17'
        when a <= 24 then '18-24'
        when a <= 29 then '25-29'
        when a <= 64 then '30-64'
        when a <= 74 then '65-74'
        else '75+'
    end as age,
    case u.trajet when '1' then 'domicile_travail' when '2' then 'domicile_ecole' when '3' then 'courses'
        when '4' then 'professionnel' when '5' then 'loisirs' else 'autre' end as trajet,
    u.catu = '1' and u.trajet in ('1', '4') as professionnel
from (
    select *, num_acc[1:4]::integer - nullif(annee_naissance, '-1')::integer as a from brut_usagers
) as u
left join v on v.num_acc = u.num_acc and v.num_veh = u.num_veh
left join c on c.catv = v.catv;

create temp table accidents as
select
    c.num_acc,
    c.num_acc[1:4]::integer as annee,
    c.mois::integer as mois,
    case
        when c.code_departement is not null then lpad(c.code_departement, 2, '0')
        when c.departement_x10 in ('201', '202') then case c.departement_x10 when '201' then '2A' else '2B' end
        when c.departement_x10[1:2] in ('97', '98') and length(c.departement_x10) = 3 then c.departement_x10
        else lpad(c.departement_x10[:-2], 2, '0')
    end as dep,
    1 as accidents,
    count(case when u.grav = 2 then 1 end) as tues,
    count(case when u.grav = 3 then 1 end) as hospitalises,
    count(case when u.grav = 4 then 1 end) as legers,
    max(u.professionnel::integer) as professionnels,
    max(case when u.grav in (2, 3) then 1 else 0 end) as graves
from brut_caracteristiques as c
left join usagers as u on u.num_acc = c.num_acc
group by all;

create temp table mois as
with sommes as (
    select dep, annee, mois, m.indicateur_code,
        case m.mesure
            when 'accidents' then sum(accidents) when 'graves' then sum(graves) when 'tues' then sum(tues)
            when 'hospitalises' then sum(hospitalises) when 'legers' then sum(legers) else sum(professionnels)
        end as valeur
    from accidents
    cross join baac as m
    group by dep, annee, mois, m.indicateur_code, m.mesure
),

departements as (
    -- A month without an accident is 0 in a département that the year knows.
    select 'DEP-' || g.dep as territoire, g.dep, g.annee, g.mois, g.indicateur_code, coalesce(s.valeur, 0) as valeur
    from (
        select distinct a.dep, a.annee, m.mois, b.indicateur_code
        from accidents as a, (select unnest(range(1, 13)) as mois) as m, baac as b
    ) as g
    left join sommes as s
        on s.dep = g.dep and s.annee = g.annee and s.mois = g.mois and s.indicateur_code = g.indicateur_code
),

grands as (
    select 'REG-' || code_region as territoire, code_departement as dep
    from departements_ref where code_region is not null
    union all
    select 'FRM', code_departement from departements_ref where perimetre = 'metropole'
    union all
    select 'FRA', code_departement from departements_ref where perimetre in ('metropole', 'drom')
)

select territoire, annee, mois, indicateur_code, valeur from departements
union all
select g.territoire, d.annee, d.mois, d.indicateur_code, sum(d.valeur)
from departements as d
inner join grands as g on g.dep = d.dep
inner join (select territoire, count(*) as n from grands group by all) as n on n.territoire = g.territoire
group by all
having count(*) = any_value(n.n);

create table indicateurs.valeurs as
with cumuls as (
    select indicateur_code, territoire, 'mois' as kind, make_date(annee, mois, 1) as debut, valeur from mois
    union all
    select indicateur_code, territoire, 'trimestre', make_date(annee, 3 * ((mois - 1) // 3) + 1, 1), sum(valeur)
    from mois
    group by all
    union all
    select indicateur_code, territoire, 'annee', make_date(annee, 1, 1), sum(valeur) from mois group by all
),

classes as (
    select a.num_acc, a.annee, u.grav, unnest(['usager', 'age', 'trajet']) as kind,
        unnest([usager, age, trajet]) as code
    from usagers as u
    inner join accidents as a on a.num_acc = u.num_acc and a.dep = '{instance}'
),

comptes as (
    select annee, kind, code, count(distinct num_acc) as accidents, count(case when grav = 2 then 1 end) as tues,
        count(case when grav = 3 then 1 end) as hospitalises, count(case when grav = 4 then 1 end) as legers
    from classes
    group by all
),

ventiles as (
    select b.indicateur_code, y.annee, v.ventilation_type as kind, v.ventilation_code as code,
        coalesce(case b.mesure when 'accidents' then c.accidents when 'tues' then c.tues
            when 'hospitalises' then c.hospitalises else c.legers end, 0) as valeur
    from (select distinct annee from accidents) as y
    cross join ventilations as v
    inner join baac as b on b.mesure in ('accidents', 'tues', 'hospitalises', 'legers')
    left join comptes as c on c.annee = y.annee and c.kind = v.ventilation_type and c.code = v.ventilation_code
    where v.ventilation_type in ('usager', 'age', 'trajet')
),

toutes as (
    select indicateur_code, territoire, kind, debut, 'total' as v, 'total' as c, valeur from cumuls
    union all
    select indicateur_code, 'DEP-{instance}', 'annee', make_date(annee, 1, 1), kind, code, valeur from ventiles
)

select
    t.indicateur_code,
    territoire as territoire_code,
    kind as periode_type,
    v as ventilation_type,
    c as ventilation_code,
    'baac' as source,
    {period}
    valeur::decimal(18, 2) as valeur,
    i.unite,
    'A' as statut,
    'F' as confidentialite
from toutes as t
inner join indicateurs as i on i.indicateur_code = t.indicateur_code
order by all
"""


def layouts() -> dict[tuple[str, str], dict[str, tuple[str, str]]]:
    """(table, header line) → header → (column, type)."""
    with (LAYOUTS / "layouts.csv").open(encoding="utf-8") as stream:
        tables = {row["layout"]: (row["table"], row["separateur"]) for row in csv.DictReader(stream)}
    columns: dict[str, dict[str, tuple[str, str]]] = {}
    with (LAYOUTS / "columns.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            columns.setdefault(row["layout"], {})[row["entete"]] = (row["colonne"], row["type"])
    return {(tables[k][0], " ".join(sorted(c))): c for k, c in columns.items()}


def read(db: duckdb.DuckDBPyConnection, file: Path, known: dict) -> str:
    """Append the raw rows of a file to its table; returns the table."""
    first = file.open(encoding="latin-1").readline().strip()
    separator = ";" if ";" in first else ","
    headers = [h.strip('"') for h in first.split(separator)]
    table = file.name.split("_")[0].split("-")[0]
    columns = known[table, " ".join(sorted(headers))]
    delivery = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    year = file.stem[-4:]
    cells = []
    for header, (name, kind) in columns.items():
        if kind != "ignoree":
            text = f"nullif(trim(replace(\"{header}\", chr(160), ' ')), '')"
            if kind in ("identifiant", "nombre", "decimal"):
                text = f"replace({text}, ' ', '')"
            if kind == "mois":
                text = f"lpad({text}, 2, '0')"
            cells.append(f"{text} as {name}")
    encoding = "utf-8" if separator == ";" else "latin-1"
    kinds = "{" + ", ".join(f"'{h}': 'VARCHAR'" for h in headers) + "}"
    rows = (
        f"select '{delivery}' as livraison_id, '{year}' as tranche, '' as feuille, "
        f"(row_number() over () + 1)::integer as ligne, null::varchar as colonne, {', '.join(cells)} "
        f"from read_csv('{file}', delim = '{separator}', header = true, quote = '\"', auto_detect = false, "
        f"encoding = '{encoding}', columns = {kinds})"
    )
    exists = db.execute(f"select 1 from duckdb_tables() where table_name = 'brut_{table}'").fetchone()
    if exists:
        have = {r[0] for r in db.execute(f"describe brut_{table}").fetchall()}
        for name, kind in columns.values():
            if kind != "ignoree" and name not in have:
                db.execute(f"alter table brut_{table} add column {name} varchar")
        db.execute(f"insert into brut_{table} by name {rows}")
    else:
        db.execute(f"create table brut_{table} as {rows}")
    return table


def main(files: Path, folder: Path) -> None:
    known = layouts()
    with duckdb.connect(str(folder / "travail.duckdb")) as db:
        tables = {read(db, file, known) for file in sorted(files.glob("*.csv"))}
        wanted: dict[str, list[str]] = {}
        for (table, _), columns in known.items():
            names = (n for n, kind in columns.values() if kind != "ignoree")
            wanted[table] = list(dict.fromkeys([*wanted.get(table, []), *names]))
        for table in sorted(tables):
            have = {r[0] for r in db.execute(f"describe brut_{table}").fetchall()}
            names = (n if n in have else f"null::varchar as {n}" for n in wanted[table])
            db.execute(
                f"copy (select livraison_id, tranche, feuille, ligne, colonne, {', '.join(names)} from brut_{table}) "
                f"to '{folder / 'brut' / table}.parquet' (compression zstd)"
            )
        db.execute(f"attach '{folder / 'valeurs.duckdb'}' as resultat")
        for seed in SEEDS.rglob("*.csv"):
            name = "departements_ref" if seed.stem == "departements" else seed.stem
            db.execute(f"create temp table {name} as from read_csv('{seed}', all_varchar = true)")
        values = (
            VALUES.replace("{period}", PERIOD)
            .replace("{instance}", INSTANCE)
            .replace("indicateurs.valeurs", "resultat.indicateurs.valeurs")
        )
        db.execute(values.replace("create schema indicateurs", "create schema resultat.indicateurs"))
    (folder / "travail.duckdb").unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
