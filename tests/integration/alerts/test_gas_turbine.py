"""Real hours of a gas turbine judged by the real evaluator, against exact fractions worked apart.

The expectation knows neither rules nor decimals: fractions of the digits that the file gives, or that
the device would send.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import psycopg
import pytest

from schemas.judgement import Outcome, Stage, VerdictRow
from services.alerts.evaluator import Evaluator
from services.store.beliefs import Stretch, read_means, read_verdicts, tally_verdicts
from services.store.connection import connect_now
from services.store.session import Session
from tests.fixtures.evaluated import (
    CONVERTED,
    DAY,
    HOUR,
    MINUTE,
    Said,
    assigned,
    believe,
    judged,
    point_of,
    put,
)
from tests.fixtures.registry import stored
from tests.fixtures.turbine import (
    CO,
    FORMER,
    LATTER,
    NOX,
    OXYGEN,
    REFERENCE,
    Truths,
    Turbine,
    as_sent,
    back,
    expected_shares,
    measured,
    months,
    oxygens,
    truths,
    turbine,
)

# What the tables keep: numbers to nine decimals, one rounding for the mean and one for the multiple.
KEPT = Fraction(1, 10**9)
PLANT = """
plants:
  - code: T1
    name: 示例燃气电厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 15}
    units:
      - {code: GT1, process: gas_turbine, fuel: gas}
    devices:
      - mn: MN-T
        commissioned_at: 2022-12-01
        channels: [a21002, a21005, a19001]
