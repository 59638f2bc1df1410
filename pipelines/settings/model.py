"""Settings of one home: one TOML file in the home, and the environment above it."""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from pipelines.base.exit_codes import Stopped
from pipelines.base.mail_address import EXAMPLE, is_address
from pipelines.base.periods import Period
from pipelines.base.said_periods import read_said
from pipelines.machine.paths import Paths
from pipelines.settings import identity, variables
from pipelines.settings.project import DELIVERED, INSTALLED, home_of_environment, project_of
from pipelines.settings.tables import read_rows

HOME_OF_ENVIRONMENT = home_of_environment().expanduser().resolve()
PROJECT = project_of(HOME_OF_ENVIRONMENT)
SOURCES = PROJECT / "sources"
DBT_PROJECT = PROJECT / "dbt_project"
SEEDS = DBT_PROJECT / "seeds"
EXPECTATIONS = PROJECT / "expectations"
AUTOMATIC = ("avis", "accuses", "relances")
# Where dbt's reading of the project is kept: beside a project that may be written, else in the home.
PREPARED = DBT_PROJECT / ".vigie" if PROJECT == DELIVERED and not INSTALLED else HOME_OF_ENVIRONMENT / "dbt" / "prepare"
# The kinds of errors whose text is a sentence of its own.
WHOLE_SENTENCE, EXPECTED = "phrase", "attendu"


class BadSettingsFile(Stopped, ValueError):
    """The settings file is no TOML. The text is French."""


