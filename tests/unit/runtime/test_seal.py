"""A sealed key opens with the same seal key and for the same device, and tells nothing else."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from services.runtime.seal import (
    device_key,
    fingerprint,
    new_seal_key,
    nothing_opens,
    opener_of,
    receiver_secret,
    seal,
    seal_key_of,
    unseal,
)
from services.runtime.settings import Settings, SettingsError

KEY = bytes(range(32))
TEXT = base64.b64encode(KEY).decode()
SM4 = b"0123456789abcdef"
OWNER = device_key(7)
RELEASED = (
    "01000102030405060708090a0b7733e428f1d0f42cb578f6e9d28d1d0b5b014cb5ba4cf6dfc7c1b136a415a84e"
)


@given(key=st.binary(min_size=32, max_size=32), device=st.integers(1, 2**31 - 1))
def test_what_was_sealed_opens_again(key: bytes, device: int) -> None:
    assert unseal(key, seal(key, SM4, device_key(device)), device_key(device)) == SM4


def test_neither_another_seal_key_nor_another_device_opens_it() -> None:
    sealed = seal(KEY, SM4, OWNER)

    assert unseal(bytes(32), sealed, OWNER) is None
    assert unseal(KEY, sealed, device_key(8)) is None


def test_what_is_sealed_for_a_receiver_opens_for_it_alone() -> None:
    sealed = seal(KEY, b"token", receiver_secret("7"))

    assert unseal(KEY, sealed, receiver_secret("7")) == b"token"
    assert unseal(KEY, sealed, receiver_secret("8")) is None
    assert unseal(KEY, sealed, device_key(7)) is None


def test_a_key_that_an_earlier_release_sealed_still_opens() -> None:
    sealed = bytes.fromhex(RELEASED)

    assert opener_of(Settings(seal_key=SecretStr(TEXT)))(7, sealed) == SM4


@given(st.data())
def test_a_changed_byte_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, SM4, OWNER))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))

    assert unseal(KEY, bytes(sealed), OWNER) is None


@given(st.binary(max_size=60))
def test_anything_else_is_not_opened_and_raises_nothing(sealed: bytes) -> None:
    assert unseal(KEY, sealed, OWNER) is None


def test_the_same_key_sealed_twice_looks_different() -> None:
    first, second = seal(KEY, SM4, OWNER), seal(KEY, SM4, OWNER)

    assert first != second
    assert fingerprint(first) != fingerprint(second)
    assert SM4 not in first


def test_a_new_seal_key_can_be_used_as_the_setting() -> None:
    text = new_seal_key()

    assert seal_key_of(Settings(seal_key=SecretStr(text))) == base64.b64decode(text)
    assert text != new_seal_key()


def test_the_key_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "seal.key"
    file.write_text(TEXT + "\n")

    assert seal_key_of(Settings(seal_key_file=file)) == KEY


def test_without_a_key_nothing_opens() -> None:
    assert seal_key_of(Settings()) is None
    assert opener_of(Settings()) is nothing_opens
    assert nothing_opens(7, seal(KEY, SM4, OWNER)) is None


def test_the_opener_of_the_settings_opens() -> None:
    opened = opener_of(Settings(seal_key=SecretStr(TEXT)))(7, seal(KEY, SM4, OWNER))

    assert opened == SM4


@pytest.mark.parametrize(
    "text", ["", "hunter2", base64.b64encode(bytes(31)).decode(), TEXT + "!"],
    ids=["empty", "no Base64", "too short", "a stray character"],
)  # fmt: skip
def test_what_is_no_key_is_one_sentence_without_the_value(text: str) -> None:
    with pytest.raises(SettingsError, match="32 bytes in Base64") as raised:
        seal_key_of(Settings(seal_key=SecretStr(text)))

    assert not text or text not in str(raised.value)


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        seal_key_of(Settings(seal_key_file=tmp_path / "none"))


def test_two_places_for_the_key_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="not both"):
        Settings(seal_key=SecretStr(TEXT), seal_key_file=tmp_path / "x")


def test_the_key_is_not_shown_with_the_settings() -> None:
    settings = Settings(seal_key=SecretStr(TEXT))

    assert TEXT not in repr(settings) + str(settings.describe())
