"""What a frame says of the device itself: checks, raw data, conditions, and no secret."""

from datetime import datetime, timedelta, timezone

import pytest

from schemas.policies import Policy
from services.hj212.dialect import Dialect, always
from services.hj212.stream import decode
from services.ingest.hj212_statement import data_time_us, state_frame
from services.ingest.statement import Refused, SaidEvent, SaidParameter, Statement
from tests.fixtures.devices import device
from tests.fixtures.hostile_messages import frame as framed

AT = "20260801080000"
AT_US = data_time_us(AT) or 0
SENT_US = AT_US + 1_000
WATER = frozenset({Policy.SURFACE_WATER})


def stated(
    cn: str, content: str, policies: frozenset[Policy] = frozenset(), qn: str = f"QN={AT}001;"
) -> Statement | Refused:
    segment = f"{qn}ST=31;CN={cn};PW=1;MN=MN1;Flag=8;CP=&&{content}&&"
    (piece,) = decode(framed(segment), always(Dialect(policies=policies)))
    assert piece.frame is not None
    return state_frame(piece.frame, device(1, policies=policies))


def events(
    cn: str, content: str, policies: frozenset[Policy] = frozenset()
) -> tuple[SaidEvent, ...]:
    statement = stated(cn, content, policies)
    assert isinstance(statement, Statement)
    assert statement.readings == ()
    return statement.events


def test_a_check_is_one_event_a_code_with_all_its_numbers() -> None:
    content = (
        f"DataTime={AT};CheckType=1;w01018-Rtd=20.1,w01018-SV=20,w01018-Flag=N;w21003-Rtd=1e-3"
    )

    said = events("2062", content)

    assert said == (
        SaidEvent("check", None, "w01018", "CN=2062;CheckType=1;Rtd=20.1;Flag=N;SV=20", AT_US),
        SaidEvent("check", None, "w21003", "CN=2062;CheckType=1;Rtd=0.001", AT_US),
    )


@pytest.mark.parametrize("cn", ["2062", "2063", "2064", "2065", "2066"])
def test_the_checks_of_surface_water_are_told_apart_by_their_command(cn: str) -> None:
    (said,) = events(cn, f"DataTime={AT};w01018-Rtd=1", WATER)

    assert (said.kind, said.code, said.text) == ("check", "w01018", f"CN={cn};Rtd=1.0")


def test_what_is_said_of_thousands_of_codes_is_said_once() -> None:
    common = ";".join(f"x{number}={'y' * 6}" for number in range(400))
    codes = ";".join(f"{number:x}-Rtd=1" for number in range(500))

    whole, *said = events("2062", f"DataTime={AT};{common};{codes}")

    assert (whole.code, whole.text.count("yyyyyy")) == (None, 400)
    assert [one.code for one in said] == [f"{number:x}" for number in range(500)]
    assert {one.text for one in said} == {"CN=2062;Rtd=1.0"}


@pytest.mark.parametrize(
    ("cn", "content"),
    [("2011", "a21026-Rtd=null"), ("2011", "a21026-Rtd=NaN;a21002-Rtd=NA"), ("2021", "LA-Data=55")],
    ids=["null", "no numbers", "noise without a series"],
)
def test_a_frame_of_which_nothing_can_be_stored_is_refused(cn: str, content: str) -> None:
    refused = stated(cn, f"DataTime={AT};{content}")

    assert isinstance(refused, Refused)
    assert refused.reason == "unsupported_command"


def test_a_check_tells_run_states_too() -> None:
    (said,) = events("2062", f"DataTime={AT};SB1-RS=1,SB1-RT=2.5")

    assert (said.code, said.text) == ("SB1", "CN=2062;RS=1;RT=2.5")


@pytest.mark.parametrize("time", [f"DataTime={AT};", ""], ids=["dated", "by QN"])
def test_what_a_heartbeat_tells_besides_is_kept(time: str) -> None:
    statement = stated("9015", f"{time}i12001-Info=3;i13001-Info=5")

    assert isinstance(statement, Statement)
    assert [(one.kind, one.code, one.text) for one in statement.events] == [
        ("status", "i12001", "3")
    ]
    assert [(one.code, one.value) for one in statement.parameters] == [("i13001", "5")]


