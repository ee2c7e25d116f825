"""What a virtual device says: its messages, and that their bytes are by the standard."""

from dataclasses import replace

import numpy as np
import orjson
import pytest

from schemas.message import Message
from services.hj212.dialect import STRICT, Dialect, always
from services.hj212.encode import encode
from services.hj212.frame import Frame, Value
from services.hj212.split import encode_packets
from services.hj212.stream import StreamDecoder
from services.simulate.hour import hour_of
from services.simulate.said import MINUTE, REALTIME, STATES, Said
from services.simulate.scenario.load import load_scenario, shipped
from services.simulate.scenario.work import work_out
from services.simulate.speech import Speaker
from services.simulate.speech_frame import frames, hand_of
from services.simulate.speech_json import message
from services.simulate.world import (
    Carriage,
    Happening,
    Hour,
    Interval,
    Offset,
    ParameterSet,
    Protocol,
    StateChange,
    VirtualDevice,
)
from tests.fixtures.virtual import (
    AIR,
    BEGIN_S,
    HOUR_S,
    KEY,
    WATER,
    flags,
    virtual_device,
    virtual_hour,
)

VERSIONS: tuple[Protocol, ...] = ("hjt212-2005", "hj212-2017", "hj212-2025")


def told(device: VirtualDevice, *hours: Hour) -> list[Said]:
    speaker = Speaker(device)
    return [one for hour in hours for one in speaker.says(hour)]


def of(command: str, messages: list[Said]) -> list[Said]:
    return [one for one in messages if one.command == command]


def read(payload: bytes, dialect: Dialect = STRICT) -> list[Frame]:
    """The frames of a payload; no byte of it may be refused or wondered at."""
    decoder = StreamDecoder(always(dialect))
    pieces = [*decoder.feed(payload), *decoder.finish()]
    assert [piece.refusal for piece in pieces] == [None] * len(pieces)
    found = [piece.frame for piece in pieces if piece.frame is not None]
    assert {warning for frame in found for warning in frame.warnings} <= {"missing_flag"}
    return found


def first(device: VirtualDevice, command: str, hour: Hour) -> Frame:
    one = of(command, told(device, hour))[0]
    return read(frames(hand_of(device), one)[0])[0]


def value(frame: Frame, code: str) -> Value:
    return next(each for each in frame.values if each.code == code)


@pytest.mark.parametrize("protocol", VERSIONS)
def test_all_that_a_device_says_in_a_day_is_by_the_standard(protocol: Protocol) -> None:
    device = virtual_device(protocol=protocol)
    day = [eventful(BEGIN_S + HOUR_S * number) for number in range(24)]
    hand = hand_of(device)

    payloads = [frame for one in told(device, *day) for frame in frames(hand, one)]

    for payload in payloads:
        (frame,) = read(payload)
        assert frame.mn == device.mn
        assert encode(frame) == payload


def eventful(begin_s: int) -> Hour:
    hour = virtual_hour(begin_s)
    last = (begin_s - BEGIN_S) // HOUR_S == 23
    return replace(
        hour,
        flags=hour.flags | {"a21026": flags("C", slice(100, 300))},
        values=hour.values | {"a21002": np.full(720, np.nan)},
        states=(*hour.states, StateChange("SB1", begin_s + 1_205, 3)),
        happenings=(
            Happening("log", begin_s + 60, "a21026", "i11001", "开始校准; 零点, 量程"),
            Happening("status", begin_s + 60, None, "i22001", "1"),
            Happening("restart", begin_s + 600, None, None, "power on"),
            Happening("sample_retained", begin_s + 700, "a21026", None, "bottle 3"),
        ),
        parameters=(
            ParameterSet(begin_s + 61, "a21026", "i13001", "1.02"),
            ParameterSet(begin_s + 61, "a21026", "i13002", "0.5"),
        ),
        run_hours={"SB1": 23.5, "SB2": 24.0} if last else {},
    )


def test_each_kind_of_message_comes_as_often_as_it_is_due() -> None:
    device = virtual_device()
    day = [eventful(BEGIN_S + HOUR_S * number) for number in range(24)]

    counted = [
        len(of(command, told(device, *day)))
        for command in ("2011", "2051", "2061", "2031", "2041", "2111", "2081", "3015", "3020")
    ]

    assert counted == [24 * 120, 24 * 60, 24, 1, 1, 0, 24, 24, 24 * 3]


