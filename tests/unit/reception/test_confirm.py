"""`vigie confirm`: a file is named as people name it, and nothing is taken that a person did not say."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.cli import choose, confirm, deliveries
from pipelines.home import archive
from pipelines.home.register import ACCEPTED, SET_ASIDE, Register, now
from pipelines.officer.corrections import gather, lines
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings
from tests.support.commands import code_of

CATALOGUE = load_catalogue()
HEADER = "annee;trimestre;code_departement;action_code;fonds;dossier;cout_total_eur;accorde_eur;paye_eur\n"
NATURES = "annee;mois;code_departement;force;service;nature;faits\n"


def funding(**granted: str) -> str:
    rows = (f"2021;1;46;P1.A1;FIPDR;{name};20000;{value};\n" for name, value in granted.items())
    return HEADER + "".join(rows)


def disorder(**counts: str) -> str:
    return NATURES + "".join(f"2021;3;46;gendarmerie;CGD CAHORS;{nature};{n}\n" for nature, n in counts.items())


WHOLE_MONTH = {"tapages": "3", "ivresses_publiques": "1", "occupations": "0", "rassemblements": "0"}


class Desk:
    """A home without its warehouse: files are received, a load after the other, and commands are given."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.loads = settings, 0

    def receive(self, **files: str) -> None:
        if self.loads:
            time.sleep(1.1)  # arrivals are told to the second
        self.loads += 1
        for name, text in files.items():
            place = self.settings.paths.landing / f"{name.replace('__', '/')}.csv"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        with Register(self.settings.paths.register) as register:
            receive(self.settings, register, CATALOGUE, f"l{self.loads}")

    def uses(self) -> dict[str, str]:
        """File → what becomes of it."""
        with Register(self.settings.paths.register) as register:
            return {s["nom"]: "proposée" if s["proposee"] else "en usage" if s["retenue"] else "non"
                    for s in register.disputed()}  # fmt: skip

    def told(self) -> str:
        with Register(self.settings.paths.register) as register:
            return "\n".join(lines(gather(self.settings, register, CATALOGUE)))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    settings = Settings(stability_seconds=0)
    settings.paths.create()
    return Desk(settings)


def test_of_two_files_of_one_name_the_one_that_proposes_itself_is_meant(desk: Desk, capsys) -> None:
    desk.receive(avant__dossiers=funding(a="1", b="2"))
    desk.receive(apres__dossiers=funding(a="1", b="9"))
    assert code_of(deliveries.withdraw, "dossiers.csv", "essai", as_json=False) == 64
    said = capsys.readouterr().err
    assert "« avant/dossiers.csv » (" in said
    assert "« apres/dossiers.csv » (" in said
    assert confirm.run("DOSSIERS.csv", None, lines=False, whole=False, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["nom"], told["tranches"][0]["lecture"]) == ("apres/dossiers.csv", "entier")
    assert desk.uses() == {"avant/dossiers.csv": "non", "apres/dossiers.csv": "en usage"}


def test_nothing_is_confirmed_of_what_is_not_there_or_proposes_nothing(desk: Desk, capsys) -> None:
    assert code_of(confirm.run, "x", None, lines=False, whole=False, as_json=False) == 64
    desk.receive(seul=funding(a="1"))
    for given in ("inconnu.csv", "seul.csv"):
        assert code_of(confirm.run, given, None, lines=False, whole=False, as_json=False) == 64
    assert code_of(confirm.run, "seul.csv", None, lines=True, whole=True, as_json=False) == 64
    said = capsys.readouterr().err
    assert "inconnu.csv" in said
    assert "ne propose aucune correction" in said
    assert archive.decisions(desk.settings.paths.archive) == {}
    desk.receive(autrement=funding(a="1,00"))
    assert desk.uses() == {"seul.csv": "en usage", "autrement.csv": "non"}  # the same, written otherwise


