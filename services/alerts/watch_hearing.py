"""Reads batches as they are committed and keeps when each device was heard; what it knows lies in tables.

It must not know when silence means something.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from schemas.watch import Beat, Heard, WatchedDevice
from services.alerts.watch_mismatch import note_mismatches
from services.rules.alerting.watch_gaps import Hearing, floor_of, heard_again
from services.store.cursors import Cursor, before_batches, keep_cursor, read_cursor
from services.store.session import Session
from services.store.watch_batches import Came, came
from services.store.watching import (
    gaps_around,
    keep_gaps,
    keep_heard,
    last_read,
    read_heard,
    watched_devices,
)

READER: Final = "watch"
FIRST_LOOK: Final = timedelta(days=1)
"""A watch that never looked reads the batches of the last day; before that, readings tell."""
STILL_NAMED: Final = timedelta(days=3)
"""Devices whose MN ended so long ago are still known."""
LONG_AGO: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is to be heard and how each was, after all that was committed.

    `moved`: from when on what was said of silences may be other than it was.
    """

    devices: Mapping[int, WatchedDevice]
    heard: dict[int, Heard]
    moved: datetime | None = None


@dataclass
class Listener:
    """Reads on for one round."""

    session: Session
    now: datetime
    devices: dict[int, WatchedDevice] = field(default_factory=dict[int, WatchedDevice])
    heard: dict[int, Heard] = field(default_factory=dict[int, Heard])
    moved: datetime | None = None

    def listen(self) -> Ears:
        """Everything committed since the last time, in steps that each commit. Raises psycopg.Error."""
        self._look_up()
        while True:
            with self.session.transaction():
                got = came(self.session, self._cursor())
                if {one.device for one in got.beats} - self.heard.keys():
                    # Registered since; ingest may know it before we looked.
                    self._look_up()
                self._take(got)
                note_mismatches(self.session, got.refusals, self.devices, self.now)
                keep_cursor(self.session, READER, got.cursor)
            if not got.full:
                return Ears(self.devices, self.heard, self.moved)

    def _cursor(self) -> Cursor:
        cursor = read_cursor(self.session, READER)
        return before_batches(self.session, self.now - FIRST_LOOK) if cursor == Cursor() else cursor

    def _look_up(self) -> None:
        found = watched_devices(self.session, self.now - STILL_NAMED, self.now)
        self.devices = {one.device: one for one in found}
        self.heard = read_heard(self.session)
        new = [device for device in self.devices if device not in self.heard]
        read = last_read(self.session, new)
        spoke = {device: min(at, self.now) for device, at in read.items()}
        rows = [Heard(device, self.now, spoke.get(device), spoke.get(device)) for device in new]
        keep_heard(self.session, rows)
        self.heard |= {one.device: one for one in rows}

    def _take(self, got: Came) -> None:
        beats: defaultdict[int, list[Beat]] = defaultdict(list)
        for beat in got.beats:
            if beat.device in self.devices:
                beats[beat.device].append(beat)
        firsts = {device: min(one.first for one in some) for device, some in beats.items()}
        gaps = gaps_around(self.session, self._late(firsts)) if firsts else {}
        changed: dict[int, Heard] = {}
        for device, some in beats.items():
            known = Hearing(self.heard[device], gaps.get(device, frozenset()))
            after = heard_again(known, some, floor_of(self.devices[device]))
            changed[device] = after.heard
            gone, new = known.gaps - after.gaps, after.gaps - known.gaps
            if gone or new:
                keep_gaps(self.session, gone, new)
                # A silence that ends changes nothing that ended before; one that was none does.
                self._move(min(one.since if gone else one.until or self.now for one in gone | new))
        for one in got.refusals:
            if one.reason == "clock" and one.device in self.heard:
                before = changed.get(one.device, self.heard[one.device])
                last = max(one.last, before.clock_rejected_at or one.last)
                changed[one.device] = replace(before, clock_rejected_at=last)
        keep_heard(self.session, changed.values())
        self.heard |= changed

    def _late(self, firsts: Mapping[int, datetime]) -> dict[int, datetime]:
        """Only what was received before the last frame known can lie in a silence that ended."""
        return {
            device: first
            for device, first in firsts.items()
            if (heard := self.heard[device].heard_at) is not None and first < heard
        }

    def _move(self, at: datetime) -> None:
        self.moved = at if self.moved is None else min(self.moved, at)
