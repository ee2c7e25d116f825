"""What a file of limits changes in what is believed: new versions, or sentences about what is wrong.

Pure. A row's interval is said in full; what no row speaks of stays as it is.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from schemas.limit_document import Limit
from schemas.limits import Act, LimitVersion
from schemas.registry_words import shown
from services.registry.limit_file import Wrong
from services.rules.catalogue import CatalogueRow
from services.rules.limit_acts import Said, Who, span_text, timeline, version_of
from services.rules.limit_figures import Figures
from services.rules.limit_fit import Spot
from services.rules.limit_history import Binding
from services.rules.limit_places import PlaceError, Places
from services.rules.limit_said import SaidLimit, Stated, facts_text, said_of, spot_of

Identity = tuple[str, ...]
UNVERIFIED = "not verified 未核实: every verdict that rests on it will say so"


class Row(NamedTuple):
    """An entry of the file that can be compared; `place` is its number."""

    place: int
    entry: Limit
    said: Said


class Planned(NamedTuple):
    """A version to be written, with what it replaces at its beginning."""

    version: LimitVersion
    before: LimitVersion | None


@dataclass
class LimitDifference:
    """What is to be written, how many rows change nothing, and what is wrong."""

    planned: list[Planned] = field(default_factory=list[Planned])
    unchanged: int = 0
    wrong: list[Wrong] = field(default_factory=list[Wrong])
    warnings: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class Comparing:
    """What a file is compared with."""

    places: Places
    beliefs: Sequence[LimitVersion]
    catalogue: Mapping[str, CatalogueRow]
    who: Who


def compared(entries: Mapping[int, Limit], with_: Comparing) -> LimitDifference:
    """Compare the entries of a file with all beliefs about limits."""
    found = LimitDifference()
    rows = list(_rows(entries, with_, found))
    pieces = timeline(with_.beliefs)
    by_point: defaultdict[int, list[Binding]] = defaultdict(list)
    by_key: defaultdict[int, list[Binding]] = defaultdict(list)
    for piece in pieces:
        by_point[piece.version.point].append(piece)
        by_key[piece.version.limit].append(piece)
    groups: defaultdict[tuple[int, Identity], list[Row]] = defaultdict(list)
    for row in rows:
        key = _key_of(row, by_point, by_key, found)
        if key is not None:
            groups[key, () if key else _identity(row)].append(row)
    for new, ((key, _), group) in enumerate(groups.items(), 1):
        _compare(group, (key or -new, by_key.get(key, [])), with_.who, found)
    return found


def _rows(entries: Mapping[int, Limit], with_: Comparing, found: LimitDifference) -> Iterator[Row]:
    spots = dict[int, Spot]()
    for place, entry in entries.items():
        try:
            point = with_.places.point(entry.point)
        except PlaceError as error:
            found.wrong.append((place, "point", str(error)))
            continue
        spot = spots.get(point.id) or spot_of(with_.places, point)
        spots[point.id] = spot
        said = said_of(_stated(entry), spot, with_.catalogue)
        for sentence in said.wrong:
            found.wrong.append((place, _field_of(entry), sentence))
        if not said.wrong:
            _warn(said, found)
            new = Said(point.id, entry.since, said.until, said.bound, said.law)
            yield Row(place, entry, new)


def _stated(entry: Limit) -> Stated:
    figures = Figures(
        *(entry.max, entry.min, entry.unit, entry.quantity, entry.averaging, entry.o2),
        *(entry.condition, entry.origin, entry.standard, entry.clause, entry.confidence),
        *(entry.verified, entry.source),
    )
    return Stated(entry.since, entry.until, entry.catalogue, figures, entry.facts)


def _field_of(entry: Limit) -> str:
    return "catalogue" if entry.catalogue else "max" if entry.max is not None else ""


def _warn(said: SaidLimit, found: LimitDifference) -> None:
    for sentence in [*([] if said.law.verified else [UNVERIFIED]), *said.warnings]:
        found.warnings[sentence] = found.warnings.get(sentence, 0) + 1


def _identity(row: Row) -> Identity:
    """What makes rows of a point one limit at different times, beside its number."""
    bound, law = row.said.bound, row.said.law
    if bound is None:
        return ()
    return (
        *(str(row.said.point), law.origin, law.standard, bound.averaging, bound.quantity),
        *(bound.comparator, bound.condition),
    )


def _key_of(
    row: Row,
    by_point: Mapping[int, Sequence[Binding]],
    by_key: Mapping[int, Sequence[Binding]],
    found: LimitDifference,
) -> int | None:
    """The limit that a row is about: 0 for a new one, None where that cannot be told."""
    stated = row.entry.limit
    if stated is not None:
        pieces = by_key.get(stated, ())
        if pieces and pieces[0].version.point == row.said.point:
            return stated
        where = "is of another point" if pieces else "is not there"
        sentence = f"limit {stated} {where}: leave `limit` empty for the one that matches"
        found.wrong.append((row.place, "limit", sentence))
        return None
    same = _keys(row, by_point, exact=True) or _keys(row, by_point, exact=False)
    if len(same) > 1:
        keys = ", ".join(map(str, sorted(same)))
        sentence = f"limits {keys} of the point match this row: say in `limit` which one is meant"
        found.wrong.append((row.place, "point", sentence))
        return None
    return next(iter(same), 0)


def _keys(row: Row, by_point: Mapping[int, Sequence[Binding]], *, exact: bool) -> set[int]:
    def matches(one: LimitVersion) -> bool:
        if exact:
            return _same(one, row.said)
        return _identity(row._replace(said=_said(one))) == _identity(row)

    return {
        piece.version.limit for piece in by_point.get(row.said.point, ()) if matches(piece.version)
    }


def _said(one: LimitVersion) -> Said:
    return Said(one.point, one.since, one.until, one.bound, one.law)


def _compare(
    group: list[Row], limit: tuple[int, Sequence[Binding]], who: Who, found: LimitDifference
) -> None:
    """Compare the rows of one limit with its timeline, from the earliest on."""
    key, pieces = limit
    ordered = sorted(group, key=lambda row: row.entry.since)
    for place, row in enumerate(ordered):
        following = ordered[place + 1] if place + 1 < len(ordered) else None
        said = row.said
        if following is not None and (said.until is None or said.until > following.entry.since):
            if row.entry.until is not None:
                sentence = (
                    f"this limit is said to be another one from {shown(following.entry.since)} on:"
                    " end the earlier row there, or give the two different `limit`s"
                )
                found.wrong.append((row.place, "to", sentence))
                continue
            said = said._replace(until=following.entry.since)
        first = key < 0 and place == 0
        _plan(row._replace(said=said), (key, pieces), who, found, first=first)
        if said.until is not None and (following is None or following.entry.since > said.until):
            end = None if following is None else following.entry.since
            _end(row._replace(said=said._replace(since=said.until, until=end)), limit, who, found)


def _plan(
    row: Row,
    limit: tuple[int, Sequence[Binding]],
    who: Who,
    found: LimitDifference,
    *,
    first: bool,
) -> None:
    key, pieces = limit
    said = row.said
    within = [piece for piece in pieces if _meet(piece, said)]
    if _covered(within, said):
        found.unchanged += 1
        return
    act = _act(within, said, first=first)
    reason = "; ".join(one for one in (row.entry.reason, facts_text(row.entry.facts)) if one)
    by = who._replace(reason=reason or who.reason, approver=row.entry.approver)
    if act == "correct" and not (row.entry.reason and row.entry.approver):
        stated = ", ".join(span_text(one.since, one.until) for one in within)
        sentence = (
            f"limit {key} is stated already for {stated}: to correct that 更正, fill in `reason` and"
            " `approver`; for a new figure from a date on, begin later"
        )
        found.wrong.append((row.place, "from", sentence))
        return
    if act == "correct" and row.entry.approver == who.actor:
        sentence = f"{who.actor} cannot approve their own correction 更正须由他人批准"
        found.wrong.append((row.place, "approver", sentence))
        return
    number = len(found.planned) + 1
    before = within[0].version if within else None
    found.planned.append(Planned(version_of(key, said, act, by, number), before))


def _end(row: Row, limit: tuple[int, Sequence[Binding]], who: Who, found: LimitDifference) -> None:
    """A row that ends says that nothing binds after it, up to the limit's next row."""
    key, pieces = limit
    within = [piece for piece in pieces if _meet(piece, row.said)]
    # What begins later is another statement, and nothing is said of it here.
    running = [one for one in within if one.since is None or one.since < _begin(row.said)]
    if running:
        said = row.said._replace(bound=None, until=running[0].until)
        by = who._replace(reason=row.entry.reason or who.reason, approver=row.entry.approver)
        version = version_of(key, said, "withdraw", by, len(found.planned) + 1)
        found.planned.append(Planned(version, running[0].version))


