"""A form that comes again is known by what it says, and not by how its parts are told apart."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest

from services.api.callers import ANYBODY
from services.api.uploads import Form, once
from services.api.writing import Work
from services.store.idempotency import Asked

if TYPE_CHECKING:
    from services.store.session import Session

WORK = Work(
    cast("Session", None), ANYBODY, datetime(2026, 8, 1, tzinfo=UTC), "r", "192.0.2.1", 3,
    Asked(1, "k", b"body"),
)  # fmt: skip
FORM = Form("/orders/1/answer", {"cause": "甲", "text": "乙"}, [("a.pdf", b"1"), ("b.pdf", b"2")])


def digest(form: Form, work: Work = WORK) -> bytes:
    asked = once(work, form).asked
    assert asked is not None
    return asked.digest


def test_the_same_form_has_the_same_digest_in_whatever_order_its_words_come() -> None:
    turned = replace(FORM, words={"text": "乙", "cause": "甲"})

    assert digest(turned) == digest(FORM)


@pytest.mark.parametrize(
    "other",
    [
        replace(FORM, address="/orders/2/answer"),
        replace(FORM, words={"cause": "甲", "text": ""}),
        replace(FORM, words={"cause": "", "text": "甲乙"}),
        replace(FORM, files=[("a.pdf", b"1")]),
        replace(FORM, files=[("a.pdf", b"2"), ("b.pdf", b"1")]),
        replace(FORM, files=[("a.pdfb", b"1"), (".pdf", b"2")]),
    ],
    ids=["address", "word", "words moved", "fewer files", "contents changed", "names moved"],
)
def test_another_form_has_another_digest(other: Form) -> None:
    assert digest(other) != digest(FORM)


def test_another_version_that_was_seen_is_another_request() -> None:
    assert digest(FORM, replace(WORK, seen=4)) != digest(FORM)


def test_without_a_key_nothing_is_bound() -> None:
    work = replace(WORK, asked=None)

    assert once(work, FORM) is work
