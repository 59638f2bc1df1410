"""A table that a spreadsheet saved: read with the same meaning, or refused by name; put right on demand."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.catalogue.model import CatalogueError
from pipelines.catalogue.table_checks import check, files, hold
from pipelines.catalogue.table_rewrite import rewrite
from pipelines.cli import tables as command
from pipelines.settings.model import PROJECT
from pipelines.settings.tables import read_cells, read_rows

Damage = Callable[[str], bytes]
TABLES = files(PROJECT)
SEEDS = "dbt_project/seeds"
# One of each kind, with what damages have a hold on: accents, dates, decimals, booleans, zeros, separators in texts.
SAMPLES = (
    f"{SEEDS}/plan/versions.csv", f"{SEEDS}/plan/liens.csv", f"{SEEDS}/plan/acteurs.csv",
    f"{SEEDS}/indicateurs/revisions.csv", f"{SEEDS}/reference/departements.csv",
    "sources/units.csv", "sources/iscg/activite.rows.csv", "sources/iscg/layouts.csv", "sources/insee/columns.csv",
    "expectations/seuils.csv", "expectations/reception/calculs.csv", "pipelines/report/codes.csv",
)  # fmt: skip


def cells_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def saved(text: str, separator: str) -> str:
    """As Excel writes a sheet: quotes where they are needed, the lines' ends of Windows."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=separator, lineterminator="\r\n").writerows(cells_of(text))
    return written.getvalue()


def opened_by_a_click(text: str) -> str:
    """As a French Excel takes it: each line is one cell, which it quotes when it holds quotes."""
    lines = text.splitlines()
    return "\r\n".join('"' + line.replace('"', '""') + '"' if '"' in line else line for line in lines) + "\r\n"


def read_as_windows(text: str) -> str:
    return "".join(bytes([b]).decode("cp1252", errors="ignore") or chr(b) for b in text.encode())


def blank_lines(text: str) -> str:
    return text + ("," * text.partition("\n")[0].count(",") + "\n") * 3


