"""Which limits bind a point at a time, as known at a position, and what a new belief changes.

It must not know how a limit is compared with a number.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from schemas.limits import LimitVersion

HOUR = timedelta(hours=1)
# An open end, for comparing alone; it never leaves this file.
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_Limit = tuple[int, int]


class Binding(NamedTuple):
    """From `since` up to `until` (None: open) this version of a limit binds its point."""

    since: datetime | None
    until: datetime | None
    version: LimitVersion


class Change(NamedTuple):
    """From `since` up to `until` a limit is another one than before; None: it did not bind, or does not."""

    point: int
    limit: int
    since: datetime
    until: datetime
    before: LimitVersion | None
    after: LimitVersion | None

    @property
    def rebinds(self) -> bool:
        """Whether other numbers bind; otherwise only where they come from is believed otherwise."""
        return (self.before and self.before.bound) != (self.after and self.after.bound)


@dataclass(frozen=True, slots=True)
class PreparedLimits:
    """All limits of all points, cut at every time at which any limit of the point begins or ends."""

    cuts: Mapping[int, Sequence[datetime]]
    binding: Mapping[int, Sequence[tuple[LimitVersion, ...]]]

    def at(self, point: int, moment: datetime) -> tuple[LimitVersion, ...]:
        """The limits that bind the point at the time, by limit; none withdrawn is among them."""
        cuts = self.cuts.get(point)
        return self.binding[point][bisect_right(cuts, moment)] if cuts is not None else ()

    def points(self) -> frozenset[int]:
        """Points that any belief is about, also where all of them are withdrawn."""
        return frozenset(self.cuts)


def known_at(versions: Iterable[LimitVersion], position: int | None) -> list[LimitVersion]:
    """The versions that were readable at a position: those below it. None: all."""
    return [one for one in versions if position is None or one.position < position]


def prepared(versions: Iterable[LimitVersion], position: int | None = None) -> PreparedLimits:
    """Everything that evaluators ask for, made once: a look-up then costs one binary search."""
    of_points: defaultdict[int, list[LimitVersion]] = defaultdict(list)
    for version in known_at(versions, position):
        of_points[version.point].append(version)
    cuts: dict[int, list[datetime]] = {}
    binding: dict[int, list[tuple[LimitVersion, ...]]] = {}
    for point, beliefs in of_points.items():
        pieces = [piece for limit in _by_limit(beliefs).values() for piece in _pieces(limit)]
        cuts[point] = _inner(pieces)
        binding[point] = [_binding_at(pieces, start) for start in (_FIRST, *cuts[point])]
    return PreparedLimits(cuts, binding)


def limits_in_force(
    versions: Iterable[LimitVersion], point: int, at: datetime, position: int | None = None
) -> tuple[LimitVersion, ...]:
    """The limits that bind the point at the time, as known at the position (None: now), by limit.

    Of the beliefs that hold at the time the one with the greatest (position, version) counts.
    """
    return prepared((one for one in versions if one.point == point), position).at(point, at)


def intervals(
    versions: Iterable[LimitVersion], since: datetime, until: datetime, position: int | None = None
) -> list[Binding]:
    """What binds from `since` up to `until`, cut to that span, by point, limit and time."""
    found: list[Binding] = []
    for _, beliefs in sorted(_by_limit(known_at(versions, position)).items()):
        for piece in _pieces(beliefs):
            begins, ends = max(piece.begins, since), min(piece.ends, until)
            if piece.version.bound is not None and begins < ends:
                found.append(Binding(begins, ends, piece.version))
    return found


def changes(
    before: Iterable[LimitVersion],
    after: Iterable[LimitVersion],
    since: datetime,
    until: datetime,
) -> list[Change]:
    """Where in the span one set of beliefs gives another bound or another law than the other.

    By point, limit and time; neighbours that change alike are one.
    """
    old, new = _by_limit(before), _by_limit(after)
    return [
        change
        for limit in sorted(old.keys() | new.keys())
        for change in _changes(limit, old.get(limit, []), new.get(limit, []), (since, until))
    ]


def hours_changed(found: Iterable[Change]) -> Iterator[tuple[int, datetime]]:
    """Points and beginnings of UTC hours that are touched by changes, each once, in order."""
    hours: set[tuple[int, datetime]] = set()
    for change in found:
        hour = change.since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        while hour < change.until:
            hours.add((change.point, hour))
            hour += HOUR
    yield from sorted(hours)


class _Piece(NamedTuple):
    begins: datetime
    ends: datetime
    version: LimitVersion


def _by_limit(versions: Iterable[LimitVersion]) -> dict[_Limit, list[LimitVersion]]:
    found: defaultdict[_Limit, list[LimitVersion]] = defaultdict(list)
    for version in versions:
        found[version.point, version.limit].append(version)
    return found


def _pieces(beliefs: Sequence[LimitVersion]) -> list[_Piece]:
    """Of one limit: which belief counts when, in order of time; also the withdrawn ones."""
    # The last belief takes its whole span; each earlier one what is left of its own.
    taken: list[_Piece] = []
    for version in sorted(beliefs, key=lambda one: (one.position, one.version), reverse=True):
        begins, ends = version.since or _FIRST, version.until or _LAST
        for piece in sorted(taken):
            if begins < piece.begins and begins < ends:
                taken.append(_Piece(begins, min(ends, piece.begins), version))
            begins = max(begins, piece.ends)
        if begins < ends:
            taken.append(_Piece(begins, ends, version))
    return sorted(taken)


def _inner(pieces: Iterable[_Piece]) -> list[datetime]:
    ends = {end for piece in pieces for end in (piece.begins, piece.ends)}
    return sorted(ends - {_FIRST, _LAST})


def _binding_at(pieces: Iterable[_Piece], moment: datetime) -> tuple[LimitVersion, ...]:
    binding = [
        piece.version
        for piece in pieces
        if piece.begins <= moment < piece.ends and piece.version.bound is not None
    ]
    return tuple(sorted(binding, key=lambda one: one.limit))


def _changes(
    limit: _Limit,
    old: Sequence[LimitVersion],
    new: Sequence[LimitVersion],
    span: tuple[datetime, datetime],
) -> list[Change]:
    before, after = _pieces(old), _pieces(new)
    inner = [cut for cut in _inner([*before, *after]) if span[0] < cut < span[1]]
    cuts = sorted({span[0], *inner, span[1]})
    found: list[Change] = []
    for begins, ends in pairwise(cuts):
        was, is_now = _one(before, begins), _one(after, begins)
        if _said(was) == _said(is_now):
            continue
        last = found[-1] if found else None
        if last and last.until == begins and (last.before, last.after) == (was, is_now):
            found[-1] = last._replace(until=ends)
        else:
            found.append(Change(*limit, begins, ends, was, is_now))
    return found


def _one(pieces: Iterable[_Piece], moment: datetime) -> LimitVersion | None:
    return next(iter(_binding_at(pieces, moment)), None)


def _said(version: LimitVersion | None) -> tuple[object, object] | None:
    return version and (version.bound, version.law)