class Settings(BaseSettings):
    """Read once per command. Unknown keys are refused: a misspelt setting must not pass unseen.

    Environment variables are the field names in capitals with the prefix `VIGIE_`.
    """

    model_config = SettingsConfigDict(env_prefix="VIGIE_", extra="forbid", frozen=True)

    home: Path = Field(default_factory=home_of_environment, validate_default=True)
    landing: Path | None = None
    departement: str = "46"
    today: dt.date = Field(default_factory=dt.date.today)
    config: Path | None = None

    # Nothing before this period is owed, asked for or missing; source by source where they do not begin together.
    depuis: str | None = None
    depuis_source: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict)

    # Of the tables that cover the country commune by commune, the départements kept beside one's own: those of its
    # région, all of them (« france »), or the codes that are listed.
    comparaison: str = "region"

    # What becomes of a newer file of a return that differs: a person confirms it, or Vigie where nothing is left to
    # decide.
    corrections: Literal["a_confirmer", "automatiques"] = "a_confirmer"

    # Whose returns are taken: those of the home's own département, or everyone's where several are followed together.
    retours: Literal["departement", "tous"] = "departement"

    # How `vigie relances` ends its messages, and where answers go; without an address, in reply to the message.
    signature: str = "Pour le préfet,\nle chargé de mission pour la prévention de la délinquance"
    reply_to: str = ""
    # Who publishes the editions, where readers write, and the address of the data once they are put on line.
    editeur: str = ""
    contact: str = ""
    adresse_donnees: str = ""
    # Sub-folders named after services, posts and pilots, into which each of them drops what it sends.
    depots: Path | None = None
    # A dropped file that changed less than this ago waits for the next look: a transfer may pause.
    depots_seconds: float = Field(default=30.0, ge=0)
    # The mail server; without one, nothing is ever sent.
    smtp_serveur: str = Field(default="", pattern=r"^[A-Za-z0-9.:-]*$")
    smtp_port: int | None = Field(default=None, ge=1, le=65535)
    smtp_securite: Literal["starttls", "tls"] = "starttls"
    smtp_identifiant: str = Field(default="", pattern=r"^[^\r\n]*$")
    # Of the environment alone: a file of settings is copied, saved, shown.
    smtp_mot_de_passe: SecretStr | None = None
    smtp_mot_de_passe_fichier: Path | None = None
    # The authority that signed the server's certificate, where the system does not know it.
    smtp_autorite: Path | None = None
    # Who sends, and the officer, who is told what a load met.
    smtp_expediteur: str = ""
    smtp_avis: str = ""
    # What leaves after a load without anyone asking: avis, accuses, relances.
    smtp_automatique: str = "avis, accuses"
    smtp_seconds: int = Field(default=20, ge=1)
    # A file that changed less than this ago may still be growing.
    stability_seconds: float = Field(default=2.0, ge=0)
    # The bytes of a file that speaks of persons are destroyed so many days after it was refused.
    quarantine_days: int = Field(default=30, ge=1)
    # Limits of the worker that parses what strangers wrote.
    worker_memory_mib: int = Field(default=1536, ge=256)
    worker_seconds: int = Field(default=300, ge=1)
    max_file_mib: int = Field(default=512, ge=1)
    max_expansion_mib: int = Field(default=2048, ge=1)
    max_cells: int = Field(default=30_000_000, ge=1)
    # The warehouse build.
    build_memory_mib: int = Field(default=512, ge=128)
    build_threads: int = Field(default=2, ge=1)
    # The catalogue that `vigie fetch` asks; nothing else of Vigie needs the network.
    catalogue: str = Field(default="https://www.data.gouv.fr", pattern=r"^https?://[^/\s]+")
    # A PostgreSQL database that each publication is copied into, for tools that connect to a server.
    postgres_dsn: SecretStr | None = None
    # Of the backups that are made on a schedule, how many are kept, and the first of each of how many months.
    backups_kept: int = Field(default=14, ge=1)
    backups_kept_months: int = Field(default=12, ge=0)
    # Logs and Dagster's history of loads are removed so many days after.
    logs_days: int = Field(default=90, ge=7)
    # What `vigie sante` judges: a measure, its threshold of attention and that of alert, in place of those of
    # pipelines/operations/sante.csv.
    sante: dict[str, tuple[float, float]] = Field(default_factory=dict)
    # Keep build/vigie.duckdb after a load, to look at what a check saw; the next load removes it.
    keep_build: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = Path(os.environ.get("VIGIE_CONFIG") or home_of_environment() / "vigie.toml")
        try:
            of_file = TomlConfigSettingsSource(settings_cls, toml_file=file)
            _refuse_secrets(file, of_file.toml_data)
            return init_settings, env_settings, of_file
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            place = re.search(r"line (\d+), column (\d+)", str(error))
            where = f" (ligne {place[1]}, colonne {place[2]})" if place else ""
            raise BadSettingsFile(
                f"{file} ne se lit pas{where}. C'est un texte en UTF-8, un réglage par ligne, et un texte s'y écrit "
                'entre guillemets : depuis = "2025-01".'
            ) from error

    @field_validator("home")
    @classmethod
    def _searched(cls, home: Path) -> Path:
        # dbt's models find raw rows along DuckDB's search path, where a comma parts two folders.
        if "," in str(home.expanduser().resolve()):
            raise PydanticCustomError(EXPECTED, "un chemin sans virgule est attendu : déplacer ou renommer le dossier")
        return home

    @field_validator("departement")
    @classmethod
    def _known(cls, code: str) -> str:
        known = {c.lstrip("0"): c for c in _regions()} | {c: c for c in _regions()}
        found = known.get(code.strip().upper())
        if found is None:
            raise PydanticCustomError(EXPECTED, "un code de département est attendu : 01, 2A, 46, 971…")
        return found

    @field_validator("reply_to", "smtp_expediteur", "smtp_avis")
    @classmethod
    def _addressed(cls, text: str) -> str:
        if text and not is_address(text):
            raise PydanticCustomError(EXPECTED, "une adresse électronique est attendue : {comme}", {"comme": EXAMPLE})
        return text

    @field_validator("smtp_automatique", mode="before")
    @classmethod
    def _sent_alone(cls, given: object) -> str:
        words = given if isinstance(given, list) else str(given).replace(",", " ").split()
        if unknown := [word for word in words if word not in AUTOMATIC]:
            raise PydanticCustomError(EXPECTED, "{mot} n'en est pas ; valeurs admises : {connus}, ou rien",
                                      {"mot": str(unknown[0]), "connus": ", ".join(AUTOMATIC)})  # fmt: skip
        return ", ".join(dict.fromkeys(words))

    @field_validator("depuis", mode="before")
    @classmethod
    def _starts(cls, given: object) -> str | None:
        return None if given is None or given == "" else _start(str(given))

    @field_validator("depuis_source", mode="before")
    @classmethod
    def _starts_by_source(cls, given: object) -> dict[str, str]:
        if isinstance(given, str):  # of the environment: service_returns=2026-01, iscg=2025-01
            pairs = [part.partition("=") for part in given.split(",") if part.strip()]
            given = {name.strip(): period.strip() for name, _, period in pairs}
        if not isinstance(given, dict):
            raise PydanticCustomError(EXPECTED, 'une table est attendue : service_returns = "2026-01"')
        known = sorted(file.parent.name for file in SOURCES.glob("*/source.yml"))
        for name in given:
            if name not in known:
                raise PydanticCustomError(EXPECTED, "la source {nom} n'existe pas. Les sources : {connues}",
                                          {"nom": name, "connues": ", ".join(known)})  # fmt: skip
        return {name: _start(str(period)) for name, period in given.items()}

    @model_validator(mode="after")
    def _of_this_home(self) -> Settings:
        if sentence := variables.unknown(Settings.model_fields):
            raise PydanticCustomError(WHOLE_SENTENCE, "{dites}", {"dites": sentence})
        if self.depots and _overlap(self.depots, self.landing or self.home / "landing"):
            raise PydanticCustomError(
                WHOLE_SENTENCE,
                "Le dossier des dépôts ({depots}) et le dossier d'arrivée sont l'un dans l'autre : leurs fichiers "
                "seraient lus deux fois. Donner à VIGIE_DEPOTS (ou depots dans vigie.toml) un dossier à part.",
                {"depots": str(self.depots)},
            )
        found = identity.read(self.home.expanduser().resolve())
        if found and "departement" not in self.model_fields_set:
            self.__dict__["departement"] = found.departement  # what nobody sets, the home says
        if found and found.departement != self.departement:
            raise PydanticCustomError(
                WHOLE_SENTENCE,
                "Le dossier {dossier} est celui du département {sien}, et le réglage demande le {autre} : rien n'est "
                "lu ni écrit. Pour le {autre}, prendre un autre dossier : VIGIE_HOME=/chemin/du/dossier-{autre} ; pour "
                "celui-ci, remettre VIGIE_DEPARTEMENT={sien} (ou departement dans vigie.toml).",
                {"dossier": str(self.home), "sien": found.departement, "autre": self.departement},
            )
        return self

    @field_validator("comparaison", mode="before")
    @classmethod
    def _compared(cls, given: object) -> str:
        text = ",".join(map(str, given)) if isinstance(given, list) else str(given)
        codes = text.replace(",", " ").split()
        if text not in {"region", "france"} and (unknown := [c for c in codes if c not in _regions()]):
            raise ValueError(", ".join(unknown))
        return text

    @cached_property
    def kept_departements(self) -> frozenset[str] | None:
        """The départements whose communes are kept; None for all of them."""
        regions = _regions()
        if self.comparaison == "france":
            return None
        if self.comparaison == "region":
            return frozenset(code for code, region in regions.items() if region == regions[self.departement])
        return frozenset([self.departement, *self.comparaison.replace(",", " ").split()])

    def sends_alone(self, kind: str) -> bool:
        """Tell whether messages of this kind leave after a load without anyone asking."""
        return bool(self.smtp_serveur) and kind in self.smtp_automatique.split(", ")

    @property
    def max_file_bytes(self) -> int:
        """The size beyond which a file is refused unread."""
        return self.max_file_mib << 20

    @property
    def returns_of(self) -> str | None:
        """The département that a return must be of; None where anyone's is taken."""
        return self.departement if self.retours == "departement" else None

    def starts(self, source: str) -> dt.date | None:
        """The first day from which a source is owed; None when no start is set."""
        said = self.depuis_source.get(source, self.depuis)
        return Period.read(said).start if said else None

    @cached_property
    def deposit_root(self) -> Path | None:
        """The folder of the drop folders, where there is one."""
        root = self.depots.expanduser().resolve() if self.depots else None
        return root if root and root.is_dir() else None

    @cached_property
    def paths(self) -> Paths:
        """Every folder and file of the home."""
        home = self.home.expanduser().resolve()
        landing = self.landing.expanduser().resolve() if self.landing else home / "landing"
        return Paths(home=home, landing=landing)


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out the settings that are secrets, for a child that needs none: what it writes of itself is then safe."""
    secret = {f"VIGIE_{name.upper()}" for name, field in Settings.model_fields.items() if _is_secret(field.annotation)}
    return {name: value for name, value in environment.items() if name.upper() not in secret}


def _is_secret(annotation: object) -> bool:
    return annotation is SecretStr or SecretStr in get_args(annotation)


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    """Département → région."""
    return {row["code_departement"]: row["code_region"] for row in read_rows(SEEDS / "reference" / "departements.csv")}


def _overlap(one: Path, other: Path) -> bool:
    first, second = one.expanduser().resolve(), other.expanduser().resolve()
    return first.is_relative_to(second) or second.is_relative_to(first)


def _refuse_secrets(file: Path, written: dict[str, Any]) -> None:
    if "smtp_mot_de_passe" in written:
        raise BadSettingsFile(
            f"{file} contient le mot de passe du serveur de courriel : l'en retirer, et en changer. Il se donne par la "
            "variable d'environnement VIGIE_SMTP_MOT_DE_PASSE, ou dans un fichier à part, lu de vous seul (chmod 600), "
            "que nomme smtp_mot_de_passe_fichier."
        )


def _start(text: str) -> str:
    try:
        return str(read_said(text))
    except ValueError as error:
        raise PydanticCustomError(EXPECTED, "{pourquoi}", {"pourquoi": str(error)}) from None
