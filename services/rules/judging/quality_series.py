"""Hours for the indicators of data quality: as they are believed, and as their device sent them.

It must not know what is looked for in them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, cast

import numpy as np

from schemas.judgement import MeanRow
from schemas.record import Record
from services.rules.quality.series import HOUR_S, Floats, Series, series_of

NORMAL: Final = "N"
OVER_RANGE: Final = "T"
NO_RECORD: Final = ""
ODD: Final = "?"
"""A flag that is in no list: a reason, though nobody knows which."""
_LETTERS: Final[Mapping[str, str]] = {
    "stopped": "F",
    "maintenance": "M",
    "fault": "D",
    "calibration": "C",
    "over_range": OVER_RANGE,
    "communication": "B",
    "manual": "S",
    "missing": NO_RECORD,
    "unknown": ODD,
}
"""HJ 212-2017 table 8 for the reasons of seconds that are not valid; other reasons give none."""
_MISSING: Final = "missing"
_MOST: Final = 0.75
"""So much of an hour's records must be normal for the hour to be shown as normal: 45 minutes."""


def believed_hours(
    rows: Iterable[MeanRow], since: datetime, hours: int, reference: str | None
) -> Series:
    """Measured means of a point on a grid of hours; `reference`: oxygen whose converted means are taken.

    An hour that is not valid has no number, and the flag of what took most of it. Means of slow water
    analysers tell when the sample was taken.
    """
    found = series_of((), since, since + timedelta(hours=hours), HOUR_S)
    for row in rows:
        place = found.place(row.start)
        if not 0 <= place < hours:
            continue
        found.flags[place] = _letter(row)
        if not row.valid:
            continue
        if row.value is not None:
            found.values[place] = float(row.value)
        converted = None if reference is None else row.converted.get(reference)
        if converted is not None:
            found.converted[place] = float(converted)
        found.sampled[place] = _sampled(row)
    return found


def valid_parts(rows: Iterable[MeanRow], since: datetime, hours: int) -> Floats:
    """Of hours on such a grid that are not valid, the means of what was valid; NaN of all others."""
    found = np.full(hours, np.nan)
    for row in rows:
        place = (row.start - since) // timedelta(seconds=HOUR_S)
        if 0 <= place < hours and not row.valid and row.value is not None:
            found[place] = float(row.value)
    return found


def sent_hours(device: Sequence[Record], minutes: Series | None, grid: Series) -> Series:
    """What the device itself said of the hours of `grid`: its own records, else its minutes together.

    Numbers are taken whatever their flag: what is shown while something is said to stand tells on it.
    """
    sent = series_of(device, grid.since, grid.until, HOUR_S)
    if minutes is None or len(minutes) * minutes.step_s != len(grid) * HOUR_S:
        return sent
    whole = _together(minutes)
    own = sent.flags != NO_RECORD
    return replace(
        sent,
        values=np.where(own, sent.values, whole.values),
        converted=np.where(own, sent.converted, whole.converted),
        flags=np.where(own, sent.flags, whole.flags),
        sampled=np.where(own, sent.sampled, whole.sampled),
    )


def minutes_of(records: Sequence[Record], grid: Series, step_s: int) -> Series | None:
    """Minute records over the hours of `grid`; None where there are none.

    The step is that of the device; where its records do not lie on it, the commonest distance of two.
    """
    if not records:
        return None
    steps = Counter(int((after.at - one.at).total_seconds()) for one, after in pairwise(records))
    usual = steps.most_common(1)[0][0] if steps else step_s
    if usual != step_s and 0 < usual < HOUR_S and HOUR_S % usual == 0:
        step_s = usual
    return series_of(records, grid.since, grid.until, step_s)


def _together(minutes: Series) -> Series:
    """Means of each hour's numbers with the flag that most of them have."""
    cells = HOUR_S // minutes.step_s
    flags = minutes.flags.reshape(-1, cells)
    return Series(
        minutes.since,
        HOUR_S,
        _means(minutes.values.reshape(-1, cells)),
        _means(minutes.converted.reshape(-1, cells)),
        np.array([_commonest(hour.tolist()) for hour in flags], dtype="<U4"),
        minutes.sampled.reshape(-1, cells).max(axis=1),
    )


def _means(cells: Floats) -> Floats:
    there = np.isfinite(cells)
    count = there.sum(axis=1)
    total = np.where(there, cells, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _commonest(flags: Sequence[str]) -> str:
    counted = Counter(flag for flag in flags if flag != NO_RECORD)
    if counted[NORMAL] >= _MOST * len(flags) or set(counted) == {NORMAL}:
        return NORMAL
    del counted[NORMAL]
    return counted.most_common(1)[0][0] if counted else NO_RECORD


def _letter(row: MeanRow) -> str:
    if row.valid:
        return OVER_RANGE if row.at_least else NORMAL
    reasons = cast("Mapping[str, int]", row.evidence.get("not_valid_s") or {})
    said = {reason: seconds for reason, seconds in reasons.items() if reason != _MISSING}
    if said:
        most = max(said, key=lambda reason: said[reason])
        return _LETTERS.get(most, NORMAL)
    device = cast("Mapping[str, str | None]", row.evidence.get("device") or {})
    return device.get("flag") or NO_RECORD


def _sampled(row: MeanRow) -> int:
    """When the sample that is shown last was taken; 0 where nothing tells."""
    values = cast("Sequence[Sequence[str]]", row.evidence.get("values") or ())
    return int(datetime.fromisoformat(values[-1][0]).timestamp()) if values else 0
