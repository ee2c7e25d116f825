"""What a data flag means under each version of the protocol."""

from typing import get_args

import pytest

from services.rules.flags import FlagKind, FlagParameters, Meaning, Protocol, Use, meaning, meanings

DEFAULT = FlagParameters()


@pytest.mark.parametrize(
    ("flag", "protocol", "kind"),
    [
        ("N", "hj212-2017", FlagKind.VALID),
        ("F", "hj212-2017", FlagKind.STOPPED),
        ("M", "hj212-2017", FlagKind.MAINTENANCE),
        ("S", "hj212-2017", FlagKind.MANUAL),
        ("D", "hj212-2017", FlagKind.FAULT),
        ("C", "hj212-2017", FlagKind.CALIBRATION),
        ("T", "hj212-2017", FlagKind.OVER_RANGE),
        ("B", "hj212-2017", FlagKind.COMMUNICATION),
        ("Td", "hj212-2017", FlagKind.UNKNOWN),
        ("N", "hj212-2025", FlagKind.VALID),
        ("Td", "hj212-2025", FlagKind.FAULT),
        ("F", "hj212-2025", FlagKind.UNKNOWN),
        ("S", "hj212-2025", FlagKind.UNKNOWN),
        ("B", "hj212-2025", FlagKind.UNKNOWN),
        ("P", "hjt212-2005", FlagKind.FAULT),
        ("3", "hjt212-2005", FlagKind.VALID),
        ("0", "hjt212-2005", FlagKind.CALIBRATION),
        ("1", "hjt212-2005", FlagKind.UNKNOWN),
        ("B", "cems-v1", FlagKind.COMMUNICATION),
        ("Td", "cems-v1", FlagKind.FAULT),
        ("n", "hj212-2017", FlagKind.UNKNOWN),
        ("", "hj212-2017", FlagKind.UNKNOWN),
    ],
)
def test_a_flag_means_what_its_protocol_says(flag: str, protocol: Protocol, kind: FlagKind) -> None:
    assert meaning(flag, protocol, DEFAULT).kind is kind


@pytest.mark.parametrize("protocol", get_args(Protocol))
def test_only_normal_counts_as_a_number_and_over_range_as_a_bound(protocol: Protocol) -> None:
    used = {flag: found.use for flag, found in meanings(protocol, DEFAULT).items() if flag}

    assert {flag for flag, use in used.items() if use is Use.NUMBER} <= {"N", "3"}
    assert [flag for flag, use in used.items() if use is Use.LOWER_BOUND] == ["T"]


def test_an_unknown_flag_is_not_used() -> None:
    assert meaning("X", "hj212-2017", DEFAULT) == Meaning(FlagKind.UNKNOWN, Use.NONE)


def test_a_platform_may_add_a_flag_but_not_turn_one() -> None:
    params = FlagParameters(more_flags={"Md": FlagKind.MISSING, "D": FlagKind.VALID})

    assert meaning("Md", "hj212-2017", params) == Meaning(
        FlagKind.MISSING, Use.NONE, ("more_flags",)
    )
    assert meaning("D", "hj212-2017", params).kind is FlagKind.FAULT


def test_a_number_entered_by_hand_is_a_setting() -> None:
    counted = meaning("S", "hj212-2017", FlagParameters(manual_entry="valid"))

    assert (meaning("S", "hj212-2017", DEFAULT).use, counted.use) == (Use.NONE, Use.NUMBER)


def test_a_number_without_a_flag_is_a_setting() -> None:
    strict = meaning(None, "hj212-2017", FlagParameters(unflagged="unknown"))

    assert meaning(None, "hj212-2017", DEFAULT).use is Use.NUMBER
    assert (strict.kind, strict.use) == (FlagKind.UNKNOWN, Use.NONE)


def test_over_range_may_be_set_not_to_count() -> None:
    assert meaning("T", "hj212-2017", FlagParameters(over_range="invalid")).use is Use.NONE


def test_what_no_clause_decides_is_a_doubt_until_somebody_sets_it() -> None:
    rests_on = meaning(None, "hj212-2017", DEFAULT).rests_on

    assert DEFAULT.unestablished(rests_on) == ("unflagged",)
    assert FlagParameters(unflagged="valid").unestablished(rests_on) == ()
