"""What comes late or is corrected changes exactly what it touches, and what was believed stays known."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

import psycopg
import pytest

from schemas.judgement import MeanRow, Outcome, Period
from schemas.limits import LimitVersion
from services.alerts.evaluator import Evaluator
from services.store.as_known import closed_position
from services.store.connection import connect_now
from services.store.judgements import Judged, write_judgements
from services.store.session import Session
from tests.fixtures.evaluated import (
    CONVERTED,
    DAY,
    HOUR,
    MINUTE,
    Believed,
    Said,
    assigned,
    believe,
    believed,
    changed,
    judged,
    point_of,
    put,
    touch,
)
from tests.fixtures.registry import stored

START = datetime(2025, 3, 1, 16, tzinfo=UTC)  # midnight in Beijing
DAYS = 11
LATE = 2
SO2, OXYGEN, FLOW = "a21026", "a19001", "a00000"
CODES = (SO2, OXYGEN, FLOW)
SPAN = (START - DAY, START + 20 * DAY)
PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - a21026
          - a19001
          - {code: a00000, unit: m3/h}
"""


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        stored(connection, PLANT)
        yield connection


@pytest.fixture
def session(database: str, owner: psycopg.Connection) -> Iterator[Session]:
    assert owner.info.dbname
    with connect_now(database, "alerts", "test") as connection:
        yield connection


@pytest.fixture
def other(database: str, session: Session) -> Iterator[Session]:
    assert session.info.dbname
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def hours_of(day: int) -> list[datetime]:
    return [START + day * DAY + hour * HOUR for hour in range(24)]


def said(hours: list[datetime]) -> list[Said]:
    """Converted 60 x 15 / (21 - 13.5) = 120 in each hour."""
    numbers = {SO2: 60.0, OXYGEN: 13.5, FLOW: 1000.0}
    return [
        Said(hour, code, value, 120.0 if code == SO2 else None, span_s=3600, late=HOUR)
        for hour in hours
        for code, value in numbers.items()
    ]


class Place(NamedTuple):
    """A plant of eleven days, one of which has not arrived, judged; its limits of hour and day."""

    owner: psycopg.Connection
    session: Session
    points: list[int]
    hourly: LimitVersion
    daily: LimitVersion

    def evaluator(self) -> Evaluator:
        return Evaluator(self.session, lambda: START + DAYS * DAY + 20 * MINUTE, most=24 * 31)

    def believed(self, known: int | None = None) -> Believed:
        return believed(self.session, self.points, SPAN, known)

    def counted(self, at: datetime, period: Period = Period.HOUR) -> list[tuple[str, int]]:
        """All verdicts ever written on a period, by outcome."""
        return self.owner.execute(
            "SELECT outcome, count(*) FROM verdict WHERE start = %s AND period = %s"
            " AND limit_key = ANY(%s) GROUP BY 1 ORDER BY 1",
            (at, period.value, [self.hourly.limit, self.daily.limit]),
        ).fetchall()

    def correct(self, at: datetime, value: float, converted: float) -> None:
        """A later frame says the hour's SO2 anew, as ingest believes and touches it."""
        self.owner.execute(
            "UPDATE reading_hour SET value = %s, converted = %s, batch = 3,"
            " sent_at = sent_at + INTERVAL '1 day', received_at = received_at + INTERVAL '1 day'"
            " FROM channel WHERE channel.id = channel AND code = %s AND time = %s",
            (value, converted, SO2, at),
        )
        touch(self.owner, "DA001", [at], batch=3)

    def correct_limit(self, high: str) -> LimitVersion:
        """The hourly limit of the sixth day was another one, as is learnt afterwards."""
        assert self.hourly.bound is not None
        return believe(
            self.owner,
            self.hourly._replace(
                since=START + 5 * DAY,
                until=START + 6 * DAY,
                bound=self.hourly.bound._replace(high=Decimal(high)),
                act="correct",
                reason="the permit was read wrongly",
                approver="head of office",
            ),
        )


@pytest.fixture
def place(owner: psycopg.Connection, session: Session) -> Place:
    so2 = point_of(owner, SO2)
    hourly = believe(owner, assigned(so2, CONVERTED._replace(high=Decimal(150)), START))
    of_day = CONVERTED._replace(high=Decimal(110), averaging="day")
    daily = believe(owner, assigned(so2, of_day, START))
    put(owner, said([hour for day in range(DAYS) if day != LATE for hour in hours_of(day)]), "hour")
    found = Place(owner, session, [point_of(owner, code) for code in CODES], hourly, daily)
    judged(found.evaluator())
    return found


def without_months(
    keys: set[tuple[int, Period, datetime]],
) -> set[tuple[int, Period, datetime]]:
    """What changed below the month; the only month there is holds all of it."""
    return {key for key in keys if key[1] is not Period.MONTH}


