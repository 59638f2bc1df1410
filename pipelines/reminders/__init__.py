"""The messages that ask for what is missing: text, ready to paste. Nothing is ever sent."""

from pipelines.reminders.addressed import Addressed, address
from pipelines.reminders.compose import Reminder, compose, write

__all__ = ["Addressed", "Reminder", "address", "compose", "write"]
