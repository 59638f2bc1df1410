"""`python -m deploy.audit`: the lock against the known vulnerabilities, where their database answers.

OSV (https://osv.dev) holds the advisories of the Python packages. Nothing but names and versions is sent to it. An
advisory that a person has weighed has a line in `vulnerabilites.csv`, until a day.
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from pathlib import Path

import httpx

from deploy.lock import Pin, pins

DATABASE = "https://api.osv.dev"
_SECONDS = 5.0
_WEIGHED = Path(__file__).with_name("vulnerabilites.csv")


def known(client: httpx.Client, wanted: list[Pin]) -> dict[Pin, list[str]]:
    """The advisories of each package that has some. Raises httpx.HTTPError or ValueError for a strange answer."""
    asked = [{"package": {"name": p.name, "ecosystem": "PyPI"}, "version": p.version} for p in wanted]
    answer = client.post("/v1/querybatch", json={"queries": asked})
    answer.raise_for_status()
    results = answer.json().get("results", [])
    if len(results) != len(wanted):
        raise ValueError("an answer for each package is expected")
    told = {pin: sorted(v["id"] for v in result.get("vulns", ())) for pin, result in zip(wanted, results, strict=True)}
    return {pin: ids for pin, ids in told.items() if ids}


def weighed(today: dt.date, file: Path = _WEIGHED) -> set[tuple[str, str]]:
    """(advisory, package) that a person has weighed and that still holds."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {(r["identifiant"], r["paquet"]) for r in rows if dt.date.fromisoformat(r["jusqu_au"]) >= today}


def main(client: httpx.Client | None = None) -> int:
    """0 when nothing is known, or nothing could be asked; 1 when something is known that nobody has weighed."""
    wanted = [pin for pin in pins() if pin.here]
    try:
        with client or httpx.Client(base_url=DATABASE, timeout=_SECONDS) as opened:
            found = known(opened, wanted)
    except (httpx.HTTPError, ValueError, KeyError, AttributeError) as error:
        print(
            f"Vulnérabilités connues : la base OSV ne répond pas ({type(error).__name__}), le verrou n'est pas comparé."
        )
        return 0
    accepted = weighed(dt.date.today())
    left = [(pin, i) for pin, ids in found.items() for i in ids if (i, pin.name) not in accepted]
    for pin, advisory in left:
        print(f"• {pin.name} {pin.version} : {advisory} (https://osv.dev/vulnerability/{advisory})")
    print(f"Vulnérabilités connues : {len(left) or 'aucune'}, pour {len(wanted)} paquets de requirements.lock.")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
