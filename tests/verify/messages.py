"""Messages that leave and arrive: once, under TLS, without a figure or a person; drop folders, one a sender."""

from __future__ import annotations

import sys

from tests.support.sftp import ABSENT, HERE
from tests.verify.harness import Verification, described, run_together

_TESTS = (
    ("kill -9 à chaque écriture d'un envoi : 0 message parti deux fois, 0 perdu sans une ligne au journal",
     ("test_killed_sending",)),
    ("Contre un vrai serveur : parti une fois, refusé, en attente, issue inconnue jamais renvoyée d'elle-même",
     ("test_outbox",)),
    ("TLS exigé ; certificat d'un autre nom, expiré, inconnu : rien ne part ; le mot de passe n'est jamais dit",
     ("test_server",)),
    ("Les messages relus : les mots du refus, sa place, son remède ; ni nombre lu, ni personne, ni en-tête de plus",
     ("test_drafts", "test_sayable")),
    ("Les adresses, ligne par ligne", ("test_addresses",)),
    ("Du dossier de dépôt au message : un chargement répond, et aucun serveur ne le fait échouer",
     ("test_messages",)),
    ("Les dossiers de dépôt : même porte, qui a envoyé quoi, rien qui mène ailleurs",
     ("test_deposits", "test_drop_folders")),
    ("Par un vrai sshd : un envoi en cours attend, puis est pris entier ; liens et noms refusés", ("test_sftp",)),
)  # fmt: skip


def main() -> int:
    v = Verification("Les messages qui partent et ceux qui arrivent")

    @described("sshd et sftp sont sur cette machine")
    def here(_: object) -> bool:
        return HERE

    v.demand("Un vrai sshd est là pour l'éprouver", "sshd", "présent" if HERE else ABSENT, here)
    run_together(v, _TESTS)
    return v.close()


if __name__ == "__main__":
    sys.exit(main())