def _begin(said: Said) -> datetime:
    if said.since is None:
        raise ValueError("a row begins at a time")
    return said.since


def _act(within: Sequence[Binding], said: Said, *, first: bool) -> Act:
    """Whatever was stated to begin within the row's time is corrected by it."""
    if first:
        return "assign"
    stated = [one for one in within if one.since is None or one.since >= _begin(said)]
    return "correct" if stated else "change"


def _covered(within: Sequence[Binding], said: Said) -> bool:
    """Whether all of the time has this bound and law already."""
    if not within or not all(_same(one.version, said) for one in within):
        return False
    first, last = within[0], within[-1]
    begins = first.since is None or (said.since is not None and first.since <= said.since)
    ends = last.until is None or (said.until is not None and said.until <= last.until)
    whole = all(one.until == other.since for one, other in pairwise(within))
    return begins and ends and whole


def _same(one: LimitVersion, said: Said) -> bool:
    """Whether it is said already; figures written out need not name the catalogue's row again."""
    law = one.law if said.law.catalogue else one.law._replace(catalogue="")
    return (one.bound, law) == (said.bound, said.law)


def _meet(piece: Binding, said: Said) -> bool:
    before_ends = piece.until is None or said.since is None or said.since < piece.until
    after_begins = piece.since is None or said.until is None or piece.since < said.until
    return before_ends and after_begins
