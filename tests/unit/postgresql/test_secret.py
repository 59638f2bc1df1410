"""A password with any sign of the keyboard is in no message."""

from __future__ import annotations

import string
from pathlib import Path
from urllib.parse import quote

import pytest

from pipelines.home.register import Register
from pipelines.postgresql import owed
from pipelines.postgresql.secret import MISREAD, hidden, is_misread
from pipelines.settings.model import Settings

HALVES = "Zebre", "Quokka"


@pytest.mark.parametrize("sign", string.punctuation)
@pytest.mark.parametrize("written", ["postgresql://vigie:{}@127.0.0.1:1/vigie", "host=127.0.0.1 port=1 password={}"])
def test_no_part_of_a_password_is_told(tmp_path: Path, sign: str, written: str) -> None:
    settings = Settings(home=tmp_path, postgres_dsn=written.format(sign.join(HALVES)))
    settings.paths.create()
    settings.paths.warehouse.touch()
    with Register(settings.paths.register) as register:
        register.note_publication("essai", "2025-01-01", "e", "46", settings.paths.warehouse)
        told = owed.copy(settings, register).sentence()
        kept = str(register.rows("select * from copies"))
    logs = "".join(f.read_text(encoding="utf-8") for f in settings.paths.logs.iterdir())
    assert not any(half in text for half in HALVES for text in (told, kept, logs))


@pytest.mark.parametrize("sign", "@/?#%")
def test_a_sign_that_cuts_the_address_is_named_and_escaped_is_taken(sign: str) -> None:
    password = sign.join(HALVES)
    assert is_misread(f"postgresql://vigie:{password}@localhost/vigie")
    assert not is_misread(f"postgresql://vigie:{quote(password, safe='')}@localhost/vigie")
    assert quote(sign, safe="") in MISREAD


SOUND = (
    "postgresql://localhost/vigie",
    "postgresql://vigie@localhost:5432/vigie?sslmode=require",
    "postgresql:///vigie?host=/run/postgresql",
    "host=localhost dbname=vigie password=a@b",
)


@pytest.mark.parametrize("dsn", SOUND)
def test_a_sound_string_is_not_refused(dsn: str) -> None:
    assert not is_misread(dsn)


def test_what_another_program_says_is_without_the_password() -> None:
    dsn = f"postgresql://vigie:{quote('a@b:c', safe='')}@localhost/vigie"
    assert hidden(f"failed: {dsn} with a@b:c", dsn) == "failed: … with …"
