"""The national file of road accidents, four CSV a year, in the layout of each era: the Lot, two neighbours, and one
accident a year of a collectivity overseas, which every national file since 2019 holds.

A CSV has no room for a notice: the only mark of these files is their name.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipelines.demo.accidents import EXPOSED, PEDESTRIAN, YEARS, Accident, Person
from pipelines.demo.documents import Cell, write_csv

_TABLES = ("caracteristiques", "lieux", "vehicules", "usagers")
# The names under which the producer put these down, typing mistake included.
_NAMES = {2021: {"caracteristiques": "carcteristiques"}, 2023: {"caracteristiques": "caract"}}
_NAMES[2024] = _NAMES[2023]

_OLD = {
    "caracteristiques": "Num_Acc,an,mois,jour,hrmn,lum,agg,int,atm,col,com,adr,gps,lat,long,dep",
    "lieux": "Num_Acc,catr,voie,v1,v2,circ,nbv,pr,pr1,vosp,prof,plan,lartpc,larrout,surf,infra,situ,env1",
    "vehicules": "Num_Acc,senc,catv,occutc,obs,obsm,choc,manv,num_veh",
    "usagers": "Num_Acc,place,catu,grav,sexe,trajet,secu,locp,actp,etatp,an_nais,num_veh",
}
_NEW = {
    "caracteristiques": "Num_Acc;jour;mois;an;hrmn;lum;dep;com;agg;int;atm;col;adr;lat;long",
    "lieux": "Num_Acc;catr;voie;v1;v2;circ;nbv;vosp;prof;pr;pr1;plan;lartpc;larrout;surf;infra;situ;vma",
    "vehicules": "Num_Acc;id_vehicule;num_veh;senc;catv;obs;obsm;choc;manv;motor;occutc",
    "usagers": "Num_Acc;id_vehicule;num_veh;place;catu;grav;sexe;an_nais;trajet;secu1;secu2;secu3;locp;actp;etatp",
}
_FIRST_NEW, _RENAMED, _FIRST_USER_ID = 2019, 2022, 2022
# Since then an accident at a crossing has a line for each of its roads.
_FIRST_SEVERAL_PLACES = 2023
_OVERSEAS, _OVERSEAS_COMMUNE = "975", "97502"
_STREETS = ("Route départementale", "Avenue de la Gare", "Rue du Château", "Route de Cahors", "Le Bourg", "")


def write_baac(folder: Path, accidents: list[Accident], seed: int) -> list[Path]:
    rng, written = random.Random(f"{seed} baac"), []
    for year in YEARS:
        numbered = [
            (f"{year}{number:08d}", accident)
            for number, accident in enumerate((a for a in accidents if a.day.year == year), start=1)
        ]
        if year >= _FIRST_NEW:
            abroad = replace(numbered[0][1], department=_OVERSEAS, commune=_OVERSEAS_COMMUNE)
            numbered.append((f"{year}{len(numbered) + 1:08d}", abroad))
        write = _new_era if year >= _FIRST_NEW else _old_era
        headers, rows = write(year, numbered, rng)
        for table in _TABLES:
            name = _NAMES.get(year, {}).get(table, table)
            path = folder / f"{name}{'_' if year <= 2016 else '-'}{year}-demonstration.csv"
            if year < _FIRST_NEW:
                write_csv(path, headers[table], rows[table], delimiter=",", encoding="latin-1")
            else:
                write_csv(path, headers[table], rows[table], delimiter=";", quoting=csv.QUOTE_ALL)
            written.append(path)
    return written


_Era = tuple[dict[str, list[str]], dict[str, list[list[Cell]]]]


def _old_era(year: int, numbered: list[tuple[str, Accident]], rng: random.Random) -> _Era:
    rows: dict[str, list[list[Cell]]] = {table: [] for table in _TABLES}
    for number, accident in numbered:
        light, weather, collision = _circumstances(accident, rng)
        located = rng.random() < 0.85
        rows["caracteristiques"].append(
            [
                number,
                year % 100,
                accident.day.month,
                accident.day.day,
                accident.hour * 100 + accident.minute,
                light,
                2 if accident.in_town else 1,
                1,
                weather,
                collision,
                accident.commune[2:],
                rng.choice(_STREETS),
                "M" if located else "",
                f"{round(accident.latitude * 100_000):07d}" if located else "0000000",
                f"{round(accident.longitude * 100_000):07d}" if located else "",
                f"{accident.department}0",
            ]
        )
        rows["lieux"].append(
            [number, accident.road, _way(accident, rng), "", "", 2, "02", "", "", 0, 1, 1, "000", "060", 1, 0, 1, "00"]
        )
        for index, kind in enumerate(accident.vehicles):
            struck = rng.randint(1, 8)
            rows["vehicules"].append([number, 0, f"{kind:02d}", "000", "00", 2, struck, "01", _letter(index)])
        for person in accident.persons:
            walking = person.role == PEDESTRIAN
            rows["usagers"].append(
                [
                    number,
                    "" if walking else person.place,
                    person.role,
                    person.severity,
                    person.sex,
                    person.trip,
                    "" if walking else "21" if accident.vehicles[person.vehicle] in EXPOSED else "11",
                    3 if walking else 0,
                    3 if walking else 0,
                    1 if walking else 0,
                    "" if person.born is None else person.born,
                    _letter(person.vehicle),
                ]
            )
    return {table: header.split(",") for table, header in _OLD.items()}, rows


def _new_era(year: int, numbered: list[tuple[str, Accident]], rng: random.Random) -> _Era:
    rows: dict[str, list[list[Cell]]] = {table: [] for table in _TABLES}
    vehicle_ids, user_ids = _identifiers(138_000_000, rng), _identifiers(203_000_000, rng)
    for number, accident in numbered:
        light, weather, collision = _circumstances(accident, rng)
        rows["caracteristiques"].append(
            [
                number,
                f"{accident.day.day:02d}",
                f"{accident.day.month:02d}",
                year,
                f"{accident.hour:02d}:{accident.minute:02d}",
                light,
                accident.department,
                accident.commune,
                2 if accident.in_town else 1,
                1,
                weather,
                collision,
                rng.choice(_STREETS).upper(),
                f"{accident.latitude:.7f}".replace(".", ","),
                f"{accident.longitude:.7f}".replace(".", ","),
            ]
        )
        limit = 50 if accident.in_town else 80
        lanes = "#VALEURMULTI" if year >= 2023 and rng.random() < 0.02 else "2"
        rows["lieux"].append(
            [number, accident.road, _way(accident, rng), 0, "", 2, lanes, 0, 1, -1, -1, 1, "", -1, 1, 0, 1, limit]
        )
        if year >= _FIRST_SEVERAL_PLACES and accident.hour % 4 == 0:
            rows["lieux"].append(
                [*rows["lieux"][-1][:1], 4, "", 0, "", 2, "2", 0, 1, -1, -1, 1, "", -1, 1, 0, 1, limit]
            )
        ids = [next(vehicle_ids) for _ in accident.vehicles]
        for index, kind in enumerate(accident.vehicles):
            motor = 1 if kind > 1 else 5
            rows["vehicules"].append(
                [number, ids[index], _letter(index), 1, kind, 0, 2, rng.randint(1, 8), 1, motor, ""]
            )
        for person in accident.persons:
            user = [next(user_ids)] if year >= _FIRST_USER_ID else []
            rows["usagers"].append([number, *user, ids[person.vehicle], *_user(person, accident)])
    headers = {table: header.split(";") for table, header in _NEW.items()}
    if year == _RENAMED:
        headers["caracteristiques"][0] = "Accident_Id"
    if year >= _FIRST_USER_ID:
        headers["usagers"].insert(1, "id_usager")
    return headers, rows


def _user(person: Person, accident: Accident) -> list[Cell]:
    walking = person.role == PEDESTRIAN
    safety = (0, -1, -1) if walking else (2 if accident.vehicles[person.vehicle] in EXPOSED else 1, -1, -1)
    return [
        _letter(person.vehicle),
        person.place,
        person.role,
        person.severity,
        person.sex,
        -1 if person.born is None else person.born,
        person.trip,
        *safety,
        *((3, "3", 1) if walking else (-1, "-1", -1)),
    ]


def _circumstances(accident: Accident, rng: random.Random) -> tuple[int, int, int]:
    """Light, weather and kind of collision, as the official codes tell them."""
    dark = accident.hour < 7 or accident.hour >= 20
    light = (5 if accident.in_town else 3) if dark else 1
    collision = rng.choice((1, 2, 3)) if len(accident.vehicles) == 2 else rng.choice((6, 7))
    return light, rng.choices((1, 2, 3, 5, 8), (78, 11, 2, 2, 7))[0], collision


def _way(accident: Accident, rng: random.Random) -> str:
    return {1: "A20", 2: "N20", 3: f"D{rng.randint(1, 980)}"}.get(accident.road, "")


def _letter(index: int) -> str:
    return f"{'ABCDEF'[index]}01"


def _identifiers(start: int, rng: random.Random) -> Iterator[str]:
    """Identifiers as the producer writes them, the thousands apart: 138 306 524."""
    while True:
        start += rng.randint(1, 90)
        yield f"{start:,}".replace(",", "\u00a0")
