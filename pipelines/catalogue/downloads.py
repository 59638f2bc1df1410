"""What `sources/*/source.yml` says of where files are: data sets of the portal, or addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.base.spelling import folded, normal
from pipelines.catalogue.model import CatalogueError
from pipelines.settings.model import SOURCES

_NEWEST = "derniere"
_KEYS = {
    "jeu": {"jeu", "identifiant", "titre", "ressources"},
    "page": {"page", "titre", "adresses"},
    "ressources": {"quoi", "noms", "depuis", "garder", "verifie"},
    "adresses": {"quoi", "adresse", "verifie"},
}


@dataclass(frozen=True)
class Wanted:
    """Files of one kind among those of a data set: any of `names` is the name of the file, or the resource's title.

    `since`: the first year wanted, of names that carry one. `verified`: these names were seen, not supposed.
    """

    what: str
    names: tuple[str, ...]
    since: int | None = None
    newest_only: bool = False
    verified: bool = True

    def year_in(self, *texts: str) -> tuple[bool, int | None]:
        """(whether one of the texts answers to a name, the year that it carries)."""
        for text in texts:
            for name in self.names:
                if found := _pattern(name).fullmatch(plain(text)):
                    year = int(found["annee"]) if "annee" in found.re.groupindex else None
                    return self.since is None or year is None or year >= self.since, year
        return False, None


@dataclass(frozen=True)
class DataSet:
    """A data set of the portal, and what is wanted of it."""

    source: str
    slug: str
    identifier: str
    title: str
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True)
class Address:
    """A file that no catalogue lists; `page` is where its producer presents it."""

    source: str
    what: str
    address: str
    page: str
    title: str
    verified: bool = True


@dataclass(frozen=True)
class Places:
    """Where the files of the sources are. `senders`: source → who sends it, for those that nothing downloads."""

    datasets: tuple[DataSet, ...]
    addresses: tuple[Address, ...]
    senders: dict[str, str]

    @property
    def sources(self) -> list[str]:
        """The sources that can be fetched."""
        return sorted({d.source for d in self.datasets} | {a.source for a in self.addresses})

    def of(self, names: list[str]) -> Places:
        """Those of these sources alone."""
        return Places(
            tuple(d for d in self.datasets if d.source in names),
            tuple(a for a in self.addresses if a.source in names),
            self.senders,
        )


def read_places(root: Path = SOURCES) -> Places:
    """Read `telechargement` of every source under `root`; raises CatalogueError when it is ill-formed."""
    datasets: list[DataSet] = []
    addresses: list[Address] = []
    senders: dict[str, str] = {}
    for file in sorted(root.glob("*/source.yml")):
        described = yaml.safe_load(file.read_text(encoding="utf-8"))
        where = f"sources/{file.parent.name}/source.yml, telechargement"
        source, blocks = described["source"], described.get("telechargement")
        if blocks is None:
            senders[source] = described["producteur"]
            continue
        for block in _checked_list(blocks, where):
            if "jeu" in block:
                datasets.append(_dataset(source, block, where))
            else:
                addresses += _addresses(source, block, where)
    return Places(tuple(datasets), tuple(addresses), senders)


def is_fetched(source: str) -> bool:
    """Whether `vigie fetch` brings the files of this source."""
    return source in _fetched()


@lru_cache(maxsize=1)
def _fetched() -> frozenset[str]:
    return frozenset(read_places().sources)


def plain(text: str) -> str:
    """A name as it is compared: no case, no accent; `_`, `-` and spaces are one."""
    return re.sub(r"[\s_-]+", "-", folded(normal("NFKC", text))).strip("-")


@lru_cache(maxsize=256)
def _pattern(name: str) -> re.Pattern[str]:
    """`*` stands for anything, `{annee}` for a year."""
    escaped = re.escape(plain(name)).replace(r"\*", ".*")
    return re.compile(escaped.replace(r"\{annee\}", r"(?P<annee>(?:19|20)\d{2})"))


def _dataset(source: str, block: dict[str, Any], where: str) -> DataSet:
    _check_keys(block, "jeu", where)
    wanted = []
    for row in _checked_list(block.get("ressources"), where):
        _check_keys(row, "ressources", where)
        names = row.get("noms")
        if not isinstance(names, list) or not names or not all(isinstance(n, str) and n for n in names):
            raise CatalogueError(f"{where} : {row.get('quoi')} doit donner une liste de noms.")
        if row.get("garder", _NEWEST) != _NEWEST:
            raise CatalogueError(f"{where} : garder vaut {row['garder']}. Valeur : {_NEWEST}.")
        if (row.get("depuis") or "garder" in row) and not all("{annee}" in n for n in names):
            raise CatalogueError(
                f"{where} : depuis et garder demandent {{annee}} dans chaque nom de {row.get('quoi')}."
            )
        wanted.append(Wanted(row["quoi"], tuple(names), row.get("depuis"), "garder" in row, row.get("verifie", True)))
    return DataSet(source, block["jeu"], block.get("identifiant", ""), block["titre"], tuple(wanted))


def _addresses(source: str, block: dict[str, Any], where: str) -> list[Address]:
    _check_keys(block, "page", where)
    found = []
    for row in _checked_list(block.get("adresses"), where):
        _check_keys(row, "adresses", where)
        if not re.match(r"https?://", str(row.get("adresse"))):
            raise CatalogueError(f"{where} : l'adresse de {row.get('quoi')} doit commencer par https:// ou http://.")
        verified = row.get("verifie", True)
        found.append(Address(source, row["quoi"], row["adresse"], block["page"], block["titre"], verified))
    return found


def _checked_list(value: object, where: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
        raise CatalogueError(f"{where} : il faut une liste de blocs (voir sources/README.md).")
    return value


def _check_keys(block: dict[str, Any], kind: str, where: str) -> None:
    unknown = sorted(set(block) - _KEYS[kind])
    needed = {"jeu": {"titre"}, "page": {"page", "titre"}, "ressources": {"quoi"}, "adresses": {"quoi"}}[kind]
    missing = sorted(needed - set(block))
    if unknown or missing:
        said = [f"clé inconnue : {', '.join(unknown)}"] * bool(unknown) + [f"il manque {', '.join(missing)}"] * bool(
            missing
        )
        raise CatalogueError(f"{where} : {' ; '.join(said)}. Clés : {', '.join(sorted(_KEYS[kind]))}.")
