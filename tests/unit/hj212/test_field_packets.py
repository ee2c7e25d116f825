"""Packets from the field and the segments of HJ 212-2017 Annex C, read from the shared folder."""

import base64
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

import pytest

from schemas.policies import Policy
from services.hj212.dialect import Dialect, always
from services.hj212.encode import enclose, encrypt
from services.hj212.frame import CrcPolicy, Frame, Piece, RefusalReason, Value
from services.hj212.shape import FastFrame, ShapeDecoder
from services.hj212.stream import StreamDecoder, decode
from tests.fixtures.hj212_dialects import FORMS, under
from tests.fixtures.hj212_frames import by_crc

FIELDS = {
    "Rtd": "rtd",
    "Min": "minimum",
    "Avg": "average",
    "Max": "maximum",
    "Cou": "total",
    "ZsRtd": "zs_rtd",
    "ZsMin": "zs_min",
    "ZsAvg": "zs_avg",
    "ZsMax": "zs_max",
    "Flag": "flag",
    "EFlag": "eflag",
    "SampleTime": "sample_time",
}
REASONS = {
    "length_or_crc": {RefusalReason.LENGTH_MISMATCH, RefusalReason.CRC_MISMATCH},
    "crc_mismatch": {RefusalReason.CRC_MISMATCH},
}
NOTED = {
    19: ["no_header"],
    20: ["no_header"],
    25: ["length_mismatch"],
    53: ["noise", "hj212"],
    85: ["truncated"],
    86: ["truncated"],
}
"""What the packets whose expectation is in their note must give."""


class Packet(TypedDict):
    n: int
    packet: str
    expect: str
    crc_kind: str | None


class Vector(TypedDict):
    head: str
    region_plain: str
    region_cipher_hex: str
    tail_plain: str
    segment_len: int
    crc: str
    wire_if_raw_bytes_hex: str


def wire_forms(vector: Vector) -> list[bytes]:
    """Raw, in braces, hex and Base64, made by simpler means than the product's."""
    cipher = bytes.fromhex(vector["region_cipher_hex"])
    braces = "{" + ",".join(f"0x{byte:02X}" for byte in cipher) + "}"
    rest = vector["region_plain"][len(cipher) :]
    texts = [
        cipher,
        braces.encode(),
        vector["region_cipher_hex"].encode(),
        base64.b64encode(cipher),
    ]
    head = f"##{vector['segment_len']:04d}{vector['head']}".encode()
    return [head + text + f"{rest}&&{vector['crc']}\r\n".encode() for text in texts]


@pytest.fixture(scope="module")
def field() -> Path:
    shared = os.environ.get("QINGKONG_SHARED")
    if shared is None and "CI" in os.environ:
        pytest.fail("QINGKONG_SHARED must name the shared folder in CI")
    if shared is None:
        pytest.skip("set QINGKONG_SHARED to the shared folder to read its field packets")
    return Path(shared) / "field"


