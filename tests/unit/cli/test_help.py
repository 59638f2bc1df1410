"""The help of every command, as a user reads it."""

import re

import pytest
import typer
from typer.testing import CliRunner

from pipelines.cli.french import usage_sentence
from pipelines.cli.main import app

COMMANDS = sorted(typer.main.get_command(app).commands)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_has_no_english_type_or_name(command: str) -> None:
    told = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "120"}).output
    [usage] = [line for line in told.splitlines() if "Usage : " in line]
    assert re.findall(r"<(?:str|path|int|bool|float)>", told) == []
    assert re.findall(r"[{\[][a-z_]+[}\]]", usage) == []  # an argument under its name in the code
    assert "Afficher cette aide." in told


def test_a_missing_argument_is_named_as_in_the_help() -> None:
    command = typer.main.get_command(app)
    with pytest.raises(Exception, match=r".*") as raised:
        command.main(["snapshot"], standalone_mode=False)
    assert usage_sentence(raised.value).startswith("Il manque TRIMESTRE.")
