"""Nine years of the national file of road accidents: the real tables where there are some, the others in their shape.

Real, at size 1: 2013 (caracteristiques, lieux, vehicules) and 2017 (lieux, vehicules); their users, and the
characteristics of 2017, are invented for the very accidents and vehicles of the real tables. The other years are
invented whole, some 130 000 users each. At size n every year is, with n times as many: beside such years a real one
would be a file that was cut short, and a load sets it aside. Nobody is in any of it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from tests.conftest import real_path

YEARS = range(2013, 2022)
_REAL = {2013: ("caracteristiques", "lieux", "vehicules"), 2017: ("lieux", "vehicules")}
_FIRST_NEW = 2019
_ACCIDENTS = 58_000  # a year of France
_KINDS, _KIND_WEIGHTS = (1, 2, 7, 10, 14, 31, 33, 37), (6, 4, 60, 8, 5, 4, 11, 2)


def write_accidents(folder: Path, size: int, seed: int = 46) -> tuple[int, int]:
    """Write four files a year in `folder`; returns (files, users). The same size and seed give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    real = {year: tables for year, tables in _REAL.items() if size == 1 and _found(year, tables)}
    accidents = _ACCIDENTS * size
    users = 0
    for year in YEARS:
        rng = np.random.default_rng([seed, size, year])
        if year in real:
            users += _complete_year(folder, year, real[year], rng)
        else:
            users += invent_year(folder, year, accidents, rng)
    return 4 * len(YEARS), users


def _found(year: int, tables: tuple[str, ...]) -> bool:
    return all(_real_file(year, table) is not None for table in tables)


def _real_file(year: int, table: str) -> Path | None:
    return real_path("baac", str(year), _name(year, table))


def _name(year: int, table: str) -> str:
    return f"{table}{'_' if year <= 2016 else '-'}{year}.csv"


def _complete_year(folder: Path, year: int, tables: tuple[str, ...], rng: np.random.Generator) -> int:
    for table in tables:
        shutil.copyfile(_real_file(year, table), folder / _name(year, table))
    vehicles = pa_csv.read_csv(
        folder / _name(year, "vehicules"),
        read_options=pa_csv.ReadOptions(encoding="latin-1"),
        convert_options=pa_csv.ConvertOptions(column_types={"Num_Acc": pa.string(), "num_veh": pa.string()}),
    )
    number = vehicles["Num_Acc"].to_numpy(zero_copy_only=False)
    if "caracteristiques" not in tables:
        _characteristics(folder, year, np.unique(number), rng)
    return _users(folder, year, number, vehicles["num_veh"].to_numpy(zero_copy_only=False), None, rng)


def invent_year(folder: Path, year: int, accidents: int, rng: np.random.Generator) -> int:
    """Write the four files of a year that is nobody's, with so many accidents; returns users."""
    numbers = np.array([f"{year}{i:08d}" for i in range(1, accidents + 1)])
    _characteristics(folder, year, numbers, rng)
    n = len(numbers)
    road, some = rng.choice([1, 2, 3, 4], n, p=[0.08, 0.08, 0.37, 0.47]), rng.integers(1, 4, n)
    if year < _FIRST_NEW:
        header = "Num_Acc,catr,voie,v1,v2,circ,nbv,pr,pr1,vosp,prof,plan,lartpc,larrout,surf,infra,situ,env1"
        cells = [numbers, road, some, "", "", 2, "02", "", "", 0, 1, some, "000", "060", 1, 0, 1, "00"]
    else:
        header = "Num_Acc;catr;voie;v1;v2;circ;nbv;vosp;prof;pr;pr1;plan;lartpc;larrout;surf;infra;situ;vma"
        cells = [numbers, road, some, 0, "", 2, 2, 0, 1, -1, -1, some, "", -1, 1, 0, 1, 80]
    _write(folder, year, "lieux", header, cells, n)
    count = rng.choice([1, 2, 3], n, p=[0.35, 0.57, 0.08])
    number = np.repeat(numbers, count)
    rank = np.concatenate([np.arange(c) for c in count])
    letter = np.array(["A01", "B01", "C01"])[rank]
    kind = rng.choice(_KINDS, len(number), p=np.array(_KIND_WEIGHTS) / sum(_KIND_WEIGHTS))
    struck, m = rng.integers(1, 9, len(number)), len(number)
    if year < _FIRST_NEW:
        header, ids = "Num_Acc,senc,catv,occutc,obs,obsm,choc,manv,num_veh", None
        cells = [number, 0, kind, "000", "00", 2, struck, "01", letter]
    else:
        header = "Num_Acc;id_vehicule;num_veh;senc;catv;obs;obsm;choc;manv;motor;occutc"
        ids = np.array([f"{i:,}".replace(",", "\u00a0") for i in range(137_000_000, 137_000_000 + m)])
        cells = [number, ids, letter, 1, kind, 0, 2, struck, 1, 1, ""]
    _write(folder, year, "vehicules", header, cells, m)
    return _users(folder, year, number, letter, ids, rng)


