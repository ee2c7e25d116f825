"""A checkpoint: one signed statement of all chain heads and of all histories.

Pure: values in, text and values out. It must not know where keys, files and rows are kept.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import TypeAdapter, ValidationError

FORMAT = 1
NO_PREVIOUS = "0" * 64
KEY_ID_DIGITS = 16


class CheckpointError(Exception):
    """The text is no checkpoint; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class SlotHead:
    """The last closed batch of a slot's chain, and what the chain holds up to it."""

    number: int
    digest: str
    batch: int
    frames: int
    stored: int
    repeated: int
    rejected: int
    readings: int
    revised: int


@dataclass(frozen=True, slots=True)
class TableMark:
    """The rows of a history below the closed position: how many, the last key, their digest."""

    rows: int
    last: str
    digest: str


@dataclass(frozen=True, slots=True)
class RegistryMark:
    """The registry's version and the digest of its rows."""

    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class Body:
    """What is signed. `closed` is a position (xid8); only what lies below it is covered."""

    number: int
    made_at: str
    closed: int
    slots: Mapping[int, SlotHead]
    tables: Mapping[str, TableMark]
    registry: RegistryMark
    previous: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A body's text with its signature (Ed25519 over the text in UTF-8) and who made it."""

    text: str
    key_id: str
    signature: bytes
    public_key: bytes


_BODY: Final = TypeAdapter(Body)


def body_text(body: Body) -> str:
    """The canonical text: JSON with sorted keys and no blanks."""
    said = {
        "format": FORMAT,
        "number": body.number,
        "made_at": body.made_at,
        "closed": str(body.closed),
        "slots": {str(slot): head for slot, head in body.slots.items()},
        "tables": dict(body.tables),
        "registry": body.registry,
        "previous": body.previous,
    }
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()


def parse_body(text: str) -> Body:
    """Read a body; raises CheckpointError."""
    said = _object(text)
    if said.get("format") != FORMAT:
        raise CheckpointError(f"format {said.get('format')!r} is not {FORMAT}: use its own version")
    try:
        return _BODY.validate_python(said)
    except ValidationError as error:
        raise CheckpointError(f"a field is missing or wrong: {error}") from error


def text_digest(text: str) -> str:
    """What the next checkpoint says of this one: SHA-256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def key_id_of(public_key: bytes) -> str:
    """The first 16 hex digits of the public key's SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:KEY_ID_DIGITS]


def sign(text: str, key: Ed25519PrivateKey) -> Signed:
    """Sign a body's text."""
    public_key = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Signed(text, key_id_of(public_key), key.sign(text.encode()), public_key)


def signed_by(signed: Signed, public_key: bytes) -> bool:
    """Whether the holder of this key signed exactly this text."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signed.signature, signed.text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def file_text(signed: Signed) -> bytes:
    """A checkpoint as it is kept outside of the database."""
    said = {
        "body": signed.text,
        "key_id": signed.key_id,
        "signature": base64.b64encode(signed.signature).decode(),
        "public_key": base64.b64encode(signed.public_key).decode(),
    }
    return orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def parse_file(text: bytes) -> Signed:
    """Read a checkpoint file; raises CheckpointError."""
    said = _object(text)
    try:
        return Signed(
            text=cast("str", said["body"]).encode().decode(),
            key_id=cast("str", said["key_id"]),
            signature=base64.b64decode(cast("str", said["signature"]), validate=True),
            public_key=base64.b64decode(cast("str", said["public_key"]), validate=True),
        )
    except (KeyError, TypeError, AttributeError, binascii.Error, ValueError) as error:
        raise CheckpointError(f"a field is missing or wrong: {error}") from error


def _object(text: str | bytes) -> dict[str, object]:
    try:
        said: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise CheckpointError(f"it is no JSON: {error}") from error
    if not isinstance(said, dict):
        raise CheckpointError("it is no JSON object")
    return cast("dict[str, object]", said)
