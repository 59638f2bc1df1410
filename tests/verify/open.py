"""`make verify-open`: each demand on what leaves for everyone: the catalogue, the formats, the places, the server."""

from __future__ import annotations

import sys

from tests.verify.harness import Verification, run_together

_TESTS = (
    ("Les formes officielles de DCAT-AP n'y trouvent aucune violation ; un moissonneur y lit les jeux et les fichiers",
     ("test_open_catalogue",)),
    ("SDMX-CSV, GeoPackage et schémas relus par leurs propres lecteurs : les mêmes valeurs, les mêmes codes",
     ("test_open_formats", "test_open_data")),
    ("Sur l'édition de la démonstration : frictionless, pyshacl, et rien d'autre que les chiffres publics",
     ("test_public_folder",)),
    ("La copie PostgreSQL : lignes, commentaires, rôles", ("test_postgresql",)),
    ("Superset, branché sur cette copie : les mots des colonnes, les mêmes chiffres, rien d'écrit", ("test_superset",)),
    ("Le département parmi ses voisins : critères, voisins, rangs et intervalles refaits des fichiers publics par un "
     "autre calcul ; rien hors d'un périmètre ni d'un recensement ; ce qui est tu n'a pas de rang",
     ("test_neighbour_criteria", "test_neighbours", "test_withheld_rank", "test_funnel")),
    ("L'attaquant, sur tout ce qui est public : l'édition, ses fichiers, l'observatoire",
     ("test_disclosure", "test_snapshots", "test_site_attacked")),
)  # fmt: skip


def main() -> int:
    v = Verification("Ce qui sort pour tous")
    run_together(v, _TESTS)
    return v.close()


if __name__ == "__main__":
    sys.exit(main())
