"""Which delivery a person means: by the name of its file, or by the start of its identifier."""

from __future__ import annotations

from collections.abc import Callable

from pipelines.base.exit_codes import Stopped
from pipelines.base.wording import file_named, printable
from pipelines.home import archive
from pipelines.home.register import Register
from pipelines.machine.paths import Paths

_SHOWN = 8


class Unclear(Stopped):
    """No delivery is meant, or several. The text is French."""


def which(register: Register, given: str, fits: Callable[[dict], bool] = lambda _: True) -> dict:
    """The one delivery that is meant; of several of a name, the one that `fits` what is asked. Raises Unclear."""
    found = register.named(given.strip().strip("«»\"' \u00a0\u202f"))
    meant = [d for d in found if fits(d)] if len(found) > 1 else found
    if len(meant) == 1:
        return meant[0]
    if not found:
        raise Unclear(
            f"Aucune livraison ne porte le nom « {printable(given)} », et aucun identifiant ne commence ainsi. "
            "Voir : vigie deliveries"
        )
    listed = " ; ".join(f"{file_named(d)}, reçue le {moment(d)}" for d in (meant or found)[:_SHOWN])
    raise Unclear(f"Plusieurs livraisons répondent à « {printable(given)} » : {listed}. Donner l'identifiant.")


def decide(paths: Paths, register: Register, delivery: dict, decision: str, reason: str) -> None:
    """Record what a person decided of a delivery, in the archive first."""
    when = register.decision_time()
    decided = {"decision": decision, "motif": reason, "decide_le": when}
    archive.record_decision(paths.archive, delivery["sha256"], decided)
    register.decide(delivery["livraison_id"], decision, reason, when)


def moment(delivery: dict) -> str:
    """`2026-01-03 10:00`."""
    received: str = delivery["recu_le"]
    return received[:16].replace("T", " ")


def argument(register: Register, delivery: dict) -> str:
    """What a command takes for this delivery: its file's name, or its identifier where the name would not do."""
    name: str = delivery["nom"].rsplit("/", 1)[-1]
    plain = not set('"$`\\!') & set(name) and name == printable(name) and not name.startswith("-")
    if plain and len(register.named(name)) == 1:
        return f'"{name}"'
    identifier: str = delivery["livraison_id"]
    return identifier
