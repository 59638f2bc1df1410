"""A delivery that breaks the build is found, set aside and named; the rest is published; nothing forgets it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.mutants.damage import change_first

pytestmark = [pytest.mark.xdist_group("mise-a-l-ecart"), pytest.mark.long]

# What a fault of Vigie's own, met with one value alone, would do: a cast that this value does not survive.
_VALUE = 4321
_MODEL = Path("dbt_project/models/intermediate/route/int_valeurs_barometre.sql")
_FAULTY = f"where m.valeur <> {_VALUE} or cast('illisible ' || m.valeur::string as bigint) > 0"
# What one of a model would do in this département, with no row at all.
_FAULTY_HERE = """
union all
select null, null, null, null, null, null, null, null, cast('illisible ' || code_departement as decimal(18, 2)),
    null, null, null, null
from {{ source('raw', 'instance') }} where code_departement = '46'
"""


def altered(project: Path, condition: str) -> None:
    """The copy of the project with a condition on the barometer's rows."""
    model = project / _MODEL
    text = model.read_text(encoding="utf-8")
    before = "b on b.mesure = m.mesure\n"
    assert before in text
    model.write_text(text.replace(before, f"{before}    {condition}\n", 1), encoding="utf-8")


@pytest.fixture
def few(tmp_path: Path, demo_files: Path) -> Callable[[Path], Home]:
    """A home whose landing folder holds three years of the barometer, one of which has the value that breaks."""

    def make(project: Path) -> Home:
        home = Home(tmp_path / "home", PYTHONPATH=str(project))
        for year in (2018, 2019, 2020):
            home.drop(demo_files / f"barometre-securite-routiere-{year}-demonstration.xlsx")
        change_first(
            home.landing / "barometre-securite-routiere-2019-demonstration.xlsx", "Baromètre",
            lambda r: r["mesure"] == "suspensions_permis", valeur=_VALUE,
        )  # fmt: skip
        return home

    return make


def test_what_breaks_the_build_is_set_aside_and_the_rest_published(few, amended: Path) -> None:
    altered(amended, _FAULTY)
    home = few(amended)
    told = home.load()
    assert told["code_sortie"] == 1
    [aside] = told["mises_a_l_ecart"]
    assert aside["nom"] == "barometre-securite-routiere-2019-demonstration.xlsx"
    assert "int_valeurs_barometre" in aside["motif"]
    count = (
        "select left(periode, 4), count(valeur) from indicateurs.valeurs where source = 'barometre_odsr' "
        "and indicateur_code = 'ACCIDENTS' and territoire_code = 'DEP-46' and periode_type = 'mois' "
        "and valeur is not null and left(periode, 4) in ('2018', '2019', '2020') group by 1 order by 1"
    )
    assert home.sql(count) == [["2018", 12], ["2020", 12]]
    assert home.sql("select nom from qualite.livraisons where statut = 'ecartee'") == [[aside["nom"]]]

    # It is kept, with the decision; the register is made again from there.
    delivery = aside["livraison_id"]
    [decision] = (home.folder / "archive").glob(f"{delivery}*/decisions/0001.json")
    assert json.loads(decision.read_text(encoding="utf-8"))["decision"] == "ecartee"
    assert delivery in home.run("status").stdout
    assert "mise à l'écart" in home.run("deliveries", delivery).stdout

    # Nothing new: it is not tried again, and no build is made.
    again = home.load()
    assert (again["code_sortie"], again["lignes_publiees"]) == (0, None)

    # A person may ask for it; it is still what it is.
    assert home.run("reinstate", delivery, "--motif", "vérifiée").returncode == 0
    third = home.load()
    assert (third["code_sortie"], [d["livraison_id"] for d in third["mises_a_l_ecart"]]) == (1, [delivery])

    # Mended, it is taken up again by itself.
    model = amended / _MODEL
    model.write_text(model.read_text(encoding="utf-8").replace(_FAULTY, ""), encoding="utf-8")
    mended = home.load()
    assert (mended["code_sortie"], mended["mises_a_l_ecart"]) == (0, [])
    assert home.sql(count)[1] == ["2019", 12]


def test_a_model_that_no_delivery_explains_is_an_internal_fault(few, amended: Path, tmp_path: Path) -> None:
    # The model fails in the Lot, whatever was received; the project was prepared in another département.
    model = amended / _MODEL
    model.write_text(model.read_text(encoding="utf-8") + _FAULTY_HERE, encoding="utf-8")
    home = few(amended)
    prepare = (
        "from pipelines.settings.model import Settings; from pipelines.warehouse import dbt; "
        "dbt.prepare_project(Settings())"
    )
    elsewhere = home.environment | {"VIGIE_DEPARTEMENT": "12", "VIGIE_HOME": str(tmp_path / "ailleurs")}
    subprocess.run([sys.executable, "-c", prepare], env=elsewhere, cwd=amended, check=True)
    told = home.load()
    assert told["code_sortie"] == 4
    assert told["mises_a_l_ecart"] == []
    assert "sans qu'aucune livraison l'explique" in told["incident"]
    [model] = told["modeles"]
    assert model["modele"] == "int_valeurs_barometre"
    assert "int_valeurs_barometre.sql) : Conversion Error" in model["message"]


def test_a_model_that_fails_with_nothing_received_is_an_internal_fault(few, amended: Path) -> None:
    model = amended / _MODEL
    model.write_text(model.read_text(encoding="utf-8") + _FAULTY_HERE, encoding="utf-8")
    told = few(amended).load()
    assert told["code_sortie"] == 4
    assert "Incident interne. Ce qui était publié reste en place." in told["erreur"]
    assert "int_valeurs_barometre.sql) : Conversion Error" in told["erreur"]
