"""The fast part of the faults, and the proof that the harness sees what it looks for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.faults.families import FAULTS
from tests.faults.families.crash import killed_publication
from tests.faults.ground import CANARIES, Ground
from tests.faults.trial import Trial, personal_bytes, unreconciled

pytestmark = pytest.mark.xdist_group("pannes")


@pytest.fixture
def trial(ground: Ground) -> Iterator[Trial]:
    with Trial(ground) as made:
        yield made


@pytest.mark.long
@pytest.mark.parametrize("fault", [f for f in FAULTS if f.fast], ids=lambda f: f.name)
def test_a_fault_breaks_no_invariant(fault, ground: Ground) -> None:
    assert fault.run(ground).broken == []


def test_there_are_as_many_faults_as_promised() -> None:
    assert len({(f.family, f.name) for f in FAULTS}) == len(FAULTS) >= 60
    assert {f.family for f in FAULTS} == {
        "arrêt", "livraison", "hostile", "contenu", "vie privée", "plateforme", "contrôles", "cliché", "statistique"
    }  # fmt: skip


@pytest.mark.long
def test_a_publication_that_is_killed_holds(ground: Ground) -> None:
    assert killed_publication(ground, 6).broken == []


@pytest.mark.long
def test_a_swap_that_is_no_swap_is_seen(ground: Ground) -> None:
    broken = {invariant for invariant, _ in killed_publication(ground, 10, "--echange-par-copie").broken}
    assert {"I1", "I6"} <= broken


@pytest.mark.long
def test_a_published_file_that_changes_is_seen(trial: Trial) -> None:
    with duckdb.connect(str(trial.home.warehouse)) as db:
        db.execute("update indicateurs.valeurs set valeur = valeur + 1 where indicateur_code = 'CBV_4001'")
    trial.unchanged()
    trial.old_or()
    trial.ends_as(trial.content_before)
    assert [invariant for invariant, _ in trial.outcome.broken] == ["I1", "I1", "I4"]


@pytest.mark.long
def test_rows_that_are_lost_or_doubled_are_seen(trial: Trial) -> None:
    assert unreconciled(trial.home) == []
    file = next(f for f in sorted((trial.home.folder / "raw").glob("*/*/*.parquet")) if _rows(f))
    os.link(file, file.with_name("doublon.parquet"))
    assert len(unreconciled(trial.home)) > 0
    file.with_name("doublon.parquet").unlink()
    aside = file.rename(trial.home.folder / "ailleurs")
    assert len(unreconciled(trial.home)) > 0
    aside.rename(file)


def _rows(file: Path) -> int:
    return duckdb.sql(f"select count(*) from '{file}'").fetchone()[0]


@pytest.mark.long
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16-le"])
def test_personal_data_in_any_byte_is_seen(trial: Trial, encoding: str) -> None:
    assert personal_bytes(trial.home) == []
    (trial.home.folder / "logs" / "bavard.log").write_bytes(b"x" + CANARIES[0].encode(encoding))
    assert personal_bytes(trial.home) == ["logs/bavard.log"]
    (trial.home.folder / "logs" / "bavard.log").unlink()


@pytest.mark.long
def test_personal_data_in_compressed_tables_is_seen(trial: Trial) -> None:
    hidden = trial.home.folder / "raw" / "x.parquet"
    duckdb.sql(f"copy (select repeat(' ', 500) || '{CANARIES[1]}' as t) to '{hidden}' (compression zstd)")
    assert personal_bytes(trial.home) == ["raw/x.parquet"]
    hidden.unlink()


@pytest.mark.long
def test_a_reason_that_is_no_french_sentence_is_seen(trial: Trial) -> None:
    for text in (None, "", "KeyError: 'x'", "Traceback (most recent call last): le fichier"):
        trial.says_why(text, "essai")
    assert [invariant for invariant, _ in trial.outcome.broken] == ["I3"] * 4
    trial.says_why("le classeur est incomplet ou abîmé", "essai")
    assert len(trial.outcome.broken) == 4
