"""What a person is told of two deliveries that contradict each other: both names, what differs, the command."""

from __future__ import annotations

import time
from pathlib import Path

from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.reception.conflicts import conflicts, lines
from pipelines.reception.publications import date_publications
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings

HEADER = (
    "code_departement;code_region;annee;indicateur;unite_de_compte;nombre;taux_pour_mille;insee_pop;"
    "insee_pop_millesime;insee_log;insee_log_millesime\n"
)


def base(*counts: tuple[str, str]) -> str:
    rows = (f"{code};76;2024;Homicides;Victime;{n};0,1;175000;2022;121000;2021\n" for code, n in counts)
    return HEADER + "".join(rows)


def test_both_names_what_differs_and_the_command_are_told(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, stability_seconds=0)
    settings.paths.create()
    catalogue = load_catalogue()
    with Register(settings.paths.register) as register:
        for load, (name, text) in enumerate(
            {
                "base.csv": base(("46", "9"), ("09", "4"), ("31", "7")),
                "autre.csv": base(("46", "99"), ("09", "NA")),
            }.items()
        ):
            (settings.paths.landing / name).write_text(text, encoding="utf-8")
            assert len(receive(settings, register, catalogue, f"l{load}").accepted) == 1
            time.sleep(1.1)  # arrivals are told to the second
        date_publications(settings, register, catalogue)
        [found] = conflicts(settings, register, catalogue)
        assert [(d["nom"], d["etat"]) for d in found["livraisons"]] == [
            ("base.csv", "en usage"), ("autre.csv", "écartée")
        ]  # fmt: skip
        assert found["n_differences"] == 3
        said = "\n".join(lines([found]))
    for part in ("Homicides · 46", "9 → 99", "4 → vide", "7 → absente", "« autre.csv »", "vigie choose"):
        assert part in said
