"""What is the fault of this machine, and of no delivery."""

from pipelines.base.exit_codes import INTERNAL_FAULT, Stopped


class MachineFault(Stopped):
    """Something of this machine, not of a delivery: no verdict may be drawn from it. The text is French."""

    exit_code = INTERNAL_FAULT
