"""Gaps of a point: which hours lack a number, why, and until when what may be done about it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Evidence, MeanRow
from schemas.marks import Mark, Review
from services.rules.gap_words import MENDS, REASONS
from services.rules.gaps import Gap, GapKind, GapParameters, GapRules, GapSpan, gaps
from services.rules.transmission.parameters import TransmissionParameters
from tests.fixtures.marking import accepted, mark
from tests.fixtures.transmitted import HOUR, LONG_AFTER, POINT, at, row

RULES = GapRules()


def invalid(hour: int, seconds: dict[str, int], day: int = 1) -> MeanRow:
    evidence: Evidence = {"not_valid_s": seconds}
    lost = sum(seconds.values())
    return row(at(hour, day), valid=False, valid_s=3600 - lost, evidence=evidence)


def found(
    *rows: MeanRow,
    until: datetime | None = None,
    marks: Sequence[Mark] = (),
    now: datetime = LONG_AFTER,
    rules: GapRules = RULES,
) -> list[Gap]:
    return gaps(rows, GapSpan(POINT, at(0), until or at(24), now), rules, marks)


def day_but(*lacking: MeanRow) -> list[MeanRow]:
    """A day of valid hours, but for these."""
    others = {one.start: one for one in lacking}
    return [others.get(at(hour)) or row(at(hour)) for hour in range(24)]


def test_a_day_without_gaps_has_none() -> None:
    assert found(*day_but()) == []


def test_neighbouring_hours_of_one_reason_are_one_gap() -> None:
    """Hours 3 and 4 without any record: 7,200 s missing. Hour 6 apart: another gap."""
    rows = day_but(*(invalid(hour, {"missing": 3600}) for hour in (3, 4, 6)))

    first, second = found(*rows)

    assert (first.since, first.until, first.hours) == (at(3), at(5), 2)
    assert (first.kind, first.reason, first.seconds) == ("missing", "missing", {"missing": 7200})
    assert (second.since, second.until) == (at(6), at(7))


def test_the_main_reason_is_that_of_most_seconds_and_all_are_told() -> None:
    """1,500 s calibrating, 600 s missing, 1,500 s valid."""
    [gap] = found(*day_but(invalid(9, {"missing": 600, "calibration": 1500})))

    assert (gap.kind, gap.reason) == ("invalid", "calibration")
    assert gap.seconds == {"calibration": 1500, "missing": 600}
    assert gap.zh == "校准（C）：1小时内校准（C）25分钟，无数据10分钟"
    assert gap.en == (
        "flagged: calibration (C): within 1 h flagged: calibration (C) 25 min, no record came 10 min"
    )


def test_another_reason_is_another_gap() -> None:
    rows = day_but(invalid(3, {"missing": 3600}), invalid(4, {"fault": 3600}))

    assert [one.reason for one in found(*rows)] == ["missing", "fault"]


@pytest.mark.parametrize(
    ("evidence", "kind", "reason"),
    [
        pytest.param({"not_valid_s": {"communication": 3600}}, "missing", "communication", id="B"),
        pytest.param({"not_valid_s": {"fault": 3600}}, "invalid", "fault", id="D"),
        pytest.param({"results": {"due": 1, "missing": 1}}, "missing", "missing", id="no result"),
        pytest.param({"results": {"due": 1, "invalid": 1}}, "invalid", "invalid", id="bad result"),
        pytest.param({"results": {"due": 2, "valid": 1}}, "invalid", "too_few", id="too few"),
        pytest.param({}, "invalid", "too_few", id="nothing said"),
        pytest.param({"not_valid_s": {"rust": 3600}}, "invalid", "rust", id="an unknown reason"),
    ],
)
def test_kinds_by_what_the_mean_rests_on(evidence: Evidence, kind: GapKind, reason: str) -> None:
    [gap] = found(*day_but(row(at(3), valid=False, evidence=evidence)))

    assert (gap.kind, gap.reason) == (kind, reason)


def test_the_seconds_of_water_are_shared_out_by_results() -> None:
    """3,600 s due, none valid; 2 results missing and 1 invalid: 2,400 s and 1,200 s."""
    evidence: Evidence = {"results": {"due": 3, "missing": 2, "invalid": 1}}

    [gap] = found(*day_but(row(at(3), valid=False, valid_s=0, evidence=evidence)))

    assert gap.seconds == {"missing": 2400, "invalid": 1200}


def test_an_hour_in_which_nothing_flowed_is_no_gap() -> None:
    still = row(at(3), valid=False, due_s=0, evidence={"results": {"due": 1, "no_flow": 1}})

    assert found(*day_but(still)) == []


def test_a_valid_mean_that_was_not_converted_is_a_gap_of_its_own() -> None:
    """At 6 % oxygen 1,200 s had none: measured valid, converted not."""
    said = {"6": {"valid": False, "valid_s": 2400, "not_converted_s": {"oxygen_missing": 1200}}}
    [gap] = found(*day_but(row(at(3), evidence={"converted": said})))

    assert (gap.kind, gap.reason, gap.seconds) == (
        "not_converted",
        "oxygen_missing",
        {"oxygen_missing": 1200},
    )
    assert [one.kind for one in gap.mends] == ["backfill", "registration", "mark"]


def test_a_converted_mean_that_is_there_is_no_gap() -> None:
    said = {"6": {"valid": True, "valid_s": 3000, "not_converted_s": {"oxygen_missing": 600}}}
    there = row(at(3), evidence={"converted": said})

    assert found(*day_but(there._replace(converted={"6": there.value or 0}))) == []  # pyright: ignore[reportArgumentType] - any number will do


def test_hours_that_nobody_judged_are_said_to_be_so() -> None:
    [gap] = found(until=at(5))

    assert (gap.kind, gap.hours) == ("not_judged", 5)
    assert [one.kind for one in gap.mends] == ["evaluation"]


def test_the_running_hour_is_no_gap_yet() -> None:
    assert [one.hours for one in found(now=at(3.5))] == [3]


def test_other_points_play_no_part() -> None:
    other = row(at(3), point=8)

    assert [one.hours for one in found(other, until=at(5))] == [5]


def test_by_when_a_gap_can_be_mended() -> None:
    """Hours 22 of the 1st to 1 of the 2nd are silent.

    Sent again: ten days after an hour's end, so from 23:00 of the 11th to 02:00 of the 12th. Marked:
    until 12:00 of the day after each part: the 2nd, then the 3rd.
    """
    rows = [invalid(hour, {"missing": 3600}) for hour in (22, 23)]
    rows += [invalid(hour, {"missing": 3600}, day=2) for hour in (0, 1)]
    span = GapSpan(POINT, at(22), at(2, day=2), LONG_AFTER)

    [gap] = gaps(rows, span, RULES)

    backfill, marked, manual = gap.mends
    assert (backfill.first_due, backfill.last_due) == (at(23, day=11), at(2, day=12))
    assert (marked.first_due, marked.last_due) == (at(12, day=2), at(12, day=3))
    assert (manual.first_due, manual.doubts) == (at(23, day=11), ("manual_fills",))


def test_waste_incineration_marks_within_an_hour_of_the_event() -> None:
    rows = day_but(*(invalid(hour, {"fault": 3600}) for hour in (3, 4)))

    [gap] = found(*rows, rules=GapRules(deadline="hour"))

    marked = next(one for one in gap.mends if one.kind == "mark")
    assert (marked.first_due, marked.last_due) == (at(4), at(4))


def test_an_instrument_is_repaired_within_two_days_as_far_as_known() -> None:
    [gap] = found(*day_but(invalid(3, {"fault": 3600})))

    repair = gap.mends[0]
    assert (repair.kind, repair.first_due, repair.doubts) == ("repair", at(3, day=3), ("repair_h",))


def test_windows_are_settings() -> None:
    rules = GapRules(
        GapParameters.model_validate({"repair_h": 24}), TransmissionParameters(amend_days=1)
    )

    [missing] = found(*day_but(invalid(3, {"missing": 3600})), rules=rules)
    [fault] = found(*day_but(invalid(3, {"fault": 3600})), rules=rules)

    assert missing.mends[0].first_due == at(4, day=2)
    assert (fault.mends[0].first_due, fault.mends[0].doubts) == (at(3, day=2), ())


def test_marks_that_meet_a_gap_are_named() -> None:
    marks = [
        accepted(at(2), at(4), mark=1),
        mark(at(3), None, mark=2, point=POINT),
        mark(at(3), at(4), mark=3, point=8),
        mark(at(4), at(5), mark=4),
        mark(at(3), at(4), mark=5, review=Review.REJECTED),
    ]

    [gap] = found(*day_but(invalid(3, {"missing": 3600})), marks=marks)

    assert gap.marks == (1, 2)


@pytest.mark.parametrize("name", REASONS)
def test_every_reason_has_words_and_something_that_mends_it(name: str) -> None:
    reason = REASONS[name]

    assert reason.zh
    assert reason.en
    assert set(reason.mends) <= set(MENDS)
    assert reason.mends


@given(st.lists(st.sampled_from(["valid", "missing", "fault", "unjudged"]), max_size=24))
def test_gaps_and_valid_hours_make_the_span(states: list[str]) -> None:
    rows = [
        row(at(hour)) if state == "valid" else invalid(hour, {state: 3600})
        for hour, state in enumerate(states)
        if state != "unjudged"
    ]
    span = GapSpan(POINT, at(0), at(len(states)), LONG_AFTER)

    told = gaps(rows, span, RULES)

    assert sum(one.hours for one in told) == len(states) - states.count("valid")
    assert all(before.until <= after.since for before, after in pairwise(told))
    lacking = [at(hour) for hour, state in enumerate(states) if state != "valid"]
    assert all(any(one.since <= hour < one.until for one in told) for hour in lacking)
    assert all((one.until - one.since) % HOUR == HOUR * 0 for one in told)
