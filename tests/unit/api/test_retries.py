"""What says which rejects are fed in again, and what does not."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.api.models.retries import NewRetry
from services.store.asked_retries import RetryWish


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"reject": 7}, True),
        ({"mn": "MN-A"}, True),
        ({"reason": "crc"}, True),
        ({"from": "2026-08-01T00:00"}, True),
        ({"to": "2026-08-01T00:00"}, True),
        ({}, False),
        ({"again": True, "dry_run": True, "clock_offset_s": 5}, False),
        ({"reject": 7, "reason": "crc"}, False),
        ({"reject": 7, "to": "2026-08-01T00:00"}, False),
    ],
    ids=[
        "one",
        "mn",
        "reason",
        "from",
        "to",
        "nothing",
        "manner alone",
        "mixed",
        "one and a range",
    ],
)
def test_one_reject_or_what_many_match_says_which(body: dict[str, Any], *, named: bool) -> None:
    assert NewRetry.model_validate(body).named is named


def test_what_is_asked_for_is_what_is_wished() -> None:
    body = {"mn": "MN-A", "reason": "clock", "clock_offset_s": -60, "again": True, "dry_run": True}

    wish = NewRetry.model_validate(body).wish()

    assert wish == RetryWish(
        mn="MN-A", reason="clock", clock_offset_s=-60, again=True, dry=True
    )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [{"reject": 0}, {"reject": 1 << 63}, {"mn": ""}, {"mn": "a\0"}, {"rejects": [1]}],
    ids=["none", "too large", "empty", "control", "unknown field"],
)
def test_what_is_no_request_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NewRetry.model_validate(body)
