"""What the producers publish now: the catalogue of the portal, asked data set by data set, and addresses one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from pipelines.catalogue.downloads import Address, DataSet, Wanted
from pipelines.fetch.names import file_name
from pipelines.fetch.web import Failed, Web, host_of
from pipelines.home.announced import Announced

_MOST_BYTES = 32 << 20  # of a catalogue's answer; a data set of a thousand resources is one
_DIGITS = {"md5": 32, "sha1": 40, "sha256": 64}
_NOT_A_CATALOGUE = "vérifier VIGIE_CATALOGUE ; un portail d'accès au réseau répond parfois à la place du catalogue"


class Portal:
    """A catalogue, asked once a data set; one that does not answer is not asked again."""

    def __init__(self, web: Web, base: str) -> None:
        self._web, self._base = web, base
        self._answers: dict[str, object] = {}
        self._silent: Failed | None = None

    def files_of(self, dataset: DataSet) -> tuple[list[Announced], list[Wanted]]:
        """(the files wanted that the catalogue lists now, what is wanted and that it does not list). Raises Failed."""
        answer = self._answer(dataset)
        if not isinstance(answer, dict) or not isinstance(answer.get("resources"), list):
            raise Failed(
                f"{host_of(self._base)} ne répond pas comme un catalogue pour le jeu « {dataset.title} »",
                _NOT_A_CATALOGUE,
            )
        resources = [r for r in answer["resources"] if isinstance(r, dict) and _is_web(r.get("url"))]
        found: dict[str, Announced] = {}
        absent = []
        for wanted in dataset.wanted:
            these = _newest(wanted, _answering(dataset, wanted, resources))
            found |= {f.cle: f for f in these if f.cle not in found}
            absent += [wanted] if not these else []
        return list(found.values()), absent

    def _answer(self, dataset: DataSet) -> object:
        if self._silent:
            raise self._silent
        try:
            if dataset.slug not in self._answers:
                self._answers[dataset.slug] = self._by_name_or_identifier(dataset)
            return self._answers[dataset.slug]
        except Failed as failed:
            self._silent = failed if failed.unreachable else None
            raise

    def _by_name_or_identifier(self, dataset: DataSet) -> object:
        """By the name of the data set, then by its identifier, which outlives the name."""
        try:
            return self._ask(dataset.slug)
        except Failed as failed:
            if failed.passing or failed.unreachable or not dataset.identifier:
                raise
        return self._ask(dataset.identifier)

    def _ask(self, name: str) -> object:
        root = self._base.rstrip("/").removesuffix("/api/1")
        address = f"{root}/api/1/datasets/{quote(name, safe='')}/"
        return self._web.patiently(lambda: _json(self._web, address))


def look_at(web: Web, address: Address) -> Announced:
    """What the server says of one file, without its bytes. Raises Failed."""
    try:
        headers = web.patiently(lambda: _head(web, address.address))
    except Failed as failed:
        if failed.unreachable or failed.passing:
            raise
        headers = {}  # many servers answer to GET alone: the download says whether the file is there
    length = headers.get("content-length", "")
    return Announced(
        cle=address.address,
        sources=[address.source],
        quoi=address.what,
        jeu=address.title,
        nom=file_name(address.address),
        adresse=address.address,
        taille=int(length) if length.isdigit() and "content-encoding" not in headers else None,
        modifie_le=headers.get("etag") or headers.get("last-modified") or "",
    )


def _json(web: Web, address: str) -> object:
    held = bytearray()
    with web.opened(address, {"Accept": "application/json"}) as response:
        for chunk in response.iter_bytes():
            held += chunk
            if len(held) > _MOST_BYTES:
                raise Failed(f"la réponse de {host_of(address)} n'en finit pas", _NOT_A_CATALOGUE)
    try:
        return json.loads(held)
    except (ValueError, RecursionError) as error:
        raise Failed(f"{host_of(address)} ne répond pas en JSON", _NOT_A_CATALOGUE) from error


def _head(web: Web, address: str) -> dict[str, str]:
    with web.opened(address, method="HEAD") as response:
        return dict(response.headers)


def _is_web(address: object) -> bool:
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _answering(dataset: DataSet, wanted: Wanted, resources: Iterable[dict]) -> list[Announced]:
    found = []
    for resource in resources:
        title = _text(resource.get("title"))
        name = file_name(resource["url"], title, _text(resource.get("format")))
        answers, year = wanted.year_in(name, title)
        if answers:
            size = resource.get("filesize")
            found.append(
                Announced(
                    cle=_text(resource.get("id")) or resource["url"],
                    sources=[dataset.source],
                    quoi=wanted.what,
                    jeu=dataset.title,
                    nom=name,
                    adresse=resource["url"],
                    taille=size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else None,
                    empreinte=_checksum(resource.get("checksum")),
                    modifie_le=_text(resource.get("last_modified")),
                    annee=year,
                    noms=list(wanted.names),
                )
            )
    return found


def _newest(wanted: Wanted, found: list[Announced]) -> list[Announced]:
    years = [f.annee for f in found if f.annee is not None]
    if not wanted.newest_only or not years:
        return found
    return [f for f in found if f.annee == max(years)]


def _checksum(given: object) -> str | None:
    """`{"type": "sha1", "value": "…"}` → `sha1:…`; None when it is of no kind that is known, or is not one."""
    if not isinstance(given, dict):
        return None
    kind = {"sha2": "sha256"}.get(k := _text(given.get("type")).lower().replace("-", ""), k)
    value = _text(given.get("value")).strip().lower()
    if kind not in _DIGITS or not re.fullmatch(rf"[0-9a-f]{{{_DIGITS[kind]}}}", value):
        return None
    return f"{kind}:{value}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
