"""A GeoJSON collection as a list: a feature a line, its properties by name, its geometry as the text of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

import pyarrow as pa

from pipelines.base.coded import CODED, coded
from pipelines.files.formats import Content
from pipelines.files.lines import Filter, Lines
from pipelines.files.refusals import AGAIN, refused, too_large

GEOMETRY, ATTRIBUTION = "geometry", "attribution"
_PIECE = 1 << 20


class GeoJson:
    """The names of the properties that are kept, then the features. Raises Refused for what is no collection of them.

    A producer puts in properties whatever a map may show: those that no format asks for are read past. `marked` when a
    text beside the features begins as `mark` does.
    """

    def __init__(self, content: Content, max_expansion_mib: int, wanted: Collection[str], mark: str) -> None:
        collection = _read(_received(content, max_expansion_mib))
        features = collection.get("features")
        if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
            raise refused(
                "geojson_sans_contours",
                "le fichier n'est pas une collection GeoJSON : il n'a pas de liste « features »",
                "réexporter les contours en GeoJSON (FeatureCollection)",
            )
        self._features: list[dict[str, Any]] = features
        self._said = collection.get(ATTRIBUTION)
        self.marked = any(isinstance(v, str) and v.startswith(mark) for v in collection.values())
        known = {name.lower() for name in wanted}
        named = dict.fromkeys(n for f in features for n in _properties(f) if n.lower() in known - {ATTRIBUTION})
        self.headers: list[str] = [*named, GEOMETRY]
        if isinstance(self._said, str):
            self.headers.append(ATTRIBUTION)

    def read(self, wanted: Collection[int], kept: Filter | None) -> Lines:
        """The features; their numbers count from 1."""
        columns = {i: coded(pa.array([self._cell(f, i) for f in self._features], pa.string())) for i in wanted}
        numbers = pa.array(range(1, len(self._features) + 1), pa.int32())
        if kept and self._features:
            mask = kept(columns)
            columns = {i: coded(pa.array(c.filter(mask).to_pylist(), pa.string())) for i, c in columns.items()}
            numbers = numbers.filter(mask)
        if not self._features:
            columns = {i: pa.array([], CODED) for i in wanted}
        return Lines(columns, numbers, None, len(self._features))

    def _cell(self, feature: dict[str, Any], position: int) -> str:
        name = self.headers[position]
        if name == ATTRIBUTION:
            return str(self._said)
        value = feature.get(GEOMETRY) if name == GEOMETRY else _properties(feature).get(name)
        if value is None or isinstance(value, str):
            return value or ""  # as a text file has it: what is absent is judged too
        return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    held = feature.get("properties")
    return held if isinstance(held, dict) else {}


def _received(content: Content, max_expansion_mib: int) -> bytes:
    """Read piece by piece: to ask for all that is allowed would reserve it."""
    pieces, size = [], 0
    with content.open() as stream:
        while piece := stream.read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > max_expansion_mib << 20:
                raise too_large("le fichier", size, max_expansion_mib, " ou plus")
    return b"".join(pieces)


def _read(received: bytes) -> dict[str, Any]:
    try:
        read = json.loads(received.decode("utf-8-sig"), parse_constant=_no_number)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        found = "le fichier GeoJSON est incomplet ou abîmé : il ne se lit pas jusqu'au bout"
        raise refused("geojson_abime", found, AGAIN) from error
    return read if isinstance(read, dict) else {}


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)
