"""What the documents repeat of the tables and the code is the same as there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import typer
import yaml

from pipelines import __version__
from pipelines.base import exit_codes
from pipelines.catalogue.downloads import Wanted, read_places
from pipelines.cli.main import app
from pipelines.fetch.names import file_name
from pipelines.settings.model import PROJECT, SOURCES, Settings

GUIDE = (PROJECT / "docs" / "premier-mois.md").read_text(encoding="utf-8")
_MONTHS = {"du mois qui suit": 1, "deux mois après": 2, "sept mois après": 7, "dix mois après": 10,
           "trente-six mois après": 36}  # fmt: skip


def rows(text: str, first_heading: str) -> list[list[str]]:
    """The rows of the table whose first heading is that one."""
    table = text.split(f"| {first_heading} |", 1)[1].split("\n\n", 1)[0]
    return [[c.strip() for c in line.strip().strip("|").split(" | ")] for line in table.splitlines()[2:]]


def test_the_calendar_of_the_guide_is_that_of_the_sources() -> None:
    told = {}
    for names, _, _, cadence, due, since in rows(GUIDE, "source"):
        day = int(re.search(r"le (\d+)", due)[1])
        [months] = {n for words, n in _MONTHS.items() if words in due}
        for name in re.findall(r"`(\w+)`", names):
            told[name] = (cadence, months, day, since)
    written = {}
    for file in SOURCES.glob("*/source.yml"):
        source = yaml.safe_load(file.read_text(encoding="utf-8"))
        last = source.get("derniere_periode")
        since = source["premiere_periode"] + (f" à {last}" if last else "")
        due = source["echeance"]
        written[source["source"]] = (source["cadence"], due["mois_apres"], due["jour"], since)
    assert told == written


def test_where_files_are_is_what_the_sources_say() -> None:
    page = (PROJECT / "docs" / "sources.md").read_text(encoding="utf-8")
    cadences = {
        described["source"]: described["cadence"]
        for described in (yaml.safe_load(f.read_text(encoding="utf-8")) for f in SOURCES.glob("*/source.yml"))
    }
    told, titles = set(), {}
    for names, what, link, files, cadence, fetched in rows(page, "source"):
        title, address = re.fullmatch(r"\[(.+)\]\((\S+)\)", link).groups()
        titles.setdefault(address, title)  # « le même » below it
        for source in re.findall(r"`(\w+)`", names):
            told.add((source, what, titles[address], address, tuple(re.findall(r"`(.+?)`", files)), cadence, fetched))
    places = read_places()
    written = {
        (
            d.source,
            w.what,
            d.title,
            f"https://www.data.gouv.fr/datasets/{d.slug}",
            w.names,
            cadences[d.source],
            _fetched(w),
        )
        for d in places.datasets
        for w in d.wanted
    } | {
        (a.source, a.what, a.title, a.page, (file_name(a.address),), cadences[a.source], "oui, adresse directe")
        for a in places.addresses
    }
    assert told == written
    sent = rows(page.split("## Ce que l'on vous envoie")[1], "source")
    assert {source.strip("`"): who for source, who in sent} == places.senders


def _fetched(wanted: Wanted) -> str:
    return "oui" + (f", depuis {wanted.since}" if wanted.since else "") + ("" if wanted.verified else ", nom supposé")


def test_every_setting_is_in_the_guide_with_its_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VIGIE_CONFIG", str(tmp_path / "absent.toml"))
    told = {name.strip("`").removeprefix("VIGIE_").lower(): default for name, _, default in rows(GUIDE, "réglage")}
    assert told.keys() == Settings.model_fields.keys()
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, int | float) and not isinstance(field.default, bool):
            assert float(told[name]) == field.default, name
    # A home keeps the département of its first load: the default holds until then.
    assert Settings.model_fields["departement"].default in told["departement"]


def test_every_command_is_in_the_readme() -> None:
    told = set(re.findall(r"`vigie ([a-z][\w-]*)", (PROJECT / "README.md").read_text(encoding="utf-8")))
    assert told == typer.main.get_command(app).commands.keys()


def test_every_exit_code_is_in_the_readme() -> None:
    told = [int(row[0]) for row in rows((PROJECT / "README.md").read_text(encoding="utf-8"), "code")]
    assert told == sorted(v for k, v in vars(exit_codes).items() if k.isupper())


def test_one_version_is_told_everywhere() -> None:
    with (PROJECT / "pyproject.toml").open("rb") as stream:
        declared = tomllib.load(stream)["project"]["version"]
    journal = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", journal, re.MULTILINE)
    assert declared == __version__ == released[0][0]
    days = [day for _, day in released]
    assert days == sorted(days, reverse=True)


def test_the_journal_has_the_parts_of_keep_a_changelog() -> None:
    journal = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[Non publié\]$", journal, re.MULTILINE)
    parts = set(re.findall(r"^### (.+)$", journal, re.MULTILINE))
    assert parts <= {"Ajouté", "Modifié", "Obsolète", "Retiré", "Corrigé", "Sécurité"}


def test_python_versions_are_those_of_the_project() -> None:
    with (PROJECT / "pyproject.toml").open("rb") as stream:
        wanted = tomllib.load(stream)["project"]["requires-python"]
    assert wanted == ">=3.11,<3.14"
    assert "Python 3.11, 3.12 ou 3.13" in (PROJECT / "README.md").read_text(encoding="utf-8")
