"""`make verify-road`: from the ministry's workbook to the published warehouse, demand by demand."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tests.conftest import PROJECT, real_path
from tests.verify.harness import Verification, described, run_together

_TESTS = (
    ("Le classeur réel : chaque cellule lue et rapprochée, les chiffres du Lot et de ses compagnies, quatre autres "
     "départements, rien de nouveau quand il revient", ("test_real_workbook",)),
    ("Un fichier faux est refusé avec sa place et son remède ; ses octets sont en quarantaine", ("test_refusals",)),
    ("Des lecteurs en boucle pendant que l'on publie, un second chargement, un chargement tué", ("test_loads",)),
    ("La démonstration s'écrit, se charge, dit « rien de nouveau » ; chaque commande répond", ("test_demonstration",)),
    ("Une faute de frappe : code 64, en français", ("test_near_words", "test_help")),
    ("vigie ui sert le graphe et le démon", ("test_web_service",)),
)  # fmt: skip


def main() -> int:
    if real_path("etat4001") is None:
        print("Les fichiers publics du ministère ne sont pas là : VIGIE_DONNEES dit où les trouver.")
        return 1
    v = Verification("Du classeur du ministère à l'entrepôt")
    run_together(v, _TESTS)
    _no_network(v)
    return v.close()


def _no_network(v: Verification) -> None:
    command = ["unshare", "-n", "make", "test"]
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-n", "true"], check=False).returncode:
        v.demand("make test sans réseau", " ".join(command), "unshare n'est pas permis ici", "code 0")
        return
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-300:]

    @described("les tests passent, réseau coupé")
    def passed(got: object) -> bool:
        return done.returncode == 0

    v.demand("make test passe sans réseau", " ".join(command), last, passed)


if __name__ == "__main__":
    sys.exit(main())
