"""Files received in batches: what each is worth does not depend on its neighbours, nor on where a load died."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from pipelines.base.refusal import Defect
from pipelines.catalogue.load import load_catalogue
from pipelines.home import archive, raw
from pipelines.home.register import Register
from pipelines.machine import durable
from pipelines.reading.parse import Limits, parse_file, parse_texts
from pipelines.reading.supervisor import Parser
from pipelines.reception import settle
from pipelines.reception.batch import Batch
from pipelines.reception.intake import Intake
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings

CATALOGUE = load_catalogue()
LIMITS = Limits(64, 1_000_000, dt.date(2025, 2, 15))
HEADER = "edition;annee;mois;code_departement;force;service;nature;faits"


def natures() -> list[str]:
    layout = next(k for k in CATALOGUE.source("service_returns").layouts if k.table == "tranquillite")
    return list(next(c.choices for c in layout.columns if c.name == "nature"))


def write(folder: Path, name: str, month: int, facts: str = "3", edition: int = 1, header: str = HEADER) -> Path:
    """A service's month: as many rows as there are kinds of disorder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"{edition};2023;{month};01;gendarmerie;CGD BELLEY;{nature};{facts}" for nature in natures()]
    file = folder / name
    file.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return file


def year(folder: Path) -> list[Path]:
    return [write(folder, f"{month:02d}.csv", month, facts=str(month)) for month in range(1, 13)]


def rows_of(folder: Path, *wanted: str) -> list[tuple]:
    """Raw rows of public order, by delivery and place; of these deliveries, or of all."""
    pattern = f"{folder}/service_returns/tranquillite/*.parquet"
    rows = duckdb.sql(f"select * from '{pattern}' order by livraison_id, ligne").fetchall()
    return [r for r in rows if not wanted or r[0] in wanted]


def take(settings: Settings, register: Register, **more: object) -> Intake:
    return receive(settings, register, CATALOGUE, "essai", **more)


def content(settings: Settings, register: Register) -> tuple:
    """What a load leaves that may not depend on how it went: deliveries, slices, raw rows."""
    known = [(d["livraison_id"], d["nom"], d["statut"], d["motif"]) for d in register.deliveries()]
    slices = [
        {k: s[k] for k in s.keys() if k not in {"rang", "conflit", "indecise", "retenue", "proposee"}}  # noqa: SIM118
        for s in register.selection()
    ]
    return sorted(known), slices, rows_of(settings.paths.raw)


def test_files_read_together_are_what_each_is_alone(tmp_path: Path) -> None:
    files = [(file, f"{i:012d}") for i, file in enumerate(year(tmp_path))]
    files.append((write(tmp_path, "correction.csv", 3, facts="9", edition=2), "f" * 12))
    together = parse_texts(files, tmp_path / "ensemble", CATALOGUE, LIMITS)
    alone = {i: parse_file(file, i, tmp_path / "seul", CATALOGUE, LIMITS) for file, i in files}
    assert len({v.fichier for v in together.values()}) == 1
    assert {i: v.parts for i, v in together.items()} == {i: v.parts for i, v in alone.items()}
    assert all(v.defects == [] and len(v.parts) == 1 for v in together.values())
    assert rows_of(tmp_path / "ensemble") == rows_of(tmp_path / "seul")
    assert len(rows_of(tmp_path / "ensemble")) == len(files) * len(natures())


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda text: text.replace(";4\n", ";beaucoup\n", 1), "valeur_illisible"),
        (lambda text: text + text.splitlines()[1] + "\n", "cle_en_double"),
        (lambda text: text.replace(";4\n", ';"4\n', 1), "lignes_incoherentes"),
        (lambda text: text.replace(";4\n", ";4;5\n", 1), "ligne_mal_coupee"),
        (lambda text: text.replace(";2023;", ";2026;"), "periode_a_venir"),
        (lambda text: text.replace("faits", "faits_bis", 1), "en_tete_inconnu"),
        (lambda text: text.replace("CGD BELLEY", "06 12 34 56 78"), "donnees_personnelles"),
        (lambda text: "", "fichier_vide"),
        (lambda text: text.splitlines()[0] + "\n", "classeur_vide"),
    ],
)
def test_a_bad_file_is_refused_as_if_it_were_alone(damage, code: str, tmp_path: Path) -> None:
    files = year(tmp_path)
    bad = files[3]
    bad.write_text(damage(bad.read_text(encoding="utf-8")), encoding="utf-8")
    named = [(file, f"{i:012d}") for i, file in enumerate(files)]
    verdicts = parse_texts(named, tmp_path / "ensemble", CATALOGUE, LIMITS)
    assert {i for i, v in verdicts.items() if v.defects} == {f"{3:012d}"}
    assert verdicts[f"{3:012d}"].defects[0].code == code
    assert verdicts[f"{3:012d}"].defects == parse_file(bad, "x", tmp_path / "seul", CATALOGUE, LIMITS).defects
    assert {r[0] for r in rows_of(tmp_path / "ensemble")} == {f"{i:012d}" for i in range(12) if i != 3}


