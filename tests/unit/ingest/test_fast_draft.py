"""The fast way of drafting gives what the general way gives."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.batch import NoteRow
from schemas.lookup import BEGINNING_US, END_US, Channel, DeviceKey, Lookup
from schemas.policies import Policy
from schemas.series import Series
from services.hj212.encode import encode
from services.hj212.frame import Crc, Frame, State, Value
from services.hj212.shape import ShapeDecoder
from services.ingest.admit import DAY_US, ClockGuard
from services.ingest.draft import Draft
from services.ingest.memory import Memory
from services.ingest.message import Message
from tests.fixtures.build import NOW_US, SECOND_US
from tests.fixtures.copy_rows import rows_of
from tests.fixtures.devices import device

CODES = ("a21026", "a21002", "a34013", "w01018", "a00000", "SB1", "SB2")
GUARD = ClockGuard(600 * SECOND_US, dict.fromkeys(Series, 3650 * DAY_US))


def lookup() -> Lookup:
    """Device 1 is plain, 2 has only half of the codes, 3 another clock, 4 a default flag, 5 a gateway.

    7 may do nearly everything, 8 must encrypt, 9 may send another check sum, 10 has a key.
    """
    devices = [
        device(1),
        device(2, commissioned_us=NOW_US - 5 * SECOND_US),
        device(3, utc_offset_s=0),
        device(4, unflagged_as="N"),
        device(5, gateway="GW", to_us=NOW_US + 2 * SECOND_US),
        device(7, policies=frozenset(Policy) - {Policy.REQUIRE_SM4}, gateway="GW"),
        device(8, policies=frozenset({Policy.REQUIRE_SM4})),
        device(9, crc="accept_modbus"),
        device(10, keys=(DeviceKey(BEGINNING_US, END_US, b"0" * 16),)),
    ]
    channels = [
        Channel(10 * one.id + place, one.id, code, BEGINNING_US, END_US, one.id)
        for one in devices
        for place, code in enumerate(CODES[: 3 if one.id == 2 else 7])
    ]
    return Lookup(1, devices, channels)


numbers = st.one_of(st.none(), st.floats(-1e6, 1e6).map(lambda number: round(number, 3)))
values = st.builds(
    Value,
    code=st.sampled_from(CODES[:5]),
    rtd=numbers,
    minimum=numbers,
    average=numbers,
    maximum=numbers,
    total=numbers,
    zs_rtd=numbers,
    zs_avg=numbers,
    flag=st.sampled_from([None, "N", "D", "T"]),
    # One that can be believed, and two that cannot.
    sample_time=st.sampled_from([None, None, "20260801070000", "20300101000000", "19990101000000"]),
)
states = st.builds(State, code=st.sampled_from(CODES[5:]), rs=st.integers(0, 9))


@st.composite
def frames(draw: st.DrawFn) -> list[tuple[str, Frame, int]]:
    """A few frame forms, each sent several times with other numbers, by several devices."""
    sent: list[tuple[str, Frame, int]] = []
    for _ in range(draw(st.integers(1, 3))):
        form = draw(st.lists(values, min_size=1, max_size=5, unique_by=lambda value: value.code))
        run = draw(st.lists(states, max_size=2, unique_by=lambda state: state.code))
        command = draw(st.sampled_from(["2011", "2051", "2061", "2031", "2021", "2111"]))
        has_qn, resent = draw(st.booleans()), draw(st.booleans())
        for repeat in range(draw(st.integers(2, 5))):
            mn = f"MN{draw(st.sampled_from([1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))}"
            second = draw(st.integers(0, 59))
            frame = Frame(
                crc=Crc.HJ212,
                version=2017,
                cn=command,
                st="31",
                mn=mn,
                qn=f"202608010759{second:02}{repeat:03}" if has_qn else None,
                flag=8 if resent else 4,
                rf="1" if resent else None,
                data_time_text=f"202608010759{second:02}",
                values=() if run else tuple(form),
                states=tuple(run),
            )
            topic = draw(st.sampled_from([mn, mn, mn, mn, "GW"]))
            sent.append((f"hj212/{topic}", frame, NOW_US + repeat * SECOND_US))
    return draw(st.permutations(sent))


@dataclass(frozen=True)
class Drafted:
    """All that a draft comes to, without what the two ways may do differently."""

    rows: dict[Series, list[tuple[bytes | None, ...]]]
    outcomes: str
    devices: list[int]
    block: bytes
    touched: list[tuple[int, int]]
    rejects: list[object]
    notes: list[NoteRow]
    lags_us: dict[int, int]


def drafted(messages: list[Message], decoder: ShapeDecoder) -> Drafted:
    draft = Draft(lookup(), GUARD, Memory(decoder=decoder))
    for start in range(0, len(messages), 3):
        draft.add(messages[start : start + 3])
    write = draft.write(7, 0)
    rows: dict[Series, list[tuple[bytes | None, ...]]] = {}
    for heap in (write.straight, write.suspect):
        for series, packed in heap.items():
            rows.setdefault(series, []).extend(rows_of(packed))
    return Drafted(
        rows={series: sorted(found, key=repr) for series, found in rows.items()},
        outcomes=write.outcomes,
        devices=list(write.devices),
        block=write.packed_block,
        touched=sorted(write.touched),
        rejects=list(write.rejects),
        notes=list(write.notes),
        lags_us=draft.lags_us,
    )


@given(frames())
def test_the_fast_way_gives_what_the_general_way_gives(
    sent: list[tuple[str, Frame, int]],
) -> None:
    messages = [
        Message(place, topic, encode(frame), received_us, duplicate=False, qos=1)
        for place, (topic, frame, received_us) in enumerate(sent)
    ]
    learned = ShapeDecoder()
    learned.decode([message.payload for message in messages] * 3)

    assert drafted(messages, learned) == drafted(messages, ShapeDecoder(shapes=0))


def test_a_known_form_goes_the_fast_way() -> None:
    frame = Frame(
        crc=Crc.HJ212, version=2017, cn="2011", st="31", mn="MN1", qn="20260801080000000", flag=4,
        data_time_text="20260801080000", values=(Value("a21026", rtd=1.5, zs_rtd=2.5, flag="N"),),
    )  # fmt: skip
    assert rows_of_the_fast_way(frame) == 1


def test_run_states_and_sampled_values_go_the_fast_way() -> None:
    plain = Frame(
        crc=Crc.HJ212, version=2017, cn="2021", st="31", mn="MN1", qn="20260801080000000", flag=4,
        data_time_text="20260801080000", states=(State("SB1", rs=1), State("SB2", rs=0)),
    )  # fmt: skip
    sampled = Value("w01018", rtd=24.5, flag="N", sample_time="20260801070000")

    assert rows_of_the_fast_way(plain) == 2
    assert rows_of_the_fast_way(replace(plain, cn="2011", states=(), values=(sampled,))) == 1


def rows_of_the_fast_way(frame: Frame) -> int:
    """How many rows a known frame gives, none of them by the general way."""
    message = Message(1, "hj212/MN1", encode(frame), NOW_US, duplicate=False, qos=1)
    decoder = ShapeDecoder()
    decoder.decode([message.payload] * 3)
    draft = Draft(lookup(), GUARD, Memory(decoder=decoder))
    draft.add([message])
    assert draft.straight.rows == {}
    return draft.straight.count


@pytest.mark.parametrize(
    "payload", [b"", b"\r\n", b"##", b"\xff" * 50], ids=["empty", "line end", "cut", "noise"]
)
def test_what_is_no_frame_is_kept_as_a_reject(payload: bytes) -> None:
    draft = Draft(lookup(), GUARD, Memory())

    draft.add([Message(1, "hj212/MN1", payload, NOW_US, duplicate=False, qos=1)])

    assert draft.outcomes == ["x"]
    assert [reject.frame for reject in draft.rejects] == [payload]
