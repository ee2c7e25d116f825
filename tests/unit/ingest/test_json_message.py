"""JSON messages to statements: what is taken, what is refused, and that both ways agree."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.series import Series
from services.ingest.json_common import common_message
from services.ingest.json_message import state_document, state_message
from services.ingest.statement import Refused, Said, SaidEvent, SaidParameter, Statement

NEW_YEAR = "2026-01-01T08:00:00+08:00"
NEW_YEAR_US = 1_767_225_600_000_000
READING = {"time": NEW_YEAR, "kind": "realtime", "code": "a21026", "value": 12.5, "flag": "N"}


def payload(**message: object) -> bytes:
    return orjson.dumps(message)


def reading(**change: object) -> bytes:
    return payload(readings=[READING | change])


def refused(data: bytes) -> Refused:
    outcome = state_message(data)
    assert isinstance(outcome, Refused)
    return outcome


def test_a_single_reading_is_stated() -> None:
    data = payload(mn="88888880000001", sent_at="2026-01-01T00:00:00.5Z", readings=[READING])

    outcome = state_message(data)

    said = Said(Series.REALTIME, "a21026", NEW_YEAR_US, 12.5, flag="N")
    assert outcome == [Statement("88888880000001", NEW_YEAR_US + 500_000, (said,))]


def test_the_shape_that_loggers_send_takes_the_fast_way() -> None:
    data = payload(mn="88888880000001", sent_at=NEW_YEAR, readings=[READING, READING])

    assert common_message(data, orjson.loads(data)) is not None


def test_every_field_of_a_reading_arrives() -> None:
    data = reading(
        kind="hour", min=1, max=3.25, converted=4, converted_min=0.1, converted_max=-0.0,
        total=7e-3, flag=None, span_s=3600, sampled_at="2026-01-01T00:00:00.000001Z",
    )  # fmt: skip

    outcome = state_message(data)

    said = Said(
        Series.HOUR, "a21026", NEW_YEAR_US, 12.5, 1, 3.25, 4, 0.1, -0.0, 7e-3, None, 3600,
        NEW_YEAR_US + 1,
    )  # fmt: skip
    assert outcome == [Statement("", None, (said,))]


def test_states_parameters_and_events_are_stated() -> None:
    data = payload(
        states=[{"time": NEW_YEAR, "code": "SB1", "state": 1}],
        parameters=[{"time": NEW_YEAR, "code": "i13004", "about": "a21026", "value": "200"}],
        events=[{"time": NEW_YEAR, "kind": "log", "code": None, "text": "校准\n完成"}],
    )

    outcome = state_message(data)

    assert outcome == [
        Statement(
            "",
            None,
            (Said(Series.STATE, "SB1", NEW_YEAR_US, 1.0),),
            (SaidParameter("a21026", "i13004", "200", NEW_YEAR_US),),
            (SaidEvent("log", None, None, "校准\n完成", NEW_YEAR_US),),
        )
    ]


def test_a_batch_makes_a_statement_of_each_message() -> None:
    message = orjson.loads(reading())
    data = orjson.dumps([message, message | {"mn": "88888880000002"}])

    outcome = state_message(data)

    assert not isinstance(outcome, Refused)
    assert [statement.mn for statement in outcome] == ["", "88888880000002"]


def test_a_reading_may_be_a_flag_alone() -> None:
    data = reading(value=None, flag="D")

    outcome = state_message(data)

    said = Said(Series.REALTIME, "a21026", NEW_YEAR_US, None, flag="D")
    assert outcome == [Statement("", None, (said,))]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"##0101QN=20160801085857223", id="an HJ 212 frame"),
        pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
        pytest.param(b'{"mn":"\xb1\xb1"}', id="not UTF-8"),
        pytest.param(b'{"mn":"\\ud800"}', id="half a surrogate pair"),
        pytest.param(reading().replace(b"12.5", b"NaN"), id="NaN"),
        pytest.param(reading().replace(b"12.5", b"-Infinity"), id="infinity"),
        pytest.param(reading().replace(b"12.5", b"1e400"), id="beyond a float"),
        pytest.param(reading().replace(b"12.5", b"9" * 400), id="400 digits"),
        pytest.param(b"[" * 1024 + b"]" * 1024, id="1024 deep"),
        pytest.param(b"[" * 200_000, id="200,000 deep"),
        pytest.param(reading().replace(b"12.5", b'1,"value":2'), id="a key twice"),
        pytest.param(reading().replace(b"12.5", b'1,"value" :2'), id="a key twice, with a blank"),
        pytest.param(b'{"a":{"b":1,"b":1},"a":2}', id="a key twice in what is dropped"),
    ],
)
def test_what_is_not_plain_json_is_refused_as_json(data: bytes) -> None:
    assert refused(data).reason == "json"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"[]", "$ is an empty list; send at least one message", id="empty batch"),
        pytest.param(b"7", "$ must be an object", id="a number"),
        pytest.param(b"{}", "$ holds no reading, state, parameter or event", id="no item"),
        pytest.param(reading(value="1"), "$.readings[0].value must be a JSON number", id="text"),
        pytest.param(reading(value=True), "$.readings[0].value must be a JSON number", id="true"),
        pytest.param(reading(kind="state"), "$.readings[0].kind is wrong", id="kind"),
        pytest.param(reading(code=""), "$.readings[0].code is wrong", id="no code"),
        pytest.param(reading(code="a" * 65), "$.readings[0].code is wrong", id="long code"),
        pytest.param(reading(code="a\0"), "$.readings[0].code holds control characters", id="NUL"),
        pytest.param(reading(flag="NNNNN"), "$.readings[0].flag is wrong", id="long flag"),
        pytest.param(reading(span_s=0), "$.readings[0].span_s is wrong", id="no span"),
        pytest.param(reading(unit="mg"), "$.readings[0].unit is not a field", id="unit"),
        pytest.param(
            reading(value=None, flag=None),
            "$.readings[0] holds neither a number nor a flag",
            id="nothing said",
        ),
        pytest.param(
            orjson.dumps([orjson.loads(reading(value="x"))]),
            "$[0].readings[0].value must be a JSON number",
            id="in a batch",
        ),
    ],
)
def test_what_the_schema_forbids_is_refused_with_its_path(data: bytes, says: str) -> None:
    outcome = refused(data)

    assert outcome.reason == "schema"
    assert says in outcome.detail


def test_a_time_without_zone_is_refused_as_a_time() -> None:
    outcome = refused(payload(mn="88888880000001", readings=[READING | {"time": NEW_YEAR[:19]}]))

    assert outcome == Refused(
        "time",
        "$.readings[0].time has no zone; write the offset after the time, "
        "as in 2026-01-01T08:00:00+08:00 for Beijing time",
        "88888880000001",
    )


def test_many_errors_are_said_in_short() -> None:
    outcome = refused(payload(readings=[None] * 1000))

    assert outcome.detail.endswith("and 997 more")


def test_a_senders_key_is_quoted_only_in_printable_characters() -> None:
    outcome = refused(payload(readings=[READING | {"a\0\x1b[31m" + "b" * 99: 1}], mn="\0"))

    assert outcome.detail.isprintable()
    assert outcome.mn == "?"
    assert len(outcome.detail) < 160


def _either(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Mostly what is right, now and then anything."""
    return strategy | strategy | strategy | WRONG


