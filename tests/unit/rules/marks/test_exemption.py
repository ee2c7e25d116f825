"""What marks make of an hour that is over its limit."""

from decimal import Decimal

import pytest

from schemas.marks import Mark, Review
from schemas.registry_words import BEIJING
from services.rules.marks.exemption import Around, Exceedance, exemption
from services.rules.marks.intervals import Interval
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.quota import used_before
from tests.fixtures.marking import (
    BAKE,
    CEMS,
    COOLING,
    FAULT,
    OUT,
    START,
    accepted,
    at,
    hourly,
    judged_hour,
    line,
    mark,
)

CLEAN = Around(dust=hourly(at(-240), at(240), "20"))
HOUR_S = 3600


def test_without_a_mark_there_is_no_exemption() -> None:
    found = judged_hour(line(), at(9), CLEAN)

    assert (found.claim, found.why, found.marks) == ("none", "no_mark", ())


def test_until_it_is_reviewed_an_exemption_is_claimed() -> None:
    found = judged_hour(line(mark(at(8), at(12))), at(9), CLEAN)

    assert (found.claim, found.why, found.marks) == ("claimed", "claimed", (1,))
    assert (found.seconds, found.claimed_s) == (0, HOUR_S)


def test_an_accepted_start_up_with_little_dust_is_exempt() -> None:
    """Order 10 art 10: 启炉, within 4 h and 60 h, particulate hourly mean 20 <= 150 mg/m3."""
    found = judged_hour(line(accepted(at(8), at(12))), at(9), CLEAN)

    assert (found.claim, found.why) == ("exempt", "exempt")
    assert (found.seconds, found.claimed_s, found.late, found.doubts) == (HOUR_S, 0, False, ())


@pytest.mark.parametrize(
    ("dust", "claim", "why"),
    [
        ("150", "exempt", "exempt"),
        ("150.000000001", "none", "dust_over"),
        ("151", "none", "dust_over"),
        (None, "claimed", "dust_unknown"),
    ],
    ids=["150 is not over", "a digit over", "over", "unknown"],
)
def test_dust_over_150_ends_the_exemption_and_unknown_dust_never_gives_one(
    dust: str | None, claim: str, why: str
) -> None:
    around = Around(dust=hourly(at(0), at(24), dust))

    found = judged_hour(line(accepted(at(8), at(12))), at(9), around)

    assert (found.claim, found.why) == (claim, why)


@pytest.mark.parametrize("kind", [BAKE, COOLING])
def test_bake_out_and_cooling_ask_for_no_dust(kind: str) -> None:
    """Order 10 art 10: 700 h a year, without a condition."""
    found = judged_hour(line(accepted(at(8), at(12), kind)), at(9), Around())

    assert found.claim == "exempt"


@pytest.mark.parametrize("review", [Review.REJECTED, Review.LAPSED])
def test_a_rejected_or_lapsed_mark_changes_nothing_and_says_why(review: Review) -> None:
    found = judged_hour(line(mark(at(8), at(12), review=review)), at(9), CLEAN)

    assert (found.claim, found.why, found.marks) == ("none", review.value, (1,))


@pytest.mark.parametrize(
    ("hour", "claim", "why"),
    [(11, "exempt", "exempt"), (12, "none", "over_cap")],
    ids=["the fourth hour", "the fifth"],
)
def test_a_start_up_is_exempt_for_four_hours_and_no_longer(hour: int, claim: str, why: str) -> None:
    """2019 No. 50: 启炉 at most 4 h. Marked 08:00-14:00, so exempt until 12:00."""
    found = judged_hour(line(accepted(at(8), at(14))), at(hour), CLEAN)

    assert (found.claim, found.why) == (claim, why)


def test_the_cap_is_not_dodged_by_two_marks_that_touch() -> None:
    found = judged_hour(
        line(accepted(at(8), at(12), FAULT), accepted(at(12), at(16), FAULT, mark=2)), at(12), CLEAN
    )

    assert (found.claim, found.why) == ("none", "over_cap")


