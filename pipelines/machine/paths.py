"""Where things lie in a home."""

from __future__ import annotations

from pathlib import Path

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
        self.addresses = home / "adresses.csv"
        self.messages = home / "messages"
        self.messages_lock = home / "messages.lock"
