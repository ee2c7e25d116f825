"""Fuzz the HJ 212 decoders: `python tests/fuzz/hj212.py -max_total_time=60`.

No input may raise under any dialect, pieces partition the input, chunks change nothing, what a
refusal names as its policy accepts it, and the fast way gives what the general way gives.
"""

import sys
from dataclasses import replace
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["services.hj212"]):  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - atheris has no types
    from schemas.policies import Policy
    from services.hj212.crc import crc16
    from services.hj212.describe import describe
    from services.hj212.dialect import SM4_FORMS, Dialect, always
    from services.hj212.encode import encrypt
    from services.hj212.frame import CrcPolicy, Piece
    from services.hj212.shape import FastFrame, ShapeDecoder
    from services.hj212.stream import StreamDecoder, decode

VECTORS = Path(__file__).parents[1] / "vectors" / "hj212"
KEYS = (b"0" * 16, bytes(range(16)))
HEADER_BYTES = 4

GOLDEN = [(case / "frame").read_bytes() for case in sorted(VECTORS.iterdir())]


def built(data: bytes) -> bytes:
    """Make an input of the fuzzer's bytes: as they are, spliced into a golden frame, or framed."""
    choice, rest = data[0], data[1:]
    if choice & 0x40 and len(rest) > 3:
        golden = GOLDEN[rest[0] % len(GOLDEN)]
        place = (rest[1] * 256 + rest[2]) % len(golden)
        rest = golden[:place] + rest[4:] + golden[place + rest[3] % 32 :]
        if choice & 0x80:
            rest = rest[6:-6]
    if choice & 0x80:
        rest = b"##%04d%s%04X\r\n" % (len(rest) % 10_000, rest, crc16(rest))
    return sealed(rest, choice) if choice & 0x20 else rest


def sealed(frame: bytes, choice: int) -> bytes:
    """Encrypt what is one frame, as one of two devices would; all else stays."""
    try:
        return encrypt(frame, KEYS[choice >> 3 & 1], SM4_FORMS[choice >> 1 & 3])
    except ValueError:
        return frame


def dialect_from(header: bytes) -> Dialect:
    """A dialect of the first bytes: CRC policy, keys, and a bit for each policy."""
    bits = header[1] * 256 + header[2]
    policies = [policy for place, policy in enumerate(Policy) if bits >> place & 1]
    keys = ((), KEYS[:1], KEYS[1:], KEYS)[header[3] & 3]
    return Dialect(tuple(CrcPolicy)[header[0] % 3], frozenset(policies), keys)


def check(data: bytes) -> None:
    """Check every invariant on one input; its first bytes choose the dialect and the form."""
    if len(data) <= HEADER_BYTES:
        return
    dialect = dialect_from(data[:HEADER_BYTES])
    dialect_of = always(dialect)
    body = built(data[HEADER_BYTES:])
    pieces = decode(body, dialect_of)
    if b"".join(body[piece.offset : piece.offset + piece.length] for piece in pieces) != body:
        raise AssertionError("the pieces do not partition the input")
    for piece in pieces:
        describe(piece)
    stream, cut = StreamDecoder(dialect_of), data[0] * 7
    if [*stream.feed(body[:cut]), *stream.feed(body[cut:]), *stream.finish()] != pieces:
        raise AssertionError("chunks changed the pieces")
    check_named(body, dialect, pieces)
    check_fast(body)


def check_named(body: bytes, dialect: Dialect, pieces: list[Piece]) -> None:
    """See that a payload that is one refused piece is a frame under the policy that it names."""
    refusal = pieces[0].refusal if len(pieces) == 1 else None
    if refusal is None or refusal.policy is None:
        return
    field, _, value = refusal.policy.partition(": ")
    if value:
        mended = replace(dialect, crc=CrcPolicy(value))
    else:
        mended = replace(dialect, policies=dialect.policies | {Policy(field)})
    if all(piece.frame is None for piece in decode(body, always(mended))):
        raise AssertionError("the policy that a refusal names does not accept it")


def check_fast(body: bytes) -> None:
    """Teach the fast decoder an input, then a changed one, and compare both ways."""
    decoder = ShapeDecoder()
    changed = body.translate(bytes.maketrans(b"1357N", b"3175D"))
    segment = changed[6:-6]
    mended = b"##%04d%s%04X\r\n" % (len(segment) % 10_000, segment, crc16(segment))
    decoder.decode([body, body])
    for payload in (body, mended):
        (decoded,) = decoder.decode([payload])
        if isinstance(decoded, FastFrame):
            decoded = [Piece(0, len(payload), frame=decoded.frame())]
        if decoded != decode(payload):
            raise AssertionError("the fast way differs from the general one")


def main() -> None:
    """Run the fuzzer on the options of the command line."""
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
