"""The open data as a DCAT catalogue, in JSON-LD: what a portal harvests. After DCAT-AP 3.0.1, and the fields that
data.gouv.fr reads of it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.report.edition import Edition
from pipelines.settings.tables import read_rows

_AUTHORITY = "http://publications.europa.eu/resource/authority"
_MEDIA = "http://www.iana.org/assignments/media-types/"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_FREQUENCIES = {3: "QUARTERLY", 12: "ANNUAL"}
_FORMATS = {"csv": "CSV", "parquet": "PARQUET", "gpkg": "GPKG"}
_DATES = ("periode_debut", "periode_fin")


def catalogue(edition: Edition, package: dict) -> dict:
    """Build the catalogue of a data package: its data sets, each with its files. `publication.donnees` of the manifest
    is the address under which the public folders are put; without it, addresses are relative to the catalogue.
    """
    base = base_of(edition)
    common = _common(edition, package)
    return {
        "@context": _CONTEXT,
        "@id": f"{base}catalogue.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _french(package["title"]),
        "dct:description": _french(package["description"]),
        **common,
        **_rights(package["licenses"][0]),
        "foaf:homepage": {"@id": _home(edition) or f"{base}../rapport.html", "@type": "foaf:Document"},
        "dcat:themeTaxonomy": {
            "@id": f"{_AUTHORITY}/data-theme",
            "@type": "skos:ConceptScheme",
            "dct:title": _french("Thèmes de données"),
        },
        "dcat:dataset": list(_datasets(edition, package, base, common)),
    }


def base_of(edition: Edition) -> str:
    """Return the address of the open data of an edition, ending with a slash; empty when none is set."""
    home = _home(edition)
    return f"{home.rstrip('/')}/{edition.manifest['cliche']}/donnees_ouvertes/" if home else ""


def _home(edition: Edition) -> str:
    return str(edition.manifest.get("publication", {}).get("donnees") or "")


def _common(edition: Edition, package: dict) -> dict[str, Any]:
    """What is said of the catalogue and of each data set."""
    when = {"@value": package["created"], "@type": "xsd:dateTime"}
    return {
        "dct:publisher": _publisher(edition),
        "dct:language": {"@id": f"{_AUTHORITY}/language/FRA", "@type": "dct:LinguisticSystem"},
        "dct:issued": when,
        "dct:modified": when,
        "dct:spatial": _place(edition),
    }


def _datasets(edition: Edition, package: dict, base: str, common: dict[str, Any]) -> Any:
    resources = package["resources"]
    for row in read_rows(Path(__file__).with_name("open_datasets.csv")):
        names = row["ressources"].split()
        own = [r for r in resources if r["name"].partition("-")[0] in names]
        if not own:
            continue  # a snapshot of before
        yield {
            "@id": f"{base}catalogue.jsonld#{row['jeu']}",
            "@type": "dcat:Dataset",
            "dct:identifier": f"{package['name']}-{row['jeu']}",
            "dct:title": _french(f"{row['titre']} – {package['title']}"),
            "dct:description": _french(f"{row['description']} {package['description']}"),
            **common,
            **_rights(package["licenses"][0]),
            "dct:accrualPeriodicity": {
                "@id": f"{_AUTHORITY}/frequency/{_FREQUENCIES.get(edition.period.months, 'IRREG')}",
                "@type": "dct:Frequency",
            },
            "dct:temporal": _span(edition, names),
            "dcat:theme": _concept("data-theme/JUST", "Justice, système juridique et sécurité publique"),
            "dcat:keyword": [_french(word) for word in package["keywords"]],
            "dcat:version": package["version"],
            "dcat:contactPoint": _contact(edition),
            "dcat:landingPage": {"@id": _home(edition) or f"{base}../rapport.html", "@type": "foaf:Document"},
            "dcat:distribution": [_distribution(r, base) for r in own],
        }  # fmt: skip


def _distribution(resource: dict, base: str) -> dict:
    address = {"@id": f"{base}{resource['path']}", "@type": "rdfs:Resource"}
    kind = _FORMATS[Path(resource["path"]).suffix.removeprefix(".")]
    schema = resource.get("schema_path")
    return {
        "@id": f"{base}catalogue.jsonld#fichier-{resource['name']}",
        "@type": "dcat:Distribution",
        "dct:title": _french(resource["title"]),
        "dct:description": _french(resource["description"]),
        **_rights(resource["licenses"][0]),
        **({"dct:conformsTo": {"@id": f"{base}{schema}", "@type": "dct:Standard"}} if schema else {}),
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dcat:mediaType": {"@id": f"{_MEDIA}{resource['mediatype']}", "@type": "dct:MediaType"},
        "dct:format": {"@id": f"{_AUTHORITY}/file-type/{kind}", "@type": "dct:MediaTypeOrExtent"},
        "dcatap:availability": _concept("planned-availability/STABLE", "stable"),
        "dcat:byteSize": {"@value": str(resource["bytes"]), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"},
            "spdx:checksumValue": {"@value": resource["hash"].removeprefix("sha256:"), "@type": "xsd:hexBinary"},
        },
    }


def _publisher(edition: Edition) -> dict[str, Any]:
    place = edition.labels("territoires", "territoire_code")[edition.department]
    said = edition.manifest.get("publication", {})
    return {
        "@type": "foaf:Agent",
        "foaf:name": said.get("editeur") or f"Préfecture du département ({place})",
        "dct:type": {
            "@id": "http://purl.org/adms/publishertype/RegionalAuthority", "@type": "skos:Concept",
            "skos:prefLabel": _french("Autorité régionale"),
        },
    }  # fmt: skip


def _contact(edition: Edition) -> dict[str, Any]:
    said = str(edition.manifest.get("publication", {}).get("contact") or "")
    name = _publisher(edition)["foaf:name"]
    if re.fullmatch(r"[^@\s]+@[^@\s]+", said):
        return {"@type": "vcard:Kind", "vcard:fn": name, "vcard:hasEmail": {"@id": f"mailto:{said}"}}
    if said.startswith(("http://", "https://")):
        return {"@type": "vcard:Kind", "vcard:fn": name, "vcard:hasURL": {"@id": said}}
    return {"@type": "vcard:Kind", "vcard:fn": said or name}


def _place(edition: Edition) -> dict[str, Any]:
    """Name the département as INSEE does, with the box of its communes where their contours are known."""
    code = edition.department.removeprefix("DEP-")
    place = {
        "@id": f"http://id.insee.fr/geo/departement/{code}",
        "@type": "dct:Location",
        "skos:prefLabel": _french(edition.labels("territoires", "territoire_code")[edition.department]),
    }
    contours = edition.tables.get("contours")
    if contours is None or contours.empty:
        return place
    points = [p for text in contours["contour"] for p in _points(json.loads(text)["coordinates"])]
    west, south = (min(p[axis] for p in points) for axis in (0, 1))
    east, north = (max(p[axis] for p in points) for axis in (0, 1))
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    box = f"POLYGON(({', '.join(f'{x} {y}' for x, y in corners)}))"
    centre = f"POINT({round((west + east) / 2, 4)} {round((south + north) / 2, 4)})"
    return place | {
        "dcat:bbox": {"@value": box, "@type": "geo:wktLiteral"},
        "dcat:centroid": {"@value": centre, "@type": "geo:wktLiteral"},
    }


def _points(nested: list) -> Any:
    if nested and not isinstance(nested[0], list):
        yield nested
    else:
        for part in nested:
            yield from _points(part)


def _span(edition: Edition, names: list[str]) -> dict[str, Any]:
    """Return the days that the tables cover; those of the edition where they hold none."""
    held = [edition.tables[n] for n in names if n in edition.tables and set(_DATES) <= set(edition.tables[n].columns)]
    first, last = edition.period.start, edition.period.end
    for rows in held:
        first = min(first, *(pd.Timestamp(d).date() for d in rows["periode_debut"].dropna()))
        last = max(last, *(pd.Timestamp(d).date() for d in rows["periode_fin"].dropna()))
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": {"@value": first.isoformat(), "@type": "xsd:date"},
        "dcat:endDate": {"@value": last.isoformat(), "@type": "xsd:date"},
    }


def _concept(code: str, label: str) -> dict[str, Any]:
    """A term of the European authority tables."""
    return {"@id": f"{_AUTHORITY}/{code}", "@type": "skos:Concept", "skos:prefLabel": _french(label)}


def _french(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "fr"}


def _rights(licence: dict) -> dict:
    """Name the licence by its address, or tell in words what may be done."""
    if "path" in licence:
        return {"dct:license": {"@id": licence["path"], "@type": "dct:LicenseDocument"}}
    return {"dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": _french(licence["title"])}}
