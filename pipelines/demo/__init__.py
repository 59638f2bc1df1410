"""The demonstration: invented deliveries that let anyone try Vigie without holding a real one."""

from pathlib import Path

from pipelines.demo.workbook_4001 import write_workbook

DEMONSTRATION_WORKBOOK_NAME = "crimes-et-delits-services-demonstration.xlsx"


def write_demonstration(landing: Path, seed: int = 46) -> list[Path]:
    """Write every file of the demonstration in `landing` and return them in the order written."""
    landing.mkdir(parents=True, exist_ok=True)
    workbook = landing / DEMONSTRATION_WORKBOOK_NAME
    write_workbook(workbook, seed)
    return [workbook]
