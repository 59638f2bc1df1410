"""`make verify-years`: installed, backed up, watched and repaired, for years."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tests.conftest import PROJECT
from tests.verify.harness import Verification, run_tests

PARTS = (
    ("Installée comme un paquet, ailleurs, sans réseau : chargement, sauvegarde, tables d'une préfecture",
     "tests/integration/test_installed.py"),
    ("Les unités systemd se lisent, sont fermées, et leurs commandes existent", "tests/unit/machine/test_units.py"),
    ("Les tables d'un dossier prennent la place des tables livrées", "tests/unit/settings/test_project.py"),
    ("vigie sante juge chaque mesure ; les sauvegardes se suivent", "tests/unit/operations"),
    ("Chaque panne de la table : vue, réparée par la commande nommée, ou dite perdue",
     "tests/integration/test_recovery.py"),
    ("Sauvegarder, restaurer, refaire", "tests/integration/test_operations.py"),
    ("kill -9 pendant une sauvegarde, une restauration, une reconstruction",
     "tests/integration/test_killed_backups.py"),
    ("Le paquet Debian s'installe dans une Debian à part, réseau coupé ; il sert, et s'en va",
     "tests/integration/test_debian_package.py"),
    ("Le dossier de la dernière version : ce qui change est dit avant, puis fait", "tests/integration/test_upgrade.py"),
    ("kill -9 à chaque étape d'une mise à niveau", "tests/integration/test_killed_upgrades.py"),
    ("Le registre d'une version d'avant est mis à niveau, entier ou pas du tout", "tests/unit/home/test_migrations.py"),
    ("Le fichier publié a le format choisi, et le dit", "tests/unit/publication"),
    ("Chaque fichier a les droits de la table, sous umask 022 et 077", "tests/integration/test_rights.py"),
    ("Aucun secret dans ps, chez un enfant, dans un journal, un événement", "tests/integration/test_secrets.py"),
    ("L'histoire des chargements ne grossit pas sans fin", "tests/unit/home/test_old_runs.py"),
    ("Les licences du verrou sont toutes dites ; ses vulnérabilités connues aussi", "tests/unit/deploy"),
    ("Aucun signe d'un mot de passe ne sort", "tests/unit/postgresql/test_secret.py"),
    ("vigie sql ne lit, n'écrit, ne charge rien d'autre", "tests/unit/cli/test_sql_reads_only.py"),
    ("vigie console non plus", "tests/integration/test_connecting.py"),
)  # fmt: skip


def main() -> int:
    v = Verification("Pour des années : installer, sauvegarder, surveiller, réparer")
    for text, path in PARTS:
        run_tests(v, text, path)
    _bundle(v)
    return v.close()


def _bundle(v: Verification) -> None:
    """Needs the package index, or the packages that a folder already holds: without them, the demand is missed."""
    command = [sys.executable, "-m", "deploy.bundle", *sys.argv[1:]]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    names = [line.rpartition("/")[2].partition(".")[2].rpartition(".")[2] for line in done.stdout.split()]
    wanted = ["gz", "deb"] if shutil.which("dpkg-deb") else ["gz"]
    v.demand("Le lot hors ligne, et le paquet Debian où dpkg-deb est là", "make bundle", names, wanted)


if __name__ == "__main__":
    sys.exit(main())
