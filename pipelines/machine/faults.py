"""What is the fault of this machine, and of no delivery."""


class MachineFault(Exception):
    """Something of this machine, not of a delivery: no verdict may be drawn from it. The text is French."""
