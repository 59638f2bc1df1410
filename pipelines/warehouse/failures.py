"""What dbt could not do, as its events tell it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

# What only the rows of a delivery can make DuckDB say; the rest is the machine's, or a model's.
_OF_ROWS = re.compile(r"(?:Conversion|Constraint|Out of Range|Invalid Input) Error")
# How dbt says that a test found rows.
_RED = re.compile(r"Got \d+ results?, configured to fail")
# What dbt writes before the message of the database: which model, and where it is.
_PREAMBLE = re.compile(r"^(?:Runtime|Database|Compilation|Failure)\w* ?(?:Error)? in \w+ \w+ \((?P<file>[^)]+)\)")
_LONGEST = 400
_FIRST = 3


@dataclass(frozen=True)
class Failure:
    """One table that dbt could not build, or a test that is red. `message` is dbt's own, for the log."""

    table: str
    message: str
    of_machine: bool

    def said(self) -> str:
        """The model, its file and what was wrong, on one line."""
        found = _PREAMBLE.match(self.message.strip())
        file = f" ({found['file']})" if found else ""
        message = " ".join(_PREAMBLE.sub("", self.message.strip()).split())
        short = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"
        return f"{self.table}{file} : {short}"


class ProjectFault(RuntimeError):
    """dbt could not do what it was asked of the project, over no delivery at all. The text is all that dbt said."""

    def __init__(self, failures: list[Failure], output: str) -> None:
        super().__init__(output)
        self.failures = failures

    def sentence(self) -> str:
        """In French: which models, and what dbt says of each."""
        return "dbt ne construit pas le projet : " + " ; ".join(f.said() for f in self.failures[:_FIRST]) + "."


def failure_in(event: Mapping[str, Any]) -> Failure | None:
    """The failure that one of dbt's events tells of, if it does."""
    if event["info"]["name"] == "MainEncounteredError":
        return Failure("dbt", event["data"]["exc"], of_machine=True)
    if event["info"]["name"] != "RunResultError":
        return None
    node, message = event["data"].get("node_info", {}), event["data"].get("msg", "")
    red = node.get("resource_type") == "test" and _RED.search(message)
    return Failure(node.get("node_name", ""), message, of_machine=not (red or _OF_ROWS.search(message)))


def failures_in(output: str) -> list[Failure]:
    """The failures that the lines of `--log-format json` tell of; what is no event is passed."""
    found = []
    for line in output.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            found.append(failure_in(json.loads(line)))
    return [f for f in found if f]
