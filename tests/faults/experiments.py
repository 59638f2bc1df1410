"""What most faults are: files that must be refused by name, files that must say what another says, files to ignore."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.conftest import Home
from tests.faults.ground import Ground, values_of
from tests.faults.trial import Outcome, Trial

TRANQUILLITE = "retours-services-tranquillite-2020-demonstration.csv"
FAITS = "retours-services-faits-2020-demonstration.csv"
WORKBOOK = "crimes-et-delits-services-demonstration.xlsx"

INJECTION = Path(__file__).parent / "injection"

Content = bytes | Callable[[Ground], bytes]


def text_of(ground: Ground, name: str = TRANQUILLITE) -> str:
    """A file of the demonstration, decoded."""
    return (ground.demonstration / name).read_bytes().decode("cp1252")


def put(home: Home, files: Mapping[str | bytes, bytes]) -> None:
    """Write files in the landing folder under names that may be any bytes."""
    for name, content in files.items():
        path = os.path.join(os.fsencode(home.landing), os.fsencode(name))
        with open(path, "wb") as file:
            file.write(content)


def made(ground: Ground, files: Mapping[str | bytes, Content]) -> dict[str | bytes, bytes]:
    """The files, each written by its function where it is one."""
    return {name: content(ground) if callable(content) else content for name, content in files.items()}


def refused(ground: Ground, files: Mapping[str | bytes, Content], *codes: str, **environment: str) -> Outcome:
    """Each of the files is refused, for one of these reasons; nothing else moves, and their bytes are kept."""
    with Trial(ground, **environment) as t:
        contents = made(ground, files)
        put(t.home, contents)
        told = t.home.load()
        t.holds("I3", told["code_sortie"] == 2, f"sort {told['code_sortie']} : {told['resultat']}")
        t.holds(
            "I3", len(told["refusees"]) == len(contents), f"{len(told['refusees'])} refus pour {len(contents)} fichiers"
        )
        t.outcome.to_refuse += len(contents)
        for delivery in told["refusees"]:
            defect = delivery["defauts"][0]
            t.outcome.refused += defect["code"] in codes
            t.holds("I3", defect["code"] in codes, f"{delivery['nom']} : {defect['code']}, {defect['constat']}")
            t.says_why(defect["constat"], delivery["nom"])
            t.says_why(defect["remede"], delivery["nom"])
        kept = {f.read_bytes() for f in (t.home.folder / "quarantine").glob("*/contenu")}
        t.holds("I2", kept == set(contents.values()), "la quarantaine n'a pas les octets reçus")
        t.unchanged()
        again = t.home.load()
        t.holds("I4", again["code_sortie"] == 0, f"le second chargement sort {again['code_sortie']}")
        t.ends_as(t.content_before)
    return t.outcome


def says_as(ground: Ground, files: Mapping[str | bytes, Content], reference: str = TRANQUILLITE) -> Outcome:
    """Each of these files, alone, is accepted and gives the very values that the reference gives."""
    wanted = values_of(ground.loaded_with({reference: (ground.demonstration / reference).read_bytes()}).warehouse)
    outcome = Outcome()
    for name, content in made(ground, files).items():
        with Trial(ground) as t:
            put(t.home, {name: content})
            told = t.home.load()
            t.holds("I2", told["resultat"] == "publié", f"{name!r} : {told['resultat']} {told['refusees'][:1]}")
            t.holds("I2", values_of(t.home.warehouse) == wanted, f"{name!r} ne donne pas les valeurs de {reference}")
            t.holds(
                "I4",
                t.home.load()["resultat"] == "rien de nouveau",
                f"{name!r} : un second chargement change quelque chose",
            )
        outcome.add(t.outcome)
    return outcome


def ignored(ground: Ground, make: Callable[[Home], None], *names: str) -> Outcome:
    """What is made in the landing folder is named as ignored, and nothing moves."""
    with Trial(ground) as t:
        make(t.home)
        told = t.home.load()
        t.holds("I4", told["code_sortie"] == 0, f"sort {told['code_sortie']} : {told['resultat']}")
        said = " ".join(told["ignores"])
        for name in names:
            t.holds("I3", name in said, f"{name} n'est pas dit : {said}")
        t.unchanged()
    return t.outcome


def spread(total: int, wanted: int) -> list[int]:
    """So many of 1 … total, evenly, the first and the last among them; all of them when there are fewer."""
    if total <= wanted:
        return list(range(1, total + 1))
    return sorted({1 + round(i * (total - 1) / (wanted - 1)) for i in range(wanted)})


class Instants:
    """So many instants of a command's length, each drawn in its own share of it."""

    def __init__(self, length: float, count: int, seed: int) -> None:
        self._length, self._count, self._chance = length, count, random.Random(seed)

    def kill(self, process: subprocess.Popen, rank: int) -> bool:
        """kill -9 at an instant of this share, counted from 0. False when the command ended before it: that was no
        kill, it is to be tried again, and the length is then what this command took.
        """
        started = time.monotonic()
        try:
            process.communicate(timeout=self._length * (rank + self._chance.random()) / self._count)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        if process.returncode == -signal.SIGKILL:
            return True
        self._length = time.monotonic() - started
        return False
