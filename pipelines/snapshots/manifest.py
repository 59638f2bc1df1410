"""What a snapshot is made of: deliveries, code, settings, tables of meaning; and what each of its files is.

The public folder has its own, which says what it is and names nobody: whoever gets that folder alone has all of it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import __version__
from pipelines.base.periods import Period
from pipelines.catalogue.model import Catalogue
from pipelines.home.archive import hash_of
from pipelines.quality import known
from pipelines.quality.excuses import Excuse
from pipelines.quality.rules import expectations_fingerprint
from pipelines.snapshots.closure import due_date
from pipelines.snapshots.comments import Comment
from pipelines.snapshots.contents import contents
from pipelines.snapshots.folder import DATA, MANIFEST, PUBLIC, SUMS, Name
from pipelines.warehouse.dbt import project_fingerprint

if TYPE_CHECKING:
    import pyarrow as pa

    from pipelines.settings.model import Settings

# What Vigie changes of what it prints: settings that only say where and how fast are left out.
_SETTINGS = ("departement", "depuis", "depuis_source")


def compose(
    settings: Settings,
    catalogue: Catalogue,
    name: Name,
    *,
    reason: str | None,
    made: str,
    publication: dict,
    tables: dict[str, pa.Table],
    excuses: list[Excuse],
    warnings: list[str],
    comments: list[Comment],
) -> dict:
    """The manifest but for its files. `publication` is the row of reference.publication."""
    deliveries = tables["livraisons"].select(["livraison_id", "sha256", "nom", "recu_le"]).to_pylist()
    verdicts = tables["controles"].select(["severite", "resultat"]).to_pylist()
    counts: dict[str, int] = {}
    for verdict in verdicts:
        key = f"{verdict['severite']} {verdict['resultat']}"
        counts[key] = counts.get(key, 0) + 1
    return {
        "cliche": str(name),
        "periode": name.period,
        "revision": name.revision,
        "motif": reason,
        "fait_le": made,
        "jour_de_reference": settings.today.isoformat(),
        "version": __version__,
        "empreinte_entrepot": publication["empreinte"],
        "empreinte_modeles": project_fingerprint(),
        "empreinte_formats": catalogue.fingerprint,
        "empreinte_attentes": expectations_fingerprint(),
        "nature": publication["nature"],
        "reglages": {key: getattr(settings, key) for key in _SETTINGS},
        "erreurs_connues": [asdict(error) for error in known.valid(settings)],
        "excuses": [asdict(excuse) for excuse in excuses],
        "avertissements": warnings,
        "controles": dict(sorted(counts.items())),
        "publication": _published(settings, Period.read(name.period)),
        "commentaires": [asdict(comment) for comment in comments],
        "livraisons": deliveries,
    }


def _published(settings: Settings, period: Period) -> dict:
    """Who publishes, and what comes next."""
    following = period.following()
    return {
        "editeur": settings.editeur,
        "contact": settings.contact,
        "donnees": settings.adresse_donnees,
        "prochaine": {"periode": str(following), "le": due_date(following).isoformat()},
    }


def for_public(manifest: dict, warnings: list[str]) -> dict:
    """The manifest of the public folder, from the snapshot's own: what may be known of whoever owes or delivers is
    nothing. `warnings` speak of the public figures alone.
    """
    kept = ("cliche", "periode", "revision", "motif", "fait_le", "nature", "version", "controles", "publication")
    return {
        "edition": PUBLIC,
        "quoi": "Édition publique d'un cliché de Vigie : les chiffres d'une période, tels qu'ils sont "
        "connus le jour indiqué. LISEZ-MOI.txt l'explique.",
        **{key: manifest[key] for key in kept},
        "reglages": {"departement": manifest["reglages"]["departement"]},
        "avertissements": warnings,
        "commentaires": [c for c in manifest["commentaires"] if c["edition"] == PUBLIC],
    }


def write(folder: Path, manifest: dict, rows: dict[str, int]) -> None:
    """`manifest.json` with every file of the folder, and `manifest.sha256` for `sha256sum -c` over the data files.

    `rows` counts those of the files that are tables, by their path in the folder.
    """
    said = _files(folder, rows)
    _write(folder, manifest, said, [name for name in said if f"/{DATA}/" in name])


def write_public(folder: Path, manifest: dict, rows: dict[str, int]) -> None:
    """The same of the public folder: each file with what it is, and the sums of all of them, the manifest's too."""
    what = contents()
    said = {name: {"quoi": what.get(name, "")} | file for name, file in _files(folder, rows).items()}
    _write(folder, manifest, said, [*said, MANIFEST])


def _files(folder: Path, rows: dict[str, int]) -> dict[str, dict]:
    said = {}
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        name = file.relative_to(folder).as_posix()
        said[name] = {"sha256": hash_of(file), "octets": file.stat().st_size}
        if name in rows:
            said[name]["lignes"] = rows[name]
    return said


def _write(folder: Path, manifest: dict, said: dict[str, dict], summed: list[str]) -> None:
    text = json.dumps(manifest | {"fichiers": said}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
    sums = "".join(f"{hash_of(folder / name)}  {name}\n" for name in summed)
    (folder / SUMS).write_text(sums, encoding="utf-8")


def read(folder: Path) -> dict:
    """The manifest of a snapshot's folder."""
    manifest: dict = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def read_of(snapshot: Path, edition: str) -> dict:
    """The manifest that an edition is drawn from: the public one's own, where the snapshot has it."""
    own = snapshot / edition
    return read(own if (own / MANIFEST).exists() else snapshot)
