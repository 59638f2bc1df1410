"""Every fault, by family."""

from tests.faults.families import content, crash, delivery, hostile, own_checks, platform, privacy, snapshot, statistics

FAULTS = [
    *crash.FAULTS,
    *delivery.FAULTS,
    *hostile.FAULTS,
    *content.FAULTS,
    *privacy.FAULTS,
    *platform.FAULTS,
    *own_checks.FAULTS,
    *snapshot.FAULTS,
    *statistics.FAULTS,
]
