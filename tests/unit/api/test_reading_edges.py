"""Ranges that can be answered, passwords that are hidden, and plants folded from their outlets."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alert import AlertKind, AlertState
from schemas.judgement import Outcome, Stage
from services.api.history_answers import masked, text_of
from services.api.models.status import RegionStatusModel
from services.api.problems import Problem
from services.api.ranges import Range, Wish
from services.api.region_answers import region_body, words_counted
from services.api.region_standing import Alike, PlantStanding, RegionPicture, folded
from services.api.standing import plant_status
from services.rules.status import Case, Facts, Judged, Reason, Status, Warned, Word, status_of
from services.store.places import RegionRef
from services.store.status_cases import ActiveCase
from services.store.status_regions import RegionNode
from services.store.status_registered import ListedPlant

NOW = datetime(2026, 8, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_range_is_half_open_and_of_beijing_unless_it_says_otherwise() -> None:
    found = Wish("2026-08-01", "2026-08-02T00:00:00Z").range(NOW, 7 * DAY, DAY)

    assert found == Range(datetime(2026, 7, 31, 16, tzinfo=UTC), datetime(2026, 8, 2, tzinfo=UTC))


def test_what_is_not_said_ends_now_and_is_as_long_as_usual() -> None:
    found = Wish(None, None).range(NOW, 7 * DAY, DAY)

    assert (found.since, found.until) == (NOW - DAY, NOW)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2026-08-02", "2026-08-01", "must lie before"),
        ("2026-08-02", "2026-08-02", "must lie before"),
        ("soon", None, "is a time of ISO 8601"),
        (None, "2026-13-01", "is a time of ISO 8601"),
        ("2026-07-01", "2026-08-01", "at most 7 days"),
    ],
    ids=["reversed", "empty", "no time", "no month", "too long"],
)
def test_a_range_that_cannot_be_answered_says_what_to_do(
    since: str | None, until: str | None, said: str
) -> None:
    with pytest.raises(Problem) as refused:
        Wish(since, until).range(NOW, 7 * DAY, DAY)

    assert said in refused.value.en
    assert refused.value.zh
    assert refused.value.errors


def test_open_ends_may_stay_open() -> None:
    assert Wish(None, None).ends() == (None, None)
    with pytest.raises(Problem):
        Wish("2026-08-02", "2026-08-01").ends()


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        (b"##0080ST=31;CN=2011;PW=123456;MN=A;", b"##0080ST=31;CN=2011;PW=******;MN=A;"),
        (b"##0080PW=123456;MN=A;", b"##0080PW=******;MN=A;"),
        (b"PW=a;NewPW=b&&", b"PW=******;NewPW=******&&"),
        (b"pw=1;x", b"pw=******;x"),
        (b"CP=&&POW=5;PWM=6&&", b"CP=&&POW=5;PWM=6&&"),
        (b"", b""),
    ],
    ids=["within", "behind the length", "a new one", "small letters", "others", "empty"],
)
def test_passwords_are_masked_and_nothing_else(frame: bytes, shown: bytes) -> None:
    assert masked(frame) == shown


@given(st.from_regex(rb"[A-Za-z0-9]{1,20}", fullmatch=True), st.binary(max_size=30))
def test_no_password_is_left_whatever_stands_behind_it(secret: bytes, rest: bytes) -> None:
    frame = b"##0101QN=1;PW=" + secret + b";" + rest.replace(b"PW=", b"")

    assert b"PW=" + secret + b";" not in masked(frame)


@given(st.binary(max_size=50))
def test_any_bytes_are_text(frame: bytes) -> None:
    assert isinstance(text_of(frame), str)


def told(word: Word, stage: Stage | None = Stage.FINAL) -> Status:
    return Status(word, stage, sure=True, reasons=(Reason("verdict", 1, "x", word),))


def case(subject: int | None, kind: str = "facility_off") -> ActiveCase:
    return ActiveCase(9, 1, subject, None, kind, "open", "red", sure=True, since=NOW)


@pytest.mark.parametrize(
    ("outlets", "cases", "word"),
    [
        pytest.param([Word.COMPLIANT, Word.EXCEEDING], [], Word.EXCEEDING, id="the worst outlet"),
        pytest.param([Word.COMPLIANT, Word.STOPPED], [], Word.COMPLIANT, id="one stands still"),
        pytest.param([Word.COMPLIANT], [case(77)], Word.WARNING, id="a facility's case"),
        pytest.param([Word.COMPLIANT], [case(1)], Word.COMPLIANT, id="told by the outlet already"),
        pytest.param([], [], Word.UNKNOWN, id="nothing is registered"),
        pytest.param(
            [Word.COMPLIANT], [case(None, "device_offline")], Word.NO_DATA, id="a silent logger"
        ),
        pytest.param(
            [Word.COMPLIANT], [case(None, "supervision")], Word.COMPLIANT, id="something is ordered"
        ),
    ],
)
def test_a_plant_is_as_its_worst_part(
    outlets: Sequence[Word], cases: Sequence[ActiveCase], word: Word
) -> None:
    found = plant_status({key: told(one) for key, one in enumerate(outlets, 1)}, cases)

    assert found.word is word
    assert all(reason.word is word for reason in found.reasons)


def test_a_plant_is_as_settled_as_what_decides() -> None:
    parts = {
        1: told(Word.EXCEEDING, Stage.FINAL),
        2: told(Word.EXCEEDING, Stage.PROVISIONAL),
        3: told(Word.COMPLIANT, Stage.PROVISIONAL),
    }

    assert plant_status(parts, []).stage is Stage.PROVISIONAL
    assert plant_status({1: parts[1]}, []).stage is Stage.FINAL


def line(code: str, region: str, word: Word) -> PlantStanding:
    return PlantStanding(ListedPlant(1, code, code, region), told(word), (word, word))


def test_a_region_counts_what_lies_below_it() -> None:
    nodes = [
        RegionNode("15", "省", "", None, 2),
        RegionNode("1502", "市", "", "15", 1),
        RegionNode("1505", "市", "", "15", 1),
        RegionNode("150502", "区", "", "1505", 1),
    ]
    lines = [line("P2", "1502", Word.COMPLIANT), line("P1", "150502", Word.EXCEEDING)]
    own = RegionRef("1505", "市", "", "15", frozenset({"1505", "15"}), (1,))

    found = RegionStatusModel.model_validate(
        region_body(own, RegionPicture(lines, nodes)) | {"at": NOW, "as_of": "1"}
    )

    assert [one.code for one in found.below] == ["150502"]
    assert found.below[0].counts.plants == {Word.EXCEEDING: 1}
    assert found.counts.outlets == {Word.EXCEEDING: 2, Word.COMPLIANT: 2}
    assert [one.code for one in found.plants] == ["P1", "P2"]
    assert list(words_counted({Word.COMPLIANT: 1, Word.EXCEEDING: 1, Word.STOPPED: 0})) == [
        Word.EXCEEDING, Word.COMPLIANT,
    ]  # fmt: skip


JUDGED = st.tuples(st.sampled_from(Outcome), st.sampled_from(Stage), st.booleans())
CASES = st.tuples(
    st.sampled_from(AlertKind), st.sampled_from(AlertState), st.booleans(), st.booleans()
)
WARNED = st.tuples(st.sampled_from(["prewarning", "over_limit_now"]), st.booleans())


@given(
    st.lists(JUDGED, max_size=6),
    st.lists(CASES, max_size=3),
    st.lists(WARNED, max_size=2),
    st.booleans(),
)
def test_an_outlet_folded_once_for_all_alike_has_the_word_that_its_own_fold_gives(
    judged: list[tuple[Outcome, Stage, bool]],
    cases: list[tuple[AlertKind, AlertState, bool, bool]],
    warned: list[tuple[str, bool]],
    limited: bool,  # noqa: FBT001 - made by chance
) -> None:
    own = status_of(
        Facts(
            tuple(Judged(key, *one, NOW + key * DAY) for key, one in enumerate(judged)),
            tuple(Case(key, *one[:3], NOW + key * DAY, one[3]) for key, one in enumerate(cases)),
            tuple(Warned(key, *one, NOW) for key, one in enumerate(warned)),
            limited=limited,
        )
    )

    alike = folded(
        Alike(tuple(sorted(set(judged))), tuple(sorted(cases)), tuple(sorted(warned)), limited)
    )

    assert (alike.word, alike.stage, alike.sure) == (own.word, own.stage, own.sure)