def arrived_late(place: Place) -> None:
    put(place.owner, said(hours_of(LATE)), "hour", batch=2)
    touch(place.owner, "DA001", hours_of(LATE), batch=2)


def test_a_day_that_arrives_eight_days_late_changes_its_hours_and_itself_alone(
    place: Place,
) -> None:
    before = place.believed()

    arrived_late(place)
    judged(place.evaluator())

    after = place.believed()
    day = START + LATE * DAY
    assert without_months(changed(before, after)) == {
        *((point, Period.HOUR, hour) for point in place.points for hour in hours_of(LATE)),
        *((point, Period.DAY, day) for point in place.points),
    }
    so2 = place.points[0]
    for key, hour, outcome in (
        (place.hourly.limit, hours_of(LATE)[7], Outcome.COMPLIANT),
        (place.daily.limit, day, Outcome.EXCEEDING),
    ):
        period = Period.HOUR if key == place.hourly.limit else Period.DAY
        assert before.verdicts[so2, period, hour, key].row.outcome is Outcome.NO_DATA
        assert after.verdicts[so2, period, hour, key].row.outcome is outcome
        assert place.counted(hour, period) == sorted([(outcome.value, 1), ("no_data", 1)])


def test_a_corrected_value_changes_its_hour_and_day_alone(place: Place) -> None:
    """The day: (23 x 120 + 480) / 24 = 135; the hour: 240 x 2 = 480 > 150, 480 / 150 - 1 = 2.2."""
    before = place.believed()
    hour = hours_of(4)[9]

    place.correct(hour, 240.0, 480.0)
    judged(place.evaluator())

    after = place.believed()
    so2, day = place.points[0], START + 4 * DAY
    assert without_months(changed(before, after)) == {
        (so2, Period.HOUR, hour),
        (so2, Period.DAY, day),
    }
    verdict = after.verdicts[so2, Period.HOUR, hour, place.hourly.limit].row
    assert (verdict.outcome, verdict.multiple) == (Outcome.EXCEEDING, Decimal("2.2"))
    assert after.verdicts[so2, Period.DAY, day, place.daily.limit].row.value == 135
    assert place.counted(hour) == [("compliant", 1), ("exceeding", 1)]


def test_a_corrected_limit_changes_the_verdicts_it_binds_alone_and_names_its_version(
    place: Place,
) -> None:
    before = place.believed()

    corrected = place.correct_limit("100")
    judged(place.evaluator())

    after = place.believed()
    so2 = place.points[0]
    assert changed(before, after) == {(so2, Period.HOUR, hour) for hour in hours_of(5)}
    assert before.means == after.means
    for hour in hours_of(5):
        key = (so2, Period.HOUR, hour, place.hourly.limit)
        assert before.verdicts[key].row.version == place.hourly.version
        assert after.verdicts[key].row.version == corrected.version
        assert after.verdicts[key].row.multiple == Decimal("0.2")
        assert place.counted(hour) == [("compliant", 1), ("exceeding", 1)]


def test_each_belief_is_given_as_known_at_its_time(place: Place) -> None:
    beliefs: list[tuple[int, Believed]] = []

    def noted() -> None:
        judged(place.evaluator())
        beliefs.append((closed_position(place.owner), place.believed()))

    noted()
    arrived_late(place)
    noted()
    place.correct(hours_of(4)[9], 240.0, 480.0)
    noted()
    place.correct_limit("100")
    noted()

    for position, then in beliefs:
        assert place.believed(position) == then
    assert all(changed(one, other) for (_, one), (_, other) in pairwise(beliefs))


def test_the_same_question_as_of_a_position_has_one_answer_while_others_commit(
    place: Place, other: Session
) -> None:
    """The writer who began first, with the lower position, commits last."""
    slow_mean = place.believed().means[place.points[1], Period.HOUR, START].row
    with ExitStack() as slow:
        slow.enter_context(other.transaction())
        write_judgements(other, Judged(means=[turned(slow_mean)]))

        place.correct(hours_of(4)[9], 240.0, 480.0)
        judged(place.evaluator())
        asked = closed_position(place.owner)
        first = place.believed(asked)
        now = place.believed()

    again = place.believed(asked)
    later = place.believed(closed_position(place.owner))

    assert first == again
    assert without_months(changed(first, now)) == {
        (place.points[0], Period.HOUR, hours_of(4)[9]),
        (place.points[0], Period.DAY, START + 4 * DAY),
    }
    assert changed(now, later) == {(place.points[1], Period.HOUR, START)}
    fast = later.means[place.points[0], Period.HOUR, hours_of(4)[9]].position
    assert asked <= later.means[place.points[1], Period.HOUR, START].position < fast


def turned(mean: MeanRow) -> MeanRow:
    return mean._replace(value=Decimal(14))
