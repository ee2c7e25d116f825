"""The check sums of the data segment: HJ 212's own (HJ 212-2017 Annex A) and CRC-16/MODBUS.

It must not know frames: a segment's bytes in, a number out.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0xA001
_EMPTY = 0xFFFF
_LANES = 8


def _reflected_table() -> tuple[int, ...]:
    table: list[int] = []
    for byte in range(256):
        register = byte
        for _ in range(8):
            register = (register >> 1) ^ (_POLYNOMIAL if register & 1 else 0)
        table.append(register)
    return tuple(table)


_TABLE = _reflected_table()


def _lane_tables() -> tuple[tuple[int, ...], ...]:
    """For each distance (0 to 7) from the end: what a byte there adds to the last table look-up.

    The step on the eight bits that survive, h -> high byte of TABLE[h], is linear over XOR and
    its eighth power is the identity, so bytes at the same distance modulo 8 may be XORed first.
    """
    lanes = [tuple(range(256))]
    for _ in range(_LANES - 1):
        lanes.append(tuple(_TABLE[value] >> 8 for value in lanes[-1]))
    return tuple(lanes)


_LANE = _lane_tables()
_LANE_ARRAY = np.array(_LANE, dtype=np.uint8)
_TABLE_ARRAY = np.array(_TABLE, dtype=np.uint16)

POSSIBLE_LOW_BYTES = frozenset(value & 0xFF for value in _TABLE)
"""The only low bytes that HJ 212's algorithm can produce (it knows just 256 check sums)."""


def crc16(segment: bytes) -> int:
    """Compute the HJ 212 CRC of a data segment, 0 to 65535 (HJ 212-2017 Annex A).

    The register is shifted right by 8 before each byte is XORed in, so it is not CRC-16/MODBUS.
    """
    length = len(segment)
    if length == 0:
        return _EMPTY
    folded = int.from_bytes(segment, "big") ^ (0xFF << (8 * (length - 1)))
    words = (length + _LANES - 1) // _LANES
    while words > 1:
        half = words >> 1
        bits = 64 * (words - half)
        folded = (folded >> bits) ^ (folded & ((1 << bits) - 1))
        words -= half
    lane0, lane1, lane2, lane3, lane4, lane5, lane6, lane7 = _LANE
    return _TABLE[
        lane0[folded & 0xFF]
        ^ lane1[folded >> 8 & 0xFF]
        ^ lane2[folded >> 16 & 0xFF]
        ^ lane3[folded >> 24 & 0xFF]
        ^ lane4[folded >> 32 & 0xFF]
        ^ lane5[folded >> 40 & 0xFF]
        ^ lane6[folded >> 48 & 0xFF]
        ^ lane7[folded >> 56]
    ]


def crc16_batch(segments: Sequence[bytes]) -> NDArray[np.uint16]:
    """Compute the HJ 212 CRC of many segments at once: shape (len(segments),).

    Memory is the number of segments times the longest of them.
    """
    if not segments:
        return np.zeros(0, dtype=np.uint16)
    lengths = np.array([len(segment) for segment in segments], dtype=np.intp)
    width = max(_LANES, (int(lengths.max()) + _LANES - 1) // _LANES * _LANES)
    aligned = b"".join([segment.rjust(width, b"\0") for segment in segments])
    words = np.frombuffer(aligned, dtype=np.uint64).reshape(len(segments), width // _LANES)
    folded = np.bitwise_xor.reduce(words, axis=1).view(np.uint8).reshape(-1, _LANES)
    filled = np.flatnonzero(lengths)
    folded[filled, _LANES - 1 - (lengths[filled] - 1) % _LANES] ^= 0xFF
    index = np.zeros(len(segments), dtype=np.uint8)
    for distance in range(_LANES):
        index ^= _LANE_ARRAY[distance][folded[:, _LANES - 1 - distance]]
    checksums = _TABLE_ARRAY[index]
    checksums[lengths == 0] = _EMPTY
    return checksums


def modbus(segment: bytes) -> int:
    """Compute CRC-16/MODBUS, which some vendors send in the place of HJ 212's."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ _TABLE[(register ^ byte) & 0xFF]
    return register
