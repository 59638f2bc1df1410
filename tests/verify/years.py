"""`make verify-years`: installed, backed up, watched and repaired, for years."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tests.conftest import PROJECT
from tests.verify.harness import Verification, files_of, run_together

_TESTS = (
    ("Installée comme un paquet, ailleurs, sans réseau : chargement, sauvegarde, tables d'une préfecture",
     ("test_installed",)),
    ("Les unités systemd se lisent, sont fermées, et leurs commandes existent", ("test_units",)),
    ("Les tables d'un dossier prennent la place des tables livrées", ("test_project",)),
    ("vigie sante juge chaque mesure ; les sauvegardes se suivent", files_of("unit/operations")),
    ("Chaque panne de la table : vue, réparée par la commande nommée, ou dite perdue", ("test_recovery",)),
    ("Sauvegarder, restaurer, refaire", ("test_operations",)),
    ("kill -9 pendant une sauvegarde, une restauration, une reconstruction", ("test_killed_backups",)),
    ("Le paquet Debian s'installe dans une Debian à part, réseau coupé ; il sert, et s'en va",
     ("test_debian_package",)),
    ("Le dossier de la dernière version : ce qui change est dit avant, puis fait", ("test_upgrade",)),
    ("kill -9 à chaque étape d'une mise à niveau", ("test_killed_upgrades",)),
    ("Le registre d'une version d'avant est mis à niveau, entier ou pas du tout", ("test_migrations",)),
    ("Le fichier publié a le format choisi, et l'indique", files_of("unit/publication")),
    ("Chaque fichier a les droits de la table, sous umask 022 et 077", ("test_rights",)),
    ("Aucun secret dans ps, chez un enfant, dans un journal, un événement", ("test_secrets",)),
    ("L'histoire des chargements ne grossit pas sans fin", ("test_old_runs",)),
    ("Les licences du verrou sont toutes dites ; ses vulnérabilités connues aussi", files_of("unit/deploy")),
    ("Aucun signe d'un mot de passe ne sort", ("test_secret",)),
    ("vigie sql ne lit, n'écrit, ne charge rien d'autre", ("test_sql_reads_only",)),
    ("vigie console non plus", ("test_connecting",)),
)  # fmt: skip


def main() -> int:
    v = Verification("Pour des années : installer, sauvegarder, surveiller, réparer")
    _bundle(v)
    run_together(v, _TESTS)
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