def test_a_file_of_some_lines_says_what_it_lacks_as_if_it_were_alone(tmp_path: Path) -> None:
    files = year(tmp_path)
    files[3].write_text("\n".join(files[3].read_text(encoding="utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")
    named = [(file, f"{i:012d}") for i, file in enumerate(files)]
    verdicts = parse_texts(named, tmp_path / "ensemble", CATALOGUE, LIMITS)
    assert {i for i, v in verdicts.items() if v.lacks} == {f"{3:012d}"}
    alone = parse_file(files[3], "x", tmp_path / "seul", CATALOGUE, LIMITS)
    assert verdicts[f"{3:012d}"].lacks == alone.lacks != []
    assert [p.partielle for p in alone.parts] == [True]


def test_corrected_lines_wait_for_what_they_correct_whatever_their_names(
    settings: Settings, register: Register
) -> None:
    """In one load, before or after it; alone they are refused, and taken once it has come."""
    first, whole = settings.paths.landing / "a.csv", write(settings.paths.landing, "z.csv", 3, "4")
    kept = whole.read_text(encoding="utf-8").replace(";4\n", ";7\n", 1).splitlines()
    first.write_text("\n".join(kept[:2]) + "\n", encoding="utf-8")
    aside = settings.paths.landing.parent / "z.csv"
    whole.rename(aside)
    alone = take(settings, register)
    assert (alone.accepted, len(alone.refused)) == ([], 1)
    assert [d["code"] for d in register.defects()] == ["code_absent"]
    assert (take(settings, register).refused, register.used()) == ([], set())  # not read again for nothing
    write(settings.paths.landing, "y.csv", 4)
    again = take(settings, register)
    assert (len(again.accepted), again.refused, again.already_refused) == (1, [], 1)  # nor told again
    aside.rename(whole)
    assert len(take(settings, register).accepted) == 2
    [proposed] = [s for s in register.disputed() if s["proposee"]]
    assert (proposed["nom"], proposed["lecture"]) == ("a.csv", "lignes")


def test_a_gate_refuses_some_of_a_batch_and_nothing_of_them_stays(settings: Settings, register: Register) -> None:
    year(settings.paths.landing)
    seen: list[int] = []

    def gate(batch: Batch) -> dict[str, list[Defect]]:
        [(table, drafts)] = batch.tables().items()
        assert table == ("service_returns", "tranquillite")
        refused = {}
        for file, ids in drafts.items():
            rows = duckdb.sql(f"select livraison_id, mois, sum(faits::bigint) from '{file}' group by all").fetchall()
            assert {r[0] for r in rows} == ids
            seen.append(len(rows))
            refused |= {r[0]: [Defect("essai", "trop de faits", "vérifier")] for r in rows if r[1] == "12"}
        return refused

    intake = take(settings, register, gate=gate)
    assert (sum(seen), len(intake.accepted), len(intake.refused)) == (12, 11, 1)
    assert register.defects(intake.refused[0])[0]["constat"] == "trop de faits"
    assert {r[0] for r in rows_of(settings.paths.raw)} == set(intake.accepted)
    assert [f.name[:12] for f in settings.paths.quarantine.iterdir()] == intake.refused
    assert len(archive.whole_folders(settings.paths)) == 11


def test_the_same_bytes_twice_in_a_batch_are_one_delivery(settings: Settings, register: Register) -> None:
    write(settings.paths.landing, "a.csv", 1)
    write(settings.paths.landing, "b.csv", 1)
    intake = take(settings, register)
    assert (len(intake.accepted), intake.already_known) == (1, 1)
    assert len(rows_of(settings.paths.raw)) == len(natures())
    assert take(settings, register).already_known == 2


class _Crash(BaseException):
    """What no handler of Vigie catches: the process stops here."""


CRASHES = [
    (raw, "place", "before"), (raw, "place", "after"), (archive, "keep_all", "before"), (archive, "keep_all", "after"),
    (settle.Settler, "_register", "before"), (settle.Settler, "_register", "after"),
    (archive, "_move", "before"), (archive, "_move", "after"),
]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(("where", "name", "when"), CRASHES, ids=lambda v: getattr(v, "__name__", v))
def test_a_load_that_dies_is_repaired_by_the_next(
    where: object, name: str, when: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = year(settings.paths.landing)
    files[5].write_text(files[5].read_text(encoding="utf-8").replace(";6\n", ";six\n"), encoding="utf-8")
    whole = getattr(where, name)

    def dies(*arguments: object, **named: object) -> None:
        if when == "after":
            whole(*arguments, **named)
        raise _Crash

    with Register(settings.paths.register) as first, monkeypatch.context() as patch:
        patch.setattr(where, name, dies)
        with pytest.raises(_Crash):
            take(settings, first)
    with Register(settings.paths.register) as second:
        take(settings, second)
        repaired = content(settings, second)
        assert list(settings.paths.archive.glob(".*")) == []
        assert list(settings.paths.raw_drafts.rglob("*.parquet")) == []
        assert take(settings, second).accepted == []
    sound = Settings(home=tmp_path / "sans panne", departement="01", landing=settings.paths.landing,
                     today=settings.today, stability_seconds=0)  # fmt: skip
    sound.paths.create()
    with Register(sound.paths.register) as other:
        take(sound, other)
        assert repaired == content(sound, other)
    assert len(repaired[2]) == 11 * len(natures())


@pytest.mark.parametrize("k", [1, 3, 20, 37])
def test_a_write_that_fails_accepts_nothing_and_loses_nothing(
    k: int, settings: Settings, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    year(settings.paths.landing)
    calls = iter(range(1, 10_000))
    real = durable.os.fsync

    def fsync(fd: int) -> None:
        if next(calls) == k:
            raise OSError(5, "Input/output error")
        real(fd)

    with monkeypatch.context() as patch:
        patch.setattr(durable.os, "fsync", fsync)
        with pytest.raises((OSError, archive.MachineFault)):
            take(settings, register)
    assert register.deliveries() == []
    assert len(take(settings, register).accepted) == 12
    assert len(rows_of(settings.paths.raw)) == 12 * len(natures())


def test_a_child_that_dies_of_a_batch_is_replaced_and_nobody_is_refused(
    settings: Settings, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    year(settings.paths.landing)
    ask, asked = Parser._ask, []

    def dies_of_many(self: Parser, copies: list, *rest: object) -> object:
        asked.append(len(copies))
        if len(copies) > 1:
            self._child.kill()
        return ask(self, copies, *rest)

    monkeypatch.setattr(Parser, "_ask", dies_of_many)
    assert len(take(settings, register).accepted) == 12
    assert asked == [12, *[1] * 12]


def test_a_lost_raw_file_comes_back_whole_and_only_once(settings: Settings, register: Register) -> None:
    year(settings.paths.landing)
    take(settings, register)
    before = content(settings, register)
    [lost] = (settings.paths.raw / "service_returns" / "tranquillite").glob("*.parquet")
    lost.unlink()
    take(settings, register)
    assert content(settings, register) == before


def test_a_raw_file_that_the_register_ignores_goes(settings: Settings, register: Register) -> None:
    year(settings.paths.landing)
    take(settings, register)
    before = content(settings, register)
    [file] = (settings.paths.raw / "service_returns" / "tranquillite").glob("*.parquet")
    (file.parent / "0123456789ab-12.parquet").write_bytes(file.read_bytes())
    take(settings, register)
    assert content(settings, register) == before