"""
# First hour and number of hours; any of the file will do. The first holds an hour of exactly 75 mg/m3.
SLICES = [
    pytest.param(8_500, 800, id="800"),
    pytest.param(0, 20_000, id="all", marks=[pytest.mark.soak, pytest.mark.timeout(1_200)]),
]


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


def limited(owner: psycopg.Connection, of: Turbine) -> dict[str, int]:
    """A limit on each pollutant, changed for NOx from the middle hour; their keys."""
    keys: dict[str, int] = {}
    for code in (NOX, CO):
        bound = CONVERTED._replace(
            high=Decimal(of.limit(code, 0)), reference_oxygen=Decimal(REFERENCE)
        )
        first = believe(owner, assigned(point_of(owner, code), bound, of.hour(0)))
        keys[code] = first.limit
        if code == NOX:
            later = bound._replace(high=Decimal(LATTER))
            since = of.hour(of.count // 2)
            believe(owner, first._replace(since=since, bound=later, act="change"))
    return keys


def evaluate(session: Session, of: Turbine) -> None:
    now = of.hour(of.count) + 11 * DAY
    done = judged(Evaluator(session, lambda: now, most=24 * 31))
    assert done.hours >= of.count


def assert_judged(session: Session, owner: psycopg.Connection, of: Turbine, truth: Truths) -> None:
    """Hours over, multiples, and the share of compliant hours of each local month."""
    keys = limited_keys(owner)
    for code, hours in truth.items():
        point = point_of(owner, code)
        rows = verdicts(session, point, of)
        assert [row.start for row in rows] == [of.hour(place) for place in range(of.count)]
        over = [place for place, hour in enumerate(hours) if hour.over]
        assert [n for n, row in enumerate(rows) if row.outcome is Outcome.EXCEEDING] == over
        others = {row.outcome for row in rows} - {Outcome.EXCEEDING}
        assert others <= {Outcome.COMPLIANT}
        for row, hour in zip(rows, hours, strict=True):
            assert row.limit == keys[code]
            assert row.value is not None
            assert row.multiple is not None
            assert abs(Fraction(row.value) - hour.value) <= KEPT / 2
            assert abs(Fraction(row.multiple) - hour.multiple) <= KEPT
        assert shares(session, point, of) == expected_shares(of, hours)


def limited_keys(owner: psycopg.Connection) -> dict[str, int]:
    query = "SELECT DISTINCT code, limit_key FROM limit_version JOIN point ON point.id = point"
    return dict(owner.execute(query).fetchall())


def verdicts(session: Session, point: int, of: Turbine) -> list[VerdictRow]:
    stretch = Stretch([point], of.hour(0), of.hour(of.count))
    return [one.row for one in read_verdicts(session, stretch)]


def shares(session: Session, point: int, of: Turbine) -> list[Fraction]:
    """The share of compliant hours of each local month, by the verdicts believed."""
    found: list[Fraction] = []
    for since, until in months(of):
        counted: Counter[Outcome] = Counter()
        for tally in tally_verdicts(session, Stretch([point], since, until)):
            counted[tally.outcome] += tally.periods
        found.append(Fraction(counted[Outcome.COMPLIANT], counted.total()))
    return found


@pytest.mark.parametrize(("first", "count"), SLICES)
def test_hours_as_given_are_judged_exactly(
    owner: psycopg.Connection, session: Session, first: int, count: int
) -> None:
    of = turbine(first, count)
    limited(owner, of)
    put(
        owner,
        (
            Said(of.hour(place), code, float(text), float(text), span_s=3600, late=HOUR)
            for code, some in of.given.items()
            for place, text in enumerate(some)
        ),
        "hour",
    )

    evaluate(session, of)

    exact = {code: [Fraction(text) for text in some] for code, some in of.given.items()}
    assert_judged(session, owner, of, truths(of, exact))


@pytest.mark.parametrize(("first", "count"), SLICES)
def test_hours_as_measured_are_converted_with_the_hours_oxygen_and_judged_exactly(
    owner: psycopg.Connection, session: Session, first: int, count: int
) -> None:
    of = turbine(first, count)
    oxygen = oxygens(of)
    sent = {
        code: [as_sent(measured(text, o), 3) for text, o in zip(some, oxygen, strict=True)]
        for code, some in of.given.items()
    }
    limited(owner, of)
    put(
        owner,
        (
            Said(of.hour(place), code, float(text), span_s=3600, late=HOUR)
            for code, some in (*sent.items(), (OXYGEN, oxygen))
            for place, text in enumerate(some)
        ),
        "hour",
    )

    evaluate(session, of)

    exact = {
        code: [back(text, o) for text, o in zip(some, oxygen, strict=True)]
        for code, some in sent.items()
    }
    assert_judged(session, owner, of, truths(of, exact))
    (mean,) = read_means(session, Stretch([point_of(owner, NOX)], of.hour(0), of.hour(1)))
    assert mean.row.source == "device"
    assert mean.row.evidence["converted_source"] == {"15": "hours"}
    assert mean.row.evidence["hour_oxygen"] == {
        "value": f"{Decimal(oxygen[0]).normalize():f}",
        "source": "device",
    }


@pytest.mark.parametrize(
    ("first", "count"),
    [
        pytest.param(8_500, 240, id="240"),
        pytest.param(0, 720, id="720", marks=[pytest.mark.soak, pytest.mark.timeout(600)]),
    ],
)
def test_minutes_as_measured_are_converted_each_with_its_oxygen_and_judged_exactly(
    owner: psycopg.Connection, session: Session, first: int, count: int
) -> None:
    of = turbine(first, count)
    oxygen = oxygens(of, each=60)
    sent = {
        code: [as_sent(measured(some[n // 60], o), 2) for n, o in enumerate(oxygen)]
        for code, some in of.given.items()
    }
    limited(owner, of)
    put(
        owner,
        (
            Said(of.hour(0) + n * MINUTE, code, float(text))
            for code, some in (*sent.items(), (OXYGEN, oxygen))
            for n, text in enumerate(some)
        ),
    )

    evaluate(session, of)

    exact = {
        code: [
            sum((back(some[n], oxygen[n]) for n in range(60 * hour, 60 * hour + 60)), Fraction())
            / 60
            for hour in range(count)
        ]
        for code, some in sent.items()
    }
    assert_judged(session, owner, of, truths(of, exact))


@pytest.mark.parametrize(
    ("sent", "oxygen"),
    [
        # 87.5 x 6 / 7 = 75; 72.5 x 6 / 5.8 = 75; 80.25 x 6 / 6.42 = 75; 99.75 x 6 / 7.98 = 75
        pytest.param("87.5", "14", id="14"),
        pytest.param("72.5", "15.2", id="15.2"),
        pytest.param("80.25", "14.58", id="14.58"),
        pytest.param("99.75", "13.02", id="13.02"),
    ],
)
def test_an_hour_measured_so_that_it_is_exactly_at_the_limit_is_not_over(
    owner: psycopg.Connection, session: Session, sent: str, oxygen: str
) -> None:
    of = Turbine(0, {NOX: ["75", "75"], CO: ["5", "5"]})
    assert back(sent, oxygen) == FORMER
    limited(owner, of)
    records = [
        (NOX, of.hour(0), sent),
        (OXYGEN, of.hour(0), oxygen),
        (CO, of.hour(0), "5"),
    ]
    put(owner, (Said(at, code, float(text), span_s=3600) for code, at, text in records), "hour")

    judged(Evaluator(session, lambda: of.hour(1) + 20 * MINUTE))

    (row,) = [
        one.row
        for one in read_verdicts(session, Stretch([point_of(owner, NOX)], of.hour(0), of.hour(1)))
    ]
    assert (row.outcome, row.value, row.multiple) == (Outcome.COMPLIANT, FORMER, 0)
    assert (row.stage, row.sure, row.doubts) == (Stage.FINAL, False, ("converted_from",))
