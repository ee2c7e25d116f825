"""CSV rows as messages: texts unchanged, parts where needed, errors with their place."""

import json
from datetime import UTC, datetime

import pytest

from services.hj212.stream import decode
from services.simulate.replay_csv import DataError, Timed, csv_messages
from services.simulate.replay_map import EXAMPLE_MAP, MapError, ReplayMap, parse_map

LINES = ["NOx,CO,Note\n", "81.952,0.32663,x\n", "82.3770,,y\n", "\n", " 1e2 ,-0.5,z\n"]


def mapped(columns: str = "", **csv: object) -> ReplayMap:
    table = {"mn": "M1", "kind": "hour", "start": "2024-01-01T00:00:00+08:00", "step_s": 3600}
    settings = "\n".join(f"{name} = {value!r}" for name, value in (table | csv).items())
    columns = columns or 'NOx = {code="a21002", field="avg"}\nCO = {code="a21005", field="avg"}'
    return parse_map(f"[csv]\n{settings}\n[columns]\n{columns}\n")


def frame(message: Timed):
    (piece,) = decode(message.payload)
    assert piece.frame is not None
    assert piece.frame.warnings == ()
    return piece.frame


def test_a_row_becomes_a_frame_of_its_hour() -> None:
    first = next(csv_messages(LINES, mapped()))

    sent = frame(first)
    assert first.topic == "hj212/M1"
    assert (sent.cn, sent.data_time_text, sent.qn) == (
        "2061", "20240101000000", "20240101010000000",
    )  # fmt: skip
    assert datetime.fromtimestamp(first.at_s, UTC).isoformat() == "2023-12-31T17:00:00+00:00"


def test_the_decimal_texts_are_not_touched() -> None:
    payloads = b"".join(message.payload for message in csv_messages(LINES, mapped()))

    for text in (b"a21002-Avg=81.952", b"a21005-Avg=0.32663", b"82.3770", b"=1e2;", b"=-0.5&&"):
        assert text in payloads


def test_an_empty_cell_stays_out_and_an_empty_line_keeps_its_hour() -> None:
    messages = list(csv_messages(LINES, mapped()))

    assert [value.code for value in frame(messages[1]).values] == ["a21002"]
    assert frame(messages[2]).data_time_text == "20240101030000"


def test_fields_of_one_code_stand_together_with_their_flag() -> None:
    columns = 'NOx = {code="a21002", field="avg", flag="N"}\nCO = {code="a21002", field="zs_avg"}'

    first = next(csv_messages(LINES, mapped(columns)))

    (value,) = frame(first).values
    assert (value.average, value.zs_avg, value.flag) == (81.952, 0.32663, "N")


def test_a_frame_that_would_be_too_long_is_sent_in_parts() -> None:
    names = [f"c{number:03}" for number in range(80)]
    columns = "\n".join(f'{name} = {{code="{name}", field="avg", flag="N"}}' for name in names)
    lines = [",".join(names), ",".join(f"{number}.123456" for number in range(80))]

    parts = [frame(message) for message in csv_messages(lines, mapped(columns))]

    assert [(part.pnum, part.pno) for part in parts] == [(3, 1), (3, 2), (3, 3)]
    assert len({part.qn for part in parts}) == 3
    assert {part.data_time_text for part in parts} == {"20240101000000"}
    told = {value.code: value.average for part in parts for value in part.values}
    assert told == {name: float(f"{number}.123456") for number, name in enumerate(names)}


def test_a_row_becomes_a_json_message_with_the_same_texts() -> None:
    lines = ["NOx,CO", "81.9520,+.5"]

    first = next(csv_messages(lines, mapped(protocol="json")))

    assert first.topic == "cems/v1/M1"
    assert b'"value":81.9520' in first.payload
    readings = json.loads(first.payload)["readings"]
    assert [(reading["code"], reading["value"]) for reading in readings] == [
        ("a21002", 81.952), ("a21005", 0.5),
    ]  # fmt: skip


def test_times_may_come_from_a_column() -> None:
    part = parse_map(
        '[csv]\nmn="M1"\nkind="minute"\ntime_column="T"\ndelimiter=";"\n'
        '[columns]\nNOx={code="a21002", field="avg"}'
    )

    rows = ["T;NOx", "2024-01-01 08:00;1", "2024-01-01T00:01:00Z;2"]

    times = [frame(message).data_time_text for message in csv_messages(rows, part)]

    assert times == ["20240101080000", "20240101080100"]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        pytest.param([], "the file is empty", id="empty"),
        pytest.param(["NOX,CO"], "no column 'NOx': did you mean 'NOX'", id="heading"),
        pytest.param(["NOx,CO", "1,2", "1,n/a"], "row 3, column 'CO': 'n/a'", id="no number"),
        pytest.param(["NOx,CO", "1e999,2"], "row 2, column 'NOx'", id="too large"),
    ],
)
def test_an_error_names_its_place(lines: list[str], says: str) -> None:
    with pytest.raises(DataError, match=says):
        list(csv_messages(lines, mapped()))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("[csv", "not TOML", id="no TOML"),
        pytest.param("[csv]\nmn='M'\nkind='hour'\n[columns]\nA={code='a', field='x'}",
                     "columns.A.field", id="field"),
        pytest.param("[csv]\nmn='M'\nkind='hour'\n[columns]\nA={code='a', field='avg'}",
                     "needs start and step_s", id="no time"),
        pytest.param("[csv]\nmn='M'\nkind='hour'\nstart='2024-01-01'\nstep_s=1\n"
                     "[columns]\nA={code='a', field='avg'}", "no offset", id="no offset"),
        pytest.param("[csv]\nmn='M'\nkind='realtime'\ntime_column='T'\n"
                     "[columns]\nA={code='a', field='avg'}", "does not fit realtime", id="kind"),
        pytest.param("[csv]\nmn='M'\nkind='hour'\ntime_column='T'\n[columns]\n"
                     "A={code='a', field='avg'}\nB={code='a', field='avg'}", "both a avg", id="twice"),
    ],
)  # fmt: skip
def test_a_wrong_map_is_refused_with_what_to_mend(text: str, says: str) -> None:
    with pytest.raises(MapError, match=says):
        parse_map(text)


def test_the_example_map_is_a_right_one() -> None:
    assert parse_map(EXAMPLE_MAP).csv.mn == "88888888DE00000000000009"
