"""Which silences are told of: of the platform, of each device; what is new of them is kept.

Derived anew each round from who was heard when, so that a watch that was killed says the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from schemas.alert import AlertKind
from schemas.watch import Deaf, Gap, Seen, WatchedDevice
from services.alerts.watch_hearing import Ears
from services.alerts.watch_settings import WatchSettings
from services.rules.alerting.watch_gaps import floor_of, open_gap
from services.rules.alerting.watch_offline import (
    LAST_SENT,
    Around,
    offline_spans,
    own_silence,
    threshold_of,
)
from services.rules.alerting.watch_parameters import OfflineParameters, PlatformSilenceParameters
from services.rules.alerting.watch_platform import deaf_seen
from services.rules.alerting.watch_together import Speakers, platform_silences
from services.rules.marks.intervals import Interval
from services.rules.marks.kinds import kind_of
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import Known, Standing, stretches_of
from services.store.marks import MarkQuery, read_marks
from services.store.session import Session
from services.store.watch_spans import Kept, drop_spans, standing_spans, write_spans
from services.store.watching import read_gaps, subjects_of

BACK: Final = timedelta(hours=6)
"""What ended so long ago is settled, unless frames of that time have come since."""
FARTHEST: Final = timedelta(days=30)
DERIVED: Final = (AlertKind.DEVICE_OFFLINE, AlertKind.PLATFORM_SILENT)
EXCUSING: Final = frozenset({"communication_loss", "maintenance", "cems_maintenance"})
"""Marks 通讯中断、日常维护、CEMS维护 that excuse a logger's silence while they count."""
INGEST: Final = "ingest"


@dataclass(frozen=True, slots=True)
class Silences:
    """All silences there are to judge, and what the platform could not hear."""

    gaps: Sequence[Gap]
    deaf: Sequence[Deaf]
    after: datetime


def judge_silence(session: Session, ears: Ears, settings: WatchSettings, now: datetime) -> Silences:
    """Derive what is to be told of silence, keep what is new, and say what was judged.

    Raises psycopg.Error.
    """
    after = min(now - BACK, max(ears.moved or now, now - FARTHEST)) - timedelta(microseconds=1)
    kept = standing_spans(session, DERIVED, after - BACK)
    gaps = [*read_gaps(session, after - BACK), *_open_gaps(ears, now)]
    known = {one.device for one in gaps} & ears.devices.keys()
    gaps = [one for one in gaps if one.device in known]
    spoke = [one for one in ears.heard.values() if one.device in ears.devices]
    speakers = Speakers(
        ears.devices,
        {one.device: one.first_at for one in spoke if one.first_at is not None},
        {one.device: one.heard_at for one in spoke if one.heard_at is not None},
    )
    params = settings.everywhere(PlatformSilenceParameters)
    together = platform_silences(gaps, speakers, now, params)
    deaf = [*together, *_unattended(kept)]
    silences = Silences(gaps, deaf, after)
    devices = list(ears.devices.values())
    found = [deaf_seen(one, devices) for one in together]
    found += _offline(session, ears, silences, (settings, now))
    _keep(session, kept, found, (after, now))
    return silences


def _open_gaps(ears: Ears, now: datetime) -> list[Gap]:
    found: list[Gap] = []
    for device in ears.devices.values():
        heard = ears.heard[device.device]
        since = max(device.since, heard.known_at)
        gap = open_gap(heard, since, now)
        if now - gap.since > floor_of(device):
            found.append(gap)
        if heard.first_at is not None and heard.first_at > since:
            found.append(Gap(device.device, since, heard.first_at, never=True))
    return found


def _unattended(kept: Iterable[Kept]) -> list[Deaf]:
    return [
        Deaf(one.seen.span.since, one.seen.span.until, frozenset(), 0, whole=True, why=INGEST)
        for one in kept
        if one.seen.span.source == INGEST
    ]


def _offline(
    session: Session, ears: Ears, silences: Silences, at: tuple[WatchSettings, datetime]
) -> list[Seen]:
    settings, now = at
    around = Around(now, silences.deaf)
    params: dict[int, OfflineParameters] = {}
    long: dict[int, list[Gap]] = {}
    for gap in silences.gaps:
        device = ears.devices[gap.device]
        own = params.setdefault(gap.device, settings.of_device(OfflineParameters, device))
        threshold = threshold_of(device, own, never=gap.never)
        if any(part.until - part.since > threshold for part in own_silence(gap, around)):
            long.setdefault(gap.device, []).append(gap)
    excused = _excused(session, long, settings, now)
    around = replace(around, excused=excused)
    found: list[Seen] = []
    for number, gaps in long.items():
        found += offline_spans(ears.devices[number], gaps, around, params[number])
    return found


def _excused(
    session: Session, long: Mapping[int, Sequence[Gap]], settings: WatchSettings, now: datetime
) -> dict[int, list[Interval]]:
    """When marks that count excuse the silence of devices."""
    if not long:
        return {}
    since = min(gap.since for gaps in long.values() for gap in gaps)
    subjects = subjects_of(session, list(long), (since, now))
    wanted = sorted({one for some in subjects.values() for one in some})
    marked: dict[int, list[Interval]] = {}
    params = settings.everywhere(MarkParameters)
    for mark in read_marks(session, MarkQuery(wanted, since, now)):
        if kind_of(mark.kind).code in EXCUSING:
            marked.setdefault(mark.subject, []).extend(
                Interval(one.since, one.until)
                for one in stretches_of(mark, Known(now), params)
                if one.standing is Standing.COUNTS
            )
    return {
        device: [one for subject in some for one in marked.get(subject, ())]
        for device, some in subjects.items()
    }


def _keep(
    session: Session, kept: Sequence[Kept], found: Sequence[Seen], at: tuple[datetime, datetime]
) -> None:
    """Write what is new or other, and let fall what is not found again."""
    after, now = at
    recent = {one.key: one for one in _as_told(kept, found) if _ends_after(one, after)}
    known = {
        one.seen.key: one
        for one in kept
        if one.seen.span.source != INGEST and _ends_after(one.seen, after)
    }
    new = [
        one for key, one in recent.items() if key not in known or not _same(known[key].seen, one)
    ]
    write_spans(session, new, now)
    drop_spans(session, [one.id for key, one in known.items() if key not in recent])


def _as_told(kept: Sequence[Kept], found: Sequence[Seen]) -> list[Seen]:
    """What goes on since its device's last sending stays so, although why is long past.

    That the device was heard later than it sent is known from a time that is read no more.
    """
    begun = {
        (one.seen.target.device, one.seen.span.since.isoformat()): one.seen
        for one in kept
        if one.seen.kind is AlertKind.DEVICE_OFFLINE and one.seen.span.until is None
    }
    return [
        begun.get((one.target.device, str(one.span.evidence.get(LAST_SENT))), one)
        if one.kind is AlertKind.DEVICE_OFFLINE and one.span.until is None and not one.span.exempt
        else one
        for one in found
    ]


def _ends_after(one: Seen, after: datetime) -> bool:
    return one.span.until is None or one.span.until > after


def _same(known: Seen, found: Seen) -> bool:
    old, new = known.span, found.span
    return (old.until, old.exempt, old.zh, old.en) == (new.until, new.exempt, new.zh, new.en)


def watching(devices: Iterable[WatchedDevice], now: datetime) -> list[WatchedDevice]:
    """Those that are to speak now."""
    return [one for one in devices if one.until is None or one.until > now]