def test_a_minute_record_is_made_of_its_twelve_instants() -> None:
    device = virtual_device()

    record = value(first(device, MINUTE, virtual_hour()), "a21026")

    assert (record.minimum, record.average, record.maximum) == (10.0, 10.06, 10.11)
    assert (record.zs_min, record.zs_max, record.flag) == (11.0, 11.12, "N")
    # 10.055 mg/m3 x 90.055 m3/s x 60 s
    assert record.total == pytest.approx(10.055 * 90.055 * 60 / 1e6, abs=1e-5)


def test_the_volume_of_a_flow_is_in_cubic_metres() -> None:
    water = virtual_device(quantities=WATER)
    water = replace(water, medium="water")

    record = value(first(water, MINUTE, virtual_hour(quantities=WATER)), "w00000")

    assert record.total == pytest.approx(30.055 * 60 / 1000, abs=1e-3)


@pytest.mark.parametrize(
    ("odd", "flag"), [(3, "N"), (4, "D")], ids=["three quarters normal", "fewer normal"]
)
def test_a_record_of_flue_gas_is_normal_from_three_quarters_on(odd: int, flag: str) -> None:
    hour = virtual_hour()
    hour = replace(hour, flags=hour.flags | {"a21026": flags("C", slice(0, odd))})

    record = value(first(virtual_device(), MINUTE, hour), "a21026")

    assert record.flag == flag
    assert record.minimum == 10.0 + odd / 100


def test_one_odd_value_makes_a_record_of_water_odd() -> None:
    water = replace(virtual_device(quantities=WATER), medium="water")
    hour = virtual_hour(quantities=WATER)
    hour = replace(hour, flags=hour.flags | {"w01018": flags("M", slice(3, 4))})

    assert value(first(water, MINUTE, hour), "w01018").flag == "M"


def test_a_slow_analyser_says_when_it_sampled() -> None:
    water = virtual_device(quantities=WATER)

    spot = value(first(water, REALTIME, virtual_hour(quantities=WATER)), "w01018")

    assert spot.sample_time == "20260101000000"


def test_states_come_each_minute_and_at_each_change() -> None:
    hour = virtual_hour()
    hour = replace(hour, states=(*hour.states, StateChange("SB2", BEGIN_S + 95, 3)))

    states = of(STATES, told(virtual_device(), hour))

    assert [one.at_s - BEGIN_S for one in states][:4] == [0, 60, 95, 120]
    assert [*states[2].groups] == ["SB1-RS=1", "SB2-RS=3"]


def test_a_wrong_clock_dates_everything_wrong() -> None:
    during = Interval(BEGIN_S, BEGIN_S + HOUR_S)
    device = virtual_device(carriage=Carriage(clock=(Offset(during, 7_200),)))

    frame = first(device, REALTIME, virtual_hour())

    assert frame.data_time_text == "20260101020000"
    assert (frame.qn or "").startswith("20260101020000")


def test_a_logger_without_power_says_nothing_and_misses_the_instants() -> None:
    gap = Interval(BEGIN_S + 600, BEGIN_S + 1_830)
    device = virtual_device(carriage=Carriage(lost=(gap,)))

    messages = told(device, virtual_hour())

    assert not [one for one in messages if gap.holds(one.at_s)]
    after = next(one for one in of(MINUTE, messages) if one.at_s == BEGIN_S + 1_860)
    assert value(read(frames(hand_of(device), after)[0])[0], "a21026").flag == "D"


def test_a_day_whose_beginning_was_not_seen_gets_no_record() -> None:
    late = [virtual_hour(BEGIN_S + HOUR_S * number) for number in range(5, 24)]

    assert of("2031", told(virtual_device(), *late)) == []


def test_no_two_messages_of_a_device_share_a_request_number() -> None:
    device = virtual_device()
    hand = hand_of(device)
    day = [eventful(BEGIN_S + HOUR_S * number) for number in range(24)]

    numbers = [read(frame)[0].qn for one in told(device, *day) for frame in frames(hand, one)]

    assert len(numbers) == len(set(numbers))


