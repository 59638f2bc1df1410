"""`vigie sante`: one line and an exit code, for the monitoring of a server."""

from __future__ import annotations

from pipelines import __version__
from pipelines.cli.screen import out, print_json
from pipelines.operations import health
from pipelines.settings.model import Settings


def run(as_json: bool) -> int:
    """0 when all is well, 1 when something asks for attention, 2 for an alert: what monitoring takes for its own."""
    settings = Settings()
    found = health.measures(settings)
    state = health.worst(found)
    code = health.EXIT_CODES[state]
    if as_json:
        told = {"etat": state, "version": __version__, "departement": settings.departement,
                "mesures": [m.as_dict() for m in found], "code_sortie": code}  # fmt: skip
        print_json(told)
        return code
    # What is wrong comes first; numbers follow the bar, as monitoring programs read them.
    ordered = sorted(found, key=lambda m: m.etat == health.WELL)
    numbers = " ".join(f"{m.mesure}={m.valeur:g}" for m in found if m.valeur is not None)
    sentence = " ; ".join(m.phrase for m in ordered)
    line = f"{state.upper()} Vigie {__version__} ({settings.departement}) : {sentence} | {numbers}"
    out.print(line, markup=False, soft_wrap=True)
    return code
