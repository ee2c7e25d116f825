"""The signing key and the signed files: the part of a checkpoint that is not in the database.

It must not know what a checkpoint says.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from services.runtime.settings import Settings

KEY_NAME = "checkpoint-key.pem"
PUBLIC_SUFFIX = ".pub"


class KeyFileError(Exception):
    """The key cannot be used; the message says what to do."""


def key_file(settings: Settings) -> Path:
    """Where the signing key is."""
    return settings.checkpoint_key_file or settings.home / KEY_NAME


def public_key_file(settings: Settings) -> Path:
    """Where its public half is written, for whoever verifies."""
    own = key_file(settings)
    return own.with_name(own.name + PUBLIC_SUFFIX)


def signing_key(settings: Settings) -> Ed25519PrivateKey:
    """The signing key; made on first use unless the settings name a file.

    Raises KeyFileError when a named file is missing or holds no Ed25519 key, OSError.
    """
    path = key_file(settings)
    if settings.checkpoint_key_file is None:
        _make_once(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise KeyFileError(
            f"{path} is not there: make it with `openssl genpkey -algorithm ed25519 -out {path}`, "
            "or unset QINGKONG_CHECKPOINT_KEY_FILE"
        ) from error
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"{path} is no private key in PEM without a password") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} is not an Ed25519 key")
    _write_public(public_key_file(settings), key.public_key())
    return key


def read_public_key(path: Path) -> bytes:
    """The 32 bytes of a public key in a PEM file.

    Raises KeyFileError when the file holds no Ed25519 public key.
    """
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise KeyFileError(f"{path} is no public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(f"{path} is not an Ed25519 key")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def write_durably(path: Path, text: bytes) -> None:
    """Put the whole file there at once, and return when it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _write(part, text, 0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _settle(path.parent)


def checkpoint_files(place: Path) -> Iterator[Path]:
    """A checkpoint file, or all in a folder by their names."""
    if place.is_dir():
        yield from sorted(place.glob("*.json"))
    else:
        yield place


def _make_once(path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    key = Ed25519PrivateKey.generate()
    try:
        _write(part, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
        # A link, unlike a rename, never replaces the key that another process made meanwhile.
        path.hardlink_to(part)
    except FileExistsError:
        return
    finally:
        part.unlink(missing_ok=True)
    _settle(path.parent)


def _write_public(path: Path, key: Ed25519PublicKey) -> None:
    text = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if not path.exists() or path.read_bytes() != text:
        write_durably(path, text)


def _write(path: Path, text: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
