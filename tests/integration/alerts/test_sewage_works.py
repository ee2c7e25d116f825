"""A sewage works with slow analysers, judged by the real evaluator; the days are worked by hand.

Every two hours, at the even ones, a sample is taken. Its result is shown two hours later and repeated
for two hours, with the time of sampling: that of 22:00 is shown after midnight.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

import psycopg
import pytest

from schemas.judgement import MeanRow, Outcome, Period, Stage, VerdictRow
from schemas.limits import Bound
from services.alerts.evaluator import Evaluator
from services.store.beliefs import Stretch, read_means, read_verdicts
from services.store.connection import connect_now
from services.store.session import Session
from tests.fixtures.evaluated import (
    DAY,
    HOUR,
    MINUTE,
    Said,
    assigned,
    believe,
    judged,
    point_of,
    put,
    touch,
)
from tests.fixtures.registry import stored

START = datetime(2025, 3, 1, 16, tzinfo=UTC)  # midnight in Beijing
COD, FLOW = "w01018", "w00000"
PERIOD = 10 * MINUTE
CYCLE = 2 * HOUR
OF_DAY = Bound("<=", None, Decimal(50), "mg/L", "concentration", "day")
PLANT = """
plants:
  - code: S1
    name: 示例污水处理厂
    region: 1505
    outlets:
      - {code: DW001, medium: water}
    devices:
      - mn: MN-S
        commissioned_at: 2025-01-01
        channels:
          - {code: w01018, cycle: 7200}
          - {code: w00000, unit: m3/h}
