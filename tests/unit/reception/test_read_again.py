"""An accepted delivery is read again when what read it changes in sources/, and only then."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Catalogue
from pipelines.home.register import ACCEPTED, REFUSED, WITHDRAWN, Register
from pipelines.reading.verdict import Limits, Verdict
from pipelines.reception.intake import Intake
from pipelines.reception.receive import receive
from pipelines.settings.model import PROJECT, SOURCES, Settings

BASE = (
    "code_departement;code_region;annee;indicateur;unite_de_compte;nombre;taux_pour_mille;insee_pop;"
    "insee_pop_millesime;insee_log;insee_log_millesime\n46;76;{year};Homicides;Victime;3;0,01;175620;2022;120797;2021\n"
)
LIEUX = "Num_Acc;catr;voie;v1;v2;circ;nbv;vosp;prof;pr;pr1;plan;lartpc;larrout;surf;infra;situ;vma\n"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    for year in (2021, 2022, 2023):
        (settings.paths.landing / f"base-{year}.csv").write_text(BASE.format(year=year), encoding="utf-8")
    (settings.paths.landing / "lieux.csv").write_text(LIEUX + "202100000001" + ";1" * 17 + "\n", encoding="utf-8")
    return settings


class Reader:
    """Receives with the tables of sources/ as a test has changed them, in this process alone."""

    def __init__(self, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings, self.root = settings, folder / "sources"
        shutil.copytree(SOURCES, self.root)
        monkeypatch.setattr("pipelines.reading.supervisor.Parser.__enter__", lambda parser: parser)
        monkeypatch.setattr("pipelines.reading.supervisor.Parser.parse_all", self._parse)

    def _parse(self, copies: list, raw: Path, progress: object = None) -> dict[str, Verdict]:
        from pipelines.reading.parse import parse_file, parse_texts

        limits = Limits(64, 1_000_000, self.settings.today)
        files = [(c.file, c.delivery_id) for c in copies]
        if len(files) > 1:
            return parse_texts(files, raw, self.catalogue(), limits)
        return {files[0][1]: parse_file(*files[0], raw, self.catalogue(), limits)} if files else {}

    def catalogue(self) -> Catalogue:
        return load_catalogue(self.root, models=None)

    def change(self, source: str, before: str, after: str, table: str = "columns.csv") -> None:
        file = self.root / source / table
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, after), encoding="utf-8")

    def receive(self, register: Register) -> Intake:
        return receive(self.settings, register, self.catalogue(), "essai")

    def values(self, column: str) -> list[str | None]:
        """What the raw files in place hold in a column of the base, by year."""
        rows = [
            r
            for f in (self.settings.paths.raw / "ssmsi" / "base").glob("*.parquet")
            for r in pq.read_table(f).to_pylist()
        ]
        return [r.get(column) for r in sorted(rows, key=lambda r: r["annee"])]


@pytest.fixture
def reader(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(settings, tmp_path, monkeypatch)


def test_putting_a_table_right_changes_the_rows(settings: Settings, reader: Reader) -> None:
    reader.change("ssmsi", "ssmsi_2024,faits,colonne,,,nombre,nombre", "ssmsi_2024,fait,colonne,,,nombre,nombre")
    with Register(settings.paths.register) as register:
        assert len(reader.receive(register).accepted) == 4
        assert reader.values("faits") == [None] * 3
        before = {d["livraison_id"]: d["recu_le"] for d in register.deliveries()}
        assert reader.receive(register).read_again == []
        reader.change("ssmsi", "ssmsi_2024,fait,", "ssmsi_2024,faits,")
        intake = reader.receive(register)
        assert (len(intake.accepted), len(intake.read_again), intake.refused) == (0, 3, [])
        assert reader.values("faits") == ["3"] * 3
        assert {d["livraison_id"]: d["recu_le"] for d in register.deliveries()} == before
        assert len(register.selection()) == 4
        assert reader.receive(register).read_again == []


def test_only_the_files_of_what_changed_are_read_again(settings: Settings, reader: Reader) -> None:
    with Register(settings.paths.register) as register:
        reader.receive(register)
        reader.change("police", "etat4001_pn_2012,perimetre,", "etat4001_pn_2012,perimetre_2,")
        reader.change("ssmsi", "Publications de 2023 et ", "Publications de 2023 et  (relu)", "layouts.csv")
        assert reader.receive(register).read_again == []
        reader.change("road_safety", "lieux_2019,catr,colonne,,,catr,code", "lieux_2019,catr,colonne,,,catr,texte")
        assert len(reader.receive(register).read_again) == 1


def test_what_is_no_longer_sound_is_refused_and_comes_back(settings: Settings, reader: Reader) -> None:
    with Register(settings.paths.register) as register:
        reader.receive(register)
        reader.change("ssmsi", "ssmsi_2024,annee,colonne,,,annee,annee_courte", "ssmsi_2024,annee,colonne,,,annee,mois")
        assert len(reader.receive(register).refused) == 3
        assert sorted(d["statut"] for d in register.deliveries()) == [ACCEPTED, REFUSED, REFUSED, REFUSED]
        assert reader.values("annee") == []
        reader.change("ssmsi", "ssmsi_2024,annee,colonne,,,annee,mois", "ssmsi_2024,annee,colonne,,,annee,annee_courte")
        reader.receive(register)
        assert {d["statut"] for d in register.deliveries()} == {ACCEPTED}
        assert reader.values("annee") == ["2021", "2022", "2023"]


def test_a_withdrawn_delivery_stays_withdrawn(settings: Settings, reader: Reader) -> None:
    with Register(settings.paths.register) as register:
        reader.receive(register)
        one = next(d["livraison_id"] for d in register.deliveries() if d["nom"] == "base-2022.csv")
        register.decide(one, WITHDRAWN, "essai", "2025-01-01")
        reader.change("ssmsi", "ssmsi_2024,unite_compte,", "ssmsi_2024,unite_compte_2,")
        assert len(reader.receive(register).read_again) == 2
        assert register.delivery(one)["statut"] == WITHDRAWN
        assert reader.values("unite_compte_2") == ["victime"] * 2
        register.decide(one, "retablie", "essai", "2025-01-02")
        reader.receive(register)
        assert reader.values("unite_compte_2") == ["victime"] * 3


def test_what_a_verdict_rests_on_is_the_same_in_every_process() -> None:
    """Else every load would read every file again."""
    told = (
        "from pipelines.reception.basis import of_rows; from pipelines.catalogue.load import load_catalogue;"
        "from pipelines.settings.model import Settings; c = load_catalogue();"
        "print([of_rows(Settings(), c, [(s.name, k.table, k.name)]) for s in c.sources for k in s.layouts])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", told],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(PROJECT)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(said) == 1
    assert said.pop().count(",") > 40
