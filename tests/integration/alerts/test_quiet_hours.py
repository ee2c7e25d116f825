"""An hour about which nothing is new becomes final as it is; whatever is new has it judged again."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from schemas.judgement import MeanRow, Outcome, Stage, VerdictRow
from schemas.mark_entry import NewMark
from schemas.rule_settings import SettingVersion
from services.alerts.evaluator import Evaluator
from services.store.as_known import belief_lock
from services.store.beliefs import Stretch, read_means, read_verdicts
from services.store.connection import connect_now
from services.store.limits import read_limits, write_limits
from services.store.marks import enter_marks
from services.store.rule_settings import write_setting
from services.store.session import Session
from tests.fixtures.evaluated import CONVERTED, Said, assigned, believe, point_of, put, touch
from tests.fixtures.registry import stored

START = datetime(2025, 3, 1, 18, tzinfo=UTC)  # two o'clock in Beijing
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
PROVISIONAL, FINAL = START + HOUR + 2 * MINUTE, START + HOUR + 16 * MINUTE
PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, range: [0, 200]}
          - a19001
          - {code: a00000, unit: m3/h}
"""
OXYGEN_OF_5 = PLANT.replace("reference_oxygen: 6", "reference_oxygen: 5")
FACILITY = PLANT.replace(
    "    devices:",
    """    units:
      - {code: B1, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
    devices:""",
)


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        yield connection


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with connect_now(database, "alerts", "test") as connection:
        yield connection


class Turn:
    """An evaluator whose clock is set by hand."""

    def __init__(self, session: Session) -> None:
        self.now = START
        self.evaluator = Evaluator(session, lambda: self.now)

    def at(self, now: datetime) -> int:
        """Rows that said something new."""
        self.now = now
        return sum(self.evaluator.round().news)


def measured(owner: psycopg.Connection, plant: str = PLANT) -> None:
    """An hour of 60 mg/m3 at 13.5 % oxygen, which is 120 at 6 %, under a limit of 100."""
    stored(owner, plant)
    for code, value in (("a21026", 60.0), ("a19001", 13.5), ("a00000", 1000.0)):
        put(owner, [Said(START + n * MINUTE, code, value) for n in range(60)])
    believe(owner, assigned(point_of(owner, "a21026"), CONVERTED, START - HOUR))


def rows(session: Session, owner: psycopg.Connection) -> list[MeanRow | VerdictRow]:
    points = [point_of(owner, code) for code in ("a21026", "a19001", "a00000")]
    stretch = Stretch(points, START, START + HOUR)
    means = [one.row for one in read_means(session, stretch)]
    return [*means, *(one.row for one in read_verdicts(session, stretch))]


def falsify(owner: psycopg.Connection) -> None:
    """Change a stored number behind everybody's back: only who reads it again can see it."""
    with owner.transaction():
        owner.execute("SET LOCAL session_replication_role = replica")
        owner.execute("UPDATE reading_minute SET value = 1 WHERE value = 60")


def test_nothing_but_the_stage_moves(owner: psycopg.Connection, session: Session) -> None:
    measured(owner)
    turn = Turn(session)
    turn.at(PROVISIONAL)
    before = rows(session, owner)
    falsify(owner)

    news = turn.at(FINAL)

    assert news == 4
    assert {row.stage for row in before} == {Stage.PROVISIONAL}
    assert rows(session, owner) == [row._replace(stage=Stage.FINAL) for row in before]


def test_it_is_what_judging_it_again_would_give(
    owner: psycopg.Connection, session: Session
) -> None:
    measured(owner)
    turn = Turn(session)
    turn.at(PROVISIONAL)
    turn.at(FINAL)
    touch(owner, "DA001", [START], 2)

    news = Turn(session).at(FINAL)

    assert news == 0


def late_minute(owner: psycopg.Connection) -> None:
    owner.execute(
        "UPDATE reading_minute SET value = 20, sent_at = sent_at + INTERVAL '1 day', batch = 2"
        " FROM channel WHERE channel.id = channel AND code = 'a21026' AND time = %s",
        (START,),
    )
    touch(owner, "DA001", [START], 2)