READ_AS_BEFORE: dict[str, Damage] = {
    "mark": lambda t: codecs.BOM_UTF8 + t.encode(),
    "mark and ends of Windows": lambda t: codecs.BOM_UTF8 + t.replace("\n", "\r\n").encode(),
    "every cell quoted": lambda t: "\n".join(",".join(f'"{c.replace(chr(34), chr(34) * 2)}"' for c in row)
                                             for row in cells_of(t)).encode(),
}  # fmt: skip
# Nothing is lost: the rewriting gives the same cells back.
PUT_RIGHT: dict[str, Damage] = {
    "CSV UTF-8": lambda t: codecs.BOM_UTF8 + saved(t, ";").encode(),
    "UTF-16": lambda t: saved(t, "\t").encode("utf-16"),
    "empty columns": lambda t: "\n".join(f"{line},," for line in t.splitlines()).encode(),
    "empty lines": lambda t: blank_lines(t).encode(),
    "read as Windows-1252": lambda t: read_as_windows(t).encode(),
    "spaces": lambda t: "\n".join(",".join(f" {c}" if c.isalnum() else c for c in line.split(","))
                                  if '"' not in line else line for line in t.splitlines()).encode(),
}  # fmt: skip


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the project and their descriptions, to damage."""
    project = tmp_path_factory.mktemp("projet")
    for file in [*TABLES, *PROJECT.glob("dbt_project/dbt_project.yml"), *PROJECT.glob("dbt_project/seeds/*/*.yml"),
                 *PROJECT.glob("*/tables.yml")]:  # fmt: skip
        target = project / file.relative_to(PROJECT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return project


@pytest.fixture
def damaged(copied: Path):
    """Write a damaged table into the copy, for the time of a test."""
    before: dict[Path, bytes] = {}

    def write(name: str, content: bytes) -> Path:
        file = copied / name
        before.setdefault(file, file.read_bytes())
        file.write_bytes(content)
        return file

    yield write
    for file, content in before.items():
        file.write_bytes(content)


def text_of(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def test_the_tables_of_the_project_are_sound() -> None:
    assert [f.sentence() for f in check()] == []


@pytest.mark.parametrize("kind", READ_AS_BEFORE)
def test_what_changes_nothing_is_read(kind: str, tmp_path: Path) -> None:
    for table in TABLES:
        text = table.read_text(encoding="utf-8")
        file = tmp_path / table.name
        file.write_bytes(READ_AS_BEFORE[kind](text))
        header, *lines = cells_of(text)
        assert read_rows(file) == [dict(zip(header, line, strict=True)) for line in lines], table
        assert list(read_cells(file)) == [c for line in [header, *lines] for c in line]


@pytest.mark.parametrize("kind", ["CSV UTF-8", "UTF-16", "empty columns", "empty lines"])
def test_what_dbt_would_read_otherwise_is_refused_by_name_in_every_table(kind: str, tmp_path: Path) -> None:
    for table in TABLES:
        file = tmp_path / "sources" / table.name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(PUT_RIGHT[kind](table.read_text(encoding="utf-8")))
        with pytest.raises(CatalogueError, match=rf"^sources/{re.escape(table.name)}, ligne \d+ : .+\. .+\.$"):
            read_rows(file)


@pytest.mark.parametrize("kind", PUT_RIGHT)
def test_what_loses_nothing_is_told_then_put_right(kind: str, copied: Path, damaged) -> None:
    changed = {n: content for n in SAMPLES if (content := PUT_RIGHT[kind](text_of(n))) != text_of(n).encode()}
    written = {name: damaged(name, content) for name, content in changed.items()}
    told = check(copied)
    assert {f.file for f in told} == set(changed)
    assert all(f.line for f in told)
    done = rewrite(copied)
    assert {d.file for d in done if d.changes and not d.left} == set(changed)
    for name, file in written.items():
        assert cells_of(file.read_text(encoding="utf-8")) == cells_of(text_of(name)), name
    assert check(copied) == []
    assert rewrite(copied) == []


def test_windows_1252_is_put_right_unless_a_sign_is_lost(copied: Path, damaged) -> None:
    content = {name: saved(text_of(name), ";").encode("cp1252", errors="replace") for name in SAMPLES}
    written = {name: damaged(name, changed) for name, changed in content.items()}
    assert {f.file for f in check(copied) if f.line == 1} == set(SAMPLES)
    left = {d.file for d in rewrite(copied) if d.left}
    for name, file in written.items():
        if b"?" in content[name]:
            assert name in left
            assert file.read_bytes() == content[name]
        else:
            assert cells_of(file.read_text(encoding="utf-8")) == cells_of(text_of(name)), name
    assert {f.file for f in check(copied)} == left


def test_windows_1252_is_told_at_its_first_accent(damaged) -> None:
    file = damaged(f"{SEEDS}/plan/acteurs.csv", text_of(f"{SEEDS}/plan/acteurs.csv").encode("cp1252"))
    with pytest.raises(CatalogueError, match=r"plan/acteurs\.csv, ligne 2, colonne libelle : .*Windows-1252"):
        read_rows(file)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("sources/units.csv", "mac_roman"),
        (f"{SEEDS}/plan/acteurs.csv", "mac_roman"),
        (f"{SEEDS}/plan/acteurs.csv", "cp850"),
    ],
)
def test_another_code_page_is_left(name: str, encoding: str, copied: Path, damaged) -> None:
    content = text_of(name).encode(encoding, errors="replace")
    file = damaged(name, content)
    [done] = rewrite(copied)
    assert done.left
    assert file.read_bytes() == content


def test_a_table_opened_by_a_click_is_told(copied: Path, damaged) -> None:
    quoted = [name for name in SAMPLES if '"' in text_of(name)]
    written = {name: damaged(name, opened_by_a_click(text_of(name)).encode()) for name in quoted}
    assert {f.file for f in check(copied) if "une seule cellule" in f.problem} == set(quoted)
    rewrite(copied)
    for name, file in written.items():
        assert cells_of(file.read_text(encoding="utf-8")) == cells_of(text_of(name)), name


FRENCH = [
    (f"{SEEDS}/plan/liens.csv", r"(\d{4})-(\d\d)-(\d\d)", r"\3/\2/\1", "valide_de", "AAAA-MM-JJ"),
    (f"{SEEDS}/plan/liens.csv", "(?<=,)true(?=,)", "VRAI", "en_tete", "true ou false"),
    (f"{SEEDS}/plan/acteurs.csv", "(?<=,)false", "FAUX", "prefecture", "true ou false"),
    (f"{SEEDS}/reference/populations_reperes.csv", "60000000", "60 000 000", "habitants_min", "nombre entier"),
    (f"{SEEDS}/plan/relations_series.csv", r"(?<=,)0\.5(?=,)", '"0,5"', "facteur", "point"),
    ("expectations/seuils.csv", r"(?<=,)0\.05(?=,)", '"0,05"', "valeur", "point"),
]


@pytest.mark.parametrize(("name", "pattern", "written", "column", "expected"), FRENCH)
def test_a_value_written_in_french_is_told_then_put_right(
    name: str, pattern: str, written: str, column: str, expected: str, copied: Path, damaged
) -> None:
    text = text_of(name)
    changed = re.sub(pattern, written, text)
    assert changed != text
    file = damaged(name, changed.encode())
    told = [f for f in check(copied) if f.column == column]
    assert told
    assert all(f.file == name and expected in f.sentence() for f in told)
    rewrite(copied)
    assert cells_of(file.read_text(encoding="utf-8")) == cells_of(text)


# What no rewriting can give back: it stays refused, at its line and column.
LOST = [
    (f"{SEEDS}/reference/departements.csv", "\n01,", "\n1,", 2, "code_departement", "zéros"),
    (f"{SEEDS}/reference/regions.csv", "\n01,", "\n1,", 2, "code_region", "zéros"),
    (f"{SEEDS}/plan/liens.csv", "MINEURS_MEC,true", "MINEURS_MEX,true", 2, "indicateur_code", "MINEURS_MEC"),
    (f"{SEEDS}/plan/liens.csv", "2020-01-01", "01/01/20", 2, "valide_de", "AAAA-MM-JJ"),
    (f"{SEEDS}/plan/liens.csv", "2020-01-01", "2020-02-30", 2, "valide_de", "AAAA-MM-JJ"),
    (f"{SEEDS}/plan/liens.csv", "46,P1,", "46,P9,", 2, "priorite_code", "priorites.csv"),
    (f"{SEEDS}/indicateurs/ventilations.csv", "velo", "11-déc", 3, "ventilation_code", "d'une autre valeur"),
    ("pipelines/demo/profile_4001.csv", "1,0.1,", '1,"0,1",', 2, "level_2016", "0.5"),
    (f"{SEEDS}/indicateurs/indicateurs_tete.csv", "AVIP_4001", "AVIP_4002", 3, "indicateur_code", "indicateurs_suivi"),
    (f"{SEEDS}/indicateurs/lignes_de_base.csv", "raison\n", "raison\nTUES,,semaine,2020-01-01,Oui\n", 2, "periode_type",
     "mois"),
    (f"{SEEDS}/indicateurs/lignes_de_base.csv", "raison\n", "raison\nTUES,,mois,2020-01-01,\n", 2, "raison", "remplie"),
    (f"{SEEDS}/plan/pilotes.csv", "PREFET", "", 2, "acteur_code", "remplie"),
    (f"{SEEDS}/reference/index_4001.csv", "\n1,", "\n#N/A,", 2, "code_index", "n'est pas une valeur"),
    ("sources/insee/columns.csv", ",5\n", ",\"1,5\"\n", 3, "largeur", "entier"),
    ("sources/iscg/activite.rows.csv", ",tout\n", ",Tout\n", 2, "regle", "tout, partie, somme"),
    ("sources/answers.csv", "ambigu", "ambigue", 3, "lecture", "0, vide, ambigu"),
    ("expectations/regles.csv", "bloquant", "Bloquant", 2, "severite", "avertissement"),
    ("expectations/seuils.csv", "CLE_UNIQUE", "CLE_UNIQ", 2, "regle_code", "CLE_UNIQUE"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "line", "column", "word"), LOST)
def test_a_value_that_cannot_be_is_told_with_its_place(
    name: str, old: str, new: str, line: int, column: str, word: str, copied: Path, damaged
) -> None:
    text = text_of(name)
    assert old in text
    damaged(name, text.replace(old, new, 1).encode())
    rewrite(copied)
    [told] = [f for f in check(copied) if f.file == name and f.column == column]
    assert told.line == line
    assert word in told.sentence()


def test_a_double_a_lost_column_and_a_foreign_one_are_told_together(copied: Path, damaged) -> None:
    text = text_of(f"{SEEDS}/reference/motifs.csv")
    second = text.splitlines()[1]
    damaged(f"{SEEDS}/reference/motifs.csv", f"{text}{second}\n".encode())
    units = text_of("sources/units.csv")
    damaged("sources/units.csv", units.replace("decimales", "décimales", 1).encode())
    told = [f.sentence() for f in check(copied)]
    assert any(re.search(r"motifs\.csv, ligne \d+ : .* est déjà à la ligne 2 \(motif_code\)", t) for t in told)
    assert any("la colonne decimales manque (décimales ?)" in t for t in told)
    assert any("colonne décimales : la colonne est inconnue" in t for t in told)


def test_a_table_that_is_gone_is_told(copied: Path, damaged) -> None:
    damaged("sources/units.csv", b"").unlink()
    [told] = check(copied)
    assert told.sentence().startswith("sources : la table units.csv manque.")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        "é".encode("cp1252") + b"a" * 200_000 + "é".encode("cp1252"),
        b"\n",
        b"a\x00b,c\n1,2\n",
        b'a,b\n"1,2\n',
        b"\xff\xfe",
        b"a,b\n1,2,3\n",
    ],
)
def test_no_content_is_an_incident(content: bytes, damaged) -> None:
    file = damaged("sources/units.csv", content)
    with pytest.raises(CatalogueError, match=r"^sources/units\.csv"):
        read_rows(file)


def test_tables_that_were_sound_are_not_looked_at_again(copied: Path, damaged, tmp_path: Path, monkeypatch) -> None:
    stamp = tmp_path / "tables.sha256"
    hold(stamp, copied)
    looked: list[Path] = []
    monkeypatch.setattr("pipelines.catalogue.table_checks.check", lambda project: looked.append(project) or [])
    hold(stamp, copied)
    assert looked == []
    damaged("sources/units.csv", b"")
    hold(stamp, copied)
    assert looked == [copied]


def test_a_faulty_table_holds_the_load_with_every_fault(copied: Path, damaged, tmp_path: Path) -> None:
    damaged("sources/units.csv", b"")
    damaged("expectations/seuils.csv", b"")
    with pytest.raises(
        CatalogueError, match=r"(?s)dans 2 tables.*expectations/seuils.*sources/units|sources/units.*seuils"
    ):
        hold(tmp_path / "tables.sha256", copied)
    assert not (tmp_path / "tables.sha256").exists()


def test_the_command_says_what_is_wrong_and_puts_it_right(copied: Path, damaged, monkeypatch, capsys) -> None:
    name = f"{SEEDS}/plan/liens.csv"
    for module in ("cli.tables", "catalogue.table_checks", "catalogue.table_rewrite"):
        for function in ("check", "files", "rewrite"):
            target = f"pipelines.{module}.{function}"
            if module == "cli.tables":
                monkeypatch.setattr(
                    target, lambda f={"check": check, "files": files, "rewrite": rewrite}[function]: f(copied)
                )
    assert command.run(False, True) == 0
    assert json.loads(capsys.readouterr().out)["defauts"] == []
    damaged(name, saved(text_of(name), ";").encode())
    assert command.run(False, True) == 1
    [told] = json.loads(capsys.readouterr().out)["defauts"]
    assert (told["fichier"], told["ligne"]) == (name, 1)
    assert command.run(False, False) == 1
    shown = capsys.readouterr()
    assert "point-virgule" in shown.err
    assert "1 défaut." in shown.out
    assert command.run(True, True) == 0
    [done] = json.loads(capsys.readouterr().out)["reecrites"]
    assert done["fichier"] == name
