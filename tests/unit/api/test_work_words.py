"""What texts and times of a request are taken for, and what is refused as neither."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from services.api.models.work_words import Asked, At, NeededWords, Told, When, Words


class Body(Asked):
    words: Words = ""
    needed: NeededWords = "x"
    when: When = datetime(2026, 8, 1, tzinfo=UTC)


class Shown(Told):
    at: At


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("2026-08-01", datetime(2026, 7, 31, 16, tzinfo=UTC)),
        ("2026-08-01T08:00", datetime(2026, 8, 1, tzinfo=UTC)),
        ("2026-08-01T08:00:00Z", datetime(2026, 8, 1, 8, tzinfo=UTC)),
        ("2026-08-01T08:00:00-05:00", datetime(2026, 8, 1, 13, tzinfo=UTC)),
    ],
    ids=["a day", "no offset", "UTC", "an offset"],
)
def test_a_time_is_beijings_unless_it_names_its_offset(given: str, taken: datetime) -> None:
    body = Body.model_validate({"when": given})

    assert body.when == taken


@pytest.mark.parametrize(
    "given", [0, 1.5, True, None, "", "today", "1969-12-31", "9999-12-31", "2026-02-30"], ids=repr
)
def test_what_is_no_time(given: object) -> None:
    with pytest.raises(ValidationError):
        Body.model_validate({"when": given})


def test_a_time_is_told_by_the_clock_of_the_site() -> None:
    shown = Shown(at=datetime(2026, 8, 1, tzinfo=UTC))

    assert shown.model_dump_json() == '{"at":"2026-08-01T08:00:00+08:00"}'


@pytest.mark.parametrize(
    ("given", "taken"),
    [("  甲 \n 乙 ", "甲 \n 乙"), ("<b>&", "<b>&"), ("\u3000全角", "全角"), ("😀", "😀")],
    ids=["lines", "html", "wide blank", "emoji"],
)
def test_text_is_kept_as_it_is_but_for_its_edges(given: str, taken: str) -> None:
    assert Body.model_validate({"words": given}).words == taken


@pytest.mark.parametrize(
    "given", ["a\x00b", "\x1b]0;title", "\u202eabc", "\u200bx", "x\ud800"], ids=ascii
)
def test_text_that_would_not_be_seen_is_refused(given: str) -> None:
    with pytest.raises(ValidationError):
        Body.model_validate({"words": given})


def test_words_that_are_needed_are_more_than_blanks() -> None:
    with pytest.raises(ValidationError):
        Body.model_validate({"needed": " \n\t"})


def test_a_field_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        Body.model_validate({"word": "x"})
