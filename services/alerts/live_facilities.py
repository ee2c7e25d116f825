"""Facilities, bypasses and furnaces judged as soon as one changes, exactly as evaluators judge them.

What both find has one key: whoever comes second finds it written.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from schemas.judgement import Finding
from services.alerts.library import Library
from services.alerts.live_reading import day_so_far, is_news, key_of
from services.alerts.retraction import fallen
from services.rules.judging.case import Delays, Judgements
from services.rules.judging.facilities import FACILITY_RULES, lead_of, watched
from services.rules.judging.incineration_part import FURNACE, furnaces_so_far
from services.rules.judging.live_facilities import Signals, dues, is_cold, shown, signals_of
from services.rules.judging.live_screen import Heard, Listened
from services.rules.judging.plant_day import day_facilities
from services.store.beliefs import read_findings_of
from services.store.judgements import Judged, write_judgements
from services.store.live_locks import live_hold
from services.store.session import Session


@dataclass
class _Watched:
    """A plant: what its signals showed last, its last states, and when to look again."""

    signals: Signals
    shown: dict[int, bool] = field(default_factory=dict[int, bool])
    states: dict[int, float | None] = field(default_factory=dict[int, "float | None"])
    dues: list[datetime] = field(default_factory=list[datetime])


@dataclass
class FacilityWatch:
    """Which plants' facilities are to be judged now; what has changed comes before what is new here."""

    _plants: dict[int, _Watched] = field(default_factory=dict[int, _Watched])
    _changed: dict[int, None] = field(default_factory=dict[int, None])
    _first: dict[int, None] = field(default_factory=dict[int, None])

    def forget(self) -> None:
        """The registry, a limit or a setting is new: all is looked at anew."""
        self._plants.clear()

    def channels(self, plant: int, by: Listened) -> Signals | None:
        """The channels that are listened to; None: no facility stands on any way."""
        known = self._plants.get(plant)
        if known is None:
            signals = signals_of(by, watched(by.view, by.shelf, by.at))
            if signals is None:
                return None
            known = self._plants[plant] = _Watched(signals)
            self._first[plant] = None
        return known.signals

    def hear(self, plant: int, by: Listened, heard: Iterable[Heard]) -> None:
        """Note what these readings show; a change calls for a judgement."""
        known = self._plants.get(plant)
        if known is None:
            return
        several = list(heard)
        states = {
            one.channel: one.value
            for one in sorted(several, key=_at)
            if one.series == "state" and one.channel in known.signals.states
        }
        shows = shown(by.view, by.shelf, known.signals, several)
        turned = any(known.states.get(key, value) != value for key, value in states.items())
        turned = turned or any(known.shown.get(key, now) != now for key, now in shows.items())
        known.states.update(states)
        known.shown.update(shows)
        if turned or is_cold(known.signals, several):
            self._changed[plant] = None

    def wanted(self, now: datetime, most: int) -> list[int]:
        """The plants to be judged now, at most so many."""
        for plant, known in self._plants.items():
            if known.dues and known.dues[0] <= now:
                self._changed.setdefault(plant)
        return [*self._changed, *(one for one in self._first if one not in self._changed)][:most]

    def judged(self, plant: int, again: list[datetime]) -> None:
        """The plant has been judged and is to be judged again at these times."""
        self._changed.pop(plant, None)
        self._first.pop(plant, None)
        if plant in self._plants:
            self._plants[plant].dues = again


def judge_facilities(
    session: Session, library: Library, plant: int, now: Callable[[], datetime], delays: Delays
) -> tuple[int, list[datetime]] | None:
    """Judge the plant's facilities over the day so far; how many rows were new, and when to look again.

    None: somebody else holds the plant. Raises psycopg.Error and SettingError.
    """
    with live_hold(session, plant, whole=True) as held:
        if not held:
            return None
        at = now()
        day, view = day_so_far(session, library, plant, at, delays)
        facilities = day_facilities(day, view)
        found = Judgements(lead=lead_of(view, day.shelf, day.day.since))
        if facilities is not None:
            found.asked |= FACILITY_RULES
            found.tell(facilities.findings(), day.day)
        subjects = [one.row.id for one in view.subjects()]
        fell = fallen(session, day.day, {plant: found}, {plant: subjects})
        found.findings += furnaces_so_far(day)
        news = [*_news(session, found, subjects), *fell]
        write_judgements(session, Judged(findings=news))
    return len(news), [] if facilities is None else dues(facilities, view, day.shelf, at)


def _news(session: Session, found: Judgements, subjects: list[int]) -> list[Finding]:
    if not found.findings:
        return []
    since = min(one.since for one in found.findings)
    rows = read_findings_of(session, sorted({*FACILITY_RULES, FURNACE}), since, subjects)
    known = {key_of(one.row): one.row for one in rows}
    return [one for one in found.findings if is_news(one, known.get(key_of(one)))]


def _at(one: Heard) -> datetime:
    return one.at
