"""Looks at the newest reading of who was heard, for its clock and for what arrives late."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from schemas.alert import AlertKind
from schemas.watch import Arrival, Gap, Heard, Newest, WatchedDevice
from services.alerts.watch_hearing import Ears
from services.alerts.watch_settings import WatchSettings
from services.alerts.watch_silence import Silences
from services.alerts.watch_standing import Standing, Watched
from services.rules.alerting.watch_arrivals import (
    ENOUGH,
    measured,
    put_right,
    shown_by,
    stands_still,
)
from services.rules.alerting.watch_parameters import DeviceClockParameters, LateParameters
from services.rules.alerting.watch_said import clock_trouble, late_trouble, looked
from services.store.arrivals import ArrivalsAsked, arrivals_of
from services.store.session import Session
from services.store.watching import LOOKED_BACK, keep_heard, newest_readings_of

EVERY: Final = timedelta(seconds=60)
"""A device is looked at so often at most."""
AT_ONCE: Final = 500
STILL_AT_ONCE: Final = 50
"""Of those whose newest reading stands still: what they sent is read channel by channel."""
FAR_AT_ONCE: Final = 5
NEAR: Final = timedelta(minutes=90)
FAR: Final = LOOKED_BACK
"""So far back it is looked for what they sent: most clocks go wrong by an hour. To read days of one
channel takes as long as to read the near past of all fifty."""
_KNOWN_FAR_S: Final = NEAR.total_seconds() / 2
SOURCE: Final = "messages"
KINDS: Final = (AlertKind.DEVICE_CLOCK, AlertKind.LATE_TRANSMISSION)


def look_at_messages(
    session: Session, ears: Ears, silences: Silences, settings: WatchSettings, now: datetime
) -> int:
    """Look at up to 500 devices that were heard since their last look; how many there were.

    Raises psycopg.Error.
    """
    wanted = _wanted(ears, now)
    if not wanted:
        return 0
    newest = newest_readings_of(session, wanted, now)
    wanted, came = _arrivals(session, ears, (wanted, newest), now)
    gaps: defaultdict[int, list[Gap]] = defaultdict(list)
    for gap in silences.gaps:
        gaps[gap.device].append(gap)
    changed: list[Heard] = []
    with session.transaction():
        standing = Standing.read(session, KINDS, now)
        for number in wanted:
            device = ears.devices[number]
            before = ears.heard[number]
            after = looked(before, newest.get(number), now, silences.deaf)
            look = _Look(device, after, came.get(number, ()), gaps[number])
            after, seen = _watched(look, silences, settings)
            changed.append(after)
            for one in seen:
                standing.watch(one)
        keep_heard(session, changed)
        standing.write()
    ears.heard.update({one.device: one for one in changed})
    return len(wanted)


@dataclass(frozen=True, slots=True)
class _Look:
    """A device as it was looked at; `came`: what it sent since its newest reading stands still."""

    device: WatchedDevice
    heard: Heard
    came: Sequence[Arrival]
    gaps: Sequence[Gap]


def _arrivals(
    session: Session,
    ears: Ears,
    looked_at: tuple[Sequence[int], Mapping[int, Newest]],
    now: datetime,
) -> tuple[list[int], dict[int, list[Arrival]]]:
    """Who is looked at now, and what those sent whose newest reading stands still though they speak.

    Of these only 50 at once; the others are the first to be looked at in the next rounds. Whoever sent
    nothing that is dated near now is looked for farther back when it is his turn, minute by minute,
    unless his clock is known to be far behind: it is put right by what lets his newest reading go on.
    """
    wanted, newest = looked_at
    still = [number for number in wanted if stands_still(ears.heard[number], newest.get(number))]
    asked = [
        ArrivalsAsked(number, newest[number].channel, newest[number].received_at)
        for number in still[:STILL_AT_ONCE]
    ]
    found = arrivals_of(session, asked, now, NEAR)
    far = [
        one
        for one in asked
        if len(found.get(one.device, ())) < ENOUGH
        and not any(skew > _KNOWN_FAR_S for skew in ears.heard[one.device].skews[-1:])
    ]
    turn = int(now.timestamp() // 60) * FAR_AT_ONCE % max(len(far), 1)
    found |= arrivals_of(session, [*far[turn:], *far[:turn]][:FAR_AT_ONCE], now, FAR)
    later = set(still[STILL_AT_ONCE:])
    return [number for number in wanted if number not in later], found


def _watched(
    look: _Look, silences: Silences, settings: WatchSettings
) -> tuple[Heard, list[Watched]]:
    """The device with what is known of its clock by now, and what there is to say of it."""
    device = look.device
    params = settings.of_device(DeviceClockParameters, device)
    shown = shown_by(look.came, params)
    heard = put_right(measured(look.heard, shown, params), params)
    at = heard.looked_at or silences.after
    clock = clock_trouble(device, heard, at, params, shown)
    late = late_trouble(
        device, heard, (look.gaps, silences.deaf), settings.of_device(LateParameters, device)
    )
    # What a message shows was so when it was received.
    since = min(heard.received_at or at, at)
    clock_since = since if shown is None else shown.since
    if clock is not None and clock.at is not None:
        clock_since = clock.at
    if clock is None and heard.clock_rejected_at is not None:
        clock_since = max(clock_since, heard.clock_rejected_at)
    return heard, [
        Watched(AlertKind.DEVICE_CLOCK, device.target, SOURCE, clock, clock_since),
        Watched(AlertKind.LATE_TRANSMISSION, device.target, SOURCE, late, since),
    ]


def _wanted(ears: Ears, now: datetime) -> list[int]:
    found: list[tuple[datetime, int]] = []
    for number in ears.devices:
        heard = ears.heard[number]
        last = heard.looked_at
        if heard.heard_at is None or (last is not None and last > now - EVERY):
            continue
        # Once more after the last frame: what was committed together is seen together.
        if last is None or heard.heard_at > last - EVERY:
            found.append((last or heard.known_at, number))
    return [number for _, number in sorted(found)[:AT_ONCE]]
