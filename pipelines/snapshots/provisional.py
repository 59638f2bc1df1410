"""What is given early is provisional: a return of the twentieth day is still to be corrected by those who sent it."""

from __future__ import annotations

import pandas as pd

from pipelines.base.periods import Period

# What a status says that matters less than that the value may change.
_SURER = ("A", "D", "E")


def with_provisional(
    series: pd.DataFrame, sources: pd.DataFrame, lots: pd.DataFrame, deliveries: pd.DataFrame, period: Period
) -> pd.Series:
    """The `statut` of each row of `series` in the snapshot of a period: P for a value of that period, or of a part of
    it, whose last delivery came less than `sources.provisoire_jours` days after its end.

    `lots`: qualite.lots_livraisons, `deliveries`: qualite.livraisons. It depends on the day of reception and not on
    that of the snapshot: made again later, the same. In the snapshot of a later period, what nobody has corrected is
    final.
    """
    if "provisoire_jours" not in sources:
        return series["statut"]
    received = lots.merge(deliveries[["livraison_id", "recu_le"]], on="livraison_id")
    days = pd.to_datetime(received["recu_le"], utc=True, format="ISO8601").dt.tz_localize(None).dt.normalize()
    last = days.groupby(received["lot"]).max()
    # By its index: `map` reads a series of nothing as one of numbers.
    came = pd.Series(last.reindex(series["lot_livraisons"]).to_numpy(), index=series.index)
    within = series["source"].map(sources.set_index("source")["provisoire_jours"].astype(float))
    ends = pd.to_datetime(series["periode_fin"])
    early = (came - ends).dt.days < within
    mine = (ends >= pd.Timestamp(period.start)) & (ends <= pd.Timestamp(period.end))
    return series["statut"].mask(early & mine & series["statut"].isin(_SURER), "P")
