"""Names from a catalogue are those of strangers; the table of places is edited by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.catalogue.downloads import Wanted, plain, read_places
from pipelines.catalogue.model import CatalogueError
from pipelines.fetch.names import file_name, safe_name, with_mark
from pipelines.home import landing
from pipelines.settings.model import SOURCES


@pytest.mark.parametrize(
    ("address", "title", "format", "name"),
    [
        ("https://h/a/caract-2023.csv", "", "", "caract-2023.csv"),
        ("https://h/a/donnee-data.gouv-2025.csv.gz?x=1#y", "", "", "donnee-data.gouv-2025.csv.gz"),
        ("https://h/a/%C3%A9tat%204001.xlsx", "", "", "état 4001.xlsx"),
        ("https://h/r/604d71b8-337d-4869", "Base communale", "csv", "Base communale.csv"),
        ("https://h/r/604d71b8", "usagers-2023.csv", "csv", "usagers-2023.csv"),
        ("https://h/r/604d71b8", "", "CSV.GZ", "604d71b8.csv.gz"),
        ("https://h/a/..%2F..%2Fetc%2Fpasswd.csv", "", "", "passwd.csv"),
        ("https://h/a/..%5C..%5Cboot.ini.csv", "", "", "boot.ini.csv"),
        ("https://h/", "../../../etc/cron.d/x.csv", "", "x.csv"),
        ("https://h/", "..", "", "fichier"),
        ("https://h/", "", "", "fichier"),
    ],
)
def test_the_name_is_the_producers_own_or_the_title(address: str, title: str, format: str, name: str) -> None:
    assert file_name(address, title, format) == name


@pytest.mark.parametrize(
    ("hostile", "name"),
    [
        (".bashrc.csv", "bashrc.csv"), ("~$classeur.xlsx", "classeur.xlsx"), ("a\x1b[2Jb\n.csv", "a[2Jb.csv"),
        ("a\u202egnp.csv", "agnp.csv"), ("a\0b.csv", "ab.csv"), ("con.csv", "_con.csv"), ("x.part", "x.part_"),
        ("Thumbs.db", "Thumbs.db_"), ("a:b*c?.csv", "a b c.csv"), (".csv", "csv"), ("  ", "fichier"),
        ("-rf.csv", "rf.csv"), ("caf\ufffd.csv", "caf.csv"),
    ],
)  # fmt: skip
def test_hostile_names_are_made_harmless(hostile: str, name: str) -> None:
    assert safe_name(hostile) == name


@given(st.text(max_size=400))
def test_any_text_gives_a_name_that_reception_takes(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    name = safe_name(text)
    folder = tmp_path_factory.getbasetemp()
    assert (folder / name).parent == folder
    assert name.isprintable()
    assert 0 < len(name.encode()) <= 160
    assert not landing.is_left_alone(name)
    assert name not in {".", ".."}
    assert not landing.is_left_alone(with_mark(name, "2026-07-09"))


def test_a_long_name_keeps_its_extension(tmp_path: Path) -> None:
    name = safe_name("é" * 300 + ".csv.gz")
    (tmp_path / name).write_bytes(b"x")
    assert name.endswith("é.csv.gz")


def test_spellings_that_producers_mix_are_one() -> None:
    wanted = Wanted("x", ("caract-{annee}.csv", "Millésime {annee} : Liste des communes*"), since=2015)
    assert wanted.year_in("Caract_2024.csv") == (True, 2024)
    assert wanted.year_in("x", "Millésime 2026 : Liste des communes, arrondissements") == (True, 2026)
    assert wanted.year_in("Mille\u0301sime 2026 : liste des communes") == (True, 2026)
    assert wanted.year_in("caract-2014.csv") == (False, 2014)
    assert wanted.year_in("caract-2023.csv.sha1") == (False, None)
    assert plain("A_b - c") == "a-b-c"


# The producers' own names, as they were read in public pages and programs; each with what must not be taken for it.
@pytest.mark.parametrize(
    ("source", "names", "others"),
    [
        ("ssmsi",
         ["donnee-dep-data.gouv-2025-geographie2026-produit-le2026-06-25.csv",
          "donnee-data.gouv-2025-geographie2026-produit-le2026-06-25.csv.gz",
          "donnee-reg-data.gouv-2025-geographie2025-produit-le2026-01-22.csv"],
         ["donnee-comm-data.gouv-parquet-2025-geographie2026-produit-le2026-06-25.parquet",
          "info-complements-data.gouv-2025-geographie2026-produit-le2026-06-25.xlsx",
          "fichier-metadonnees-data-gouv-geographie-delinquance-juillet2026.pdf"]),
        ("etat4001_monthly", ["tableaux-4001-ts.xlsx", "tableaux-4001-pn.xlsx", "tableaux-4001-gn.xlsx"], ["x.pdf"]),
        ("police", ["crimes-et-delits-enregistres-par-les-services-de-gendarmerie-et-de-police-depuis-2012.xlsx"],
         ["liste-index.xlsx"]),
        ("road_safety",
         ["caracteristiques_2016.csv", "caracteristiques-2019.csv", "carcteristiques-2021.csv", "caract-2023.csv",
          "lieux-2023.csv", "vehicules-2023.csv", "usagers-2024.csv"],
         ["vehicules-immatricules-baac-2022.csv", "caracteristiques_2009.csv", "description-des-bases.pdf"]),
        ("insee",
         ["v_commune_2026.csv", "v_mvt_commune_2026.csv", "v_mvtcommune_2026.csv", "v_departement_2026.csv",
          "POPULATION_MUNICIPALE_COMMUNES_FRANCE.xlsx",
          "Millésime 2026 : Liste des communes, arrondissements municipaux, communes déléguées et communes associées"],
         ["v_region_2026.csv", "v_commune_comer_2026.csv", "Millésime 2026 : Liste des régions"]),
    ],
)  # fmt: skip
def test_the_producers_names_are_recognised_and_no_other(source: str, names: list[str], others: list[str]) -> None:
    wanted = [w for d in read_places().of([source]).datasets for w in d.wanted]
    assert {n: sum(w.year_in(n)[0] for w in wanted) for n in names} == dict.fromkeys(names, 1)
    assert [n for n in others if any(w.year_in(n)[0] for w in wanted)] == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("noms:", "nom:", "clé inconnue : nom"),
        ('noms: ["lieux-{annee}.csv"]', "noms: lieux", "lieux, une table par année doit donner une liste de noms"),
        ("titre: Bases", "titres: Bases", "clé inconnue : titres ; il manque titre"),
        ("lieux-{annee}.csv", "lieux-*.csv", "demandent {annee} dans chaque nom"),
        ("depuis: 2015", "garder: toutes", "garder vaut toutes"),
        ("telechargement:\n", "telechargement: oui\nreste:\n", "il faut une liste de blocs"),
    ],
)
def test_a_mistake_in_the_table_is_said_with_its_file(tmp_path: Path, before: str, after: str, said: str) -> None:
    copy = tmp_path / "sources"
    shutil.copytree(SOURCES, copy)
    file = copy / "road_safety" / "source.yml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(CatalogueError) as raised:
        read_places(copy)
    assert str(raised.value).startswith("sources/road_safety/source.yml, telechargement : ")
    assert said in str(raised.value)


def test_what_is_sent_and_what_is_fetched_are_all_the_sources() -> None:
    places = read_places()
    every = {f.parent.name for f in SOURCES.glob("*/source.yml")}
    assert set(places.sources) | set(places.senders) == every
    assert set(places.senders) >= {"action_followup", "iscg", "road_barometer", "service_returns"}