def test_a_check_without_codes_is_one_event() -> None:
    assert events("2062", f"DataTime={AT};Result=1") == (
        SaidEvent("check", None, None, "CN=2062;Result=1", AT_US),
    )


def test_a_check_of_surface_water_is_unsupported_without_its_policy_which_is_named() -> None:
    refused = stated("2063", f"DataTime={AT};w01018-Rtd=1")

    assert isinstance(refused, Refused)
    assert (refused.reason, refused.policy) == ("unsupported_command", "surface_water")


def test_raw_data_is_an_event_with_all_that_was_sent() -> None:
    content = f"DataTime={AT};a24088-Rtd=1.5,a24088-Spectrum=1|2|3"

    (said,) = events("2013", content)

    assert (said.kind, said.text) == ("raw", "a24088-Spectrum=1|2|3;a24088-Rtd=1.5")


def test_an_alarm_keeps_values_and_texts() -> None:
    (said,) = events("2072", f"DataTime={AT};AlarmType=1;101-Ala=1.5,101-Rtd=2.5")

    assert (said.kind, said.text) == ("alarm_event", "AlarmType=1;101-Ala=1.5;101-Rtd=2.5")


def test_letters_in_the_place_of_a_number_are_conditions_beside_the_readings() -> None:
    statement = stated("2011", f"DataTime={AT};p10001-Rtd=St;p10002-Rtd=1.5;p10003-Rtd=null")

    assert isinstance(statement, Statement)
    assert statement.events == (SaidEvent("condition", None, "p10001", "St", AT_US),)
    assert [(said.code, said.value) for said in statement.readings] == [("p10002", 1.5)]


def test_letters_alone_are_something_to_store() -> None:
    (said,) = events("2011", f"DataTime={AT};p10001-Rtd=Sr")

    assert (said.kind, said.text) == ("condition", "Sr")


def test_hardware_serials_are_parameters_also_without_a_data_time() -> None:
    statement = stated("1001", "i23005-Info=//LOGGER-1//;i23006-Info=CPU0")

    assert isinstance(statement, Statement)
    assert statement.parameters == (
        SaidParameter(None, "i23005", "LOGGER-1", SENT_US),
        SaidParameter(None, "i23006", "CPU0", SENT_US),
    )


@pytest.mark.parametrize(
    ("cn", "content"),
    [
        ("1014", "SKCreateTime=20260801000000;NewSK=00112233445566778899AABBCCDDEEFF"),
        ("1072", "NewPW=654321"),
    ],
)
def test_requests_that_carry_secrets_say_nothing_to_store(cn: str, content: str) -> None:
    assert stated(cn, content) == Statement("MN1", SENT_US)


@pytest.mark.parametrize(
    ("cn", "policies"),
    [("1014", WATER), ("3020", frozenset[Policy]()), ("2013", frozenset[Policy]())],
    ids=["read as a clock", "among parameters", "among raw data"],
)
def test_a_secret_that_strays_into_another_command_is_hidden(
    cn: str, policies: frozenset[Policy]
) -> None:
    told = repr(stated(cn, f"DataTime={AT};NewSK=00112233445566778899AABBCCDDEEFF", policies))

    assert "******" in told
    assert "0011" not in told


def test_values_under_a_command_that_should_have_none_are_not_lost() -> None:
    refused = stated("9021", f"DataTime={AT};w01018-Rtd=1")

    assert isinstance(refused, Refused)
    assert refused.reason == "unsupported_command"


def test_noise_is_read_from_its_own_field_names() -> None:
    statement = stated(
        "2031", f"DataTime={AT};L5-Data=53.0;Ldn-Data=50;L5-DayData=54;L5-NightData=x"
    )

    assert isinstance(statement, Statement)
    assert [(said.code, said.value, said.span_s) for said in statement.readings] == [
        ("L5", 53.0, 86_400),
        ("Ldn", 50.0, 86_400),
        ("L5-DayData", 54.0, 86_400),
    ]


