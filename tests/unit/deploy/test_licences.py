"""The page of the licences has every package of the lock, as each declares its own."""

from __future__ import annotations

import re
import sys
import tomllib

import pytest

from deploy.licences import PAGE, page
from tests.conftest import PROJECT

LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
ROWS = {r[0]: r[1:] for r in re.findall(r"^\| (\S+) \| (.+?) \| (.+?) \| (installé|développement) \|$", PAGE.read_text(encoding="utf-8"), re.M)}  # fmt: skip  # noqa: E501


def test_every_package_of_the_lock_has_its_version_and_its_licence() -> None:
    elsewhere = set(re.findall(r"^([a-z0-9-]+)==\S+ ; sys_platform == 'win32'", LOCK, re.M))
    for name, version in re.findall(r"^([a-z0-9-]+)(?:\[.+\])?==(\S+)", LOCK, re.M):
        if name in elsewhere:
            assert name in PAGE.read_text(encoding="utf-8").rpartition("jamais installées")[2]
            continue
        versions, licence, _ = ROWS[name]
        assert version in versions.split(" ou ")
        assert len(licence) > 2
    assert {*ROWS} <= {*re.findall(r"^([a-z0-9-]+)", LOCK, re.M)}


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="ce qui est installé dépend de Python ; la page est de 3.11"
)
def test_the_page_is_what_its_command_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m deploy.licences"


def test_what_the_project_asks_for_is_installed_with_it() -> None:
    # Not what the environment of the day was made of: a dependency added since is in the bundle too.
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.split(r"[=<>\[]", text)[0] for text in project["dependencies"]}
    assert {name: ROWS[name][2] for name in asked} == dict.fromkeys(asked, "installé")
    assert ROWS["pyshacl"][2] == ROWS["pytest"][2] == "développement"


def test_what_is_declared_is_read_where_it_stands() -> None:
    # Each from its own file: an expression, a classifier, words alone.
    assert ROWS["httpx"][1] == "BSD License"
    assert ROWS["certifi"][1].startswith("Mozilla Public License 2.0")
    assert ROWS["psycopg"][1] == "LGPL-3.0-only"
    assert ROWS["pytauargus"][1:] == ("EUPL-1.2", "développement")