@pytest.mark.parametrize(
    ("kind", "hours", "claim"),
    [
        (BAKE, 11, "exempt"),
        (BAKE, 12, "none"),
        ("waste_incineration/bake_out_after_repair", 167, "exempt"),
        ("waste_incineration/bake_out_after_repair", 168, "none"),
    ],
)
def test_bake_out_has_12_hours_and_168_after_repair(kind: str, hours: int, claim: str) -> None:
    found = judged_hour(line(accepted(at(0), at(200), kind)), at(hours), CLEAN)

    assert found.claim == claim


def test_a_cap_within_the_hour_leaves_the_rest_of_it_to_be_judged() -> None:
    """08:30 + 4 h = 12:30: of the hour from 12:00, 1800 s are exempt and 1800 s are not."""
    found = judged_hour(line(accepted(at(8.5), at(13))), at(12), CLEAN)

    assert (found.claim, found.why, found.seconds) == ("claimed", "partly_marked", 1800)
    assert found.doubts == ("hour_share",)


def test_the_sixty_first_hour_of_the_year_is_not_exempt() -> None:
    """20 faults of 3 h each use the 60 h; the hour after them finds none left."""
    marks = [accepted(at(6 * n), at(6 * n + 3), FAULT, mark=n) for n in range(21)]
    whole = line(*marks, now=at(400))
    last, after = at(6 * 19 + 2), at(6 * 20)
    dust = hourly(at(0), at(200), "20")

    sixtieth = Around(dust, used_s=used_before(whole, last, BEIJING))
    next_ = Around(dust, used_s=used_before(whole, after, BEIJING))

    assert sixtieth.used_s["furnace_60h"] == 59 * HOUR_S
    assert judged_hour(whole, last, sixtieth).claim == "exempt"
    assert judged_hour(whole, after, next_).why == "quota_used_up"


def test_out_of_service_is_not_judged() -> None:
    around = Around(oxygen=hourly(at(0), at(24), "20.9"))

    found = judged_hour(line(accepted(at(0), at(24), OUT)), at(9), around)

    assert (found.claim, found.why) == ("exempt", "out_of_service")


@pytest.mark.parametrize(
    ("oxygen", "why"),
    [("18.9", "out_of_service"), ("18.8", "oxygen_contradicts"), (None, "out_of_service")],
    ids=["two points under", "more than two", "not measured"],
)
def test_out_of_service_with_flue_gas_that_burns_is_only_claimed(
    oxygen: str | None, why: str
) -> None:
    """2019 No. 50: flue O2 at most 2 points under the ambient: 20.9 - 2 = 18.9 %."""
    around = Around(oxygen=hourly(at(0), at(24), oxygen))

    found = judged_hour(line(accepted(at(0), at(24), OUT)), at(9), around)

    assert found.why == why
    assert (found.claim == "claimed") is (why == "oxygen_contradicts")
    assert found.doubts == (() if oxygen is None else ("ambient_oxygen",))


def test_a_bureaus_mark_counts_at_once_and_the_setting_is_among_the_doubts() -> None:
    found = judged_hour(line(mark(at(8), at(12), origin="bureau")), at(9), CLEAN)

    assert (found.claim, found.doubts) == ("exempt", ("counting_origins",))


def test_a_bureau_that_sets_who_counts_leaves_no_doubt() -> None:
    params = MarkParameters(counting_origins=frozenset({"plant"}))

    found = judged_hour(line(mark(at(8), at(12)), params=params), at(9), CLEAN, params)

    assert (found.claim, found.doubts) == ("exempt", ())


def test_a_late_mark_is_claimed_and_said_to_be_late() -> None:
    """2019 No. 50, 5: start-up at 08:00, due 09:00, entered 10:00."""
    found = judged_hour(line(mark(at(8), at(12), entered_at=at(10))), at(9), CLEAN)

    assert (found.claim, found.why, found.late) == ("claimed", "late", True)
    assert found.doubts == ("late_marks",)


def test_an_accepted_late_mark_is_exempt_and_still_said_to_be_late() -> None:
    found = judged_hour(line(accepted(at(8), at(12), entered_at=at(10))), at(9), CLEAN)

    assert (found.claim, found.late) == ("exempt", True)


PLANNED = accepted(at(8), at(12), planned=True, entered_at=at(0))


