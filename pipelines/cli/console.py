"""`vigie console`: DuckDB's own terminal on the published file, read-only."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.cli.screen import fail
from pipelines.machine import interruption
from pipelines.settings.model import Settings, without_secrets

# Without the reader's own ~/.duckdbrc, which may attach or write. Safe mode takes away what the terminal itself could
# do (.open to write, .shell, .output); as an option it does not open a file with 1.5.5, as a command it does.
_OPTIONS = ["-readonly", "-no-init", "-nullvalue", "—"]
_FIRST = [
    "set enable_external_access = false",
    "set lock_configuration = true",
    ".prompt 'vigie> '",
    '.print "Entrepôt ouvert en lecture seule. « .tables » liste les tables, « .quit » ferme."',
    ".print \"Un mot à comprendre : from reference.dictionnaire where definition ilike '%cambriolage%';\"",
    ".safe_mode",
]


def run() -> int:
    """Hand the terminal over until it is closed. What is typed reads this file and nothing else: no other
    file, no network, no shell."""
    warehouse = Settings().paths.warehouse
    if not warehouse.exists():
        return fail(f"Rien n'est publié ({warehouse} n'existe pas). Lancer d'abord vigie load.", USAGE)
    client = Path(sys.executable).with_name("duckdb")
    if not client.exists():
        return fail("Le terminal de DuckDB n'est pas installé. L'installer : pip install 'vigie[console]'", USAGE)
    first = [part for command in _FIRST for part in ("-cmd", command)]
    interruption.release()  # a Ctrl-C stops a query, not the terminal
    with contextlib.suppress(KeyboardInterrupt):
        return (
            USAGE
            if subprocess.run(
                [client, *_OPTIONS, *first, warehouse], env=without_secrets(os.environ), check=False
            ).returncode
            else DONE
        )
    return DONE