def _characteristics(folder: Path, year: int, numbers: np.ndarray, rng: np.random.Generator) -> None:
    n = len(numbers)
    month, day, hour = rng.integers(1, 13, n), rng.integers(1, 29, n), rng.integers(0, 24, n)
    minute, light, town = rng.integers(0, 12, n) * 5, rng.integers(1, 6, n), rng.integers(1, 3, n)
    department = rng.choice([*(f"{i:02d}" for i in range(1, 96) if i != 20), "2A", "2B"], n)
    commune = np.char.zfill(rng.integers(1, 300, n).astype(str), 3)
    if year < _FIRST_NEW:
        header = "Num_Acc,an,mois,jour,hrmn,lum,agg,int,atm,col,com,adr,gps,lat,long,dep"
        tens = np.char.add(department, "0")
        tens[department == "2A"], tens[department == "2B"] = "201", "202"
        cells = [numbers, year % 100, month, day, hour * 100 + minute, light, town, 1, 1, 3, commune, "", "M", "", "",
                 tens]  # fmt: skip
    else:
        header = "Num_Acc;jour;mois;an;hrmn;lum;dep;com;agg;int;atm;col;adr;lat;long"
        clock = [f"{h:02d}:{m:02d}" for h, m in zip(hour.tolist(), minute.tolist(), strict=True)]
        place = np.char.add(department, commune)
        cells = [numbers, day, month, year, np.array(clock), light, department, place, town, 1, 1, 3, "", "44,45",
                 "1,44"]  # fmt: skip
    _write(folder, year, "caracteristiques", header, cells, n)


def _users(
    folder: Path, year: int, number: np.ndarray, letter: np.ndarray, ids: np.ndarray | None, rng: np.random.Generator
) -> int:
    """A driver a vehicle, and passengers."""
    people = rng.choice([1, 2, 3], len(number), p=[0.76, 0.18, 0.06])
    at = np.repeat(np.arange(len(number)), people)
    n = len(at)
    driver = np.concatenate([[True], at[1:] != at[:-1]])
    role, place = np.where(driver, 1, 2), np.where(driver, 1, rng.integers(2, 6, n))
    severity = rng.choice([1, 2, 3, 4], n, p=[0.42, 0.03, 0.17, 0.38])
    # An accident that hurts nobody is not in the file.
    first = np.concatenate([[True], number[at][1:] != number[at][:-1]])
    severity[first & (severity == 1)] = 4
    sex, trip = rng.integers(1, 3, n), rng.choice([0, 1, 2, 3, 4, 5, 9], n)
    born = (year - rng.integers(1, 95, n)).astype(str)
    born[rng.random(n) < 0.01] = "" if year < _FIRST_NEW else "-1"
    if year < _FIRST_NEW:
        header = "Num_Acc,place,catu,grav,sexe,trajet,secu,locp,actp,etatp,an_nais,num_veh"
        cells = [number[at], place, role, severity, sex, trip, "11", 0, 0, 0, born, letter[at]]
    else:
        header = "Num_Acc;id_vehicule;num_veh;place;catu;grav;sexe;an_nais;trajet;secu1;secu2;secu3;locp;actp;etatp"
        cells = [number[at], ids[at], letter[at], place, role, severity, sex, born, trip, 1, -1, -1, -1, "-1", -1]
    _write(folder, year, "usagers", header, cells, n)
    return n


def _write(folder: Path, year: int, table: str, header: str, cells: list[object], rows: int) -> None:
    separator = "," if year < _FIRST_NEW else ";"
    columns = [
        pa.array(c.astype(str)) if isinstance(c, np.ndarray) else pa.DictionaryArray.from_arrays(
            pa.nulls(rows, pa.int32()).fill_null(0), pa.array([str(c)])
        ).dictionary_decode()
        for c in cells
    ]  # fmt: skip
    options = pa_csv.WriteOptions(delimiter=separator, quoting_style="none")
    pa_csv.write_csv(pa.table(columns, names=header.split(separator)), folder / _name(year, table), options)
