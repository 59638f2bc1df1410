"""The terminal: results go to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys

from rich.console import Console

from pipelines.base.exit_codes import DONE
from pipelines.officer.done import Done

# A pipe has no width of its own; cutting names at 80 columns would lose what the reader greps for.
_WIDTH = None if sys.stdout.isatty() else 240
out = Console(highlight=False, width=_WIDTH, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def fail(sentence: str, code: int) -> int:
    """Say what went wrong, in one sentence, and give the exit code back; `--json` gets its one object as well."""
    if "--json" in sys.argv[1:]:
        print_json({"erreur": sentence, "code_sortie": code})
    err.print("Erreur :", style="bold red", end=" ")
    err.print(sentence, markup=False)
    return code


def say_understood(typed: str, read: str) -> None:
    """Say what was read, where a person wrote it otherwise."""
    if typed.strip() != read:
        err.print(f"Compris : {read}.", markup=False)


def answer(as_json: bool, told: object, sentence: str, console: Console = out) -> int:
    """Say what was done: one object for a program, one sentence for a person."""
    if as_json:
        print_json(told)
    else:
        console.print(sentence, markup=False)
    return DONE


def tell(as_json: bool, done: Done, console: Console = out) -> int:
    """Say what an act of the officer gave, and on standard error what follows from it."""
    answer(as_json, done.told, done.sentence, console)
    for line in () if as_json else done.more:
        err.print(line, markup=False)
    return DONE


def print_json(value: object) -> None:
    """Write one JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
