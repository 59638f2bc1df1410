"""A word that is not quite one names what it may have meant; one in another case is taken."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from pipelines.cli import near
from pipelines.cli.french import usage_sentence
from pipelines.cli.main import app

COMMANDS = sorted(typer.main.get_command(app).commands)
# Whose name is a French word, or the same one.
_ALREADY_FRENCH = {
    "bilan",
    "console",
    "edition",
    "excuse",
    "plan",
    "relances",
    "sql",
    "ui",
    "demo",
    "sante",
    "bureau",
    "site",
}


def said(*arguments: str) -> str:
    with pytest.raises(Exception, match=r".*") as raised:
        typer.main.get_command(app).main(list(arguments), standalone_mode=False)
    return usage_sentence(raised.value)


@pytest.mark.parametrize(
    ("word", "command"),
    [
        ("chargement", "load"),
        ("laod", "load"),
        ("lod", "load"),
        ("livraisons", "deliveries"),
        ("modeles", "templates"),
        ("modèles", "templates"),
        ("excuser", "excuse"),
        ("Sauvegarde", "backup"),
        ("qualité", "quality"),
        ("statuts", "status"),
        ("snapshott", "snapshot"),
    ],
)
def test_the_command_that_was_meant_is_named(word: str, command: str) -> None:
    assert f"La commande {word} n'existe pas : vouliez-vous dire vigie {command}" in said(word)


def test_what_looks_like_nothing_names_nothing() -> None:
    assert said("qsdf").startswith("La commande qsdf n'existe pas. Voir : ")


def test_a_command_is_taken_in_any_case() -> None:
    assert CliRunner().invoke(app, ["STATUS", "--help"]).exit_code == 0


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in _ALREADY_FRENCH])
def test_every_command_has_a_french_word(command: str) -> None:
    assert command in near.FRENCH.values()


def test_what_is_too_much_is_named() -> None:
    assert "« d » est de trop" in said("explain", "a", "b", "c", "d")


def test_a_number_that_is_none_says_so() -> None:
    assert "--port ne convient pas : un nombre entier est attendu" in said("ui", "--port", "abc")


@pytest.mark.parametrize(
    ("text", "found"), [("SERVICE-RETURNS", "service_returns"), ("iscg", "iscg"), ("Ssmsi ", "ssmsi"), ("x", None)]
)
def test_a_word_in_another_case_is_the_same(text: str, found: str | None) -> None:
    assert near.same(text, ["service_returns", "iscg", "ssmsi"]) == found
