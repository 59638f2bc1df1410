"""The public observatory, read by an attacker: what it shows is what the public tables already tell."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import Home
from tests.disclosure.holdings import attacker_of, read_public
from tests.integration.conftest import LATER
from tests.support.site_pages import Told, told
from tests.support.typed import as_typed

pytestmark = pytest.mark.xdist_group("cliches")
KEY = ["indicateur_code", "territoire_code", "periode_type", "periode"]


@pytest.fixture(scope="module")
def public(sites: dict[str, Path]) -> Told:
    return told(sites["publique"])


def table(given: Home, edition: str, name: str) -> pd.DataFrame:
    return pd.read_parquet(given.folder / "snapshots" / LATER / edition / "donnees" / f"{name}.parquet")


@pytest.mark.long
def test_the_public_site_tells_an_attacker_nothing_more(given: Home, public: Told) -> None:
    """What can be read in its scripts, with every public edition, is what the public tables already tell."""
    snapshots = read_public(given.folder / "snapshots")
    before = attacker_of(snapshots)
    kinds = public.series["periode_type"].isin(["annee", "trimestre", "mois"])
    rules = table(given, "publique", "diffusion")
    source = table(given, "publique", "series").drop_duplicates(KEY).set_index(KEY)["source"]
    series = public.series[kinds].assign(ventilation_type="total")
    series["source"] = source.reindex(pd.MultiIndex.from_frame(series[KEY])).to_numpy()
    rates = public.rates.rename(columns={"t": "taux", "d": "denominateur_valeur"})
    rates["unite"] = rates["unite"].map(as_typed)
    read = {"series": series, "taux": rates, "diffusion": rules}
    after = attacker_of([*snapshots, read])
    assert after.recovered() == {}
    assert after.withheld == before.withheld
    more = {key: value for key, value in after.known.items() if before.known.get(key) != value}
    assert {k[1].partition("-")[0] for k in more} <= {"COM", "EPCI", "CLSPD", "QRT"}, "only places"
    places = table(given, "publique", "series_lieux")
    shared = rules[rules["protection"].isin(["deja_publique", "libre"])]
    pairs = ["source", "indicateur_code"]
    free = set(map(tuple, shared[pairs].to_numpy().tolist()))
    assert set(map(tuple, places[pairs].drop_duplicates().to_numpy().tolist())) <= free, "of what is public, or nobody"


def test_the_public_site_names_no_delivery_and_no_post(sites: dict[str, Path], given: Home) -> None:
    names = table(given, "restreinte", "livraisons")["nom"]
    text = "".join(f.read_text(encoding="utf-8") for f in sites["publique"].rglob("*.js") if f.parent.name != "commun")
    assert not [n for n in names if n in text]
    assert "POSTE-" not in text
    assert any(n in (sites["restreinte"] / "donnees" / "commun.js").read_text(encoding="utf-8") for n in names)
