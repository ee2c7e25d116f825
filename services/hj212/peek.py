"""What a frame's header says, peeked at before it is known where the frame ends.

It must not know check sums nor policies; it reads bytes that may be anything.
"""

import re
from typing import NamedTuple

HEAD = re.compile(rb"##[0-9]{4}")
"""What a frame begins with: `##` and four digits of length (HJ 212-2017 table 2)."""

_OPEN_CP = re.compile(rb"CP[ \t]*=[ \t]*&&")
_HEADER_END = re.compile(rb"CP[ \t]*=[ \t]*&&|##[0-9]{4}")
_HEADER_BYTES = 1024
_NAME = rb"(?:\A[0-9]{0,2}|[;,])[ \t\r\n]*%s[ \t\r\n]*=[ \t\r\n]*([^;,&]*)"
_MN = re.compile(_NAME % rb"MN", re.IGNORECASE)
_CN = re.compile(_NAME % rb"CN", re.IGNORECASE)
_ENCRYPTED_KINDS = frozenset((b"1014", b"3020"))
_LOG_KINDS = (b"3020",)


class Secret(NamedTuple):
    """A segment whose content may be encrypted: what stands before it, it, and how it reads."""

    head: bytes
    content: bytes
    encodings: tuple[str, ...]


def mn_at(data: bytes, begin: int) -> str:
    """The MN in the header that begins there, empty when none is sent."""
    limit = begin + _HEADER_BYTES
    end = _HEADER_END.search(data, begin, limit)
    found = _MN.search(data[begin : end.start() if end else limit])
    return found.group(1).strip().decode(errors="replace") if found else ""


def closing_at(data: bytes, begin: int, limit: int) -> int | None:
    """Where the first `&&` behind the opening one of the segment that begins there ends."""
    opening = _HEADER_END.search(data, begin, begin + _HEADER_BYTES)
    if opening is None or opening.group().startswith(b"##"):
        return None
    closing = data.find(b"&&", opening.end(), limit)
    return closing + 2 if closing >= 0 else None


def is_secret(command: bytes) -> bool:
    """Whether what a command says is encrypted (HJ 212-2025 section 6.4.4)."""
    return command in _ENCRYPTED_KINDS or (len(command) == 4 and command.startswith(b"2"))  # noqa: PLR2004 - CN has four digits


def secret(segment: bytes) -> Secret | None:
    """The content of a closed segment whose command is encrypted: CN 2000 to 2999, 1014 and 3020.

    `None` for all others (HJ 212-2025 section 6.4.4). Only logs hold text that is not UTF-8.
    """
    opening = _OPEN_CP.search(segment)
    if opening is None or not segment.endswith(b"&&") or opening.end() > len(segment) - 2:
        return None
    found = _CN.search(segment, 0, opening.start())
    command = found.group(1).strip() if found else b""
    if not is_secret(command):
        return None
    encodings = ("utf-8", "gb18030") if command in _LOG_KINDS else ("utf-8",)
    return Secret(segment[: opening.end()], segment[opening.end() : -2], encodings)
