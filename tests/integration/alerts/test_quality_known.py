"""What is known of a logger, by the registry and by its cases, reaches the indicators in the evaluator."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, LiteralString

import numpy as np
import psycopg
import pytest
from psycopg.types.json import Jsonb

from services.alerts.evaluator import Evaluator
from services.alerts.wrong_clocks import wrong_clocks
from services.rules.quality.case import While
from services.store.connection import connect_now
from services.store.session import Session
from tests.fixtures.evaluated import DAY, HOUR, MINUTE, Said, judged, put
from tests.fixtures.registry import stored

START = datetime(2025, 3, 1, 16, tzinfo=UTC)  # midnight in Beijing
SO2 = "a21026"
PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {{code: DA001, medium: air, reference_oxygen: 6}}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        {known}
        channels: [{{code: a21026, range: [0, 200]}}]
"""
BY_STANDARD = "utc_offset: '+08:00'"
CLOCK: Final[LiteralString] = """
INSERT INTO alert (key, kind, plant, device, state, severity, since, until, sure, zh, en, opened_at,
  version, changed_at)
SELECT 'device_clock', %(kind)s, plant, id, %(state)s, 'yellow', %(since)s, NULL, true, '时钟异常',
  'clock wrong', %(opened)s, 1, %(since)s
FROM device
"""
FACILITY = """
    units:
      - {{code: B1, process: coal_boiler, fuel: coal}}
    facilities:
      - {{code: FGD1, treatment: desulphurisation}}
    groups:
      - {{code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}}
    devices:"""
STATES: Final[LiteralString] = """
INSERT INTO state (time, channel, value, span_s, received_at, batch, seq)
SELECT at, id, %s::integer, 0, at, 1, 0 FROM channel, CAST(%s AS timestamptz) AS at WHERE code = 'SB1'
"""
STATE = ", {{code: SB1, point: FGD1/state}}]"
FOUND: Final[LiteralString] = "SELECT rule FROM finding WHERE rule LIKE 'hour_%' AND standing"


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        yield connection


@pytest.fixture
def session(database: str, owner: psycopg.Connection) -> Iterator[Session]:
    assert owner.info.dbname
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def put_day(owner: psycopg.Connection, known: str = BY_STANDARD) -> None:
    """Each hour's minutes go from 24 to 36, 30 on average; the last two hours say 33."""
    stored(owner, PLANT.format(known=known))
    spread = np.round(np.linspace(24.0, 36.0, 60), 2).tolist() * 24
    put(owner, [Said(START + place * MINUTE, SO2, value) for place, value in enumerate(spread)])
    hours = [
        Said(START + place * HOUR, SO2, 33.0 if place >= 22 else 30.0, span_s=3_600, late=HOUR)
        for place in range(24)
    ]
    put(owner, hours, table="hour")


def found(owner: psycopg.Connection, session: Session) -> list[str]:
    judged(Evaluator(session, lambda: START + DAY + 20 * MINUTE))
    return [row[0] for row in owner.execute(FOUND).fetchall()]


@pytest.mark.parametrize(
    ("known", "rule"),
    [
        pytest.param(BY_STANDARD, "hour_against_minutes", id="by the standard"),
        pytest.param("unflagged_as: N", "hour_not_comparable", id="no flags"),
        pytest.param("policies: [data_time_from_qn]", "hour_not_comparable", id="no data times"),
    ],
)
def test_who_sends_no_flags_or_times_is_not_suspected_for_his_hours(
    owner: psycopg.Connection, session: Session, known: str, rule: str
) -> None:
    """33 against 30 is 10 % off, twice; 33 is within the minutes of 24 to 36."""
    put_day(owner, known)

    assert found(owner, session) == [rule]


@pytest.mark.parametrize(
    ("kind", "state", "rule"),
    [
        pytest.param("device_clock", "open", "hour_not_comparable", id="open"),
        pytest.param("device_clock", "pending", "hour_not_comparable", id="pending"),
        pytest.param("device_clock", "lapsed", "hour_against_minutes", id="lapsed"),
        pytest.param("device_offline", "open", "hour_against_minutes", id="another kind"),
    ],
)
def test_whose_clock_has_a_case_is_not_suspected_for_his_hours(
    owner: psycopg.Connection, session: Session, kind: str, state: str, rule: str
) -> None:
    put_day(owner)
    since = START + 20 * HOUR
    opened = since if state == "open" else None
    owner.execute(CLOCK, {"kind": kind, "state": state, "since": since, "opened": opened})

    assert found(owner, session) == [rule]


