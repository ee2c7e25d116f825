"""A run of a scenario: from when to when, how fast, what is published and what noted beside it.

It must not know the broker.
"""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from schemas.registry_words import beijing_time
from schemas.scenario import Scenario, scenario_schema
from services.simulate.hour import hour_of
from services.simulate.outgoing import Air, Outgoing
from services.simulate.replay_csv import DataError, Timed
from services.simulate.scenario.load import load_scenario, shipped, shipped_names
from services.simulate.truth import Truth, truth_beside
from services.simulate.world import Interval, World

HOUR_S: Final = 3_600


@dataclass(frozen=True, slots=True)
class Span:
    """From (inclusive) to (exclusive) in seconds since 1970 UTC; `live`: as it happens."""

    begin_s: int
    end_s: int
    live: bool

    @property
    def world_s(self) -> int:
        """The full hour from which the world is worked out."""
        return self.begin_s - self.begin_s % HOUR_S


@dataclass(frozen=True, slots=True)
class Written:
    """A scenario and the text it was read from."""

    text: str
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Wish:
    """How fast (None: as acknowledged), from when and how long, as asked for."""

    speed: float | None
    start: str | None = None
    hours: float | None = None


def read_scenario(name: str) -> Written:
    """Read a shipped scenario by its name, or a file; raises ScenarioError, OSError, DataError."""
    if name in shipped_names():
        text = shipped(name)
    elif "/" in name or "." in name:
        text = Path(name).read_text(encoding="utf-8")
    else:
        known = ", ".join(shipped_names())
        raise DataError(f"there is no scenario {name}: give a file, or one of {known}")
    return Written(text, load_scenario(text))


def schema_text() -> str:
    """The JSON Schema of a scenario file."""
    return json.dumps(scenario_schema(), ensure_ascii=False, indent=2)


def span_of(scenario: Scenario, wish: Wish, now_s: float) -> Span:
    """When the run is; raises DataError when its start is no time."""
    seconds = scenario.duration if wish.hours is None else round(wish.hours * HOUR_S)
    live = wish.speed == 1
    if wish.start is not None:
        begin_s = _seconds(wish.start)
    elif live:
        begin_s = int(now_s)
    elif scenario.start is not None:
        begin_s = int(scenario.start.timestamp())
    else:
        begin_s = int(now_s - seconds) // HOUR_S * HOUR_S
    return Span(begin_s, begin_s + seconds, live)


@dataclass(slots=True)
class Progress:
    """How much of the run's own time has gone out, from 0 to 1."""

    part: float = 0.0


@dataclass(frozen=True, slots=True)
class Course:
    """A run to be: the scenario, its world, when, and the wall clock at its beginning."""

    told: Written
    world: World
    span: Span
    now_s: float
    speed: float | None
    truth: Path | None

    def noted(self) -> AbstractContextManager[Truth | None]:
        """The truth beside the run, where it is wanted; raises OSError."""
        if self.truth is None:
            return nullcontext()
        during = Interval(self.span.begin_s, self.span.end_s)
        return truth_beside(self.truth, self.world, self.told.text, self._received_s, during)

    def outgoing(self, truth: Truth | None) -> Iterator[Outgoing]:
        """What goes out: in the order of time when paced, else device by device."""
        air = Air(self.world, hour_of, self.span.begin_s, self.span.end_s)
        if truth is not None:
            air = Air(air.world, air.hour_of, air.begin_s, air.end_s, truth.said)
        for lot in air.lots(in_order=self.speed is not None):
            yield from lot

    def messages(self, truth: Truth | None, progress: Progress) -> Iterator[Timed]:
        """The same, counted in the truth and ready to publish."""
        length_s = self.span.end_s - self.span.begin_s
        for one in self.outgoing(truth):
            if truth is not None:
                truth.sent(one)
            progress.part = min(1.0, (one.at_s - self.span.begin_s) / length_s)
            yield Timed(one.at_s, one.topic, one.payload)

    def _received_s(self, at_s: float) -> float:
        return at_s if self.span.live else self.now_s


def _seconds(text: str) -> int:
    try:
        moment = beijing_time(text)
    except ValueError as error:
        raise DataError(f"--start {text}: {error}") from error
    if not isinstance(moment, datetime):
        raise DataError(f"--start {text} is no time")
    return int(moment.timestamp())
