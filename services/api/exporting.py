"""Making an export: its lines become a file, are counted and digested, and end in a manifest.

What was begun stands in the audit log; what was handed out whole has a manifest.
"""

import asyncio
import hashlib
import threading
import weakref
from collections.abc import AsyncGenerator, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Final, Protocol

import structlog

from schemas.export import ZONE, ExportQuery, Format, Manifest
from services.api.callers import Caller
from services.api.context import Context
from services.api.export_csv import csv_file
from services.api.export_parquet import Parquet
from services.api.export_xlsx import xlsx_file
from services.api.streaming import BrokenOffError
from services.store.audit import Deed, write_deed
from services.store.errors import DatabaseError
from services.store.export_lines import COLUMNS_OF, Chunk, export_lines, export_view
from services.store.exports import write_manifest
from services.store.pool import PoolBusyError
from services.store.session import Session

END: Final = b""
log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for. `marked`: CSV with the mark of UTF-8."""

    name: str
    query: ExportQuery
    format: Format
    caller: Caller
    began_at: datetime
    request_id: str
    address: str
    marked: bool = False

    def deed(self, action: str, at: datetime, detail: Mapping[str, object]) -> Deed:
        """For the audit log."""
        caller = self.caller
        plants = self.query.plants
        plant = plants[0] if plants is not None and len(plants) == 1 else None
        return Deed(
            *(at, caller.account, caller.name, caller.way, action, f"export/{self.name}"),
            *(self.request_id, self.address, plant, detail),
        )


class Digest(Protocol):
    """A digest that grows."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


@dataclass
class Making:
    """An export while it is made."""

    context: Context
    order: Order
    rows: int = 0
    size: int = 0
    _rows_digest: Digest = field(default_factory=hashlib.sha256)
    _digest: Digest = field(default_factory=hashlib.sha256)

    def pieces(self) -> Generator[bytes]:
        """The file; when all of it was taken, the manifest is kept. Raises psycopg.Error."""
        order = self.order
        with self.context.database.session() as session:
            said: dict[str, object] = {"format": order.format.value, **order.query.as_json()}
            write_deed(session, order.deed("export.begin", order.began_at, said))
            with export_view(session):
                for piece in self._file(self._lines(export_lines(session, order.query))):
                    self.size += len(piece)
                    self._digest.update(piece)
                    yield piece
            self._keep(session)

    def _lines(self, chunks: Iterable[Chunk]) -> Generator[bytes]:
        for chunk in chunks:
            self.rows += chunk.rows
            self._rows_digest.update(chunk.lines)
            yield chunk.lines

    def _file(self, lines: Iterable[bytes]) -> Generator[bytes]:
        columns = COLUMNS_OF[self.order.query.what]
        match self.order.format:
            case Format.CSV:
                return csv_file(lines, columns, marked=self.order.marked)
            case Format.PARQUET:
                return Parquet(columns, self._about()).file(lines)
            case Format.XLSX:
                return xlsx_file(lines, columns, self._about())

    def _about(self) -> dict[str, str]:
        said = {
            name: "" if value is None else str(value)
            for name, value in self.order.query.as_json().items()
        }
        return {"manifest 清单": self.order.name, "zone 时区": ZONE, **said}

    def _keep(self, session: Session) -> None:
        order, now = self.order, self.context.clock()
        manifest = Manifest(
            name=order.name,
            format=order.format,
            query=order.query,
            columns=tuple(column.header for column in COLUMNS_OF[order.query.what]),
            rows=self.rows,
            size=self.size,
            digest=self._digest.digest(),
            rows_digest=self._rows_digest.digest(),
            software=f"qingkong {version('qingkong')}",
            account=order.caller.account,
            actor=order.caller.name,
            began_at=order.began_at,
            made_at=now,
        )
        said: dict[str, object] = {"rows": self.rows, "sha256": manifest.digest.hex()}
        with session.transaction():
            write_manifest(session, manifest)
            write_deed(session, order.deed("export.made", now, said))


async def stream_of(making: Making) -> AsyncGenerator[bytes]:
    """The pieces, each made on a thread. Raises BrokenOffError on faults: what was sent is a part."""
    source = making.pieces()
    busy = threading.Lock()

    def following() -> bytes | None:
        with busy:
            return next(source, None)

    def close() -> None:
        # Who went away did so while a piece was being made: it is finished first.
        with busy:
            source.close()

    try:
        while (piece := await asyncio.to_thread(following)) is not None:
            yield piece
    except (DatabaseError, PoolBusyError, OSError) as error:
        log.warning("export.broken_off", export=making.order.name, error=str(error).strip())
        raise BrokenOffError from error
    finally:
        await asyncio.to_thread(close)


class AtWork:
    """How many exports a process makes just now: who may make one takes a place, and gives it back."""

    def __init__(self) -> None:
        self.now = 0
        self._lock = threading.Lock()

    def place(self, most: int) -> "Place | None":
        """A place, counted at once; None: so many are taken."""
        with self._lock:
            if self.now >= most:
                return None
            self.now += 1
        return Place(self)

    def left(self) -> None:
        with self._lock:
            self.now -= 1


class Place:
    """One of the exports at work. It is given back once: by `leave`, or when nobody holds it."""

    def __init__(self, at_work: AtWork) -> None:
        self._left = weakref.finalize(self, at_work.left)

    def leave(self) -> None:
        self._left()
