"""What is refused is said for whoever calls the API, with what there is to look at."""

import pytest

from schemas.sentence import Sentence, term
from services.api.problems import Kinds, Problem
from services.api.refusals import CHANGED, check_seen, fit, refusing
from services.rules.alerting.actions import ActionError
from services.rules.limit_acts import Refused as LimitRefused
from services.rules.limit_places import PlaceError
from services.rules.marks.mark_entries import EntryError
from services.rules.supervision.refusals import Refused
from services.store.alerts import Stale
from services.store.marks import MarkConflict

A, B = Sentence("a", "甲"), Sentence("b", "乙")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("see `qingkong marks list`", "see /api/v1/marks"),
        ("see `qingkong manual list --history 3`", "see /api/v1/results"),
        ("请用 `qingkong alerts list` 查编号", "请用 /api/v1/alerts 查编号"),
        ("give --max (at most), --o2 or both", "give max (at most), o2 or both"),
        ("5 -- 6", "5 -- 6"),
        ("use `qingkong limits correct`; later", "use /api/v1/limits/{limit}/correct; later"),
        ("see `qingkong limits catalogue`", "see the catalogue"),
        (
            "`qingkong devices key new-seal` prints one",
            "`qingkong devices key new-seal` prints one",
        ),
    ],
    ids=["marks", "manual", "zh", "options", "a dash", "two words", "no place", "of the server"],
)
def test_a_sentence_without_commands(sentence: str, said: str) -> None:
    assert fit(sentence) == said


@pytest.mark.parametrize(
    ("error", "kind", "zh", "en"),
    [
        (ActionError("甲", "a"), Kinds.CONFLICT, "甲", "a"),
        (Refused("a", "甲"), Kinds.CONFLICT, "甲", "a"),
        (EntryError([A, B]), Kinds.INVALID, "内容不合要求：甲；乙。", "a; b"),
        (LimitRefused(A, B), Kinds.INVALID, "内容不合要求：甲；乙。", "a; b"),
        (PlaceError(A), Kinds.INVALID, "内容不合要求：甲。", "a"),
        (MarkConflict(A), Kinds.CONFLICT, "甲。", "a"),
        (Stale("a"), Kinds.CONFLICT, CHANGED, "a"),
    ],
    ids=["action", "refused", "entry", "limit", "place", "conflict", "race"],
)
def test_what_the_rules_refuse_is_a_problem(
    error: Exception, kind: Kinds, zh: str, en: str
) -> None:
    with pytest.raises(Problem) as raised, refusing():
        raise error

    assert (raised.value.kind, raised.value.zh, raised.value.en) == (kind, zh, en)


def test_all_that_is_wrong_is_told_one_by_one() -> None:
    with pytest.raises(Problem) as raised, refusing():
        raise EntryError([A, Sentence(f"give --to{term('止')}", "请填写结束时间")])

    told = [(one.detail.en, one.detail.zh) for one in raised.value.errors]
    assert told == [("a", "甲"), ("give to", "请填写结束时间")]


def test_who_lost_a_race_over_a_version_he_named_is_told_of_the_newer_one() -> None:
    with (
        pytest.raises(Problem) as raised,
        refusing(look=lambda: check_seen(1, 2, ("已签收", "acknowledged"))),
    ):
        raise MarkConflict(A)

    assert raised.value.kind is Kinds.STALE
    assert raised.value.headers["ETag"] == '"2"'


def test_who_lost_a_race_without_naming_a_version_is_told_to_look_again() -> None:
    with (
        pytest.raises(Problem) as raised,
        refusing(look=lambda: check_seen(None, 2, ("已签收", "acknowledged"))),
    ):
        raise MarkConflict(Sentence("mark 3 was changed meanwhile", "标记 3 已更新"))

    assert raised.value.kind is Kinds.CONFLICT
    assert ("mark 3" in raised.value.en, raised.value.zh) == (True, "标记 3 已更新。")


def test_the_version_that_was_seen_is_no_problem() -> None:
    check_seen(3, 3, ("", ""))
    check_seen(None, 3, ("", ""))
