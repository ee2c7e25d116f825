"""What the indicators of data quality need of a plant's day, read: a month of means, a day of records.

It must not know any indicator.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from schemas.judgement import MeanRow, Period, Stage
from schemas.marks import Mark
from schemas.registry_words import BEIJING
from schemas.series import Series
from services.alerts.plant_reading import Asked
from services.alerts.wrong_clocks import wrong_clocks
from services.rules.judging.quality_day import BEFORE, HISTORY, Filed, QualityDay
from services.rules.judging.quality_words import ToldEvent, ToldSetting
from services.rules.judging.records import HOUR, MAIN, Recorded
from services.rules.periods import Bounds, local_month
from services.rules.plant_view import PlantView
from services.store.beliefs import Stretch, read_means
from services.store.hour_history import read_hour_history
from services.store.instruments import Instrument, Line, Wiring, read_wiring
from services.store.marks import MarkQuery, read_marks
from services.store.session import Session
from services.store.told import Tellers, channel_codes, read_happened, read_said
from services.store.window_records import read_records, read_states

SEASONS = timedelta(days=5 * 366)
"""So far back months are held against the same season."""
Held = TypeVar("Held")


def day_stage(asked: Asked, day: Bounds) -> Stage:
    """How much of a day that is over may still change; it has no record of the device's own."""
    if asked.now >= day.until + asked.delays.window:
        return Stage.CLOSED
    return Stage.FINAL if asked.now >= day.until + asked.delays.grace else Stage.PROVISIONAL


def quality_day(session: Session, asked: Asked, plant: int, day: Bounds) -> QualityDay | None:
    """A plant's local day, which is over; None where none of its hours was judged. Raises psycopg.Error."""
    view = asked.library.plants.at(plant, day.until - HOUR)
    points = view.points()
    outlets = [point.point for one in view.outlets.values() for point in one.points()]
    signals = [
        point.point
        for one in (*view.units.values(), *view.facilities.values())
        for point in one.points()
    ]
    since = day.until - HISTORY
    stretch = Stretch(outlets, since, day.until, Period.HOUR, asked.known)
    hours = read_hour_history(session, stretch)
    if not any(rows[-1].start >= day.since for rows in hours.values()):
        return None
    # What was before the plant was judged at all is nobody's gap.
    sent = max(day.since - BEFORE, min(rows[0].start for rows in hours.values()))
    wiring = read_wiring(session, [*outlets, *signals], asked.known)
    instruments = wiring.over(sent, day.until)
    devices = {point.device.id for point in points.values() if point.device is not None}
    return QualityDay(
        view=view,
        day=day,
        stage=day_stage(asked, day),
        limits=asked.library.limits,
        shelf=asked.library.shelf,
        recorded=_day_of(session, wiring, sent, day.until),
        earlier=_earlier(session, read_wiring(session, signals, asked.known), since, sent),
        hours=hours,
        months=_months(session, stretch, day),
        marks=_marks(session, view, stretch),
        filed=_filed(session, instruments),
        settings=[
            ToldSetting(one.device, one.about, one.code, one.effective_at, one.value)
            for one in read_said(session, Tellers(devices, since, day.until, asked.known))
        ],
        events=[
            ToldEvent(one.device, one.kind, one.about, one.code, one.happened_at, one.text)
            for one in read_happened(session, Tellers(devices, sent, day.until, asked.known))
        ],
        clocks=wrong_clocks(session, [plant], sent, day.until),
    )


def _day_of(session: Session, wiring: Wiring, since: datetime, until: datetime) -> Recorded:
    instruments = wiring.over(since, until)
    return Recorded(
        since,
        until,
        minutes=_plain(read_records(session, instruments, Series.MINUTE, wiring.known)),
        hours=_plain(read_records(session, instruments, Series.HOUR, wiring.known)),
        states=_plain(read_states(session, wiring, (since, until))),
    )


def _earlier(session: Session, wiring: Wiring, since: datetime, until: datetime) -> Recorded:
    """Signals by the hour: an hour's mean stands for its minutes."""
    instruments = wiring.over(since, until)
    hours = _plain(read_records(session, instruments, Series.HOUR, wiring.known))
    states = _plain(read_states(session, wiring, (since, until)))
    return Recorded(since, until, minutes=hours, hours=hours, states=states)


def _plain(lines: Mapping[Line, Held]) -> dict[tuple[int, str], Held]:
    return {(line.point, line.rank): records for line, records in lines.items()}


def _months(session: Session, stretch: Stretch, day: Bounds) -> dict[int, list[MeanRow]]:
    """Read on the last day of a month alone: months are compared once they are over."""
    if local_month(day.since, BEIJING).until != day.until:
        return {}
    since = day.until - SEASONS
    found: dict[int, list[MeanRow]] = {}
    for one in read_means(session, stretch._replace(since=since, period=Period.MONTH)):
        found.setdefault(one.row.point, []).append(one.row)
    return found


def _marks(session: Session, view: PlantView, stretch: Stretch) -> dict[int, list[Mark]]:
    subjects = [subject.row.id for subject in view.subjects()]
    query = MarkQuery(subjects, stretch.since, stretch.until, before=stretch.known)
    found: dict[int, list[Mark]] = {}
    for mark in read_marks(session, query):
        found.setdefault(mark.subject, []).append(mark)
    return found


def _filed(session: Session, instruments: Iterable[Instrument]) -> dict[int, Filed]:
    """Of the main channels, the last ones where several served a point on the day."""
    main = [one for one in instruments if one.line.rank == MAIN]
    codes = channel_codes(session, {one.channel for one in main})
    return {
        one.line.point: Filed(one.range_max, one.scale not in {None, 1.0}, codes[one.channel])
        for one in sorted(main, key=lambda one: one.until)
    }
