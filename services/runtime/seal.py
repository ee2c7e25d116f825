"""Sealing of secrets: AES-256-GCM under a key that the database does not have.

Bound to its owner (a device, a receiver of notices), so that what is sealed cannot be opened under
another. It must not know where sealed secrets are kept.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Callable
from typing import TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.runtime.settings import Settings, SettingsError

SEAL_BYTES = 32
SM4_BYTES = 16
NONCE_BYTES = 12
VERSION = b"\x01"
FINGERPRINT_DIGITS = 12

Opener: TypeAlias = Callable[[int, bytes], bytes | None]
"""Opens the sealed key of a device, by its id; None when it cannot be opened."""


def new_seal_key() -> str:
    """A fresh key to seal with, in Base64."""
    return base64.b64encode(os.urandom(SEAL_BYTES)).decode()


def seal_key_of(settings: Settings) -> bytes | None:
    """The key to seal with; None when none is set.

    Raises SettingsError, without the value in its words, when it cannot be read or is no key.
    """
    if settings.seal_key is not None:
        return _decoded(settings.seal_key.get_secret_value(), "QINGKONG_SEAL_KEY")
    if settings.seal_key_file is None:
        return None
    try:
        text = settings.seal_key_file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"QINGKONG_SEAL_KEY_FILE: {settings.seal_key_file} cannot be read: {error}"
        ) from None
    return _decoded(text, "QINGKONG_SEAL_KEY_FILE")


def device_key(device: int) -> bytes:
    """Whose a device's SM4 key is."""
    return b"qingkong sm4 key of device %d" % device


def receiver_secret(name: str) -> bytes:
    """Whose the address and secret of a receiver of notices are."""
    return b"qingkong secret of receiver " + name.encode()


def seal(key: bytes, secret: bytes, owner: bytes) -> bytes:
    """Seal a secret of `owner` (`device_key`, `receiver_secret`) under a fresh nonce."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, secret, owner)


def unseal(key: bytes, sealed: bytes, owner: bytes) -> bytes | None:
    """Open what was sealed; None when the key or the owner is another, or a byte was changed."""
    nonce, text = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if sealed[:1] != VERSION or len(nonce) < NONCE_BYTES:
        return None
    try:
        return AESGCM(key).decrypt(nonce, text, owner)
    except InvalidTag:
        return None


def opener_of(settings: Settings) -> Opener:
    """Opens sealed keys with the key of the settings, or none of them. Raises SettingsError."""
    key = seal_key_of(settings)
    if key is None:
        return nothing_opens
    return lambda device, sealed: unseal(key, sealed, device_key(device))


def nothing_opens(_device: int, _sealed: bytes) -> bytes | None:
    """The opener of whoever has no key to seal with."""
    return None


def fingerprint(sealed: bytes) -> str:
    """Tells sealed keys apart, and nothing about the key."""
    return hashlib.sha256(sealed).hexdigest()[:FINGERPRINT_DIGITS]


def _decoded(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != SEAL_BYTES:
        raise SettingsError(
            f"{name}: not {SEAL_BYTES} bytes in Base64: make one with "
            "`qingkong devices key new-seal`"
        )
    return key
