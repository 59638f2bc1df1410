"""`make verify-desk`: the officer's desk: a month in a browser, the words of the commands, who may give an order."""

from __future__ import annotations

import sys

from tests.verify.harness import Verification, run_together

_TESTS = (
    ("Un mois au bureau, d'un dossier vide au trimestre corrigé ; le registre est celui que les commandes donnent",
     ("test_desk_month",)),
    ("Les pages : axe 0, 390 et 1280 pixels sans défilement de côté, le clavier, sans JavaScript",
     ("test_desk_browser",)),
    ("Les mots et les actes sont ceux des commandes ; lire ne change rien",
     ("test_desk", "test_calendar_board", "test_what_is_to_do")),
    ("Chaque formulaire a son jeton, qui sert une fois ; un envoi est borné, entier, sous un nom sûr",
     ("test_desk_forms", "test_dropping", "test_tasks")),
    ("Autre site, autre nom, jeton rejoué, lecture qui changerait : 0 au bureau, 0 sur la page de Dagster",
     ("test_web_desk", "test_web_guard", "test_web_keys", "test_web_attacks", "test_web_browser")),
    ("Les phrases : date de début, dernier chargement", ("test_start_date", "test_load_sentence")),
)  # fmt: skip


def main() -> int:
    v = Verification("Le bureau de celui qui tient Vigie")
    run_together(v, _TESTS)
    return v.close()


if __name__ == "__main__":
    sys.exit(main())
