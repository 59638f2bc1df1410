"""docs/connecter.md, tried: the terminal, the Python block of the page itself, and a spreadsheet."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import PROJECT, VIGIE, Home

pytestmark = pytest.mark.xdist_group("demo")

PAGE = PROJECT / "docs" / "connecter.md"
LOT = {"2016": 319, "2017": 329, "2018": 395, "2019": 421}  # the plan prints them, table A


def block(language: str, start: str = "") -> str:
    """The first fenced block of the page in that language that starts so."""
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return next(b for b in found if b.startswith(start))


def typed(home: Home, commands: str) -> subprocess.CompletedProcess[str]:
    """`vigie console` with these lines on its standard input."""
    return subprocess.run(
        [VIGIE, "console"],
        env=home.environment,
        input=commands,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def with_vigie() -> str:
    """The PATH of someone who installed Vigie."""
    return f"{VIGIE.parent}{os.pathsep}{os.environ['PATH']}"


def test_the_terminal_answers(demo_home: Home) -> None:
    done = typed(
        demo_home,
        "select valeur from indicateurs.series where indicateur_code = 'CBV_4001' and territoire_code = 'DEP-46' "
        "and periode = '2019';\n",
    )
    assert done.returncode == 0, done.stderr
    assert "421" in done.stdout
    assert "lecture seule" in done.stdout


@pytest.mark.parametrize(
    "statement",
    [
        "update indicateurs.valeurs set valeur = 0;",
        "drop table indicateurs.valeurs;",
        "copy (select 1) to '{folder}/sorti.csv';",
        "select * from read_text('{folder}/secret.txt');",
        "attach '{folder}/autre.duckdb';",
        "set enable_external_access = true;",
    ],
)
def test_the_terminal_only_reads_the_warehouse(demo_home: Home, tmp_path: Path, statement: str) -> None:
    (tmp_path / "secret.txt").write_text("mot de passe")
    done = typed(demo_home, statement.format(folder=tmp_path) + "\n")
    assert "Error" in done.stderr
    assert "mot de passe" not in done.stdout
    assert [f.name for f in tmp_path.iterdir()] == ["secret.txt"]


@pytest.mark.parametrize(
    "command",
    [
        ".open {warehouse}",
        ".shell touch {folder}/sorti",
        ".output {folder}/sorti",
        ".once {folder}/sorti",
        ".log {folder}/sorti",
        ".read {folder}/secret.txt",
        ".import {folder}/secret.txt secret",
    ],
)
def test_the_terminal_s_own_commands_do_no_more(demo_home: Home, tmp_path: Path, command: str) -> None:
    (tmp_path / "secret.txt").write_text("mot de passe")
    before = demo_home.warehouse.read_bytes()
    lines = (
        command.format(folder=tmp_path, warehouse=demo_home.warehouse),
        "update indicateurs.valeurs set valeur = 0;",
        "select 1;",
    )
    done = typed(demo_home, "\n".join(lines) + "\n")
    assert "cannot be used in -safe mode" in done.stdout + done.stderr
    assert "mot de passe" not in done.stdout
    assert [f.name for f in tmp_path.iterdir()] == ["secret.txt"]
    assert demo_home.warehouse.read_bytes() == before


def test_the_python_of_the_page_runs(demo_home: Home) -> None:
    done = subprocess.run(
        [sys.executable, "-c", block("python")],
        env=demo_home.environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = dict(line.split()[:2] for line in done.stdout.splitlines()[1:])
    assert {year: float(told[year]) for year in LOT} == LOT


def test_the_r_of_the_page_runs(demo_home: Home) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R n'est pas installé : apt-get install r-base-core")
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", block("r")],
        env=demo_home.environment | {"PATH": with_vigie()}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()[1:]}
    assert {year: float(told[year][0]) for year in LOT} == LOT
    assert told["2016"][1] == "NA"  # a break of series, not a change of 0


def test_a_spreadsheet_reads_what_the_page_writes(demo_home: Home, tmp_path: Path) -> None:
    if shutil.which("libreoffice") is None:
        pytest.skip("LibreOffice n'est pas installé : apt-get install libreoffice-calc")
    asked = block("console", "vigie sql").splitlines()[0]
    environment = demo_home.environment | {"PATH": with_vigie()}
    subprocess.run(["bash", "-c", asked], cwd=tmp_path, env=environment, check=True, timeout=60)
    # Separator, quote, UTF-8, from the first line, American English: what the page says to choose in the window.
    subprocess.run(
        ["libreoffice", f"-env:UserInstallation=file://{tmp_path}/profil", "--headless",
         "--infilter=CSV:44,34,76,1,,1033", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "cbv.csv"],
        cwd=tmp_path, check=True, timeout=240, capture_output=True,
    )  # fmt: skip
    rows = openpyxl.load_workbook(tmp_path / "cbv.xlsx").active.iter_rows(min_row=2, values_only=True)
    told = {str(year): (value, change) for year, value, change in rows}
    assert {year: told[year][0] for year in LOT} == LOT
    assert told["2016"][1] is None  # a break of series, not a change of 0
    assert told["2019"][1] == 6.58  # the plan prints it