"""
# Of each sample of the day: its result in mg/L, and the flow in m3/h until the next.
RESULTS = [40.0] * 6 + [70.0] * 6
FLOWS = [100.0] * 6 + [50.0] * 6
Missing = Literal["silent", "repeated", "fault"]


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


def flowing(flows: Sequence[float] = FLOWS) -> list[Said]:
    """Flow of the day in records of ten minutes."""
    return [
        Said(START + place * CYCLE + part * PERIOD, FLOW, flow, span_s=600)
        for place, flow in enumerate(flows)
        for part in range(12)
    ]


def shown(
    results: Sequence[float] = RESULTS, lost: Sequence[int] = (), how: Missing = "silent"
) -> list[Said]:
    """What the analyser says: each result from two hours after its sampling on, for two hours.

    A lost one is not shown at all; or the one before is shown on; or it is shown as faulty.
    """
    found: list[Said] = []
    last = 0
    for place, value in enumerate(results):
        if place in lost and how == "silent":
            continue
        last = place if place not in lost or how == "fault" else last
        for part in range(12):
            at = START + (place + 1) * CYCLE + part * PERIOD
            flag = "D" if place in lost and how == "fault" else "N"
            sampled = START + last * CYCLE
            number = value if last == place else results[last]
            found.append(Said(at, COD, number, None, flag, 600, sampled))
    return found


class Judged(NamedTuple):
    day: VerdictRow
    mean: MeanRow


def judged_day(session: Session, owner: psycopg.Connection) -> Judged:
    """The day as judged a few hours after it, with a limit of 50 mg/L on its mean."""
    cod = point_of(owner, COD)
    believe(owner, assigned(cod, OF_DAY, START))
    judged(Evaluator(session, lambda: START + DAY + 4 * HOUR))
    stretch = Stretch([cod], START, START + DAY, Period.DAY)
    (verdict,) = read_verdicts(session, stretch)
    (mean,) = read_means(session, stretch)
    return Judged(verdict.row, mean.row)


def test_the_days_mean_is_weighted_by_flow_and_exactly_its_limit_is_within(
    owner: psycopg.Connection, session: Session
) -> None:
    """Six samples of 40 with 100 m3/h x 2 h, six of 70 with 50 m3/h x 2 h.

    (6 x 40 x 200 + 6 x 70 x 100) / (6 x 200 + 6 x 100) = (48,000 + 42,000) / 1,800 = 50, at the
    limit; the plain mean would be 55. Mass: 90,000 g = 90 kg.
    """
    put(owner, [*flowing(), *shown()])

    found = judged_day(session, owner)

    assert (found.day.outcome, found.day.value, found.day.multiple) == (Outcome.COMPLIANT, 50, 0)
    assert found.mean.mass == 90
    assert (found.mean.valid_s, found.mean.due_s) == (86_400, 86_400)
    assert found.mean.evidence["weighting"] == "flow"


@pytest.mark.parametrize("how", ["silent", "repeated", "fault"])
def test_a_day_with_three_results_missing_is_judged_by_the_others(
    owner: psycopg.Connection, session: Session, how: Missing
) -> None:
    """Those of 08:00, 10:00 and 12:00 are lost: 9 of 12 results are 75 %, and enough.

    (4 x 40 x 200 + 5 x 70 x 100) / (4 x 200 + 5 x 100) = 67,000 / 1,300 = 51.538461538;
    / 50 - 1 = 0.030769231. Mass: 67 kg measured, and for the 500 m3 from 08:00 to 14:00 the mean of
    the six hours before, 40 mg/L: 20 kg; 87 kg. What stands in decides no exceedance.
    """
    put(owner, [*flowing(), *shown(lost=(4, 5, 6), how=how)])

    found = judged_day(session, owner)

    assert found.day.outcome is Outcome.EXCEEDING
    assert found.day.value == Decimal("51.538461538")
    assert found.day.multiple == Decimal("0.030769231")
    assert (found.mean.valid_s, found.mean.due_s) == (64_800, 86_400)
    assert found.mean.mass == 87


@pytest.mark.parametrize("how", ["silent", "repeated", "fault"])
def test_a_day_with_four_results_missing_is_invalid_and_not_compliant(
    owner: psycopg.Connection, session: Session, how: Missing
) -> None:
    """8 of 12 are 67 %; what is left is (4 x 40 x 200 + 4 x 70 x 100) / 1,200 = 50, within."""
    put(owner, [*flowing(), *shown(lost=(4, 5, 6, 7), how=how)])

    found = judged_day(session, owner)

    assert (found.day.outcome, found.day.why) == (Outcome.INVALID, "not_enough_valid")
    assert found.mean.value == 50
    assert not found.mean.valid


@pytest.mark.parametrize(
    ("how", "outcome"),
    [
        pytest.param("silent", Outcome.NO_DATA, id="silent"),
        pytest.param("fault", Outcome.INVALID, id="at fault"),
    ],
)
def test_a_day_without_one_valid_result_is_never_compliant(
    owner: psycopg.Connection, session: Session, how: Missing, outcome: Outcome
) -> None:
    put(owner, [*flowing(), *shown(lost=range(12), how=how)])

    found = judged_day(session, owner)

    assert (found.day.outcome, found.day.value, found.mean.value) == (outcome, None, None)


def test_a_day_on_which_nothing_flowed_by_the_meter_alone_has_no_valid_data(
    owner: psycopg.Connection, session: Session
) -> None:
    put(owner, [*flowing([0.0] * 12), *shown()])

    found = judged_day(session, owner)

    assert (found.day.outcome, found.mean.mass) == (Outcome.INVALID, 0)
    assert "zero_flow" in found.day.doubts


def test_a_result_belongs_to_the_hours_from_its_sampling_on_though_it_is_shown_later(
    owner: psycopg.Connection, session: Session
) -> None:
    """As the hours go by, each touched by what arrives in it, every one is judged in time."""
    cod = point_of(owner, COD)
    arriving = [*flowing(), *shown()]
    believe(owner, assigned(cod, OF_DAY, START))
    clock = [START]
    evaluator = Evaluator(session, lambda: clock[0])
    for passed in range(27):
        hour = START + passed * HOUR
        put(owner, [one for one in arriving if hour <= one.at < hour + HOUR])
        touch(owner, "DW001", [hour], batch=passed)
        for wait in (2 * MINUTE, 16 * MINUTE):
            clock[0] = hour + HOUR + wait
            judged(evaluator)

    hours = [one.row for one in read_means(session, Stretch([cod], START, START + DAY))]
    (day,) = read_verdicts(session, Stretch([cod], START, START + DAY, Period.DAY))
    assert [(row.start, row.value) for row in hours] == [
        (START + hour * HOUR, RESULTS[hour // 2]) for hour in range(24)
    ]
    assert {row.stage for row in hours} == {Stage.FINAL}
    assert (day.row.outcome, day.row.value, day.row.stage) == (Outcome.COMPLIANT, 50, Stage.FINAL)


def test_hours_judged_one_by_one_or_all_at_once_are_the_same(
    owner: psycopg.Connection, session: Session
) -> None:
    """An analyser that names no time of sampling shows one value for days: where results begin."""
    put(owner, [*flowing(), *(one._replace(sampled_at=None) for one in shown([40.0] * 12))])
    believe(owner, assigned(point_of(owner, COD), OF_DAY, START))
    evaluator = Evaluator(session, lambda: START + DAY + 4 * HOUR)
    judged(evaluator)

    for hour in range(24):
        touch(owner, "DW001", [START + hour * HOUR], batch=hour)
        assert sum(judged(evaluator).news) == 0


def test_a_corrected_result_changes_the_hours_in_which_it_stands_and_its_day(
    owner: psycopg.Connection, session: Session
) -> None:
    """The 40 of 10:00 becomes 130: (90,000 + 90 x 200) / 1,800 = 60; 60 / 50 - 1 = 0.2."""
    put(owner, [*flowing(), *shown()])
    before = judged_day(session, owner)
    cod = point_of(owner, COD)
    stretch = Stretch([cod], START - DAY, START + 2 * DAY)
    known = {one.row.start: one.id for one in read_means(session, stretch)}
    owner.execute(
        "UPDATE reading_minute SET value = 130, batch = 2, sent_at = sent_at + INTERVAL '1 day'"
        " FROM channel WHERE channel.id = channel AND code = %s AND sampled_at = %s",
        (COD, START + 10 * HOUR),
    )
    touch(owner, "DW001", [START + 12 * HOUR, START + 13 * HOUR], batch=2)

    judged(Evaluator(session, lambda: START + DAY + 4 * HOUR))

    after = {one.row.start: one.id for one in read_means(session, stretch)}
    (day,) = read_verdicts(session, Stretch([cod], START, START + DAY, Period.DAY))
    assert {at for at, number in after.items() if known[at] != number} == {
        START + 10 * HOUR,
        START + 11 * HOUR,
    }
    assert before.day.outcome is Outcome.COMPLIANT
    assert (day.row.outcome, day.row.value) == (Outcome.EXCEEDING, 60)
    assert day.row.multiple == Decimal("0.2")