def test_five_minute_means_stand_for_five_minutes() -> None:
    statement = stated("2111", f"DataTime={AT};a01012-Avg=851.5,a01012-Min=850,a01012-Flag=N")

    assert isinstance(statement, Statement)
    ((series, value, span_s),) = [
        (said.series.value, said.value, said.span_s) for said in statement.readings
    ]
    assert (series, value, span_s) == ("five_minute", 851.5, 300)


@pytest.mark.parametrize(
    ("content", "qn", "reason", "policy"),
    [
        ("w01018-Rtd=1", f"QN={AT}001;", "no_data_time", "data_time_from_qn"),
        ("w01018-Rtd=1", "", "no_data_time", None),
        (f"DataTime={AT}123;w01018-Rtd=1", "", "bad_data_time", "long_data_time"),
        ("DataTime=20261301080000123;w01018-Rtd=1", "", "bad_data_time", None),
        ("DataTime=2026080108;w01018-Rtd=1", "", "bad_data_time", None),
    ],
    ids=["QN has a time", "no QN either", "with milliseconds", "month 13", "too short"],
)
def test_a_refused_time_names_the_policy_that_would_take_it(
    content: str, qn: str, reason: str, policy: str | None
) -> None:
    refused = stated("2011", content, qn=qn)

    assert isinstance(refused, Refused)
    assert (refused.reason, refused.policy) == (reason, policy)


def test_under_its_policy_the_time_of_qn_is_taken_in_whole_seconds_and_said() -> None:
    statement = stated("2011", "w01018-Rtd=1", frozenset({Policy.DATA_TIME_FROM_QN}))

    assert isinstance(statement, Statement)
    assert [said.time_us for said in statement.readings] == [AT_US]
    assert (statement.sent_us, statement.needed) == (SENT_US, ("data_time_from_qn",))


@pytest.mark.parametrize(
    ("command", "content", "began"),
    [
        ("2051", "a01-Avg=1", (2026, 8, 1, 7, 50)),
        ("2061", "a01-Avg=1", (2026, 8, 1, 7, 0)),
        ("2031", "a01-Avg=1", (2026, 7, 31, 0, 0)),
        ("2041", "SB1-RT=23", (2026, 7, 31, 0, 0)),
        ("2021", "SB1-RS=1", (2026, 8, 1, 8, 7, 30)),
    ],
    ids=["ten minutes", "hour", "day", "run hours of the day", "state"],
)
def test_without_a_data_time_what_was_sent_tells_of_the_last_whole_period(
    command: str, content: str, began: tuple[int, ...]
) -> None:
    """Sent at 08:07:30 in Beijing: the minutes from 07:50, the hour from 07:00, the day before."""
    statement = stated(
        command, content, frozenset({Policy.DATA_TIME_FROM_QN}), qn="QN=20260801080730123;"
    )

    assert isinstance(statement, Statement)
    beijing = timezone(timedelta(hours=8))
    assert [datetime.fromtimestamp(said.time_us / 1e6, beijing) for said in statement.readings] == [
        datetime(*began, tzinfo=beijing)  # pyright: ignore[reportArgumentType] - year, month, day ...
    ]


def test_under_its_policy_a_long_data_time_counts_by_its_first_digits() -> None:
    statement = stated("2011", f"DataTime={AT}123;w01018-Rtd=1", frozenset({Policy.LONG_DATA_TIME}))

    assert isinstance(statement, Statement)
    assert [said.time_us for said in statement.readings] == [AT_US]


def test_a_qn_of_milliseconds_since_1970_does_not_depend_on_the_devices_zone() -> None:
    segment = (
        f"QN={AT_US // 1000 + 5};ST=31;CN=2011;PW=1;MN=MN1;Flag=4;CP=&&DataTime={AT};a01-Rtd=1&&"
    )
    allowed = frozenset({Policy.EPOCH_QN})
    (piece,) = decode(framed(segment), always(Dialect(policies=allowed)))
    assert piece.frame is not None

    statement = state_frame(piece.frame, device(1, policies=allowed, utc_offset_s=0))

    assert isinstance(statement, Statement)
    assert statement.sent_us == AT_US + 5_000
