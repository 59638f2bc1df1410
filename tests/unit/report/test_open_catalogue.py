"""The catalogue as a portal's harvester takes it: the official shapes of DCAT-AP, then what the graph holds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from pipelines.report.edition import Edition
from pipelines.report.open_data import write_open_data
from pipelines.settings.tables import read_rows
from tests.conftest import PROJECT
from tests.unit.report.test_open_data import edition

SHAPES = PROJECT / "tests" / "data" / "dcat_ap_3.0.1"
ADDRESS = "https://exemple.gouv.fr/observatoire"
SQUARE = '{"type":"Polygon","coordinates":[[[1.0,44.5],[1.1,44.5],[1.1,44.6],[1.0,44.6],[1.0,44.5]]]}'
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
GIVEN = {"editeur": "Préfecture du Lot", "contact": "donnees@exemple.gouv.fr", "donnees": ADDRESS}


def with_places(nature: str = "reelle", **said: str) -> Edition:
    """An edition with a commune that has a contour."""
    made = edition(nature)
    made.manifest["publication"] = {**GIVEN, **said}
    made.tables["series"] = pd.DataFrame(
        [{"indicateur_code": "VOLS", "territoire_code": "DEP-46", "periode_type": "trimestre", "periode": "2019-T4",
          "periode_debut": pd.Timestamp("2019-10-01"), "periode_fin": pd.Timestamp("2019-12-31"),
          "ventilation_type": "total", "ventilation_code": "total", "valeur": 12.0, "unite": "faits constatés",
          "statut": "A", "confidentialite": "F", "motif_code": None, "source": "police", "perimetre": "complet"}]
    )  # fmt: skip
    made.tables["lieux"] = pd.DataFrame(
        [{"territoire_code": "COM-46042", "niveau": "commune", "libelle": "Cahors", "code_officiel": "46042",
          "epci_code": "EPCI-1", "population": 20_000, "population_millesime": 2021},
         {"territoire_code": "EPCI-1", "niveau": "epci", "libelle": "Grand Cahors", "code_officiel": "1",
          "epci_code": None, "population": 41_000, "population_millesime": 2021}]
    )  # fmt: skip
    made.tables["contours"] = pd.DataFrame([{"territoire_code": "COM-46042", "contour": SQUARE, "origine": "IGN"}])
    made.tables["taux_lieux"] = pd.DataFrame(
        [{"territoire_code": "COM-46042", "indicateur_code": "VOLS", "periode": "2019", "taux": 1.5,
          "unite": "pour 1 000 habitants", "statut": "A", "motif_code": None, "source": "police"}]
    )  # fmt: skip
    return made


def harvested(made: Edition, folder: Path) -> rdflib.Graph:
    """The graph that a harvester makes of the file, found where it is put."""
    write_open_data(made, folder)
    return rdflib.Graph().parse(folder / "catalogue.jsonld", publicID="https://portail.exemple/ici/")


@pytest.mark.parametrize("shapes", ["shapes", "range"])
@pytest.mark.parametrize("made", [with_places(), with_places("demonstration", editeur="", contact="", donnees="")],
                         ids=["real", "demonstration"])  # fmt: skip
def test_the_official_shapes_find_no_violation(made: Edition, shapes: str, tmp_path: Path) -> None:
    conforms, _, text = pyshacl.validate(harvested(made, tmp_path), shacl_graph=str(SHAPES / f"{shapes}.ttl"))
    assert conforms, text


def test_the_shapes_that_judge_can_be_failed(tmp_path: Path) -> None:
    graph = harvested(with_places(), tmp_path)
    graph.remove((None, DCTERMS.title, None))
    assert not pyshacl.validate(graph, shacl_graph=str(SHAPES / "shapes.ttl"))[0]


def test_nothing_that_is_recommended_lacks(tmp_path: Path) -> None:
    """But a service, the status of a licence's text and what no file of ours is made of."""
    graph = harvested(with_places(), tmp_path)
    _, report, _ = pyshacl.validate(graph, shacl_graph=str(SHAPES / "shapes_recommended.ttl"))
    shacl = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    lacking = {str(o).rpartition("#")[2].rpartition("/")[2] for o in report.objects(None, shacl.resultPath)}
    assert lacking <= {"service", "type"}, lacking


def test_a_harvester_lists_the_data_sets_and_their_files(tmp_path: Path) -> None:
    graph = harvested(with_places(), tmp_path)
    base = f"{ADDRESS}/2019-T4/donnees_ouvertes/"
    [catalogue] = graph.subjects(RDF.type, DCAT.Catalog)
    assert str(catalogue) == f"{base}catalogue.jsonld"
    found = {str(s).partition("#")[2] for s in graph.objects(catalogue, DCAT.dataset)}
    known = {r["jeu"] for r in read_rows(PROJECT / "pipelines" / "report" / "open_datasets.csv")}
    assert found == known - {"taux"}, "an edition without rates has no data set of them"
    addresses = {str(a).removeprefix(base) for a in graph.objects(None, DCAT.downloadURL)}
    assert addresses == {f.name for f in tmp_path.iterdir() if f.suffix in {".csv", ".parquet", ".gpkg"}}
    for d in graph.subjects(RDF.type, DCAT.Distribution):
        file = tmp_path / str(graph.value(d, DCAT.downloadURL)).removeprefix(base)
        [checksum] = graph.objects(d, SPDX.checksum)
        written = graph.value(checksum, SPDX.checksumValue)
        assert str(written).lower() == hashlib.sha256(file.read_bytes()).hexdigest()
        assert int(graph.value(d, DCAT.byteSize)) == file.stat().st_size
        assert graph.value(d, DCAT.accessURL) == graph.value(d, DCAT.downloadURL)
    for s in graph.objects(catalogue, DCAT.dataset):
        assert str(graph.value(graph.value(s, DCTERMS.publisher), FOAF.name)) == "Préfecture du Lot"
        assert str(graph.value(graph.value(s, DCAT.contactPoint), VCARD.hasEmail)) == "mailto:donnees@exemple.gouv.fr"
        assert str(graph.value(s, DCTERMS.spatial)) == "http://id.insee.fr/geo/departement/46"
        assert str(graph.value(s, DCTERMS.accrualPeriodicity)).endswith("/QUARTERLY")
        span = graph.value(s, DCTERMS.temporal)
        assert [str(graph.value(span, p)) for p in (DCAT.startDate, DCAT.endDate)] == ["2019-10-01", "2019-12-31"]
        assert {str(k) for k in graph.objects(s, DCAT.keyword)} == {"prévention de la délinquance", "Lot"}


def test_without_an_address_everything_is_relative_to_the_catalogue(tmp_path: Path) -> None:
    graph = harvested(with_places(donnees=""), tmp_path)
    found = {str(a) for a in graph.objects(None, DCAT.accessURL)}
    assert found == {f"https://portail.exemple/ici/{f.name}" for f in tmp_path.iterdir()
                     if f.suffix in {".csv", ".parquet", ".gpkg"}}  # fmt: skip


def test_every_resource_of_the_package_is_in_one_data_set(tmp_path: Path) -> None:
    write_open_data(with_places(), tmp_path)
    package, catalogue = (
        json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("datapackage.json", "catalogue.jsonld")
    )
    listed = [d["@id"].rpartition("#fichier-")[2] for s in catalogue["dcat:dataset"] for d in s["dcat:distribution"]]
    assert sorted(listed) == sorted(r["name"] for r in package["resources"])
