"""The demonstration: invented deliveries that let anyone try Vigie without holding a real one."""

from pathlib import Path

from pipelines.demo.accidents import LOT, invent_accidents
from pipelines.demo.baac import write_baac
from pipelines.demo.communes import Communes
from pipelines.demo.core_return import FamilyFacts, write_core
from pipelines.demo.figures import invent
from pipelines.demo.followup import Told, write_followup
from pipelines.demo.insee import write_insee
from pipelines.demo.iscg import invent_activity, write_iscg
from pipelines.demo.monthly_4001 import write_monthly_4001
from pipelines.demo.months import spread_over_months
from pipelines.demo.returns import write_returns
from pipelines.demo.road import write_road
from pipelines.demo.ssmsi import write_ssmsi
from pipelines.demo.steering import write_steering
from pipelines.demo.workbook_4001 import write_workbook

DEMONSTRATION_DEPARTEMENT = LOT
DEMONSTRATION_WORKBOOK_NAME = "crimes-et-delits-services-demonstration.xlsx"
DEMONSTRATION_MONTHLY_NAME = "tableaux-4001-ts-demonstration.xlsx"


def write_demonstration(folder: Path, seed: int = 46) -> list[Path]:
    """Write every file of the demonstration in `folder` and return them in the order written.

    The workbooks come first: they say that they are a demonstration, which a CSV cannot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts, communes, activity = invent(seed), Communes(seed), invent_activity(seed)
    monthly, accidents = spread_over_months(counts, seed), invent_accidents(communes, seed)
    workbook, months = folder / DEMONSTRATION_WORKBOOK_NAME, folder / DEMONSTRATION_MONTHLY_NAME
    told: Told = {}
    family = FamilyFacts()
    write_workbook(workbook, seed)
    write_monthly_4001(months, monthly, seed)
    return [
        workbook,
        months,
        *write_road(folder, accidents, seed),
        *write_iscg(folder, activity, seed),
        *write_followup(folder, activity, seed, told),
        *write_steering(folder, told, seed),
        *write_returns(folder, monthly, seed, family),
        *write_core(folder, monthly, family, accidents, seed),
        *write_insee(folder, communes, seed),
        *write_ssmsi(folder, counts, communes, seed),
        *write_baac(folder, accidents, seed),
    ]