def own_record(owner: psycopg.Connection) -> None:
    put(owner, [Said(START, "a21026", 30.0, 60.0, span_s=3600)], "hour")
    touch(owner, "DA001", [START], 2)


def mark(owner: psycopg.Connection) -> None:
    row = owner.execute("SELECT id FROM subject WHERE code = 'DA001'").fetchone()
    assert row is not None
    one = NewMark(
        kind="startup",
        subject=int(row[0]),
        point=None,
        since=START,
        until=START + HOUR,
        origin="plant",
        planned=False,
        entered_at=START,
        actor="plant",
        evidence="",
    )
    enter_marks(owner, [one], PROVISIONAL)


def limit(owner: psycopg.Connection) -> None:
    (known,) = read_limits(owner)
    higher = CONVERTED._replace(high=Decimal(130))
    with belief_lock(owner):
        write_limits(owner, [known._replace(bound=higher, act="correct", reason="r", approver="b")])


def setting(owner: psycopg.Connection) -> None:
    version = SettingVersion(
        0, "hour_parameters.valid_minutes", "all", "", 60, None, None, "r", "bureau", START, 0
    )
    with belief_lock(owner):
        write_setting(owner, version, [])


def registry(owner: psycopg.Connection) -> None:
    stored(owner, OXYGEN_OF_5)


@pytest.mark.parametrize(
    "change",
    [late_minute, own_record, mark, limit, setting, registry],
    ids=lambda one: one.__name__,
)
def test_what_is_new_has_the_hour_judged_again(
    owner: psycopg.Connection,
    session: Session,
    change: Callable[[psycopg.Connection], None],
) -> None:
    measured(owner)
    turn = Turn(session)
    turn.at(PROVISIONAL)
    change(owner)

    turn.at(FINAL)

    final = rows(session, owner)
    touch(owner, "DA001", [START], 3)
    assert Turn(session).at(FINAL) == 0
    assert rows(session, owner) == final
    assert {row.stage for row in final} == {Stage.FINAL}


def test_a_mark_of_before_is_weighed_anew_as_time_passes(
    owner: psycopg.Connection, session: Session
) -> None:
    measured(owner)
    mark(owner)
    turn = Turn(session)
    turn.at(PROVISIONAL)
    falsify(owner)

    turn.at(FINAL)

    assert verdict(rows(session, owner)).outcome is Outcome.COMPLIANT


def test_an_hour_whose_plant_has_facilities_is_judged_again(
    owner: psycopg.Connection, session: Session
) -> None:
    measured(owner, FACILITY)
    turn = Turn(session)
    turn.at(PROVISIONAL)
    falsify(owner)

    turn.at(FINAL)

    assert verdict(rows(session, owner)).outcome is Outcome.COMPLIANT


def test_who_did_not_judge_the_hour_judges_it_whole(
    owner: psycopg.Connection, session: Session
) -> None:
    measured(owner)
    Turn(session).at(PROVISIONAL)
    falsify(owner)

    Turn(session).at(FINAL)

    assert verdict(rows(session, owner)).outcome is Outcome.COMPLIANT


def test_the_last_hour_of_a_day_is_judged_with_its_day(
    owner: psycopg.Connection, session: Session
) -> None:
    measured(owner)
    midnight = START + 22 * HOUR
    last = midnight - HOUR
    put(owner, [Said(last + n * MINUTE, "a21026", 60.0) for n in range(60)])
    turn = Turn(session)
    turn.at(midnight + 2 * MINUTE)
    falsify(owner)

    turn.at(midnight + 16 * MINUTE)

    (mean,) = read_means(session, Stretch([point_of(owner, "a21026")], last, midnight))
    assert (mean.row.value, mean.row.stage) == (Decimal(1), Stage.FINAL)


def verdict(found: list[MeanRow | VerdictRow]) -> VerdictRow:
    (one,) = (row for row in found if isinstance(row, VerdictRow))
    return one
