"""Nine years of road accidents by an expert who keeps the raw rows. Nothing is checked.

`python accidents_duckdb.py FILES FOLDER TODAY` writes FOLDER/brut/<table>/*.parquet, the raw rows, and
FOLDER/valeurs.duckdb, which holds the values of `indicateurs.valeurs` without their reasons and their deliveries.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.duckdb_common import PERIOD

PROJECT = Path(__file__).resolve().parents[1]
SEEDS = PROJECT / "dbt_project" / "seeds"
LAYOUTS = PROJECT / "sources" / "road_safety"
INSTANCE = "46"

# What the figures are made of, as the engine should hold it: a number costs less to group and to join than its text.
NEEDED = {
    "caracteristiques": {"num_acc": "bigint", "mois": "integer", "code_departement": "", "departement_x10": ""},
    "vehicules": {"num_acc": "bigint", "num_veh": "", "catv": "integer"},
    "usagers": {
        "num_acc": "bigint", "num_veh": "", "grav": "integer", "catu": "", "trajet": "", "annee_naissance": "integer",
    },
}  # fmt: skip

VALUES = """
create schema indicateurs;

-- The accidents, then what each did to people: only sums by département and month leave this table.
create temp table accidents as
select
    num_acc,
    num_acc // 100000000 as annee,
    mois,
    case
        when code_departement is not null then lpad(code_departement, 2, '0')
        when departement_x10 in ('201', '202') then case departement_x10 when '201' then '2A' else '2B' end
        when departement_x10[1:2] in ('97', '98') and length(departement_x10) = 3 then departement_x10
        else lpad(departement_x10[:-2], 2, '0')
    end as dep
from caracteristiques_utiles;

create temp table usagers as from usagers_utiles;

create temp table sommes as
with victimes as (
    select num_acc, count_if(grav = 2) as tues, count_if(grav = 3) as hospitalises, count_if(grav = 4) as legers,
        bool_or(catu = '1' and trajet in ('1', '4')) as professionnel
    from usagers
    group by num_acc
)

select dep, annee, mois, count(*) as accidents, sum(coalesce(tues, 0)) as tues,
    sum(coalesce(hospitalises, 0)) as hospitalises, sum(coalesce(legers, 0)) as legers,
    count_if(professionnel) as professionnels, count_if(tues + hospitalises > 0) as graves
from accidents
left join victimes using (num_acc)
group by all;

-- The classes of the users are asked of one département alone.
create temp table ici as
with kinds as (
    select v.num_acc, v.num_veh, b.ventilation_code
    from (from vehicules_utiles semi join (from accidents where dep = '{instance}') as a using (num_acc)) as v
    inner join baac_vehicules as b on v.catv between b.catv_de::integer and b.catv_a::integer
)

select
    u.num_acc,
    a.annee,
    u.grav,
    case when u.catu in ('3', '4') then 'pieton' else coalesce(k.ventilation_code, 'autre') end as usager,
    case
        when age is null then 'inconnu'
        when age <= 13 then '0-13'
        when age <= 17 then '14-17'
        when age <= 24 then '18-24'
        when age <= 29 then '25-29'
        when age <= 64 then '30-64'
        when age <= 74 then '65-74'
        else '75+'
    end as age,
    case u.trajet when '1' then 'domicile_travail' when '2' then 'domicile_ecole' when '3' then 'courses'
        when '4' then 'professionnel' when '5' then 'loisirs' else 'autre' end as trajet
