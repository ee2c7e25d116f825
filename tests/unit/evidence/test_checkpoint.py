from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.evidence.checkpoint import (
    NO_PREVIOUS,
    Body,
    CheckpointError,
    RegistryMark,
    SlotHead,
    TableMark,
    body_text,
    file_text,
    key_id_of,
    parse_body,
    parse_file,
    sign,
    signed_by,
)
from services.evidence.row_chain import RowChain

BODY = Body(
    number=3,
    made_at="2026-08-01T00:00:00+00:00",
    closed=1 << 63,
    slots={0: SlotHead(7, "ab", 9, 5, 3, 1, 1, 30, 2), -1: SlotHead(1, "cd", 4, 1, 1, 0, 0, 3, 0)},
    tables={"reject": TableMark(1, "77", "ef")},
    registry=RegistryMark(2, "01"),
    previous=NO_PREVIOUS,
)


def test_a_body_is_read_as_it_was_written() -> None:
    assert parse_body(body_text(BODY)) == BODY


def test_the_text_does_not_depend_on_the_order_of_slots() -> None:
    other = replace(BODY, slots={slot: BODY.slots[slot] for slot in (-1, 0)})

    assert body_text(other) == body_text(BODY)


def test_a_file_keeps_text_signature_and_key() -> None:
    signed = sign(body_text(BODY), Ed25519PrivateKey.generate())

    again = parse_file(file_text(signed))

    assert again == signed
    assert signed_by(again, again.public_key)
    assert again.key_id == key_id_of(again.public_key)


def test_a_changed_text_or_another_key_is_not_signed() -> None:
    signed = sign("text", Ed25519PrivateKey.generate())
    other = sign("text", Ed25519PrivateKey.generate())

    assert not signed_by(signed, other.public_key)
    assert not signed_by(signed, b"short")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("{", "no JSON", id="cut"),
        pytest.param("[]", "no JSON object", id="list"),
        pytest.param('{"format":2}', "format 2", id="newer"),
        pytest.param('{"format":1}', "missing or wrong", id="empty"),
    ],
)
def test_what_is_no_body_is_refused_with_a_reason(text: str, said: str) -> None:
    with pytest.raises(CheckpointError, match=said):
        parse_body(text)


@pytest.mark.parametrize("text", [b"{}", b'{"body":1}', b'{"body":"","key_id":"","signature":"?"}'])
def test_what_is_no_file_is_refused(text: bytes) -> None:
    with pytest.raises(CheckpointError):
        parse_file(text)


def test_a_row_chain_goes_on_where_it_stopped() -> None:
    whole, part = RowChain(), RowChain()
    lines = [b"1\ta\n", b"2\tb\n", b"3\tc\n"]
    for line in lines:
        whole.add(line)
    for line in lines[:2]:
        part.add(line)

    rest = RowChain(part.digest, part.rows)
    rest.add(lines[2])

    assert rest == whole
