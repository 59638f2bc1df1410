"""A file of 350 kB, and the places where the tests of `vigie fetch` look for files."""

from __future__ import annotations

from pipelines.catalogue.downloads import DataSet, Places, Wanted

CONTENT = b"annee;indicateur;nombre\n" + b"".join(b"2025;%06d;%d\n" % (i, i) for i in range(20_000))
NAME = "donnee-dep-data.gouv-2025.csv"
PLACES = Places(
    (
        DataSet(
            "ssmsi", "delinquance", "621df295", "Bases de la délinquance", (Wanted("base", ("donnee-dep-*.csv",)),)
        ),
        DataSet("road_safety", "accidents", "", "Accidents", (Wanted("usagers", ("usagers-{annee}.csv",), 2015),)),
    ),
    (),
    {"iscg": "Postes"},
)
