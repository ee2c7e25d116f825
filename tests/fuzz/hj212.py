"""Fuzz the HJ 212 decoders: `python tests/fuzz/hj212.py -max_total_time=60`.

No input may raise, pieces partition the input, chunks change nothing, and the fast way gives what
the general way gives.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["services.hj212"]):  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - atheris has no types
    from services.hj212.crc import crc16
    from services.hj212.describe import describe
    from services.hj212.frame import CrcPolicy, Piece
    from services.hj212.shape import FastFrame, ShapeDecoder
    from services.hj212.stream import StreamDecoder, decode

VECTORS = Path(__file__).parents[1] / "vectors" / "hj212"


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
        return b"##%04d%s%04X\r\n" % (len(rest) % 10_000, rest, crc16(rest))
    return rest


def check(data: bytes) -> None:
    """Check every invariant on one input; its first byte chooses the form and the policy."""
    if not data:
        return
    policy = tuple(CrcPolicy)[data[0] % 3]
    body = built(data)
    pieces = decode(body, policy)
    if b"".join(body[piece.offset : piece.offset + piece.length] for piece in pieces) != body:
        raise AssertionError("the pieces do not partition the input")
    for piece in pieces:
        describe(piece)
    stream, cut = StreamDecoder(policy), data[0] * 7
    if [*stream.feed(body[:cut]), *stream.feed(body[cut:]), *stream.finish()] != pieces:
        raise AssertionError("chunks changed the pieces")
    check_fast(body, policy, pieces)


def check_fast(body: bytes, policy: CrcPolicy, pieces: list[Piece]) -> None:
    """Teach the fast decoder an input, then a changed one, and compare both ways."""
    decoder = ShapeDecoder()
    changed = body.translate(bytes.maketrans(b"1357N", b"3175D"))
    segment = changed[6:-6]
    mended = b"##%04d%s%04X\r\n" % (len(segment) % 10_000, segment, crc16(segment))
    decoder.decode([body, body], policy)
    for payload, expected in ((body, pieces), (mended, decode(mended, policy))):
        (decoded,) = decoder.decode([payload], policy)
        if isinstance(decoded, FastFrame):
            decoded = [Piece(0, len(payload), frame=decoded.frame())]
        if decoded != expected:
            raise AssertionError("the fast way differs from the general one")


def main() -> None:
    """Run the fuzzer on the options of the command line."""
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