WRONG: st.SearchStrategy[object] = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=70),
    st.just([]), st.just({}), st.just([None]),
)  # fmt: skip
MOMENT = st.one_of(
    st.datetimes().map(lambda at: at.isoformat() + "+08:00"),
    st.datetimes().map(lambda at: at.isoformat(sep=" ") + "Z"),
    st.datetimes().map(lambda at: at.isoformat()),
    st.sampled_from(["2026-01-01t00:00:00z", "2026-13-01T00:00:00Z", NEW_YEAR]),
)
WORD = st.text(max_size=5) | st.sampled_from(["a21026", "a" * 64, "a" * 65, "\x7f", "校"])
NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 2**65)
READINGS = st.fixed_dictionaries(
    {
        "time": _either(MOMENT),
        "kind": _either(st.sampled_from(["realtime", "minute", "hour", "day"])),
        "code": _either(WORD),
    },
    optional={
        "value": _either(NUMBER), "min": _either(NUMBER), "max": _either(NUMBER),
        "converted": _either(NUMBER), "converted_min": _either(NUMBER),
        "converted_max": _either(NUMBER), "total": _either(NUMBER),
        "flag": _either(st.sampled_from(["N", "Td", "ABCD", "ABCDE"])),
        "span_s": _either(st.integers(-1, 86_401)), "sampled_at": _either(MOMENT),
        "other": WRONG,
    },
)  # fmt: skip
MESSAGES = st.fixed_dictionaries(
    {"readings": _either(st.lists(READINGS, max_size=3))},
    optional={
        "mn": _either(WORD), "sent_at": _either(MOMENT),
        "states": st.just([]) | st.just([{"time": NEW_YEAR, "code": "SB1", "state": 1}]),
    },
)  # fmt: skip


def encoded(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def both_ways_agree(data: bytes) -> None:
    document = orjson.loads(data)
    fast = common_message(data, document)
    outcome = state_message(data)

    assert outcome == state_document(data, document)
    assert fast is None or outcome == [fast]


@given(MESSAGES | st.lists(MESSAGES, max_size=2))
def test_the_fast_way_equals_the_schema(document: object) -> None:
    both_ways_agree(encoded(document))


@given(MESSAGES, st.data())
def test_the_fast_way_equals_the_schema_on_mutated_bytes(
    document: object, draw: st.DataObject
) -> None:
    data = bytearray(encoded(document))
    where = draw.draw(st.integers(0, len(data)))
    what = draw.draw(
        st.sampled_from([b'"', b",", b" ", b'"flag":"N",', b'"value" :1,', b"\\", b"9"])
    )
    data[where : where + draw.draw(st.integers(0, 2))] = what

    outcome = state_message(bytes(data))

    if not (isinstance(outcome, Refused) and outcome.detail.startswith("the payload is not JSON")):
        both_ways_agree(bytes(data))


@given(st.binary() | st.text().map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    outcome = state_message(data)

    assert not isinstance(outcome, Refused) or outcome.detail.isprintable()