def test_a_long_record_goes_into_packets_of_their_own() -> None:
    more = tuple(replace(AIR[0], code=f"a2400{number}") for number in range(4))
    device = virtual_device(quantities=(*AIR, *more))

    hour = of(MINUTE, told(device, virtual_hour(quantities=device.quantities)))[0]
    packets = [read(frame)[0] for frame in frames(hand_of(device), hour)]

    assert [(each.pnum, each.pno, each.flag) for each in packets] == [(2, 1, 6), (2, 2, 6)]
    assert {each.data_time_text for each in packets} == {"20260101000000"}
    assert sum(len(each.values) for each in packets) == 14


@pytest.mark.parametrize("protocol", VERSIONS)
@pytest.mark.parametrize("codes", range(8, 40, 3))
@pytest.mark.parametrize("again", [False, True], ids=["at once", "late"])
def test_packets_are_cut_as_the_reference_cuts_them(
    protocol: Protocol,
    codes: int,
    again: bool,  # noqa: FBT001 - a parameter of the table above
) -> None:
    many = tuple(replace(AIR[codes % 3], code=f"a24{number:03}") for number in range(codes))
    device = virtual_device(protocol=protocol, quantities=many)
    record = of(MINUTE, told(device, virtual_hour(quantities=many)))[0]

    packets = frames(hand_of(device), record, again=again)

    parts = [read(packet)[0] for packet in packets]
    flag = parts[0].flag if len(parts) == 1 else (parts[0].flag or 0) & ~2
    whole = replace(
        parts[0],
        pnum=None,
        pno=None,
        flag=flag,
        values=tuple(value for part in parts for value in part.values),
    )
    assert encode_packets(whole) == packets


def test_the_hours_of_a_world_are_by_the_standard() -> None:
    world = work_out(load_scenario(shipped("small")), BEGIN_S)
    dialects = {device.mn: key_of(device) for device in world.devices}

    for device in world.devices:
        speaker, hand = Speaker(device), hand_of(device)
        for begin_s in range(BEGIN_S, BEGIN_S + 24 * HOUR_S, HOUR_S):
            for one in speaker.says(hour_of(world, device, begin_s)):
                if device.protocol == "cems-v1":
                    Message.model_validate(orjson.loads(message(device.mn, one)))
                    continue
                for payload in frames(hand, one):
                    (frame,) = read(payload, dialects[device.mn])
                    assert encode(frame) == payload or frame.encrypted


def key_of(device: VirtualDevice) -> Dialect:
    return STRICT if device.sm4_key is None else Dialect(sm4_keys=(device.sm4_key,))


def test_a_resent_frame_of_2025_is_marked_and_one_of_2017_is_not() -> None:
    new, old = virtual_device(protocol="hj212-2025"), virtual_device()
    one = of(STATES, told(new, virtual_hour()))[0]

    marked = read(frames(hand_of(new), one, again=True)[0])[0]
    unmarked = read(frames(hand_of(old), one, again=True)[0])[0]

    assert (marked.rf, marked.version) == ("1", 2025)
    assert unmarked.rf is None


def test_encrypted_frames_are_read_with_the_key() -> None:
    device = virtual_device(protocol="hj212-2025", sm4_key=KEY)
    bare = virtual_device(protocol="hj212-2025")
    one = of(REALTIME, told(device, virtual_hour()))[0]

    (sealed,) = frames(hand_of(device), one)
    (plain,) = frames(hand_of(bare), one)

    assert b"a21026" not in sealed
    opened = read(sealed, Dialect(sm4_keys=(KEY,)))[0]
    assert opened.values == read(plain)[0].values


def test_furnace_means_of_2025_are_of_five_minutes() -> None:
    device = virtual_device(protocol="hj212-2025")

    means = of("2111", told(device, virtual_hour()))

    assert len(means) == 12
    frame = read(frames(hand_of(device), means[0])[0])[0]
    assert [each.code for each in frame.values] == ["a01901"]


def test_json_messages_are_by_the_schema() -> None:
    device = virtual_device(protocol="cems-v1")
    day = [eventful(BEGIN_S + HOUR_S * number) for number in range(24)]

    read_back = [
        Message.model_validate(orjson.loads(message(device.mn, one))) for one in told(device, *day)
    ]

    assert {reading.kind for each in read_back for reading in each.readings} == {
        "realtime",
        "minute",
        "hour",
        "day",
    }
    assert sum(len(each.events) for each in read_back) == 24 * 4
    assert sum(len(each.parameters) for each in read_back) == 24 * 2
