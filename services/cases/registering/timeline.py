"""What a statement about an interval does to what was known: painting over, and binding anew.

Pure interval arithmetic; None is open on that side.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar

from schemas.registry_rows import BindingRow, MnRow, SettingRow


class Span(Protocol):
    """What holds from a time to another."""

    @property
    def since(self) -> datetime | None: ...
    @property
    def until(self) -> datetime | None: ...


AnySpan = TypeVar("AnySpan", bound=Span)
Row = TypeVar("Row", MnRow, BindingRow, SettingRow)
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


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


def clipped(row: SettingRow, within: Span) -> SettingRow:
    """The part of a setting that lies in an interval which it overlaps."""
    since = max(row.since or FIRST, within.since or FIRST)
    until = min(row.until or LAST, within.until or LAST)
    return row._replace(
        since=None if since == FIRST else since, until=None if until == LAST else until
    )


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
    """A channel's bindings after a statement; and known ones that it leaves no place."""

    rows: list[BindingRow]
    homeless: list[BindingRow]


def rebound(
    known: Iterable[BindingRow], stated: Sequence[BindingRow], spoken_since: datetime | None
) -> Bound:
    """Bind a channel as `stated` from `spoken_since` on; earlier bindings end there and stay."""
    kept: list[BindingRow] = []
    homeless: list[BindingRow] = []
    for row in known:
        if spoken_since is not None and row.since < spoken_since:
            over = row.until is None or row.until > spoken_since
            kept.append(row._replace(until=spoken_since) if over else row)
        elif not any(overlap(row, want) for want in stated):
            homeless.append(row)
    return Bound(joined([*kept, *stated]), homeless)
