"""What judging needs to see of some points over a span, read at once.

Run states with the last report before the span, and what the devices said of themselves. It must
not know any rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from schemas.series import Series
from services.store.instruments import Instrument, Span, read_wiring
from services.store.session import Session
from services.store.window_records import Records, read_records, read_states


class Said(NamedTuple):
    """A setting that a device said of itself; `about`: the pollutant or part it is about."""

    device: int
    about: str | None
    code: str
    value: str
    effective_at: datetime
    received_at: datetime


class Happened(NamedTuple):
    """An event that a device told: a log line, power-on, a calibration, a check."""

    device: int
    kind: str
    about: str | None
    code: str | None
    text: str
    happened_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """Records by point and rank over [span.since, span.until), in the units of `instruments`.

    `hours`, `days` and `five_minutes` are the device's own records. `states` begin with the last
    report before the span.
    """

    span: Span
    instruments: Sequence[Instrument]
    minutes: Records
    five_minutes: Records
    hours: Records
    days: Records
    states: Records
    said: Sequence[Said]
    events: Sequence[Happened]


SAID = """
SELECT device, about, code, value, effective_at, received_at FROM parameter
WHERE device = ANY(%(devices)s) AND effective_at >= %(since)s AND effective_at < %(until)s
  AND (%(known)s::text IS NULL OR position < %(known)s::text::xid8)
ORDER BY device, effective_at, id
"""
HAPPENED = """
SELECT device, kind, about, code, text, happened_at, received_at FROM device_event
WHERE device = ANY(%(devices)s) AND happened_at >= %(since)s AND happened_at < %(until)s
  AND (%(known)s::text IS NULL OR position < %(known)s::text::xid8)
ORDER BY device, happened_at, id
"""


def read_window(session: Session, span: Span) -> Window:
    """Everything of these points over the span, now or as known below `span.known`.

    Read in several statements: within a transaction that isolates them, or where what comes
    meanwhile is news of its own (touched). Raises psycopg.Error.
    """
    wiring = read_wiring(session, span.points, span.known)
    instruments = wiring.over(span.since, span.until)
    values = {
        "devices": sorted({one.device for one in instruments}),
        "since": span.since,
        "until": span.until,
        "known": None if span.known is None else str(span.known),
    }
    cursor = session.cursor(binary=True)
    cursor.execute(SAID, values, prepare=False)
    said = [Said._make(row) for row in cursor.fetchall()]
    cursor.execute(HAPPENED, values, prepare=False)
    return Window(
        span=span,
        instruments=instruments,
        minutes=read_records(session, instruments, Series.MINUTE, span.known),
        five_minutes=read_records(session, instruments, Series.FIVE_MINUTE, span.known),
        hours=read_records(session, instruments, Series.HOUR, span.known),
        days=read_records(session, instruments, Series.DAY, span.known),
        states=read_states(session, wiring, (span.since, span.until)),
        said=said,
        events=[Happened._make(row) for row in cursor.fetchall()],
    )
