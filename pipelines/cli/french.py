"""The command-line library's own words, in French: headings of the help, and what it says of a usage mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import typer.rich_utils
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

if TYPE_CHECKING:
    from typer._click import Command, Context
    from typer.core import TyperOption
else:
    Command = object  # the library keeps it to itself

typer.rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
typer.rich_utils.DEFAULT_STRING = "[par défaut : {}]"
typer.rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"


# The kind of value of an option, in the help; a flag has none.
_TYPES = {"<str>": "<texte>", "<path>": "<chemin>", "<int>": "<nombre>", "<bool>": "", "<list[str]>": "<texte>…"}


def _in_french(named: Callable[[Context], str], ctx: Context) -> str:
    told = named(ctx)
    return _TYPES.get(told, told)


def _translate(param: Any) -> None:
    """Replace the method of a parameter, which no type of the library allows."""
    param.display_type = partial(_in_french, param.display_type)


class _FrenchHelp(Command):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for param in self.params:
            _translate(param)

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        option = super().get_help_option(ctx)
        if option is not None and option.help != "Afficher cette aide.":
            option.help = "Afficher cette aide."
            _translate(option)
        return option

    def get_usage(self, ctx: Context) -> str:
        return super().get_usage(ctx).replace("Usage: ", "Usage : ").replace("COMMAND [ARGS]...", "COMMANDE …")


class FrenchGroup(_FrenchHelp, TyperGroup):
    """The group of all commands; a command's name may be in any case."""

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        return super().get_command(ctx, cmd_name) or super().get_command(ctx, cmd_name.lower())


class FrenchCommand(_FrenchHelp, TyperCommand):
    """One command."""


def _no_such_command(word: str, known: Iterable[str]) -> str:
    from pipelines.cli.near import commands

    found = [f"vigie {name}" for name in commands(word, known)]
    near = f" : vouliez-vous dire {' ou '.join(found)} ?" if found else ""
    return f"La commande {word} n'existe pas{near}"


def usage_sentence(error: TyperException) -> str:
    """Write one sentence for a data officer, and where to read more."""
    # The library keeps the classes of its usage errors to itself; their names are what it documents.
    kind = type(error).__name__
    parameter, context = getattr(error, "param", None), getattr(error, "ctx", None)
    name = parameter.opts[-1] if parameter is not None and parameter.opts else ""
    if parameter is not None and not name.startswith("-"):
        name = parameter.metavar or name.upper()
    if kind == "MissingParameter":
        said = f"Il manque {name}"
    elif kind == "NoSuchOption":
        possibilities = getattr(error, "possibilities", None)
        near = f" (vouliez-vous dire {' ou '.join(possibilities)} ?)" if possibilities else ""
        said = f"L'option {getattr(error, 'option_name', '')} n'existe pas{near}"
    elif kind == "BadParameter":
        wanted = " : un nombre entier est attendu" if "integer" in error.message else ""
        said = f"La valeur donnée à {name} ne convient pas{wanted}"
    elif error.message.startswith("No such command"):
        said = _no_such_command(error.message.split(chr(39))[1], context.command.commands if context else ())
    elif found := re.search(r"unexpected extra argument\(s\) \((.*)\)", error.message):
        said = f"« {found[1]} » est de trop (un nom de plusieurs mots s'écrit entre guillemets)"
    else:
        said = "La commande est mal écrite (un argument manque ou est de trop)"
    return f"{said}{'' if said.endswith('?') else '.'} Voir : {context.command_path if context else 'vigie'} --help"
