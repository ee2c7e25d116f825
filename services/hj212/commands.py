"""`qingkong decode`: HJ 212 bytes from a file or standard input to one JSON object a line."""

import os
import re
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from enum import StrEnum
from io import BufferedReader
from pathlib import Path
from typing import Annotated, NoReturn

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

from schemas.policies import MEANINGS, Policy
from services.hj212.describe import describe
from services.hj212.dialect import SM4_KEY_BYTES, Dialect, always
from services.hj212.frame import CrcPolicy, Piece
from services.hj212.stream import StreamDecoder

_CHUNK_BYTES = 1 << 20
_LARGE_BYTES = 16 << 20
_UNREADABLE = 2
_KEY_FILE_BYTES = 1024
_KEY_HEX = re.compile(rb"[ \t\r\n]*([0-9A-Fa-f]{32})[ \t\r\n]*")
_POLICY_HELP = "A deviation to accept; may be given several times. " + "; ".join(
    f"{policy}: {meaning}" for policy, meaning in MEANINGS.items()
)


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
    policy: Annotated[list[str] | None, typer.Option(metavar="NAME", help=_POLICY_HELP)] = None,
    sm4_key_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A file with the SM4 key (密钥) of encrypted content: 32 hex digits or 16 bytes.",
        ),
    ] = None,
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

    What must the vendors mend in this capture, and which policy would accept it?

    qingkong decode capture.bin | jq -r 'select(.ok|not)|[.policy,.detail]|@tsv'

    Exit code: 0 when the input was read, 2 when it cannot be read, and with
    --strict-exit 1 when anything was refused.
    """
    refused = False
    keys = () if sm4_key_file is None else (_key(sm4_key_file),)
    dialect = Dialect(crc.policy, _policies(policy or ()), keys)
    stream = StreamDecoder(always(dialect))
    for chunk in _chunks(file):
        refused |= _print(stream.feed(chunk), show_pw=show_pw)
    refused |= _print(stream.finish(), show_pw=show_pw)
    if refused and strict_exit:
        raise typer.Exit(1)


def _policies(names: Iterable[str]) -> frozenset[Policy]:
    known = {policy.value: policy for policy in Policy}
    for name in names:
        if name not in known:
            told = f"there is no policy {name}; there are: {', '.join(known)}"
            raise typer.BadParameter(told, param_hint="--policy")
    return frozenset([known[name] for name in names])


def _key(file: Path) -> bytes:
    """Read an SM4 key; exits with 2 and a sentence that does not show the file's content."""
    try:
        with file.open("rb") as source:
            content = source.read(_KEY_FILE_BYTES)
    except OSError as error:
        _stop(f"Cannot read {file}: {error.strerror or type(error).__name__}.")
    if len(content) == SM4_KEY_BYTES:
        return content
    found = _KEY_HEX.fullmatch(content)
    if found is None:
        _stop(f"{file} holds no SM4 key: write 32 hex digits, or the key's 16 bytes, into it.")
    return bytes.fromhex(found.group(1).decode())


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(_UNREADABLE)


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
        _stop(f"Cannot read {file}: {reason}. Give a readable file, or - for stdin.")


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
