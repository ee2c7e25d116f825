"""What an hour comes to outside the time that accepted marks exempt: the mean of the minutes left.

It must not know limits, nor what a mark is worth.
"""

from collections.abc import Sequence
from datetime import timedelta

from schemas.judgement import MeanRow
from schemas.record import Record
from services.rules.hour_mean import hour_mean
from services.rules.judging.outlet_hour import PointHour
from services.rules.marks.intervals import Interval, overlap
from services.rules.mean_rows import hour_row

_SECOND = timedelta(seconds=1)


def rest_of_hour(hour: PointHour, marked: Sequence[Interval]) -> MeanRow | None:
    """The hour's row out of the minutes that touch no marked time; None where no valid one is left.

    How many minutes are left does not matter, for the hour as a whole was valid. The device's own
    record is of the whole hour, and no mass is made.
    """
    made = hour.made_of
    records = made.records._replace(
        main=_outside(made.records.main, marked),
        spare=_outside(made.records.spare, marked),
        device=None,
        spare_device=None,
    )
    mean = hour_mean(records, made.oxygen, made.references, hour.rules)
    if mean.computed.value is None:
        return None
    converted = {
        key: one.value for key, one in mean.computed.converted.items() if one.value is not None
    }
    row = hour_row(hour.point.point, mean, hour.row.stage)
    return row._replace(value=mean.computed.value, converted=converted, valid=True)


def _outside(records: Sequence[Record], marked: Sequence[Interval]) -> list[Record]:
    return [one for one in records if not _touches(one, marked)]


def _touches(record: Record, marked: Sequence[Interval]) -> bool:
    span = Interval(record.at, record.at + record.span_s * _SECOND)
    return any(overlap(span, one) is not None for one in marked)
