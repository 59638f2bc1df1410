"""`python -m deploy.licences`: docs/licences.md, the licence of every package of the lock, as each declares it."""

from __future__ import annotations

from importlib import metadata

from deploy.bundle import needed
from deploy.lock import PROJECT, pins

PAGE = PROJECT / "docs" / "licences.md"
_HEAD = """# Les licences des bibliothèques

Vigie est sous licence MIT. Ce qui suit est ce que déclare chaque bibliothèque de `requirements.lock`, écrit par
`python -m deploy.licences` : à relancer après `make lock`, un test le demande.

« Installé » : dans le lot hors ligne et le paquet Debian. « Développement » : pour les tests et la relecture du code.
"""
_ELSEWHERE = "Épinglées pour Windows, jamais installées : "
_LONGEST = 40


def licence_of(package: str) -> str:
    """The licence that an installed package declares: its expression, else its classifiers, else its words."""
    told = metadata.metadata(package)
    if expression := told.get("License-Expression"):
        return expression
    classified = [c.split(" :: ")[-1] for c in told.get_all("Classifier", []) if c.startswith("License :: ")]
    if named := [c for c in classified if c != "OSI Approved"]:
        return ", ".join(named)
    words = (told.get("License") or "").strip().splitlines()
    if not words or len(words[0]) > _LONGEST:
        raise ValueError(f"{package} ne déclare pas de licence : la chercher, et l'écrire ici")
    return words[0]


def page() -> str:
    """The page, of the environment where it runs and of the lock."""
    versions: dict[str, list[str]] = {}
    for pin in pins():
        if pin.here:
            versions.setdefault(pin.name, []).append(pin.version)
    installed = needed()
    rows = []
    for name, told in sorted(versions.items()):
        use = "installé" if name in installed else "développement"
        rows.append(f"| {name} | {' ou '.join(told)} | {licence_of(name)} | {use} |")
    elsewhere = ", ".join(sorted({pin.name for pin in pins() if not pin.here}))
    table = ["| bibliothèque | version | licence | usage |", "|---|---|---|---|", *rows]
    return "\n".join([_HEAD, *table, "", f"{_ELSEWHERE}{elsewhere}.", ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
