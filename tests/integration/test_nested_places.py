"""Figures that pilots write by place: what lies in another place is never added to it, nor is above it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from pipelines.quality.reception import ReceptionGate
from pipelines.settings.model import SEEDS
from tests.conftest import Home, real_file
from tests.mutants.loading import received
from tests.support.tables import rows
from tests.support.warehouse_parts import Part

pytestmark = [pytest.mark.xdist_group("nested"), pytest.mark.long]

HEADER = "edition;annee;trimestre;code_departement;indicateur_code;territoire_code;valeur;statut"
FIGEAC, CAHORS, GRAND_FIGEAC, GRAND_CAHORS = "COM-46102", "COM-46042", "EPCI-200067361", "EPCI-200023737"
# Its communes are in the arrondissements of Figeac and of Gourdon (Insee).
CAUSSES = "EPCI-200066371"
SRV = "SRV-46-GN-CGD-"
OVERLAP, UNKNOWN = "lieux_recoupes", "non_communique"

# What a pilot writes by place (None: not communicated) → the département, by who lies in whom; or why there is none.
SCENARIOS: list[tuple[dict[str, int | None], int | str]] = [
    ({FIGEAC: 12, GRAND_FIGEAC: 15}, 15),
    ({FIGEAC: 12, CAHORS: 3}, 15),
    ({FIGEAC: 12, GRAND_FIGEAC: 15, CAHORS: 3}, 18),
    ({FIGEAC: 12, GRAND_FIGEAC: 15, "ARR-462": 20}, 20),
    ({GRAND_FIGEAC: 15, "ARR-463": 4}, 19),
    ({"QRT-46042-TERRE-ROUGE": 2, CAHORS: 5}, 5),
    ({"QRT-46042-TERRE-ROUGE": 2, "QRT-46042-CROIX-DE-FER": 3}, 5),
    ({"QRT-46042-TERRE-ROUGE": 2, FIGEAC: 3}, 5),
    ({"QRT-46042-TERRE-ROUGE": 2, "CLSPD-46-GRAND-CAHORS": 6, GRAND_CAHORS: 4}, 6),
    ({f"{SRV}FIGEAC": 4, "ZGN-46": 9}, 9),
    ({f"{SRV}FIGEAC": 4, "ARR-462": 9}, 9),
    ({f"{SRV}FIGEAC": 4, "ARR-463": 9}, 13),
    ({f"{SRV}FIGEAC": 4, "SRV-46-GN-GGD": 9}, 9),
    ({"ZPN-46": 4, "ZGN-46": 5}, 9),
    ({"ZPN-46": 4, CAHORS: 2}, 4),
    ({"ZPN-46": 4, FIGEAC: 2}, 6),
    ({"POSTE-46-CIAT-CAHORS": 3, "ARR-461": 5}, 5),
    ({CAUSSES: 5, "ARR-463": 6}, OVERLAP),
    ({CAUSSES: 5, "ARR-463": 6, FIGEAC: 1}, OVERLAP),
    ({"CLSPD-46-FIGEAC": 5, GRAND_FIGEAC: 6}, OVERLAP),
    ({f"{SRV}CAHORS": 3, FIGEAC: 2}, OVERLAP),  # no list says which communes a company has
    ({"": 30, FIGEAC: 12, GRAND_FIGEAC: 15}, 30),
    ({FIGEAC: None, GRAND_FIGEAC: 15}, 15),
    ({FIGEAC: 12, GRAND_FIGEAC: None}, UNKNOWN),
]


def codes() -> list[str]:
    """As many follow-up indicators as there are scenarios, then the next quarter's."""
    return list(dict.fromkeys(r["indicateur_code"] for r in rows(SEEDS / "plan" / "indicateurs_suivi.csv")))


def placed(number: int) -> tuple[str, int]:
    """(indicator, quarter) of a scenario."""
    every = codes()
    return every[number % len(every)], 1 + number // len(every)


def line(indicator: str, quarter: int, place: str, value: int | None, year: int = 2021) -> str:
    said = "realise" if value is not None else "non_communique"
    return f"1;{year};{quarter};46;{indicator};{place};{'' if value is None else value};{said}"


def returned(lines: list[str]) -> bytes:
    return ("\n".join([HEADER, *lines]) + "\n").encode()


@pytest.fixture(scope="module", params=["sans fichier de l'Insee", "avec les fichiers de l'Insee"])
def followed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Part:
    lines = [
        line(*placed(n), place, value) for n, (places, _) in enumerate(SCENARIOS) for place, value in places.items()
    ]
    files: dict[str, Path | bytes] = {"suivi.csv": returned(lines)}
    if request.param.startswith("avec"):
        files["v_commune_2025.csv"] = real_file("insee", "v_commune_2025.csv")
        name = "lot46_communes_arrondissement_epci_population_2014_2024.csv"
        files[name] = real_file("insee", name)
    made = Part(tmp_path_factory.mktemp("suivi"), files, ["int_valeurs_suivi", "reference_territoires"], "46")
    assert made.refused == []
    return made


def test_what_lies_in_another_place_is_never_added(followed: Part) -> None:
    found = {
        (code, period): (value, reason, told)
        for code, period, value, reason, told in followed.sql(
            "select indicateur_code, periode, valeur::int, motif_code, motif from intermediaire.int_valeurs_suivi "
            "where territoire_code = 'DEP-46'"
        )
    }
    for number, (places, expected) in enumerate(SCENARIOS):
        code, quarter = placed(number)
        value, reason, told = found[code, f"2021-T{quarter}"]
        if isinstance(expected, int):
            assert (value, reason) == (expected, None), places
        else:
            assert (value, reason) == (None, expected), places
            assert told
    assert len(found) == len(SCENARIOS)


