"""SM4-ECB of a frame's content (HJ 212-2025 section 6.4), and the forms of its cipher text.

Whole blocks of 16 bytes are encrypted without padding, the rest stays in clear. It must not know
frames, check sums nor policies' owners: bytes and a key in, bytes out.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from schemas.policies import Policy

BLOCK_BYTES = 16

_PLAIN_BYTES = bytes(range(0x20, 0x7F)) + b"\t\r\n"
_CONTROL_BYTES = bytes(set(range(0x20)) - set(b"\t\r\n")) + b"\x7f"
_ODD_SHARE = 4
_START_BYTES = 4 * BLOCK_BYTES
_BYTE = rb"0[xX][0-9A-Fa-f]{1,2}"
_BRACES = re.compile(
    rb"\{[ \t]*(" + _BYTE + rb"(?:[ \t]*,[ \t]*" + _BYTE + rb")*)[ \t]*\}(.{0,15})", re.DOTALL
)
_HEX = re.compile(rb"[0-9A-Fa-f]+")
_BASE64 = re.compile(rb"[0-9A-Za-z+/]+={0,2}")


class Sealed(NamedTuple):
    """A content as cipher text of one form: `cipher` in whole blocks, and the `rest` in clear."""

    form: Policy
    cipher: bytes
    rest: bytes


def encrypted(content: bytes, key: bytes) -> tuple[bytes, bytes]:
    """Encrypt the whole blocks of a content: the cipher text, and the rest in clear.

    Raises `ValueError` unless the key has 16 bytes.
    """
    whole = len(content) // BLOCK_BYTES * BLOCK_BYTES
    worker = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305 - as HJ 212-2025 wants
    return worker.update(content[:whole]) + worker.finalize(), content[whole:]


def decrypted(sealed: Sealed, key: bytes) -> bytes:
    """Decrypt a content; raises `ValueError` unless the key has 16 bytes."""
    worker = Cipher(algorithms.SM4(key), modes.ECB()).decryptor()  # noqa: S305 - as HJ 212-2025 wants
    return worker.update(sealed.cipher) + worker.finalize() + sealed.rest


def begins_as_text(sealed: Sealed, key: bytes) -> bool:
    """Whether the first blocks decrypt to what text may hold: nearly no wrong key gets further.

    Raises `ValueError` unless the key has 16 bytes.
    """
    start = decrypted(sealed._replace(cipher=sealed.cipher[:_START_BYTES], rest=b""), key)
    return len(start.translate(None, _CONTROL_BYTES)) == len(start)


def _in_braces(cipher: bytes) -> bytes:
    return b"{%s}" % b",".join([b"0x%02X" % byte for byte in cipher])


WRITTEN: dict[Policy, Callable[[bytes], bytes]] = {
    Policy.SM4_RAW: lambda cipher: cipher,
    Policy.SM4_BRACES: _in_braces,
    Policy.SM4_HEX: lambda cipher: cipher.hex().upper().encode(),
    Policy.SM4_BASE64: b64encode,
}
"""Cipher text as it is written in each form."""


def readings(content: bytes) -> list[Sealed]:
    """The ways in which a content may be cipher text; none for what is plain text for certain."""
    texts = [one for one in (_braces(content), _hex(content), _base64(content)) if one is not None]
    whole = len(content) // BLOCK_BYTES * BLOCK_BYTES
    if whole and content.translate(None, _PLAIN_BYTES):
        texts.append(Sealed(Policy.SM4_RAW, content[:whole], content[whole:]))
    return texts


def is_text(content: bytes, encodings: tuple[str, ...]) -> bool:
    """Whether a content is text in one of the encodings and holds fields."""
    if b"=" not in content or len(content.translate(None, _CONTROL_BYTES)) < len(content):
        return False
    for encoding in encodings:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def looks_encrypted(content: bytes, encodings: tuple[str, ...]) -> bool:
    """Whether a content is rather cipher text than text, damaged or not."""
    found = readings(content)
    if not found or found[0].form is not Policy.SM4_RAW:
        return bool(found)
    cipher = found[0].cipher
    odd = cipher.translate(None, _PLAIN_BYTES)
    return len(odd) * _ODD_SHARE >= len(cipher) and not is_text(content, encodings)


def _braces(content: bytes) -> Sealed | None:
    found = _BRACES.fullmatch(content) if content.startswith(b"{") else None
    if found is None:
        return None
    cipher = bytes([int(byte, 16) for byte in found.group(1).split(b",")])
    whole = len(cipher) % BLOCK_BYTES == 0
    return Sealed(Policy.SM4_BRACES, cipher, found.group(2)) if whole else None


def _hex(content: bytes) -> Sealed | None:
    digits = len(content) // (2 * BLOCK_BYTES) * 2 * BLOCK_BYTES
    rest = content[digits:]
    if not digits or len(rest) >= BLOCK_BYTES or _HEX.fullmatch(content, 0, digits) is None:
        return None
    return Sealed(Policy.SM4_HEX, bytes.fromhex(content[:digits].decode()), rest)


def _base64(content: bytes) -> Sealed | None:
    """The number of blocks follows from the length: each has more letters than the rest may."""
    blocks = len(content) * 3 // (4 * BLOCK_BYTES)
    letters = (blocks * BLOCK_BYTES + 2) // 3 * 4
    if blocks < 1 or letters > len(content) or _BASE64.fullmatch(content, 0, letters) is None:
        return None
    rest, cipher = content[letters:], b64decode(content[:letters])
    whole = len(cipher) == blocks * BLOCK_BYTES and len(rest) < BLOCK_BYTES
    return Sealed(Policy.SM4_BASE64, cipher, rest) if whole else None
