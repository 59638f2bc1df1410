"""What stopped a publication, in the terminal."""

from __future__ import annotations

from pipelines.base.wording import file_named, plural
from pipelines.cli.screen import err

_SHOWN = 5


def show_blocking(told: dict) -> None:
    """Print what stopped the publication, the deliveries it comes from and how to withdraw them."""
    for failure in told["en_erreur"]:
        err.print(
            f"Le contrôle {failure['regle_code']} n'a pas pu être jugé ({failure['message']}).",
            style="bold red", markup=False,
        )  # fmt: skip
    for finding in told["bloquants"][:_SHOWN]:
        err.print(f"\nContrôle {finding['regle_code']} (bloquant)", style="bold red", markup=False)
        err.print(f"  {finding['constat']}", markup=False)
        err.print(f"  À faire : {finding['remede']}", markup=False)
        files = finding["fichiers"]
        if files:
            err.print(
                f"  Vient de {plural(len(files), 'livraison')} : {', '.join(map(file_named, files[:_SHOWN]))}. Pour "
                f'publier sans elle : vigie withdraw {files[0]["livraison_id"]} --motif "…", puis vigie load',
                markup=False,
            )
    left = len(told["bloquants"]) - _SHOWN
    if left > 0:
        err.print(f"… et {plural(left, 'autre constat bloquant', 'autres constats bloquants')} : vigie quality")
