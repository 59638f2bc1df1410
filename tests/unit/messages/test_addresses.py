"""The table of addresses is checked line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.messages import addresses
from pipelines.settings.model import Settings
from pipelines.settings.tables import CatalogueError

CATALOGUE = load_catalogue()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    return Settings()


def write(home: Settings, *lines: str, header: str = "destinataire,adresse", encoding: str = "utf-8") -> None:
    home.paths.addresses.write_bytes("\n".join([header, *lines, ""]).encode(encoding))


def refused(home: Settings) -> list[str]:
    with pytest.raises(CatalogueError) as told:
        addresses.read(home, CATALOGUE)
    return str(told.value).splitlines()


def test_without_a_table_nobody_is_written_to(home: Settings) -> None:
    assert addresses.read(home, CATALOGUE).of("SRV-46-GN-CGD-CAHORS") == ()


def test_a_service_is_named_by_its_code_its_name_or_its_label(home: Settings) -> None:
    write(home, "cgd cahors,a@exemple.fr", "Compagnie de gendarmerie de Cahors,b@exemple.fr",
          "SRV-46-GN-CGD-FIGEAC,c@exemple.fr", "POSTE-46-CIAT-CAHORS,d@exemple.fr",
          "Éducation nationale,e@exemple.fr")  # fmt: skip
    read = addresses.read(home, CATALOGUE)
    assert read.of("SRV-46-GN-CGD-CAHORS") == ("a@exemple.fr", "b@exemple.fr")
    assert read.of("SRV-46-GN-CGD-FIGEAC") == ("c@exemple.fr",)
    assert read.of("POSTE-46-CIAT-CAHORS") == ("d@exemple.fr",)
    assert read.of("EDUCATION_NATIONALE") == ("e@exemple.fr",)


def test_every_fault_is_told_with_its_line_its_column_and_its_remedy(home: Settings) -> None:
    write(home, "CGD CAHORS,a@exemple.fr", "CGD CAOR,b@exemple.fr", "CGD FIGEAC,bureau de Figeac", ",c@exemple.fr",
          "CGD CAHORS,A@exemple.fr", 'CGD FIGEAC,"d@exemple.fr, e@exemple.fr"')  # fmt: skip
    told = refused(home)
    folder = home.paths.home.name
    assert told[0] == (
        f"{folder}/adresses.csv, ligne 3, colonne destinataire : « CGD CAOR » n'est ni un service, ni un poste, ni un "
        "pilote connu. Les plus proches : CGD CAHORS, CIAT DE CAHORS, CGD GOURDON."
    )
    assert [line.split(" : ")[0].partition(", ")[2] for line in told] == [
        "ligne 3, colonne destinataire", "ligne 4, colonne adresse", "ligne 5, colonne destinataire",
        "ligne 6, colonne adresse", "ligne 7, colonne adresse",
    ]  # fmt: skip
    assert "Attendu : une seule adresse" in told[1]
    assert "elle est déjà à la ligne 2" in told[3]


def test_what_was_written_in_place_of_an_address_is_not_repeated(home: Settings) -> None:
    write(home, "CGD CAHORS,Jeanne Dupont 06 12 34 56 78")
    assert "Dupont" not in "".join(refused(home))


@pytest.mark.parametrize(
    ("header", "encoding", "says"),
    [
        ("destinataire;adresse", "utf-8", "le séparateur est le point-virgule"),
        ("service,adresse", "utf-8", "la colonne manque"),
        ("destinataire,adresse,note", "utf-8", "n'a pas 3 cellules"),
    ],
)
def test_a_table_that_a_spreadsheet_saved_its_own_way_is_refused(
    header: str, encoding: str, says: str, home: Settings
) -> None:
    line = "CGD CAHORS;a@exemple.fr" if ";" in header else "CGD CAHORS,a@exemple.fr"
    write(home, line, header=header, encoding=encoding)
    assert says in "\n".join(refused(home))
