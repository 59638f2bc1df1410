"""Dagster's daemon as a process that does not outlive the service that started it (`python -m …`)."""

from __future__ import annotations

from pipelines.machine.child import die_with_parent


def main() -> None:
    """Run this process's arguments as `dagster-daemon` would."""
    die_with_parent()
    from dagster._daemon.cli import main as dagster_daemon

    dagster_daemon()


if __name__ == "__main__":
    main()
