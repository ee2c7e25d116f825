"""The mean of water as its row keeps it, and read back from a row that was believed.

It must not know how means are made.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from schemas.judgement import MeanRow
from schemas.water import DueResults, HourlyRange, WaterMean, Weighting
from services.rules.exact import text

_VOLUME, EXTREMES, _HOURLY = "volume_m3", "extremes", "hourly"
_Counts = Mapping[str, int]
_Texts = Sequence[str]


def kept_row(mean: WaterMean) -> MeanRow:
    """The row with all that a month needs of it: doubts, volume, least and greatest value.

    The parts of the mean are not kept.
    """
    evidence: dict[str, object] = {**mean.row.evidence, "doubts": list(mean.doubts)}
    if mean.volume is not None:
        evidence[_VOLUME] = text(mean.volume)
    if mean.lowest is not None and mean.highest is not None:
        evidence[EXTREMES] = [text(mean.lowest), text(mean.highest)]
    if mean.hourly is not None:
        least, greatest, at_least = mean.hourly
        evidence[_HOURLY] = {"least": text(least), "greatest": text(greatest), "at_least": at_least}
    return mean.row._replace(evidence=evidence)


def read_back(row: MeanRow) -> WaterMean:
    """The mean of a row that `kept_row` made. Raises KeyError for any other."""
    said = row.evidence
    counts = cast("_Counts", said["results"])
    ends = [Decimal(one) for one in cast("_Texts", said.get(EXTREMES, ()))]
    volume = said.get(_VOLUME)
    return WaterMean(
        row,
        Weighting(str(said["weighting"])),
        min(ends, default=None),
        max(ends, default=None),
        None if volume is None else Decimal(str(volume)),
        DueResults(**counts),
        "",
        tuple(cast("_Texts", said.get("doubts", ()))),
        _hourly(said.get(_HOURLY)),
    )


def _hourly(said: object) -> HourlyRange | None:
    """None in rows that were kept before hours had values of their own."""
    if said is None:
        return None
    told = cast("Mapping[str, object]", said)
    least, greatest = Decimal(str(told["least"])), Decimal(str(told["greatest"]))
    return HourlyRange(least, greatest, bool(told["at_least"]))