@pytest.fixture(scope="module")
def packets(field: Path) -> list[Packet]:
    text = (field / "hj212-packets.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def only_frame(packet: str, crc: CrcPolicy = CrcPolicy.STRICT) -> Frame:
    (piece,) = decode(packet.encode(), by_crc(crc))
    assert piece.frame is not None, piece.refusal
    return piece.frame


def told(piece: Piece) -> str:
    if piece.frame is not None:
        return piece.frame.crc.value
    assert piece.refusal is not None
    return piece.refusal.reason.value


def extracted(packet: str) -> dict[str, dict[str, float | str]]:
    """A second, simpler reading: every `code-field=text` of a packet, the first of each."""
    found: dict[str, dict[str, float | str]] = {}
    for code, field, text in re.findall(r"([\w-]+)-(\w+)=([^;,&]*)", packet):
        if field in FIELDS:
            number = "Flag" not in field and field != "SampleTime"
            found.setdefault(code, {}).setdefault(FIELDS[field], float(text) if number else text)
    return found


def sent(value: Value) -> dict[str, float | str]:
    names = FIELDS.values()
    return {name: getattr(value, name) for name in names if getattr(value, name) is not None}


def test_every_good_packet_decodes_with_every_value_and_flag(packets: list[Packet]):
    good = [packet["packet"] for packet in packets if packet["expect"] == "ok"]

    for packet in good:
        frame = only_frame(packet)
        assert {value.code: sent(value) for value in frame.values} == extracted(packet)
        assert list(extracted(packet)) == [value.code for value in frame.values]
    assert len(good) == 30


def test_no_field_of_a_good_packet_is_dropped(packets: list[Packet]):
    for packet in packets:
        if packet["expect"] == "ok":
            frame = only_frame(packet["packet"])
            kept = sum(len(sent(value)) for value in frame.values) + len(frame.other)
            kept += sum((one.rs is not None) + (one.rt is not None) for one in frame.states)
            kept += len(frame.infos) + len({info.about for info in frame.infos} - {None})
            header = (frame.qn, frame.st, frame.cn, frame.pw, frame.mn, frame.flag, frame.pnum)
            kept += sum(field is not None for field in (*header, frame.pno, frame.data_time_text))
            assert kept == packet["packet"].replace("CP=", "").count("=")


def test_every_bad_packet_is_refused_with_its_reason(packets: list[Packet]):
    bad = [packet for packet in packets if packet["expect"] in REASONS]

    for packet in bad:
        (piece,) = decode(packet["packet"].encode())
        assert piece.refusal is not None
        assert piece.refusal.reason in REASONS[packet["expect"]]
    assert len(bad) == 23


def test_packets_with_a_note_give_what_it_says(packets: list[Packet]):
    noted = {
        packet["n"]: [told(piece) for piece in decode(packet["packet"].encode())]
        for packet in packets
        if packet["expect"] == "see note"
    }

    assert noted == NOTED


def test_modbus_packets_are_told_and_can_be_accepted(packets: list[Packet]):
    sent_with_modbus = [packet for packet in packets if packet["crc_kind"] == "modbus"]

    for packet in sent_with_modbus:
        (piece,) = decode(packet["packet"].encode())
        assert piece.refusal is not None
        assert "CRC-16/MODBUS" in piece.refusal.detail
        assert only_frame(packet["packet"], CrcPolicy.ACCEPT_MODBUS).crc == "modbus"
    assert sent_with_modbus


@pytest.mark.parametrize("noise", [b"", b"\r\n", b"\x00\xffRING\r\n", b"##12"], ids=repr)
def test_all_good_packets_come_out_of_one_stream(packets: list[Packet], noise: bytes):
    good = [p["packet"].encode() for p in packets if p["expect"] == "ok"]
    bad = [p["packet"].encode() for p in packets if p["expect"] != "ok" and p["n"] != 53]
    stream = b"".join(
        noise + packet + noise + bad[place % len(bad)] for place, packet in enumerate(good)
    )

    frames = [piece.frame for piece in decode(stream) if piece.frame is not None]

    assert frames == [only_frame(packet.decode()) for packet in good]


@pytest.mark.parametrize("size", [1, 7, 100, 1460, 4096], ids=str)
def test_the_stream_gives_the_same_in_chunks(packets: list[Packet], size: int):
    data = "".join(packet["packet"] for packet in packets).encode() * (1 if size == 1 else 3)
    stream = StreamDecoder()

    pieces = [
        piece
        for start in range(0, len(data), size)
        for piece in stream.feed(data[start : start + size])
    ]

    assert [*pieces, *stream.finish()] == decode(data)


def test_any_split_point_gives_the_same(packets: list[Packet]):
    data = "".join(packet["packet"] for packet in packets[:20]).encode()
    whole = decode(data)

    for cut in range(0, len(data), 97):
        stream = StreamDecoder()
        assert [*stream.feed(data[:cut]), *stream.feed(data[cut:]), *stream.finish()] == whole


def test_the_fast_way_gives_the_same_for_every_packet(packets: list[Packet]):
    payloads = [packet["packet"].encode() for packet in packets]
    decoder = ShapeDecoder()
    for _ in range(3):
        decoder.decode(payloads)
    decoded = decoder.decode(payloads)

    fast = [one for one in decoded if isinstance(one, FastFrame)]
    as_pieces = [
        [Piece(0, len(payload), frame=one.frame())] if isinstance(one, FastFrame) else one
        for payload, one in zip(payloads, decoded, strict=True)
    ]

    assert as_pieces == [decode(payload) for payload in payloads]
    assert len(fast) > 15


def test_every_segment_of_annex_c_decodes(field: Path):
    lines = (field / "hj212-2017-annexc-segments.jsonl").read_text().splitlines()

    for line in lines:
        segment = json.loads(line)
        frame = only_frame(segment["packet_framed_by_us"])
        assert (frame.st, frame.cn, frame.version) == (segment["st"], segment["cn"], 2017)
        assert {value.code: sent(value) for value in frame.values} == extracted(segment["segment"])
        assert (frame.policies, frame.encrypted) == ((), False)
    assert len(lines) == 78


def vectors(field: Path) -> tuple[bytes, list[Vector]]:
    told = json.loads((field / "hj212-sm4-2025.json").read_text())
    return bytes.fromhex(told["key_hex"]), told["vectors"]


def test_every_encrypted_vector_decodes_as_its_plain_text(field: Path):
    key, sent = vectors(field)

    for vector in sent:
        plain = f"{vector['head']}{vector['region_plain']}&&"
        frame = only_frame(f"##{len(plain):04d}{plain}{vector['crc']}\r\n")
        for data in wire_forms(vector):
            (piece,) = decode(data, under(keys=(key,)))
            assert piece.frame == replace(frame, encrypted=True)
            assert (len(plain), frame.version) == (vector["segment_len"], 2025)
    assert len(sent) == 2


def test_the_encrypted_vectors_are_what_is_sent(field: Path):
    key, sent = vectors(field)

    for vector in sent:
        plain = enclose(f"{vector['head']}{vector['region_plain']}&&".encode())
        assert [encrypt(plain, key, form) for form in FORMS] == wire_forms(vector)
        assert wire_forms(vector)[0].hex() == vector["wire_if_raw_bytes_hex"]


def test_the_encrypted_vectors_come_out_of_one_stream_with_the_packets(
    field: Path, packets: list[Packet]
):
    key, sent = vectors(field)
    good = [packet["packet"].encode() for packet in packets if packet["expect"] == "ok"]
    encrypted = [data for vector in sent for data in wire_forms(vector)] * 4
    stream = b"".join([a + b"\x00RING" + b for a, b in zip(good, encrypted, strict=False)])

    frames = [piece.frame for piece in decode(stream, under(keys=(key,))) if piece.frame]

    assert sum(frame.encrypted for frame in frames) == min(len(good), len(encrypted))
    assert [frame for frame in frames if not frame.encrypted] == [
        only_frame(packet.decode()) for packet in good[: len(frames) // 2]
    ]


def test_no_packet_needs_a_key_to_be_told(packets: list[Packet]):
    reasons = {told(piece) for packet in packets for piece in decode(packet["packet"].encode())}

    assert reasons.isdisjoint({"no_key", "wrong_key", "not_encrypted"})


@pytest.mark.parametrize("keys", [(), (b"0" * 16,)], ids=["no key", "a key"])
def test_every_good_packet_reads_the_same_under_what_other_devices_may(
    packets: list[Packet], keys: tuple[bytes, ...]
):
    allowed = set(Policy) - {Policy.REQUIRE_SM4}
    lenient = always(Dialect(CrcPolicy.OFF, frozenset(allowed), keys))
    counted: dict[int, tuple[str, ...]] = {}

    for packet in packets:
        if packet["expect"] == "ok":
            (piece,) = decode(packet["packet"].encode(), lenient)
            assert piece.frame is not None
            assert piece.frame.values == only_frame(packet["packet"]).values
            counted[packet["n"]] = piece.frame.policies

    assert {n: policies for n, policies in counted.items() if policies} == {
        50: ("surface_water",),
        92: ("surface_water",),
        95: ("long_data_time",),
    }


@pytest.mark.parametrize(
    ("number", "dialect", "policies"),
    [
        (
            19,
            Dialect(policies=frozenset({Policy.ACCEPT_MISSING_HEADER})),
            ("accept_missing_header",),
        ),
        (
            20,
            Dialect(CrcPolicy.OFF, frozenset({Policy.ACCEPT_MISSING_HEADER})),
            ("accept_missing_header", "crc_off"),
        ),
        (
            25,
            Dialect(CrcPolicy.OFF, frozenset({Policy.ACCEPT_WRONG_LENGTH})),
            ("accept_wrong_length", "crc_off"),
        ),
        (37, Dialect(CrcPolicy.OFF), ("crc_off",)),
        (68, Dialect(CrcPolicy.ACCEPT_MODBUS), ("crc_accept_modbus",)),
        (94, Dialect(CrcPolicy.OFF), ("crc_off",)),
    ],
    ids=lambda one: str(one) if isinstance(one, int) else "",
)
def test_packets_that_need_policies_are_refused_without_and_read_with_them(
    packets: list[Packet], number: int, dialect: Dialect, policies: tuple[str, ...]
):
    (packet,) = [one["packet"] for one in packets if one["n"] == number]

    (refused,) = decode(packet.encode())
    (piece,) = decode(packet.encode(), always(dialect))

    assert refused.refusal is not None
    assert (refused.refusal.policy is None) == (len(policies) > 1)
    assert piece.frame is not None
    assert piece.frame.policies == policies


def test_the_policy_that_a_refused_packet_names_accepts_it(packets: list[Packet]):
    named = 0

    for packet in packets:
        for piece in decode(packet["packet"].encode()):
            if piece.refusal is not None and piece.refusal.policy is not None:
                named += 1
                (mended,) = decode(
                    packet["packet"].encode(), always(with_named(piece.refusal.policy))
                )
                assert mended.frame is not None
                assert mended.frame.policies == (piece.refusal.policy.replace("crc: ", "crc_"),)
    assert named == 18


def with_named(policy: str) -> Dialect:
    field, _, value = policy.partition(": ")
    return Dialect(CrcPolicy(value)) if value else Dialect(policies=frozenset({Policy(field)}))
