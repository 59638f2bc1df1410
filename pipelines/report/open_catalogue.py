"""The open data as a DCAT dataset, in JSON-LD: what a catalogue harvests."""

from __future__ import annotations


def catalogue(package: dict) -> dict:
    """Build the dataset of a data package, one distribution a resource."""
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "spdx": "http://spdx.org/rdf/terms#",
        },
        "@type": "dcat:Dataset",
        "dct:identifier": package["name"],
        "dct:title": package["title"],
        "dct:description": package["description"],
        "dct:issued": package["created"],
        **_rights(package["licenses"][0]),
        "dct:language": "fr",
        "dcat:keyword": package["keywords"],
        "dcat:version": package["version"],
        "dcat:distribution": [_distribution(resource) for resource in package["resources"]],
    }


def _distribution(resource: dict) -> dict:
    return {
        "@type": "dcat:Distribution",
        "dct:title": resource["title"],
        "dct:description": resource["description"],
        **_rights(resource["licenses"][0]),
        "dcat:downloadURL": resource["path"],
        "dcat:mediaType": resource["mediatype"],
        "dcat:byteSize": resource["bytes"],
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": resource["hash"].removeprefix("sha256:"),
        },
    }


def _rights(licence: dict) -> dict:
    """Name the licence by its address, or tell in words what may be done."""
    if "path" in licence:
        return {"dct:license": {"@id": licence["path"]}}
    return {"dct:rights": licence["title"]}