def test_every_place_keeps_what_was_written_for_it(followed: Part) -> None:
    rows = followed.sql(
        "select indicateur_code, periode, territoire_code, valeur::int from intermediaire.int_valeurs_suivi "
        "where territoire_code <> 'DEP-46'"
    )
    written = [
        (placed(n)[0], f"2021-T{placed(n)[1]}", place, value)
        for n, (places, _) in enumerate(SCENARIOS) for place, value in places.items() if place
    ]  # fmt: skip
    assert sorted(rows, key=str) == sorted(written, key=str)


def test_the_register_says_the_epci_of_a_commune(followed: Part) -> None:
    file = real_file("insee", "lot46_communes_arrondissement_epci_population_2014_2024.csv")
    with file.open(encoding="utf-8", newline="") as stream:
        told = {f"COM-{r['CODGEO']}": (f"EPCI-{r['EPCI']}", f"ARR-{r['ARR']}")
                for r in csv.DictReader(stream) if r["MILLESIME"] == "2024"}  # fmt: skip
    with real_file("insee", "v_commune_2025.csv").open(encoding="utf-8", newline="") as stream:
        today = {f"COM-{r['COM']}" for r in csv.DictReader(stream) if (r["TYPECOM"], r["DEP"]) == ("COM", "46")}
    told = {code: places for code, places in told.items() if code in today}  # Pern is in Pern-Lhospitalet since 2025
    rows = followed.sql(
        "select territoire_code, epci_code, parent_code from reference.territoires "
        "where niveau = 'commune' and code_officiel is not null"
    )
    assert {code: (epci, parent) for code, epci, parent in rows} == told
    levels = dict(followed.sql("select territoire_code, niveau from reference.territoires"))
    assert {levels[epci] for epci, _ in told.values()} == {"epci"}
    assert (levels["QRT-46042-TERRE-ROUGE"], levels["CLSPD-46-FIGEAC"]) == ("quartier", "clspd")
    assert "lieu_declare" not in levels.values()


def test_figeac_and_grand_figeac_are_published_as_fifteen(home: Home) -> None:
    (home.landing / "suivi.csv").write_bytes(
        returned([line("P1.A1.I1", 1, FIGEAC, 12), line("P1.A1.I1", 1, GRAND_FIGEAC, 15),
                  line("P1.A3.I1", 1, CAUSSES, 5), line("P1.A3.I1", 1, "ARR-463", 6)])
    )  # fmt: skip
    told = home.load(VIGIE_TODAY="2021-05-01")
    assert (told["resultat"], told["refusees"]) == ("publié", [])
    assert home.sql(
        "select territoire_code, valeur from indicateurs.valeurs where indicateur_code = 'P1.A1.I1' "
        "and periode = '2021-T1' and valeur is not null order by 1"
    ) == [[FIGEAC, 12], ["DEP-46", 15], [GRAND_FIGEAC, 15]]
    [[value, status, reason, said]] = home.sql(
        "select valeur, statut, motif_code, motif from indicateurs.valeurs where indicateur_code = 'P1.A3.I1' "
        "and periode = '2021-T1' and territoire_code = 'DEP-46' and source = 'suivi_actions'"
    )
    assert (value, status, reason) == (None, "M", OVERLAP)
    assert CAUSSES in said
    assert "Écrire le total" in said
    done = home.run("explain", "P1.A1.I1", "DEP-46", "2021-T1", "--json", VIGIE_TODAY="2021-05-01")
    cells = json.loads(done.stdout)["cellules"]
    assert (cells["nombre"], cells["concorde"]) == (1, True)
    assert home.sql("select count(*) from qualite.constats where severite = 'bloquant'") == [[0]]


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        (FIGEAC, GRAND_FIGEAC), (FIGEAC, "ARR-462"), (CAHORS, "ZPN-46"), (FIGEAC, "ZGN-46"), (FIGEAC, ""),
        ("QRT-46042-TERRE-ROUGE", CAHORS), ("QRT-46042-TERRE-ROUGE", GRAND_CAHORS), ("QRT-46042-TERRE-ROUGE", ""),
        (GRAND_FIGEAC, "ARR-462"), (GRAND_FIGEAC, ""), (GRAND_CAHORS, "CLSPD-46-GRAND-CAHORS"),
        (f"{SRV}FIGEAC", "ZGN-46"), (f"{SRV}FIGEAC", "ARR-462"), (f"{SRV}FIGEAC", "SRV-46-GN-GGD"),
        (f"{SRV}FIGEAC", ""), ("POSTE-46-CIAT-CAHORS", "ARR-461"), ("POSTE-46-CIAT-CAHORS", ""),
        ("ARR-462", ""), ("ZGN-46", ""), ("CLSPD-46-FIGEAC", ""),
    ],
)  # fmt: skip
def test_a_part_above_its_whole_is_refused_by_name(tmp_path: Path, part: str, whole: str) -> None:
    file = tmp_path / "suivi.csv"
    for value, refused in ((15, False), (16, True)):
        file.write_bytes(returned([line("P1.A1.I1", 1, part, value), line("P1.A1.I1", 1, whole, 15)]))
        found = [f.text for f in received(tmp_path / str(value), file, ReceptionGate()) if f.rule == "TERRITOIRES"]
        assert bool(found) is refused, found
        assert all("16" in text and "15" in text for text in found)


def test_a_service_is_not_set_beside_an_arrondissement_that_it_is_not_in(tmp_path: Path) -> None:
    file = tmp_path / "suivi.csv"
    file.write_bytes(returned([line("P1.A1.I1", 1, f"{SRV}FIGEAC", 16), line("P1.A1.I1", 1, "ARR-463", 15)]))
    assert received(tmp_path / "home", file, ReceptionGate()) == []
