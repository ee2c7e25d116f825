"""Devices that depart from HJ 212: each quirk shows, and costs what it is said to cost."""

from dataclasses import replace
from typing import get_args

import pytest

from schemas.scenario_words import Quirk as QuirkName
from services.hj212.dialect import STRICT, always
from services.hj212.frame import Frame, Refusal
from services.hj212.stream import StreamDecoder
from services.simulate.outgoing import Outgoing, Voice
from services.simulate.quirk import QUIRKS
from services.simulate.said import MINUTE, REALTIME, STATES, Said
from services.simulate.world import VirtualDevice
from tests.fixtures.virtual import KEY, flags, virtual_device, virtual_hour

ELSEWHERE = {"old_codes", "vendor_units", "sentinels", "gateway"}
BY_THE_CODEC = ("crc_mismatch", "length_mismatch", "no_header")


def unheard(_device: VirtualDevice, _said: Said) -> None:
    """Take no notes."""


def sent(quirk: str, command: str = REALTIME) -> Outgoing:
    device = virtual_device(quirk=quirk)
    if quirk.startswith("sm4"):
        device = virtual_device(quirk=quirk, protocol="hj212-2025", sm4_key=KEY)
    hour = virtual_hour()
    hour = replace(hour, flags=hour.flags | {"a21026": flags("D", slice(0, 720))})
    lot = Voice(device, "seed").sends(hour, unheard)
    return next(one for one in lot if one.command == command)


def read(payload: bytes) -> list[Frame | Refusal]:
    decoder = StreamDecoder(always(STRICT))
    pieces = [*decoder.feed(payload), *decoder.finish()]
    return [found for piece in pieces for found in (piece.frame or piece.refusal,) if found]


def frame(quirk: str, command: str = REALTIME) -> Frame:
    (found,) = read(sent(quirk, command).payload)
    assert isinstance(found, Frame), found
    return found


def test_every_quirk_of_a_scenario_is_spoken() -> None:
    assert set(get_args(QuirkName)) == set(QUIRKS) | ELSEWHERE


@pytest.mark.parametrize("quirk", sorted(QUIRKS))
def test_the_codec_refuses_the_quirks_that_it_is_said_to_refuse(quirk: str) -> None:
    one = sent(quirk)
    if quirk.startswith("sm4"):
        assert b"a21026" not in one.payload
        return

    found = read(one.payload)

    reasons = [piece.reason for piece in found if isinstance(piece, Refusal)]
    expected = [one.odd] if one.odd in BY_THE_CODEC else []
    assert reasons[:1] == expected


@pytest.mark.parametrize(
    ("quirk", "words"),
    [
        ("constant_crc", b"&&FFFF\r\n"),
        ("wrong_length", b"##0400QN="),
        ("missing_header", b"QN=2026"),
        ("no_terminator", b"&&"),
        ("epoch_qn", b"QN=17671968"),
        ("long_data_time", b"DataTime=20260101000000000;"),
        ("mn_lower_case", b"MN=88888888ab00000000000006;"),
        ("bare_codes", b";a19001=40.0;"),
        ("old_codes", b";S01-Rtd=40.0,S01-Flag=N;"),
        ("sentinels", b"a21026-Rtd=-99.0,a21026-ZsRtd=-99.0,a21026-Flag=N;"),
        ("vendor_units", b"a00000-Rtd=324000.0,"),
    ],
)
def test_a_quirk_shows(quirk: str, words: bytes) -> None:
    assert words in sent(quirk).payload


@pytest.mark.parametrize(
    ("quirk", "words"),
    [
        ("no_data_time", b"DataTime"),
        ("mn_missing", b"MN="),
        ("no_qn", b"QN="),
        ("no_flags", b"-Flag"),
    ],
)
def test_a_quirk_leaves_out(quirk: str, words: bytes) -> None:
    assert words not in sent(quirk).payload


def test_six_digits_of_length_are_those_of_the_segment() -> None:
    payload = sent("six_digit_length").payload

    assert int(payload[2:8]) == len(payload) - 8 - 6


def test_lines_may_end_otherwise() -> None:
    assert sent("lf_only").payload.endswith(b"\n")
    assert not sent("lf_only").payload.endswith(b"\r\n")
    assert not sent("no_terminator").payload.endswith(b"\n")


def test_glued_frames_of_a_moment_come_in_one_payload() -> None:
    one = sent("glued")

    assert one.frames == 2
    assert [each.cn for each in read(one.payload) if isinstance(each, Frame)] == [REALTIME, STATES]


def test_the_amounts_of_a_vendors_units_are_those_of_the_standard() -> None:
    vendor, plain = frame("vendor_units", MINUTE).values, frame("lf_only", MINUTE).values

    assert [each.total for each in vendor] == [each.total for each in plain]
    assert vendor[-2].average == pytest.approx((plain[-2].average or 0) * 3600, rel=1e-3)


def test_a_gateway_publishes_for_its_device() -> None:
    one = sent("gateway")

    assert (one.topic, one.account) == ("hj212/example-gateway", "example-gateway")
    assert frame("gateway").mn == one.mn


def test_old_codes_are_refused_with_readings_and_not_with_states() -> None:
    assert sent("old_codes").odd == "unknown_code"
    assert sent("old_codes", STATES).odd is None