from (select *, num_acc // 100000000 - nullif(annee_naissance, -1) as age from usagers) as u
inner join accidents as a on a.num_acc = u.num_acc and a.dep = '{instance}'
left join kinds as k on k.num_acc = u.num_acc and k.num_veh = u.num_veh;

create temp table mois as
with departements as (
    -- A month without an accident is 0 in a département that the year knows.
    select 'DEP-' || g.dep as territoire, g.dep, g.annee, g.mois, b.indicateur_code,
        coalesce(
            case b.mesure when 'accidents' then accidents when 'graves' then graves when 'tues' then tues
                when 'hospitalises' then hospitalises when 'legers' then legers else professionnels end,
            0
        ) as valeur
    from (select distinct dep, annee, unnest(range(1, 13)) as mois from sommes) as g
    left join sommes as s using (dep, annee, mois)
    cross join baac as b
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
    select num_acc, annee, grav, unnest(['usager', 'age', 'trajet']) as kind, unnest([usager, age, trajet]) as code
    from ici
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
    from (select distinct annee from sommes) as y
    cross join ventilations as v
    inner join baac as b on b.mesure in ('accidents', 'tues', 'hospitalises', 'legers')
    left join comptes as c on c.annee = y.annee and c.kind = v.ventilation_type and c.code = v.ventilation_code
    where v.source = 'baac' and v.ventilation_type in ('usager', 'age', 'trajet')
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


@dataclass(frozen=True)
class Csv:
    """A file, and how it is read: `columns` maps a header to (column, type)."""

    table: str
    columns: dict[str, tuple[str, str]]
    path: Path
    scan: str


def csv_of(file: Path, known: dict[tuple[str, str], dict[str, tuple[str, str]]]) -> Csv:
    """Tell a file by its name and its headers."""
    first = file.open(encoding="latin-1").readline().strip()
    separator = ";" if ";" in first else ","
    headers = [h.strip('"') for h in first.split(separator)]
    table = file.name.split("_")[0].split("-")[0]
    encoding = "utf-8" if separator == ";" else "latin-1"
    kinds = "{" + ", ".join(f"'{h}': 'VARCHAR'" for h in headers) + "}"
    scan = (
        f"read_csv('{file}', delim = '{separator}', header = true, quote = '\"', auto_detect = false, "
        f"encoding = '{encoding}', columns = {kinds})"
    )
    return Csv(table, known[table, " ".join(sorted(headers))], file, scan)


def copy(db: duckdb.DuckDBPyConnection, file: Csv, wanted: list[str], target: Path) -> None:
    """Write the raw rows of a file as Parquet, once. A temporary table numbers its rows as they are in the file, on
    both cores; `row_number() over ()` would do it on one. Of all the columns one has spaces to take away: an expert who
    has looked at the files cleans no other.
    """
    delivery = hashlib.sha256(file.path.read_bytes()).hexdigest()[:12]
    cells = {}
    for header, (name, kind) in file.columns.items():
        if kind != "ignoree":
            text = f'"{header}"'
            if name == "id_vehicule":
                text = f"replace({text}, chr(160), '')"
            if kind == "mois":
                text = f"lpad({text}, 2, '0')"
            cells[name] = text
    db.execute(f"create or replace temp table lignes as from {file.scan}")
    row = ", ".join(f"{cells.get(name, 'null::varchar')} as {name}" for name in wanted)
    db.execute(
        f"copy (select '{delivery}' as livraison_id, '{file.path.stem[-4:]}' as tranche, '' as feuille, "
        f"(rowid + 2)::integer as ligne, null::varchar as colonne, {row} from lignes) "
        f"to '{target}' (format parquet, compression zstd)"
    )


def useful(text: str, name: str, kind: str) -> str:
    """The expression of a needed column."""
    return f"try_cast({text} as {kind}) as {name}" if kind else f"{text} as {name}"


def write_values(db: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make FOLDER/valeurs.duckdb from views of the `NEEDED` columns, `<table>_utiles`."""
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


def main(files: Path, folder: Path) -> None:
    known = layouts()
    wanted: dict[str, list[str]] = {}
    for (table, _), columns in known.items():
        names = (n for n, kind in columns.values() if kind != "ignoree")
        wanted[table] = list(dict.fromkeys([*wanted.get(table, []), *names]))
    with duckdb.connect(str(folder / "travail.duckdb")) as db:
        for file in (csv_of(f, known) for f in sorted(files.glob("*.csv"))):
            rows = folder / "brut" / file.table
            rows.mkdir(parents=True, exist_ok=True)
            copy(db, file, wanted[file.table], rows / f"{file.path.stem}.parquet")
        db.execute("drop table lignes")
        for table, columns in NEEDED.items():
            row = ", ".join(useful(name, name, kind) for name, kind in columns.items())
            db.execute(f"create temp view {table}_utiles as select {row} from '{folder}/brut/{table}/*.parquet'")
        write_values(db, folder)
    (folder / "travail.duckdb").unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
