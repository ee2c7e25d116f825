"""The records that the hours and days of several plants rest on, each kind read as little as it needs.

It must not know which points of a plant are of which kind.
"""

from dataclasses import dataclass, field
from datetime import datetime

from schemas.minutes import Minutes
from schemas.record import Record
from schemas.series import Series
from services.rules.judging.records import LONGEST, MINUTE_S
from services.store.instruments import Span, read_instruments, read_wiring
from services.store.session import Session
from services.store.window_minutes import read_minutes
from services.store.window_records import Records, read_records, read_states

Lines = dict[tuple[int, str], list[Record]]
Hours = dict[tuple[int, str], dict[datetime, Minutes]]


@dataclass
class RecordsRead:
    """Records of all plants by line; a line belongs to one point, hence to one plant."""

    minutes: Lines = field(default_factory=Lines)
    hours: Lines = field(default_factory=Lines)
    five_minutes: Lines = field(default_factory=Lines)
    states: Lines = field(default_factory=Lines)
    days: Lines = field(default_factory=Lines)
    by_hour: Hours = field(default_factory=Hours)


def read_air(session: Session, span: Span, found: RecordsRead) -> None:
    """Minutes of air by the hour, with what of longer ones reaches into the first, and devices' own hours."""
    instruments = read_instruments(session, span)
    minutes = read_minutes(session, instruments, span.known)
    for line, hours in minutes.items():
        found.by_hour.setdefault(line, {}).update(hours)
    _add(found.hours, read_records(session, instruments, Series.HOUR, span.known))
    long = {line[0] for line, hours in minutes.items() if any(map(_has_long, hours.values()))}
    if long:
        _read_tails(
            session, Span(sorted(long), span.since - LONGEST, span.since, span.known), found
        )


def _has_long(minutes: Minutes) -> bool:
    return any(part.span_s > MINUTE_S for part in minutes.parts)


def _read_tails(session: Session, span: Span, found: RecordsRead) -> None:
    """What of longer records reaches into the first hour; an hour that is read whole stays whole."""
    instruments = read_instruments(session, span)
    for line, hours in read_minutes(session, instruments, span.known).items():
        of_line = found.by_hour.setdefault(line, {})
        for start, minutes in hours.items():
            of_line.setdefault(start, minutes)


def read_water(session: Session, span: Span, found: RecordsRead) -> None:
    """Minutes of water one by one, and devices' own hours."""
    instruments = read_instruments(session, span)
    _add(found.minutes, read_records(session, instruments, Series.MINUTE, span.known))
    _add(found.hours, read_records(session, instruments, Series.HOUR, span.known))


def read_rest(session: Session, span: Span, found: RecordsRead) -> None:
    """Minutes and five-minute means of signals, and run states."""
    wiring = read_wiring(session, span.points, span.known)
    instruments = wiring.over(span.since, span.until)
    _add(found.minutes, read_records(session, instruments, Series.MINUTE, span.known))
    _add(found.five_minutes, read_records(session, instruments, Series.FIVE_MINUTE, span.known))
    _add(found.states, read_states(session, wiring, (span.since, span.until)))


def read_days(session: Session, span: Span, found: RecordsRead) -> None:
    """Run hours of the day, of what reports run states."""
    reporting = [one for one in read_instruments(session, span) if one.state]
    if reporting:
        _add(found.days, read_records(session, reporting, Series.DAY, span.known))


def _add(lines: Lines, more: Records) -> None:
    """A point may be looked at for two reasons: its records still come once, in order of time."""
    for line, records in more.items():
        known = lines.setdefault((line[0], line[1]), [])
        if known and records and records[0].at <= known[-1].at:
            merged = {record.at: record for record in (*known, *records)}
            known[:] = [merged[at] for at in sorted(merged)]
        else:
            known += records
