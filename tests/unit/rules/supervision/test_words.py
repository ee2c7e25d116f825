"""Every state, step and reason has its word of the field."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from schemas.contest import ContestAbout, ContestState, ContestWhat, Needed
from schemas.order import (
    Consequence,
    Level,
    OrderDisposition,
    OrderState,
    OrderWhat,
    Party,
    Stage,
)
from services.rules.supervision import words


@pytest.mark.parametrize(
    ("named", "kind"),
    [
        (words.STATES, OrderState), (words.EVENTS, OrderWhat), (words.STAGES, Stage),
        (words.LEVELS, Level), (words.DISPOSITIONS, OrderDisposition),
        (words.CONSEQUENCES, Consequence), (words.PARTIES, Party),
        (words.CONTEST_STATES, ContestState), (words.CONTEST_EVENTS, ContestWhat),
        (words.ABOUT, ContestAbout), (words.NEEDED, Needed),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)  # fmt: skip
def test_each_has_a_word_of_its_own(named: Mapping[object, object], kind: type[StrEnum]) -> None:
    assert list(named) == list(kind)
    assert len(set(named.values())) == len(named)


def test_reasons_of_ours_are_explained_and_those_of_people_are_left() -> None:
    assert words.reason_text("answer_overdue") == "answer_overdue 反馈超期"
    assert words.reason_text("severity_red").startswith("severity_red 告警级别")
    assert words.reason_text("kind_bypass_open").startswith("kind_bypass_open 告警种类")
    assert words.reason_text("连续超标") == "连续超标"
