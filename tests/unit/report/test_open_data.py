"""The open data of an edition made by hand: labels, figures, what is withheld, what is invented; and what breaks it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import frictionless
import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipelines.report.codes import codes
from pipelines.report.edition import Edition
from pipelines.report.open_data import write_open_data
from pipelines.report.open_files import write_csv, write_parquet
from pipelines.report.open_package import TABLES
from pipelines.report.open_tables import columns
from pipelines.settings.model import SEEDS
from tests.support.tables import rows

_FACT = {
    "territoire_code": "DEP-46", "niveau": "departement", "periode_type": "trimestre", "periode": "2019-T4",
    "source": "police", "perimetre": "complet", "statut": "A", "confidentialite": "F", "motif_code": None,
    "unite": "faits constatés", "valeur": None, "valeur_precedente": None, "ecart": None, "rupture": False,
    "rapport_haut": None, "p_valeur": None, "mot": "non calculable", "lecture": "neutre",
}  # fmt: skip
_WITHHELD = {"valeur": None, "confidentialite": "C", "motif_code": "secret_statistique"}
_ROWS = [
    {"indicateur_code": "VOLS", "valeur": 12.0, "valeur_precedente": 10.0, "ecart": 2.0, "p_valeur": 0.6691234},
    {"indicateur_code": "POSTES", "unite": "ETP", "valeur": 0.1 + 0.2, "valeur_precedente": 0.3, "ecart": -1e-17},
    {"indicateur_code": "SUIVIS", "unite": "personnes en moyenne par mois", "valeur": 113 / 3, "statut": "P"},
    {"indicateur_code": "VIOLS", **_WITHHELD, "rapport_haut": float("inf")},
    {"indicateur_code": "FRAUDES", "statut": "M", "motif_code": "non_recu"},
]


def edition(nature: str = "demonstration") -> Edition:
    names = {"VOLS": "Vols", "POSTES": "Postes", "SUIVIS": "Personnes suivies", "VIOLS": "Viols", "FRAUDES": "Fraudes"}
    tables = {
        "comparaisons": pd.DataFrame([_FACT | row for row in _ROWS]),
        "indicateurs": pd.DataFrame(names.items(), columns=["indicateur_code", "libelle"]),
        "territoires": pd.DataFrame([{"territoire_code": "DEP-46", "libelle": "Lot", "niveau": "departement"}]),
        "sources": pd.DataFrame([{"source": "police", "libelle": "Retours de la police", "rang": 1}]),
        "motifs": pd.DataFrame(
            [("secret_statistique", "Petit nombre : non publié"), ("non_recu", "Livraison attendue et non reçue")],
            columns=["motif_code", "libelle"],
        ),
        "perimetres": pd.DataFrame([{"perimetre": "complet", "libelle": "Tout", "complet": True}]),
    }
    said = {"cliche": "2019-T4", "periode": "2019-T4", "fait_le": "2020-01-20T08:00:00+00:00", "nature": nature,
            "reglages": {"departement": "46"}}  # fmt: skip
    return Edition("publique", said, tables)


def lines(folder: Path, name: str = "comparaisons") -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def datasets(catalogue: dict) -> list[dict]:
    return list(catalogue["dcat:dataset"])


def distributions(catalogue: dict) -> list[dict]:
    return [d for dataset in datasets(catalogue) for d in dataset["dcat:distribution"]]


def told(folder: Path) -> frictionless.Report:
    return frictionless.validate(str(folder / "datapackage.json"))


def test_a_figure_has_no_tail_in_either_file(tmp_path: Path) -> None:
    write_open_data(edition(), tmp_path)
    seen = {r["indicateur"]: r for r in lines(tmp_path)}
    assert [seen[n]["valeur"] for n in ("Vols", "Postes", "Personnes suivies")] == ["12", "0,3", "37,67"]
    assert (seen["Vols"]["ecart"], seen["Postes"]["ecart"], seen["Vols"]["p_valeur"]) == ("2", "0", "0,6691")
    assert seen["Viols"]["rapport_haut"] == "INF"
    kept = pq.read_table(tmp_path / "comparaisons.parquet").to_pylist()
    assert [r["valeur"] for r in kept] == [12.0, 0.3, 37.67, None, None]
    assert [str(r["ecart"]) for r in kept[:2]] == ["2.0", "0.0"], "no minus before a zero"


def test_what_is_withheld_and_what_is_missing_do_not_read_alike(tmp_path: Path) -> None:
    write_open_data(edition(), tmp_path)
    seen = {r["indicateur"]: (r["valeur"], r["etat"], r["motif_libelle"]) for r in lines(tmp_path)}
    assert seen["Viols"] == ("", "non publiée", "Petit nombre : non publié")
    assert seen["Fraudes"] == ("", "manque", "Livraison attendue et non reçue")
    assert seen["Vols"] == ("12", "définitive", "")
    assert seen["Personnes suivies"][1] == "provisoire"


def test_a_line_is_understood_alone(tmp_path: Path) -> None:
    write_open_data(edition(), tmp_path)
    row = lines(tmp_path)[0]
    wanted = {"indicateur": "Vols", "territoire": "Lot", "niveau_libelle": "département", "unite": "faits constatés",
              "periode_libelle": "4e trimestre 2019", "periode_type_libelle": "trimestre", "rupture": "non",
              "source_libelle": "Retours de la police", "perimetre_libelle": "Tout"}  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted


@pytest.mark.parametrize("nature", ["demonstration", "reelle"])
def test_what_is_invented_says_so_in_every_file_and_what_is_real_in_none(tmp_path: Path, nature: str) -> None:
    write_open_data(edition(nature), tmp_path)
    for file in sorted(tmp_path.iterdir()):
        if file.suffix == ".csv":
            assert {row["nature"] for row in lines(tmp_path, file.stem)} == {nature}, file.name
        elif file.suffix == ".parquet":
            assert set(pq.read_table(file)["nature"].to_pylist()) == {nature}, file.name
    package, catalogue = (
        json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("datapackage.json", "catalogue.jsonld")
    )
    shown = [package, *package["resources"]]
    listed = [catalogue, *datasets(catalogue), *distributions(catalogue)]
    said = [package["title"], *(r["description"] for r in shown), *(r["licenses"][0]["title"] for r in shown),
            *(d["dct:title"]["@value"] for d in [catalogue, *datasets(catalogue)]),
            *(d["dct:description"]["@value"] for d in listed)]  # fmt: skip
    invented = [text for text in said if "démonstration" in text.lower()]
    assert invented == (said if nature == "demonstration" else [])
    licences = {r["licenses"][0]["name"] for r in [package, *package["resources"]]}
    addresses = [d.get("dct:license", {}).get("@id", "") for d in listed]
    if nature == "demonstration":
        assert licences == {"notspecified"}
        assert set(addresses) == {""}
    else:
        assert licences == {"etalab-2.0"}
        assert all("etalab.gouv.fr" in address for address in addresses)


def test_the_package_is_judged_whole(tmp_path: Path) -> None:
    write_open_data(edition(), tmp_path)
    report = told(tmp_path)
    assert report.valid, report.flatten(["name", "fieldName", "type", "note"])
    paths = {r["path"] for r in json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))["resources"]}
    assert paths == {f.name for f in tmp_path.iterdir() if f.suffix in (".csv", ".parquet")}


@pytest.mark.parametrize("file", ["comparaisons.csv", "comparaisons.parquet"])
def test_a_changed_byte_breaks_the_package(tmp_path: Path, file: str) -> None:
    write_open_data(edition(), tmp_path)
    content = (tmp_path / file).read_bytes()
    (tmp_path / file).write_bytes(content.replace(b"Vols", b"Vol5", 1))
    assert (tmp_path / file).read_bytes() != content
    assert "hash-count" in {error for (error,) in told(tmp_path).flatten(["type"])}


@pytest.mark.parametrize(("table", "column"), [("indicateurs", "indicateur_code"), ("sources", "source"),
                                               ("motifs", "motif_code"), ("territoires", "territoire_code"),
                                               ("perimetres", "perimetre")])  # fmt: skip
def test_a_code_that_leads_nowhere_breaks_the_package(tmp_path: Path, table: str, column: str) -> None:
    made = edition()
    made.tables["comparaisons"].loc[3, column] = "INCONNU"
    write_open_data(made, tmp_path)
    assert ["foreign-key"] in told(tmp_path).flatten(["type"])


def test_every_column_that_can_be_written_is_described_once() -> None:
    forms = {"texte", "entier", "nombre", "date", "oui_non"}
    for table in TABLES:
        known = columns(table)
        assert [c.name for c in known if not c.description] == []
        assert len({c.name for c in known}) == len(known)
        assert {c.form for c in known} <= forms
        assert {c.name for c in known if c.form == "nombre"} == {c.name for c in known if c.digits}
        assert known[0].name == "nature"


def test_an_empty_table_keeps_its_columns(tmp_path: Path) -> None:
    rows = pd.DataFrame({c.name: [] for c in columns("motifs")}, dtype=object)
    write_csv(tmp_path / "vide.csv", rows)
    write_parquet(tmp_path / "vide.parquet", rows, list(columns("motifs")))
    assert (tmp_path / "vide.csv").read_text(encoding="utf-8-sig") == "nature;motif_code;libelle\n"
    assert pq.read_schema(tmp_path / "vide.parquet").names == ["nature", "motif_code", "libelle"]


def test_every_way_of_dividing_a_value_has_its_words() -> None:
    used = {row["ventilation_type"] for row in rows(SEEDS / "indicateurs" / "ventilations.csv")}
    assert used | {"total"} == set(codes("ventilation_type"))
