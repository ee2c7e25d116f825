"""`qingkong decode`: HJ 212 bytes from a file or standard input to one JSON object a line."""

import os
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from enum import StrEnum
from io import BufferedReader
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

from services.hj212.describe import describe
from services.hj212.frame import CrcPolicy, Piece
from services.hj212.stream import StreamDecoder

_CHUNK_BYTES = 1 << 20
_LARGE_BYTES = 16 << 20
_UNREADABLE = 2


class CrcChoice(StrEnum):
    """Which check sums are accepted."""

    STRICT = "strict"
    ACCEPT_MODBUS = "accept-modbus"
    OFF = "off"

    @property
    def policy(self) -> CrcPolicy:
        return CrcPolicy(self.value.replace("-", "_"))


def decode(
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help="A file of HJ 212 bytes, or - for stdin.")
    ] = "-",
    crc: Annotated[
        CrcChoice,
        typer.Option(
            help="strict: HJ 212's CRC only. accept-modbus: CRC-16/MODBUS too, which some vendors "
            "send by mistake. off: the CRC is told, not checked."
        ),
    ] = CrcChoice.STRICT,
    show_pw: Annotated[
        bool, typer.Option("--show-pw", help="Print passwords (PW) instead of ******.")
    ] = False,
    strict_exit: Annotated[
        bool, typer.Option("--strict-exit", help="Exit with 1 if anything was refused.")
    ] = False,
) -> None:
    """Decode HJ 212 frames (数据包) and say what is wrong with those that cannot be read.

    One JSON object a line for every piece of the input, in order: "ok":true
    with the frame's fields and warnings, or "ok":false with a reason and a
    sentence for the vendor. Frames may be glued together, cut off or surrounded
    by noise; "offset" and "length" say where each one is.

    Try it:

    echo '##0040ST=32;CN=2011;MN=A1;CP=&&w01018-Rtd=25&&CD41' | qingkong decode

    What must the vendors mend in this capture?

    qingkong decode capture.bin | jq -r 'select(.ok|not).detail'

    Exit code: 0 when the input was read, 2 when it cannot be read, and with
    --strict-exit 1 when anything was refused.
    """
    refused = False
    stream = StreamDecoder(crc.policy)
    for chunk in _chunks(file):
        refused |= _print(stream.feed(chunk), show_pw=show_pw)
    refused |= _print(stream.finish(), show_pw=show_pw)
    if refused and strict_exit:
        raise typer.Exit(1)


def _print(pieces: Iterable[Piece], *, show_pw: bool) -> bool:
    """Write pieces to standard output; returns whether one of them was refused."""
    refused = False
    lines: list[bytes] = []
    for piece in pieces:
        refused = refused or piece.refusal is not None
        lines.append(
            orjson.dumps(describe(piece, show_pw=show_pw), option=orjson.OPT_APPEND_NEWLINE)
        )
    try:
        sys.stdout.buffer.write(b"".join(lines))
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        # The reader (head, less) has gone: point stdout at nothing so that closing it is quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from error
    return refused


def _chunks(file: str) -> Generator[bytes]:
    """Read a file or standard input in chunks; exits with 2 and a sentence if that fails."""
    try:
        with _source(file) as source, _progress(source) as advance:
            while chunk := source.read1(_CHUNK_BYTES):
                yield chunk
                advance(len(chunk))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        typer.echo(f"Cannot read {file}: {reason}. Give a readable file, or - for stdin.", err=True)
        raise typer.Exit(_UNREADABLE) from error


def _source(file: str) -> BufferedReader:
    if file == "-":
        return os.fdopen(sys.stdin.fileno(), "rb", closefd=False)
    return Path(file).open("rb")


@contextmanager
def _progress(source: BufferedReader) -> Generator[Callable[[int], None]]:
    """Show progress on standard error if that is a terminal and the file is large."""
    console = Console(stderr=True)
    size = os.fstat(source.fileno()).st_size
    if size < _LARGE_BYTES or not console.is_terminal:
        yield lambda _: None
        return
    with Progress(BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("decode", total=size)
        yield lambda count: bar.advance(task, count)
