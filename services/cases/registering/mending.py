"""For which intervals stored readings mean something else than before: unit, scale, point, rank.

Pure: the registry before and after as rows. What was not registered before has no readings.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from schemas.registry_rows import BindingRow, Mended, RegistryRows, SettingRow
from services.cases.registering.timeline import FIRST, LAST, AnySpan


def mended(before: RegistryRows, after: RegistryRows, written: RegistryRows) -> list[Mended]:
    """The intervals of the channels written whose meaning has changed, once for each subject."""
    found: list[Mended] = []
    for channel in sorted(written.bindings.keys() | written.settings.keys()):
        if channel in before.channels:
            found += _joined(_of_channel(before, after, channel))
    return found


def _of_channel(before: RegistryRows, after: RegistryRows, channel: int) -> Iterator[Mended]:
    old, new = (
        (rows.bindings.get(channel, ()), rows.settings.get(channel, ())) for rows in (before, after)
    )
    ends = {FIRST, LAST}
    for spans in (*old, *new):
        for span in spans:
            ends |= {span.since or FIRST, span.until or LAST}
    for since, until in pairwise(sorted(ends)):
        was, now = _at(old[0], since), _at(new[0], since)
        if was is None and now is None:
            continue
        if _bound(was) == _bound(now) and _read(old[1], since) == _read(new[1], since):
            continue
        points = {
            rows.points[row.point].subject
            for rows, row in ((before, was), (after, now))
            if row is not None
        }
        for subject in sorted(points):
            yield Mended(
                channel,
                None if since == FIRST else since,
                None if until == LAST else until,
                subject,
                bound=now is not None,
            )


def _at(spans: Iterable[AnySpan], moment: datetime) -> AnySpan | None:
    """The span that holds at that moment; they exclude each other."""
    for span in spans:
        if (span.since or FIRST) <= moment < (span.until or LAST):
            return span
    return None


def _bound(row: BindingRow | None) -> tuple[int, str] | None:
    return None if row is None else (row.point, row.rank)


def _read(rows: Iterable[SettingRow], moment: datetime) -> SettingRow | None:
    row = _at(rows, moment)
    return None if row is None else row._replace(channel=0, since=None, until=None)


def _joined(rows: Iterable[Mended]) -> list[Mended]:
    """Neighbours in time of one subject as one interval."""
    done: dict[tuple[int, bool], list[Mended]] = {}
    for row in rows:
        known = done.setdefault((row.subject, row.bound), [])
        if known and known[-1].until == row.since:
            known[-1] = known[-1]._replace(until=row.until)
        else:
            known.append(row)
    return [row for known in done.values() for row in known]