@pytest.mark.parametrize(
    ("held", "claim", "why"),
    [
        ([Interval(at(8), at(12))], "exempt", "exempt"),
        ([Interval(at(20), at(22))], "none", "unconfirmed"),
        (None, "claimed", "unconfirmed"),
    ],
    ids=["confirmed", "denied", "unknown"],
)
def test_a_planned_mark_exempts_only_what_the_time_confirms(
    held: list[Interval] | None, claim: str, why: str
) -> None:
    found = judged_hour(line(PLANNED, held={START: held}), at(9), CLEAN)

    assert (found.claim, found.why) == (claim, why)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("cement/start_up", "unsettled"),
        ("thermal_power/connected", "cap_unknown"),
        ("permit_ceramics_brick/start_up", "pollutant_unknown"),
        ("unheard/of", "unsettled"),
    ],
)
def test_what_nobody_has_established_exempts_nothing_even_if_accepted(kind: str, why: str) -> None:
    found = judged_hour(line(accepted(at(8), at(12), kind)), at(9), CLEAN)

    assert (found.claim, found.why) == ("claimed", why)
    assert f"kind:{kind}" in found.doubts


def test_a_pool_without_a_figure_exempts_nothing() -> None:
    key = "thermal_power/fault_or_accident"
    params = MarkParameters(caps_h={key: Decimal(8)})

    found = judged_hour(line(accepted(at(8), at(12), key), params=params), at(9), CLEAN, params)

    assert (found.claim, found.why) == ("claimed", "quota_unknown")


def test_a_bureau_settles_what_the_rule_leaves_open() -> None:
    key = "cement/start_up"
    params = MarkParameters(caps_h={key: Decimal(36)}, effects={key: "exempt"})

    found = judged_hour(line(accepted(at(8), at(12), key), params=params), at(9), CLEAN, params)

    assert (found.claim, found.doubts) == ("exempt", ())


def test_a_permit_window_is_about_its_pollutants_alone() -> None:
    """Permit specification for boilers: hot start 2 h, NOx only; the hour judged is of NOx."""
    marks = line(accepted(at(8), at(10), "permit_boiler/hot_start"))
    dust = Exceedance(at(9), at(10), "a34013", None, lambda _value: True)

    assert judged_hour(marks, at(9), CLEAN).claim == "exempt"
    assert exemption(marks, dust, CLEAN, MarkParameters()).why == "other_pollutant"


def test_a_monitoring_mark_exempts_nothing() -> None:
    found = judged_hour(line(accepted(at(8), at(12), CEMS)), at(9), CLEAN)

    assert (found.claim, found.why) == ("none", "no_mark")


@pytest.mark.parametrize(
    ("share", "claim"), [("1", "claimed"), ("0.75", "exempt")], ids=["whole hour", "45 minutes"]
)
def test_how_much_of_an_hour_must_be_marked_is_a_setting(share: str, claim: str) -> None:
    """A mark from 08:15: 45 of 60 minutes of the hour are exempt."""
    params = MarkParameters(hour_share=Decimal(share))

    found = judged_hour(line(accepted(at(8.25), at(12))), at(8), CLEAN, params)

    assert (found.claim, found.seconds) == (claim, 2700)


def test_overlapping_marks_are_both_named_and_counted_once() -> None:
    """Accepted start-up 08:00-12:00 with an unreviewed fault 09:30-10:30 of the same furnace."""
    marks: list[Mark] = [accepted(at(8), at(12)), mark(at(9.5), at(10.5), FAULT, mark=2)]

    found = judged_hour(line(*marks), at(9), CLEAN)

    assert (found.claim, found.seconds) == ("exempt", HOUR_S)


def test_a_mark_that_holds_by_its_rank_alone_leaves_the_rank_in_doubt() -> None:
    both = [accepted(at(8), at(12)), accepted(at(9), at(10), COOLING, mark=2)]

    found = judged_hour(line(*both), at(9), CLEAN)

    assert (found.claim, found.marks, found.doubts) == ("exempt", (1,), ("condition_rank",))
    assert judged_hour(line(*both), at(8), CLEAN).doubts == ()
