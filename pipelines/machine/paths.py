"""Where things lie in a home."""

from __future__ import annotations

from pathlib import Path

from pipelines.machine.rights import create_open

IDENTITY = "identite.json"


class Paths:
    """The places of a home. Nothing else in the code builds a path inside the home."""

    def __init__(self, home: Path, landing: Path) -> None:
        self.home = home
        self.landing = landing
        self.archive = home / "archive"
        self.quarantine = home / "quarantine"
        self.raw = home / "raw"
        self.raw_drafts = self.raw / ".lots"
        self.build = home / "build"
        self.published = home / "published"
        self.warehouse = self.published / "vigie.duckdb"
        self.register = home / "register.sqlite"
        self.snapshots = home / "snapshots"
        self.quality_page = home / "qualite.html"
        self.dictionary_page = home / "dictionnaire.html"
        self.models_page = home / "modeles.html"
        self.known_errors = home / "erreurs_connues.csv"
        self.excuses = home / "excuses.csv"
        self.comments = home / "commentaires"
        self.addresses = home / "adresses.csv"
        self.messages = home / "messages"
        self.messages_lock = home / "messages.lock"
        self.filed_refusals = home / "refus_classes.csv"
        self.identity = home / IDENTITY
        self.lock = home / "load.lock"
        self.tables = home / "tables"
        self.given = home / "cliches.json"
        self.restoring = home / "restauration-en-cours"
        self.before_rebuild = home / "avant-reconstruction"
        self.downloads = home / "telechargements"
        self.announced = self.downloads / "etat.json"
        self.fetch_lock = home / "fetch.lock"
        self.service_lock = home / "ui.lock"
        self.service_address = home / "ui.adresse"
        self.service_opening = home / "ui.html"
        self.logs = home / "logs"
        self.advance = self.logs / "avancement.json"
        self.desk = home / "bureau"
        self.previews = home / "apercus"
        self.last_backup = home / "derniere_sauvegarde.json"
        self.dagster = home / "dagster"
        self.templates = home / "modeles"
        self.reminders = home / "relances"
        self.dbt = home / "dbt"
        self.failed_build = self.dbt / "premier_essai" / "vigie.duckdb"

    def create(self) -> None:
        """Make the folders. Those that hold received bytes are for their owner and group alone."""
        for folder in (self.home, self.published):
            create_open(folder)
        self.landing.mkdir(mode=0o750, parents=True, exist_ok=True)
        for folder in (self.archive, self.raw, self.build, self.logs, self.dagster, self.dbt):
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        self.quarantine.mkdir(mode=0o700, parents=True, exist_ok=True)
