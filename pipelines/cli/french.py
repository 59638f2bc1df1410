"""What the command-line library says of a usage mistake, in French."""

from __future__ import annotations

import click


def usage_sentence(error: click.UsageError) -> str:
    """One sentence for a data officer, and where to read more."""
    name = ""
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.opts[0] if error.param.param_type_name == "option" else (error.param.name or "").upper()
        said = f"il manque {name}"
    elif isinstance(error, click.NoSuchOption):
        said = f"l'option {error.option_name} n'existe pas"
        if error.possibilities:
            said += f" (vouliez-vous dire {' ou '.join(error.possibilities)} ?)"
    elif isinstance(error, click.BadParameter):
        name = error.param.opts[0] if error.param is not None else ""
        said = f"la valeur donnée à {name} ne convient pas"
    elif "No such command" in error.message:
        said = f"la commande {error.message.split(chr(39))[1]} n'existe pas"
    elif "unexpected extra argument" in error.message:
        said = "il y a un argument de trop"
    else:
        said = "la commande est mal écrite"
    command = error.ctx.command_path if error.ctx else "vigie"
    return f"{said[0].upper()}{said[1:]}. Voir : {command} --help"
