"""The page on personal data says what the code looks at, finds and keeps."""

from __future__ import annotations

import re

from pipelines.files import whole_file, whole_ods, whole_xlsx
from pipelines.personal import names as personal_names
from pipelines.settings.model import PROJECT, Settings
from tests.unit.personal.test_personal import FOUND

PAGE = " ".join((PROJECT / "docs" / "donnees-personnelles.md").read_text(encoding="utf-8").split())


def test_every_form_is_a_line_of_the_page() -> None:
    rows = re.findall(r"\| (u[^|]+|le nom[^|]+) \| ", PAGE.split("## Quoi")[1])
    assert set(FOUND) < set(rows)


def test_the_places_are_those_that_messages_name() -> None:
    said = PAGE.split("## Où")[1].split("## Quoi")[0]
    named = (
        "commentaires", "propriétés du document", "en-tête et le pied de page", "noms définis", "listes de saisie",
        "zones de texte", "liens", "tableaux croisés", "aucune cellule ne montre plus", "formules",
    )  # fmt: skip
    assert [words for words in named if words not in said] == []
    assert "suivi des modifications" in said
    assert whole_ods.COMMENT == whole_xlsx.COMMENT == "un commentaire"


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    assert f"**{Settings().quarantine_days} jours**" in PAGE
    assert f"les {whole_file._ENOUGH >> 20} premiers Mio" in PAGE
    assert f"une date d'avant {personal_names._FIRST_YEAR}" in PAGE
