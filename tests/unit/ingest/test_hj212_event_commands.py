"""Commands that tell of an event one way and ask for it the other way (HJ 212-2017 table 9)."""

import pytest

from schemas.lookup import Device
from services.hj212.encode import enclose
from services.hj212.stream import decode
from services.ingest.hj212_statement import state_frame
from services.ingest.statement import Statement

DEVICE = Device(
    id=1,
    mn="M1",
    from_us=0,
    to_us=0,
    protocol="hj212-2017",
    crc="strict",
    utc_offset_s=28_800,
    realtime_interval_s=30,
    minute_interval_s=60,
    unflagged_as=None,
    commissioned_us=0,
    gateway=None,
)


def stated(command: str, content: str) -> Statement:
    segment = f"QN=20240601085857223;ST=32;CN={command};PW=1;MN=M1;Flag=9;CP=&&{content}&&"
    (piece,) = decode(enclose(segment.encode()))
    assert piece.frame is not None
    statement = state_frame(piece.frame, DEVICE)
    assert isinstance(statement, Statement)
    return statement


@pytest.mark.parametrize(
    ("command", "content"),
    [
        ("1011", ""),
        ("1011", "PolId=w01018"),
        ("2071", "BeginTime=20240601000000,EndTime=20240602000000"),
        ("3015", ""),
    ],
    ids=["time of the logger", "time of an analyser", "alarms of a span", "keep a sample"],
)
def test_a_request_tells_of_no_event(command: str, content: str) -> None:
    assert stated(command, content).events == ()


@pytest.mark.parametrize(
    ("command", "content", "kind"),
    [
        ("1011", "PolId=w01018,SystemTime=20240601085857", "clock"),
        ("1013", "", "clock_request"),
        ("1013", "PolId=w01018", "clock_request"),
        ("2081", "DataTime=20240601085857;RestartTime=20240601085800", "restart"),
        ("3015", "DataTime=20240601085857;VaseNo=3", "sample_retained"),
    ],
    ids=["clock", "asks for the time", "analyser asks for the time", "restart", "sample kept"],
)
def test_what_happened_is_an_event(command: str, content: str, kind: str) -> None:
    assert [event.kind for event in stated(command, content).events] == [kind]
