"""A sealed key opens with the same seal key and for the same device, and tells nothing else."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from services.runtime.seal import (
    fingerprint,
    new_seal_key,
    nothing_opens,
    opener_of,
    seal,
    seal_key_of,
    unseal,
)
from services.runtime.settings import Settings, SettingsError

KEY = bytes(range(32))
TEXT = base64.b64encode(KEY).decode()
SM4 = b"0123456789abcdef"


@given(key=st.binary(min_size=32, max_size=32), device=st.integers(1, 2**31 - 1))
def test_what_was_sealed_opens_again(key: bytes, device: int) -> None:
    assert unseal(key, seal(key, SM4, device), device) == SM4


def test_neither_another_seal_key_nor_another_device_opens_it() -> None:
    sealed = seal(KEY, SM4, 7)

    assert unseal(bytes(32), sealed, 7) is None
    assert unseal(KEY, sealed, 8) is None


@given(st.data())
def test_a_changed_byte_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, SM4, 7))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))

    assert unseal(KEY, bytes(sealed), 7) is None


@given(st.binary(max_size=60))
def test_anything_else_is_not_opened_and_raises_nothing(sealed: bytes) -> None:
    assert unseal(KEY, sealed, 7) is None


def test_the_same_key_sealed_twice_looks_different() -> None:
    first, second = seal(KEY, SM4, 7), seal(KEY, SM4, 7)

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
    assert nothing_opens(7, seal(KEY, SM4, 7)) is None


def test_the_opener_of_the_settings_opens() -> None:
    opened = opener_of(Settings(seal_key=SecretStr(TEXT)))(7, seal(KEY, SM4, 7))

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
