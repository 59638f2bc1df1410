"""The log of one load, in a file of the home: structured, one JSON object a line."""

import json
import logging

from dagster import InitLoggerContext, logger

from pipelines.settings.model import Settings


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "quand": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "niveau": record.levelname,
            "etape": getattr(record, "dagster_meta", {}).get("step_key"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


@logger(config_schema={"load": str}, description="Journal d'un chargement, dans le dossier logs/.")
def journal(context: InitLoggerContext) -> logging.Logger:
    """Logger that appends to `logs/<load>.log` of the home."""
    handler = logging.FileHandler(
        Settings().paths.logs / f"{context.logger_config['load']}.log", encoding="utf-8", delay=True
    )
    handler.setFormatter(_Lines())
    made = logging.Logger(f"vigie.{context.logger_config['load']}", level=logging.INFO)
    made.addHandler(handler)
    return made
