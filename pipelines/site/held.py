"""The tables of an edition as the observatory reads them: places under the arrondissement beside all the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from pipelines.maps.contours import Contours
from pipelines.maps.levels import ARRONDISSEMENT, COMMUNE, EPCI, SERVICE, contours_at
from pipelines.report.edition import Edition

MAPPED = (COMMUNE, EPCI, ARRONDISSEMENT, SERVICE)
_KEY = ["indicateur_code", "territoire_code", "periode_type", "periode"]


class NoPlaces(ValueError):
    """The snapshot was given before snapshots held places. The text is French."""


@dataclass(frozen=True)
class Held:
    """What an edition holds. `series` and `rates` are of every place."""

    edition: Edition
    places: pd.DataFrame
    series: pd.DataFrame
    rates: pd.DataFrame
    levels: dict[str, str] = field(repr=False)

    @classmethod
    def of(cls, edition: Edition) -> Held:
        """Put together the tables of an edition. Raises NoPlaces."""
        tables = edition.tables
        if "lieux" not in tables:
            raise NoPlaces(
                f"Le cliché {edition.manifest['cliche']} a été donné par une version de Vigie qui n'y mettait pas les "
                "lieux : l'observatoire ne peut pas en être tiré"
            )
        own = tables["series"]
        near = tables["series_lieux"].assign(confidentialite="F")
        series = pd.concat([own[own["ventilation_type"] == "total"], near], ignore_index=True)
        # A snapshot that was given after a place had both is read as its own table says.
        series = series.drop_duplicates(_KEY).sort_values([*_KEY[:3], "periode_debut"], ignore_index=True)
        rates = pd.concat([tables["taux"], tables["taux_lieux"]], ignore_index=True)
        rates = rates.drop_duplicates(["indicateur_code", "territoire_code", "periode", "source"])
        spoken = set(series["territoire_code"])
        places = tables["lieux"]
        kept = places["territoire_code"].isin(spoken) | (places["niveau"].isin(_ALWAYS))
        places = places[kept & places["niveau"].isin(_SHOWN)].sort_values(["niveau", "libelle"])
        known = set(places["territoire_code"])
        return cls(
            edition, places, series[series["territoire_code"].isin(known)], rates[rates["territoire_code"].isin(known)],
            dict(zip(places["territoire_code"], places["niveau"], strict=True)),
        )  # fmt: skip

    @cached_property
    def contours(self) -> dict[str, Contours]:
        """Level → contours, of those that have any."""
        tables = self.edition.tables
        found = {
            level: contours_at(tables["contours"], tables["lieux"], tables["inclusions"], level) for level in MAPPED
        }
        return {level: made for level, made in found.items() if made is not None}


# A commune has its sheet even before anything is known of it.
_ALWAYS = ("commune", "epci", "clspd")
_SHOWN = (*_ALWAYS, "departement", "arrondissement", "service", "groupement", "zone_police", "zone_gendarmerie",
          "region", "france", "quartier", "poste")  # fmt: skip
