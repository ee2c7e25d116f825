"""Marks that are entered, reviewed and withdrawn, and what becomes of an exceedance they are about."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import psycopg
import pytest

from schemas.judgement import Outcome, Stage
from schemas.mark_entry import NewMark
from schemas.marks import Review
from services.alerts.evaluator import Evaluator
from services.rules.marks.amending import reviewed
from services.store.as_known import closed_position
from services.store.beliefs import Stretch, read_verdicts
from services.store.connection import connect_now
from services.store.marks import enter_marks, read_mark, write_version
from services.store.session import Session
from tests.fixtures.evaluated import CONVERTED, HOUR, Said, assigned, believe, judged, point_of, put
from tests.fixtures.registry import stored

START = datetime(2025, 3, 1, 16, tzinfo=UTC)  # midnight in Beijing
OXYGEN, NOX, DUST = "a19001", "a21002", "a34013"
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
          - a21002
          - a34013
          - a19001
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


class Marking(NamedTuple):
    """An hour of NOx over its limit, and who reviews marks about it."""

    owner: psycopg.Connection
    session: Session
    nox: int

    def evaluator(self) -> Evaluator:
        return Evaluator(self.session, lambda: START + 5 * HOUR)

    def outcome(self, known: int | None = None) -> tuple[Outcome, str, Stage]:
        judged(self.evaluator())
        stretch = Stretch([self.nox], START, START + HOUR, known=known)
        (verdict,) = read_verdicts(self.session, stretch)
        return verdict.row.outcome, verdict.row.why, verdict.row.stage

    def entered(self, kind: str) -> int:
        row = self.owner.execute("SELECT id FROM subject WHERE code = 'B1'").fetchone()
        assert row is not None
        mark = NewMark(
            kind, row[0], None, START, START + 2 * HOUR, "plant", planned=False,
            entered_at=START + HOUR, actor="operator", evidence="log sheet 7",
        )  # fmt: skip
        (key,) = enter_marks(self.owner, [mark], START + 5 * HOUR)
        return key

    def reviewed(self, key: int, review: Review) -> None:
        mark = read_mark(self.owner, key)
        assert mark is not None
        write_version(self.owner, reviewed(mark, review, "officer", "seen"), START + 5 * HOUR)


def marking(owner: psycopg.Connection, session: Session, dust: float | None) -> Marking:
    """NOx 100 x 15 / 7.5 = 200 against 100; `dust` as converted."""
    sent = [
        Said(START, NOX, 100.0, 200.0, span_s=3600),
        Said(START, OXYGEN, 13.5, span_s=3600),
        *([] if dust is None else [Said(START, DUST, dust / 2, dust, span_s=3600)]),
    ]
    nox = point_of(owner, NOX)
    put(owner, sent, "hour")
    believe(owner, assigned(nox, CONVERTED, START))
    return Marking(owner, session, nox)


@pytest.mark.parametrize(
    ("review", "outcome"),
    [
        pytest.param(Review.ACCEPTED, Outcome.EXEMPT, id="accepted"),
        pytest.param(Review.REJECTED, Outcome.EXCEEDING, id="rejected"),
    ],
)
def test_a_mark_makes_a_claim_and_its_review_settles_it(
    owner: psycopg.Connection, session: Session, review: Review, outcome: Outcome
) -> None:
    case = marking(owner, session, None)
    assert case.outcome() == (Outcome.EXCEEDING, "over", Stage.FINAL)
    bare = closed_position(owner)

    key = case.entered("permit_boiler/cold_start")
    claimed = case.outcome()
    with_claim = closed_position(owner)
    case.reviewed(key, review)
    settled = case.outcome()

    assert claimed[0] is Outcome.CLAIMED
    assert settled[0] is outcome
    assert [case.outcome(known)[0] for known in (bare, with_claim)] == [
        Outcome.EXCEEDING,
        Outcome.CLAIMED,
    ]
    written = owner.execute(
        "SELECT outcome FROM verdict WHERE start = %s ORDER BY position, id", (START,)
    ).fetchall()
    assert written == [("exceeding",), ("exemption_claimed",), (outcome.value,)]


@pytest.mark.parametrize(
    ("dust", "outcome"),
    [
        pytest.param(150.0, Outcome.EXEMPT, id="150"),
        pytest.param(150.1, Outcome.EXCEEDING, id="over 150"),
        pytest.param(None, Outcome.CLAIMED, id="unknown"),
    ],
)
def test_a_start_up_is_exempt_while_dust_is_at_most_150(
    owner: psycopg.Connection, session: Session, dust: float | None, outcome: Outcome
) -> None:
    """MEE Order 10 (2019) art 10."""
    case = marking(owner, session, dust)

    case.reviewed(case.entered("waste_incineration/start_up"), Review.ACCEPTED)

    assert case.outcome()[0] is outcome


def test_a_mark_that_is_withdrawn_leaves_the_exceedance(
    owner: psycopg.Connection, session: Session
) -> None:
    case = marking(owner, session, None)
    key = case.entered("permit_boiler/cold_start")
    assert case.outcome()[0] is Outcome.CLAIMED

    mark = read_mark(owner, key)
    assert mark is not None
    write_version(owner, mark, START + 5 * HOUR + timedelta(minutes=1), withdrawn=True)

    assert case.outcome()[0] is Outcome.EXCEEDING
