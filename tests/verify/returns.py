"""`make verify-returns`: returns as people fill them in: understood, or refused for the true reason; nobody's mistake
stops the others; no personal data enters.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.conftest import Home
from tests.fillings.catalogue import fillings
from tests.verify.harness import Verification, described, run_together

_TESTS = (
    ("Plus de 120 façons de remplir un retour : la bonne valeur, ou la vraie raison", ("test_fillings",)),
    ("Toutes les fautes à la fois : chacune refusée pour la sienne, le reste publié au chiffre près",
     ("test_fillings_together",)),
    ("Chaque faute d'un seul fichier, source par source : les autres sont publiés",
     ("test_held_back", "test_set_aside", "test_refusals")),
    ("Les modèles : en-têtes, libellés, contrôles, dernier connu, une année dans un classeur, retour par LibreOffice",
     ("test_templates", "test_form_headers", "test_form_known", "test_form_names", "test_forms_returned",
      "test_libreoffice")),
    ("Cumuls depuis janvier, index groupés, blessés dont hospitalisés : la différence est faite, avec sa preuve",
     ("test_running_totals", "test_service_forms")),
    ("Corrections : proposées, montrées case par case, confirmées, gardées ; des lignes seules ne corrigent qu'elles",
     ("test_corrections_of_returns", "test_corrections", "test_confirm", "test_returns_corrected",
      "test_no_hash_decides")),
    ("Données de personnes : témoins de toutes les formes à toutes les places, 0 accepté, 0 cité",
     ("test_personal_canaries", "test_whole_file", "test_personal", "test_personal_file_names", "test_retention",
      "test_personal_page")),
    ("Fichiers officiels et libellés : 0 accusé", ("test_no_false_accusation",)),
    ("Une date de début, des excuses qui se retirent, personne n'est relancé à tort",
     ("test_start_and_excuses", "test_excuses", "test_calendar", "test_reminders")),
    ("L'identité d'un dossier et d'un retour", ("test_identity", "test_whose_return")),
    ("Interruption, disque plein, lecture seule, partages",
     ("test_interruption", "test_disk", "test_shares", "test_load_cut_short")),
    ("Types de document cachés, fichiers trop gros, motifs linéaires",
     ("test_xml_parts", "test_too_large", "test_linear_work")),
    ("La ligne de commande comprend une personne", ("test_near_words", "test_said_periods", "test_help")),
)  # fmt: skip


def main() -> int:
    v = Verification("Des retours comme on les remplit")
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        run_together(v, _TESTS)
        _share(v)
        _first_day(v, Path(scratch) / "premier-jour")
    return v.close()


def _share(v: Verification) -> None:
    lines = fillings()
    needless = [f.code for f in lines if f.inutile]
    refused = sum(bool(f.refus) for f in lines)

    @described("2 % au plus")
    def few(_: object) -> bool:
        return len(needless) * 50 <= len(lines)

    v.demand("Part des refus dont un lecteur pourrait se passer", "tests/fillings/fillings.yml",
             {"remplissages": len(lines), "refusés": refused, "sans nécessité": len(needless)}, few)  # fmt: skip


def _first_day(v: Verification, folder: Path) -> None:
    """A préfecture that starts: nothing is asked for before its start date."""
    home = Home(folder, VIGIE_DEPARTEMENT="12", VIGIE_TODAY="2026-11-28", VIGIE_DEPUIS="2026-11")
    told = home.run("load", "--json")
    v.demand("Un nouveau dossier se charge, vide", "vigie load", told.returncode in {0, 2}, True)
    asked = home.run("relances", "--json")
    v.demand("Rien n'est demandé d'avant la date de début", "VIGIE_DEPUIS=2026-11 vigie relances",
             '"relances": []' in asked.stdout or asked.returncode != 0, True)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
