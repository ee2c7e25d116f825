"""How near points are to their limits in the running hour: from the surest number that is known of it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from schemas.judgement import Evidence, Finding, Stage
from schemas.limits import Bound
from services.api.console.plants.cards import Exceeded, OutletCard, PointCard
from services.api.console.plants.day_chart import DayAt, chart_of
from services.api.console.plants.pressing import pressing
from services.api.status_answers import standing_of
from services.rules.judging.quality_names import named
from services.rules.status import Status, Word
from services.store.beliefs import Belief
from services.store.history_readings import ReadingRow
from services.store.status_place import PlacePoint
from services.store.status_running import RunningMean

AT = datetime(2026, 8, 9, 20, 30, tzinfo=UTC)
LIMIT = Bound("<=", None, Decimal(100), "mg/m3", "concentration", "hour")
STANDING = standing_of(Status(Word.COMPLIANT))
PH = Bound("between", Decimal(6), Decimal(9), "1", "value", "hour")


def reading(value: float, flag: str = "N", ago_min: int = 5) -> ReadingRow:
    time = AT - timedelta(minutes=ago_min)
    return ReadingRow(
        *(time, 1, value, None, None, None, None, flag, 60, None, None, time, 1, 1),
        sentinel=False,
    )


def warning(evidence: Evidence) -> Belief[Finding]:
    stage = Stage.PROVISIONAL
    found = Finding(
        "prewarning", 1, 1, AT, None, stage, "", "", "", sure=True, evidence=evidence
    )  # fmt: skip
    return Belief(found, 1, 1, "1")


def point(
    code: str = "a21026",
    bound: Bound | None = LIMIT,
    so_far: float | None = None,
    warned: Evidence | None = None,
    newest: ReadingRow | None = None,
) -> PointCard:
    running = None if so_far is None else RunningMean(1, so_far, None, 1800)
    day = DayAt(AT.replace(hour=16, minute=0), AT)
    return PointCard(
        point=PlacePoint(1, 1, "out", code, "mg/m3"),
        name=named(code),
        newest=newest,
        shown=None if newest is None else newest.value,
        converted=False,
        hourly=bound,
        judged=None,
        projected=None if warned is None else warning(warned),
        beyond=None,
        day=None,
        month=None,
        over=Exceeded(),
        chart=chart_of(day, bound, [], running, warned),
    )


def outlet(*points: PointCard) -> OutletCard:
    return OutletCard("DA001", "", "gas", STANDING, (), points, (), (), (), {}, ())


@pytest.mark.parametrize(
    ("card", "basis", "share", "over"),
    [
        (
            point(so_far=40.0, warned={"so_far": "80", "projected": "110", "share": "1.1"}),
            *("projected", 1.1, True),
        ),
        (point(so_far=40.0, newest=reading(70.0)), "so_far", 0.4, False),
        (point(newest=reading(120.0)), "newest", 1.2, True),
        (point(newest=reading(120.0, "C")), None, None, False),
        (point(newest=reading(120.0, ago_min=40)), None, None, False),
        (point("w01001", PH, so_far=7.2), "so_far", None, False),
        (point("w01001", PH, so_far=5.2), "so_far", None, True),
    ],
    ids=["projected", "so far", "newest", "calibration", "last hour's", "within", "below"],
)
def test_the_surest_number_of_the_hour_is_held_against_the_limit(
    card: PointCard, basis: str | None, share: float | None, *, over: bool
) -> None:
    [told] = pressing(outlet(card), AT)

    assert (told.basis, told.share, told.over) == (basis, share, over)


def test_the_nearest_to_its_limit_stands_first_and_the_unknown_last() -> None:
    found = pressing(
        outlet(
            point("a21002"),
            point("a34013", so_far=20.0),
            point("a21026", so_far=90.0),
            point("a21005", None, so_far=99.0),
        ),
        AT,
    )

    assert [one.name.en for one in found] == [named(c).en for c in ("a21026", "a34013", "a21002")]
