"""What a statement about an interval does to what was known: painting over, and binding anew.

Pure interval arithmetic; None is open on that side.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar

from schemas.registry_rows import ChannelRow, MnRow, SettingRow


class Span(Protocol):
    """What holds from a time to another."""

    @property
    def since(self) -> datetime | None: ...
    @property
    def until(self) -> datetime | None: ...


AnySpan = TypeVar("AnySpan", bound=Span)
Row = TypeVar("Row", MnRow, SettingRow)
FIRST = datetime.min.replace(tzinfo=UTC)


def overlap(one: Span, other: Span) -> bool:
    """Whether a moment belongs to both; ends are exclusive."""
    return _before(one.since, other.until) and _before(other.since, one.until)


def _before(start: datetime | None, end: datetime | None) -> bool:
    return start is None or end is None or start < end


def in_time(spans: Iterable[AnySpan]) -> list[AnySpan]:
    """Sorted by their beginnings."""
    return sorted(spans, key=lambda span: span.since or FIRST)


def overlapping(spans: Sequence[AnySpan]) -> list[tuple[AnySpan, AnySpan]]:
    """Neighbours in time that overlap; empty when all exclude each other."""
    ordered = in_time(spans)
    return [(one, other) for one, other in pairwise(ordered) if overlap(one, other)]


def painted(known: Iterable[SettingRow], over: SettingRow) -> list[SettingRow]:
    """The known settings with `over` in its interval; equal neighbours become one."""
    rows = [over]
    for row in known:
        if not overlap(row, over):
            rows.append(row)
            continue
        if over.since is not None and (row.since is None or row.since < over.since):
            rows.append(row._replace(until=over.since))
        if over.until is not None and (row.until is None or row.until > over.until):
            rows.append(row._replace(since=over.until))
    return joined(rows)


def joined(rows: Iterable[Row]) -> list[Row]:
    """Sorted, with equal neighbours that touch made one."""
    done: list[Row] = []
    for row in in_time(rows):
        last = done[-1] if done else None
        if last and last.until and last._replace(until=row.until) == row._replace(since=last.since):
            if last.until < (row.since or FIRST):
                done.append(row)
            else:
                done[-1] = last._replace(until=row.until)
        else:
            done.append(row)
    return done


class Bound(NamedTuple):
    """The rows of a code after a statement, by entry; and rows the statement leaves no place."""

    entries: list[ChannelRow]
    trimmed: list[ChannelRow]
    homeless: list[ChannelRow]


def rebound(
    known: Sequence[ChannelRow],
    stated: Sequence[ChannelRow],
    spoken_since: datetime | None,
    new_id: Callable[[], int],
) -> Bound:
    """Bind a code as `stated` from `spoken_since` on; earlier bindings end there and stay.

    A row keeps its id wherever it goes on, because readings hang on it. Ids in `stated` count
    nothing.
    """
    spoken = [row for row in in_time(known) if _before(spoken_since, row.until)]
    crossing = [row for row in spoken if spoken_since and row.since < spoken_since]
    free = [row for row in spoken if row not in crossing]
    wanted = in_time(stated)
    ids: dict[int, int] = {}
    if crossing and wanted and _alike(crossing[0], wanted[0]):
        ids[0] = crossing[0].id
        wanted[0] = wanted[0]._replace(since=crossing.pop(0).since)
    for matches in (_alike, overlap):
        for place, want in enumerate(wanted):
            row = next((row for row in free if overlap(row, want) and matches(row, want)), None)
            if place not in ids and row is not None:
                ids[place] = row.id
                free.remove(row)
    entries = [
        want._replace(id=ids[place] if place in ids else new_id())
        for place, want in enumerate(wanted)
    ]
    return Bound(entries, [row._replace(until=spoken_since) for row in crossing], free)


def _alike(row: ChannelRow, want: ChannelRow) -> bool:
    return (row.point, row.rank) == (want.point, want.rank)