def test_what_differs_is_told_in_the_words_of_who_filled_it_in(desk: Desk) -> None:
    desk.receive(dossiers=funding(a="7650", b="2"), mars=disorder(**WHOLE_MONTH))
    desk.receive(dossiers_2=funding(a="7650.50"), mars_2=disorder(tapages="9"))
    said = desk.told()
    for part in (
        "Correction proposée : « dossiers_2.csv » (",
        "1er trimestre 2021 ; en usage : « dossiers.csv » (",
        "FIPDR, a, subvention accordée : 7\u202f650 → 7\u202f650,5",
        "1 ligne du fichier précédent n'est pas dans celui-ci : elle reste ; pour la retirer : "
        'vigie confirm "dossiers_2.csv" --entier',
        "CGD CAHORS, mars 2021 ; en usage : « mars.csv » (",
        "tapages, nombre de faits : 3 → 9",
        'Refuser : vigie confirm "mars.csv" garde ce qui est en usage',
    ):
        assert part in said
    # Some lines of a month cannot stand for it: their removal is not offered, and not done.
    assert 'vigie confirm "mars_2.csv" --entier' not in said
    assert code_of(confirm.run, "mars_2.csv", None, lines=False, whole=True, as_json=False) == 64
    assert confirm.run("mars_2.csv", None, lines=False, whole=False, as_json=False) == 0


def test_two_that_disagree_are_told_apart_and_what_is_kept_is_kept(desk: Desk, capsys) -> None:
    desk.receive(dossiers=funding(a="1", b="2"))
    desk.receive(une=funding(b="8"), autre=funding(b="9"))
    assert desk.uses() == {"dossiers.csv": "en usage", "une.csv": "proposée", "autre.csv": "proposée"}
    assert code_of(choose.run, "une.csv", "essai", as_json=False) == 64  # that is for public files
    assert "vigie confirm" in capsys.readouterr().err
    assert confirm.run("une.csv", "appel", lines=False, whole=False, as_json=True) == 0
    assert "autre.csv" in str(json.loads(capsys.readouterr().out)["restent_proposees"])
    assert desk.uses() == {"dossiers.csv": "en usage", "une.csv": "en usage", "autre.csv": "proposée"}
    assert confirm.run("une.csv", None, lines=False, whole=False, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["garde"]
    assert desk.uses() == {"dossiers.csv": "en usage", "une.csv": "en usage", "autre.csv": "non"}


def test_corrected_lines_may_mend_what_was_set_aside(desk: Desk) -> None:
    desk.receive(mars=disorder(**WHOLE_MONTH))
    with Register(desk.settings.paths.register) as register:
        [base] = register.deliveries()
        register.decide(base["livraison_id"], SET_ASIDE, "essai", now())
    desk.receive(mars_2=disorder(tapages="9"))
    assert desk.uses() == {"mars_2.csv": "non"}  # alone, some lines are no month
    assert code_of(confirm.run, "mars_2.csv", None, lines=False, whole=False, as_json=True) == 64
    assert confirm.run("mars_2.csv", None, lines=True, whole=False, as_json=True) == 0
    assert desk.uses() == {"mars_2.csv": "non"}
    with Register(desk.settings.paths.register) as register:
        register.attempt({base["livraison_id"]: (ACCEPTED, None)})
        assert {(s["nom"], s["lecture"]) for s in register.disputed() if s["retenue"]} == {
            ("mars.csv", "entier"), ("mars_2.csv", "lignes")
        }  # fmt: skip


def test_a_register_made_again_from_the_archive_says_the_same(desk: Desk) -> None:
    desk.receive(dossiers=funding(a="1", b="2", d="4"), mars=disorder(**WHOLE_MONTH))
    desk.receive(lignes=funding(b="9"), mars_2=disorder(tapages="9"))
    desk.receive(renomme=funding(a="1", c="2"))
    assert code_of(confirm.run, "renomme.csv", None, lines=False, whole=False, as_json=True) == 64
    for given, as_lines in (("lignes.csv", False), ("mars_2.csv", False), ("renomme.csv", True)):
        assert confirm.run(given, None, lines=as_lines, whole=False, as_json=True) == 0
    assert set(desk.uses().values()) == {"en usage"}

    def seen(register: Register) -> tuple:
        return [tuple(s) for s in register.selection()], register.corrected(), register.ranked()

    with Register(desk.settings.paths.register) as register:
        before = seen(register)
        register.forget_deliveries()
        receive(desk.settings, register, CATALOGUE, "autre")
        assert seen(register) == before
        # b, and the line of a that says the same again; tapages.
        assert [(c["table_nom"], c["ligne"], c["change"]) for c in before[1]] == [
            ("financements", 2, 0), ("financements", 3, 1), ("tranquillite", 2, 1)
        ]  # fmt: skip
