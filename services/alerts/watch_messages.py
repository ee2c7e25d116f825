"""Looks at the newest reading of who was heard, for its clock and for what arrives late."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from schemas.alert import AlertKind
from schemas.watch import Gap, Heard, WatchedDevice
from services.alerts.watch_hearing import Ears
from services.alerts.watch_settings import WatchSettings
from services.alerts.watch_silence import Silences
from services.alerts.watch_standing import Standing, Watched
from services.rules.alerting.watch_parameters import DeviceClockParameters, LateParameters
from services.rules.alerting.watch_said import clock_trouble, late_trouble, looked
from services.store.session import Session
from services.store.watching import keep_heard, newest_readings_of

EVERY: Final = timedelta(seconds=60)
"""A device is looked at so often at most."""
AT_ONCE: Final = 500
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
            changed.append(after)
            for one in _watched(device, after, (gaps[number], silences), settings):
                standing.watch(one)
        keep_heard(session, changed)
        standing.write()
    ears.heard.update({one.device: one for one in changed})
    return len(wanted)


def _watched(
    device: WatchedDevice,
    heard: Heard,
    explained: tuple[Sequence[Gap], Silences],
    settings: WatchSettings,
) -> list[Watched]:
    gaps, silences = explained
    at = heard.looked_at or silences.after
    clock = clock_trouble(device, heard, at, settings.of_device(DeviceClockParameters, device))
    late = late_trouble(
        device, heard, (gaps, silences.deaf), settings.of_device(LateParameters, device)
    )
    # What a message shows was so when it was received.
    since = min(heard.received_at or at, at)
    clock_since = since if clock is None or clock.at is None else clock.at
    if clock is None and heard.clock_rejected_at is not None:
        clock_since = max(since, heard.clock_rejected_at)
    return [
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
