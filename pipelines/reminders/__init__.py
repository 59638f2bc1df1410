"""The messages that ask for what is missing: text, ready to paste. Nothing is ever sent."""

from pipelines.reminders.compose import Reminder, compose, write

__all__ = ["Reminder", "compose", "write"]
