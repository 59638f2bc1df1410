"""What a snapshot is made of: deliveries, code, settings, tables of meaning; and what each of its files is."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import __version__
from pipelines.excuses import Excuse
from pipelines.intake.archive import hash_of
from pipelines.intake.catalogue import Catalogue
from pipelines.quality import known
from pipelines.quality.rules import expectations_fingerprint
from pipelines.snapshots.folder import DATA, MANIFEST, SUMS, Name
from pipelines.warehouse.dbt import project_fingerprint

if TYPE_CHECKING:
    import pyarrow as pa

    from pipelines.settings import Settings

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
        "livraisons": deliveries,
    }


def write(folder: Path, manifest: dict, rows: dict[str, int]) -> None:
    """`manifest.json` with every file of the folder, and `manifest.sha256` for `sha256sum -c` over the data files.

    `rows` counts those of the data files, by their path in the folder.
    """
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    said = {}
    for file in files:
        name = file.relative_to(folder).as_posix()
        said[name] = {"sha256": hash_of(file), "octets": file.stat().st_size}
        if name in rows:
            said[name]["lignes"] = rows[name]
    (folder / MANIFEST).write_text(
        json.dumps(manifest | {"fichiers": said}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    sums = [f"{d['sha256']}  {name}\n" for name, d in said.items() if f"/{DATA}/" in name]
    (folder / SUMS).write_text("".join(sums), encoding="utf-8")


def read(folder: Path) -> dict:
    """The manifest of a snapshot's folder."""
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
