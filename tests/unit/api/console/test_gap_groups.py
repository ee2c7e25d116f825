"""Gaps of an outlet and a reason are one entry: their hours joined, each mend once, with its first time."""

from datetime import UTC, datetime, timedelta

import pytest

from services.api.console.plants.facts import OutletGap
from services.api.console.plants.gap_groups import GapGroup, Span, grouped, joined, said
from services.api.models.status_place import GapModel, MendModel

NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)
"""12:00 of the 4th in Beijing."""
HOUR = timedelta(hours=1)


def span(since: int, until: int) -> Span:
    """Hours after noon."""
    return Span(NOON + since * HOUR, NOON + until * HOUR)


def mend(kind: str, due: int | None, *, still: bool = True) -> MendModel:
    at = None if due is None else NOON + due * HOUR
    return MendModel(
        kind=kind, zh=kind, en=kind, first_due=at, last_due=at, open=still, doubts=[]
    )  # fmt: skip


def gap(
    points: list[str],
    hours: Span,
    *mends: MendModel,
    outlet: str = "DA001",
    reason: str = "missing",
) -> OutletGap:
    told = GapModel(
        point=points[0], since=hours.since, until=hours.until, hours=hours.hours, kind="missing",
        reason=reason, seconds={}, zh="无数据：1小时内无数据60分钟", en="no record", marks=[],
        mends=list(mends),
    )  # fmt: skip
    return OutletGap(outlet, points, told)


def names(group: GapGroup) -> list[list[str]]:
    return [[name.zh for name in one.points] for one in group.lacks]


def test_gaps_of_one_reason_are_one_entry_with_all_points_and_hours() -> None:
    same = ["out/a21002", "out/a21026"]

    [group] = grouped([gap(same, span(-4, 0)), gap(same, span(2, 3))])

    assert (group.outlet, group.zh) == ("DA001", "无数据")
    assert names(group) == [["氮氧化物", "二氧化硫"]]
    assert group.said == ["03-04 08:00–12:00", "14:00–15:00"]


def test_another_outlet_or_reason_is_another_entry() -> None:
    found = grouped(
        [
            gap(["out/a21026"], span(0, 1)),
            gap(["out/a21026"], span(0, 1), outlet="DA002"),
            gap(["out/a21026"], span(1, 2), reason="fault"),
        ]
    )

    assert {(one.outlet, one.zh) for one in found} == {
        ("DA001", "无数据"),
        ("DA002", "无数据"),
        ("DA001", "故障（D）"),
    }


def test_points_that_lack_other_hours_stand_on_a_line_of_their_own() -> None:
    both = gap(["out/a21002", "out/a21026"], span(0, 2))
    longer = gap(["in/a34013"], span(0, 5))

    [group] = grouped([longer, both])

    assert names(group) == [["氮氧化物", "二氧化硫"], ["进口颗粒物"]]
    assert [one.said for one in group.lacks] == [["03-04 12:00–14:00"], ["03-04 12:00–17:00"]]


def test_of_a_mend_the_first_time_still_to_come_is_told_and_that_some_is_past() -> None:
    [group] = grouped(
        [
            gap(["out/a21026"], span(0, 1), mend("mark", -3, still=False)),
            gap(["out/a21026"], span(4, 5), mend("mark", 24)),
            gap(["out/a21026"], span(9, 10), mend("mark", 48)),
        ]
    )

    [told] = group.mends
    assert (told.open, told.due, told.varies, told.missed) == (True, NOON + 24 * HOUR, True, True)
    assert group.markable == [span(4, 5), span(9, 10)]


def test_a_mend_that_is_past_for_all_says_when_the_last_was() -> None:
    gaps = [gap(["out/a21026"], span(n, n + 1), mend("mark", n, still=False)) for n in (-9, -5)]

    [told] = grouped(gaps)[0].mends

    assert (told.open, told.due, told.missed) == (False, NOON - 5 * HOUR, False)


def test_what_is_due_first_stands_first_and_what_has_no_time_last() -> None:
    found = grouped(
        [
            gap(["out/a21026"], span(5, 6), mend("evaluation", None), outlet="A"),
            gap(["out/a21026"], span(0, 1), mend("mark", 30), outlet="B"),
            gap(["out/a21026"], span(0, 1), mend("mark", 3), outlet="C"),
        ]
    )

    assert [one.outlet for one in found] == ["C", "B", "A"]


def test_hours_that_meet_are_one_stretch() -> None:
    assert joined([span(3, 4), span(0, 2), span(1, 3), span(6, 7)]) == [span(0, 4), span(6, 7)]


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([span(0, 2), span(3, 4)], ["03-04 12:00–14:00", "15:00–16:00"]),
        ([span(6, 12)], ["03-04 18:00–24:00"]),
        ([span(6, 16), span(17, 18)], ["03-04 18:00–03-05 04:00", "05:00–06:00"]),
        ([span(0, 1), span(24, 25)], ["03-04 12:00–13:00", "03-05 12:00–13:00"]),
    ],
    ids=["one day", "until midnight", "over midnight", "two days"],
)
def test_a_day_is_named_once(spans: list[Span], words: list[str]) -> None:
    assert said(spans) == words