@pytest.mark.parametrize(
    ("state", "rules"), [("open", []), ("lapsed", ["run_hours_disagree"])], ids=["open", "lapsed"]
)
def test_whose_clock_has_a_case_is_not_held_to_the_run_hours_of_the_day(
    owner: psycopg.Connection, session: Session, state: str, rules: list[str]
) -> None:
    """20 h told; the states make 16: off until eight o'clock."""
    text = PLANT.replace("\n    devices:", FACILITY).replace("}}]\n", "}}" + STATE + "\n")
    stored(owner, text.format(known=BY_STANDARD))
    put(owner, [Said(START + n * MINUTE, SO2, 30.0 + n % 7) for n in range(1_440)])
    put(owner, [Said(START, "SB1", 20.0, span_s=86_400, late=DAY)], table="day")
    owner.cursor().executemany(
        STATES, [(n >= 8 * 60, START + n * MINUTE) for n in range(0, 1440, 5)]
    )
    since = START + 20 * HOUR
    opened = since if state == "open" else None
    owner.execute(CLOCK, {"kind": "device_clock", "state": state, "since": since, "opened": opened})

    judged(Evaluator(session, lambda: START + DAY + 20 * MINUTE))

    told = owner.execute("SELECT rule FROM finding WHERE rule = 'run_hours_disagree' AND standing")
    assert [row[0] for row in told.fetchall()] == rules


@pytest.mark.parametrize(
    ("skew_s", "since", "until"),
    [
        pytest.param(None, 12 * HOUR, 15 * HOUR, id="not known"),
        pytest.param(7_200, 10 * HOUR, 15 * HOUR, id="behind"),
        pytest.param(-7_200, 12 * HOUR, 17 * HOUR, id="ahead"),
        pytest.param(-7_200, 12 * HOUR, None, id="ahead, still"),
    ],
)
def test_a_wrong_clock_misdates_records_of_the_time_before_or_after_as_well(
    owner: psycopg.Connection,
    session: Session,
    skew_s: int | None,
    since: timedelta,
    until: timedelta | None,
) -> None:
    """Of a case of 12:00 to 15:00. Two hours behind, its first record is dated 10:00."""
    stored(owner, PLANT.format(known=BY_STANDARD))
    begins = {"kind": "device_clock", "state": "open", "since": START + 12 * HOUR, "opened": START}
    owner.execute(CLOCK, begins)
    evidence = Jsonb({} if skew_s is None else {"skew_s": skew_s})
    ended = None if until is None else START + 15 * HOUR
    owner.execute("UPDATE alert SET evidence = %s, until = %s", (evidence, ended))
    (plant, device) = owner.execute("SELECT plant, id FROM device").fetchone() or (0, 0)
    begin, end = START + since, None if until is None else START + until

    def found(at: datetime) -> dict[int, list[While]]:
        return wrong_clocks(session, [plant], at, at + MINUTE)

    assert found(begin) == {device: [While(begin, end)]}
    assert found(begin - MINUTE) == {}
    assert end is None or (found(end - MINUTE), found(end)) == ({device: [While(begin, end)]}, {})


def test_a_clock_wrong_for_long_is_known_behind_many_short_cases(
    owner: psycopg.Connection, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.alerts.wrong_clocks.A_PAGE", 2)
    stored(owner, PLANT.format(known=BY_STANDARD))
    for hours in (20, 21, 22, 0):
        at = START + hours * HOUR
        owner.execute(CLOCK, {"kind": "device_clock", "state": "open", "since": at, "opened": at})
        if hours:
            owner.execute(
                "UPDATE alert SET state = 'resolved', until = %s, resolved_at = %s, resolved_by = 'platform'"
                " WHERE state = 'open'",
                (at + HOUR, at + HOUR),
            )
    (plant, device) = owner.execute("SELECT plant, id FROM device").fetchone() or (0, 0)

    found = wrong_clocks(session, [plant], START + 23 * HOUR, START + 24 * HOUR)

    assert found == {device: [While(START, None)]}
