"""An export as Parquet, by pyarrow, which is an extra: row group upon row group, never whole in memory."""

import importlib
import io
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Final, Protocol, cast

from schemas.export import Column

GROUP_BYTES: Final = 8 * 1024 * 1024
"""So many bytes of lines become a row group."""
AHEAD_MS: Final = 8 * 3600 * 1000


class NoParquetError(Exception):
    """pyarrow is not installed."""


class _Schema(Protocol):
    def with_metadata(self, about: Mapping[str, str]) -> "_Schema": ...


class _Writer(Protocol):
    def write_table(self, table: object) -> None: ...
    def close(self) -> None: ...


class _Arrow(Protocol):
    """pyarrow, as far as it is used."""

    def timestamp(self, unit: str, tz: str | None = None) -> object: ...
    def string(self) -> object: ...
    def float64(self) -> object: ...
    def int64(self) -> object: ...
    def bool_(self) -> object: ...
    def field(self, name: str, kind: object) -> object: ...
    def schema(self, fields: Sequence[object]) -> _Schema: ...
    def scalar(self, value: int, kind: object) -> object: ...
    def duration(self, unit: str) -> object: ...


class _Parsed(Protocol):
    """A table of pyarrow."""

    num_columns: int

    def column(self, place: int) -> object: ...


class _Csv(Protocol):
    def read_csv(
        self,
        source: object,
        *,
        read_options: object,
        parse_options: object,
        convert_options: object,
    ) -> _Parsed: ...
    def ReadOptions(self, *, column_names: Sequence[str], block_size: int) -> object: ...  # noqa: N802 - its name
    def ParseOptions(self, *, newlines_in_values: bool) -> object: ...  # noqa: N802 - its name
    def ConvertOptions(self, **options: object) -> object: ...  # noqa: N802 - its name


class _Parquet(Protocol):
    def ParquetWriter(self, sink: object, schema: object, *, compression: str) -> _Writer: ...  # noqa: N802 - its name


class _Making(Protocol):
    def from_arrays(self, columns: Sequence[object], *, schema: object) -> object: ...


class _Sink(io.RawIOBase):
    """Takes what the writer writes, and gives it away when it is asked for."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        part = bytes(cast("bytes", data))
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class Parquet:
    """Makes Parquet of lines of CSV. Times become moments; what is empty and not quoted, null."""

    def __init__(self, columns: Sequence[Column], about: Mapping[str, str]) -> None:
        """Raises NoParquetError."""
        self._columns = columns
        try:
            self._arrow = cast("_Arrow", cast("object", importlib.import_module("pyarrow")))
            self._csv = cast("_Csv", cast("object", importlib.import_module("pyarrow.csv")))
            self._parquet = cast(
                "_Parquet", cast("object", importlib.import_module("pyarrow.parquet"))
            )
            self._compute = importlib.import_module("pyarrow.compute")
        except ImportError as error:
            raise NoParquetError(str(error)) from error
        arrow = self._arrow
        self._read: Mapping[str, object] = {
            "text": arrow.string(),
            "number": arrow.float64(),
            "integer": arrow.int64(),
            "flag": arrow.bool_(),
            "time": arrow.timestamp("us"),
        }
        kept = {**self._read, "time": arrow.timestamp("us", "UTC")}
        fields = [arrow.field(column.name, kept[column.kind]) for column in columns]
        self._schema = arrow.schema(fields).with_metadata(about)

    def file(self, lines: Iterable[bytes]) -> Generator[bytes]:
        """The pieces of the file; pieces may be empty."""
        sink = _Sink()
        writer = self._parquet.ParquetWriter(sink, self._schema, compression="zstd")
        parts: list[bytes] = []
        size = 0
        for piece in lines:
            parts.append(piece)
            size += len(piece)
            if size >= GROUP_BYTES:
                writer.write_table(self._table(b"".join(parts)))
                parts, size = [], 0
            yield sink.taken()
        if parts:
            writer.write_table(self._table(b"".join(parts)))
        writer.close()
        yield sink.taken()

    def _table(self, lines: bytes) -> object:
        names = [column.name for column in self._columns]
        parsed = self._csv.read_csv(
            io.BytesIO(lines),
            read_options=self._csv.ReadOptions(column_names=names, block_size=len(lines) + 1),
            parse_options=self._csv.ParseOptions(newlines_in_values=True),
            convert_options=self._csv.ConvertOptions(
                column_types={column.name: self._read[column.kind] for column in self._columns},
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        found = [
            self._moments(parsed.column(place)) if column.kind == "time" else parsed.column(place)
            for place, column in enumerate(self._columns)
        ]
        table = cast("_Making", getattr(self._arrow, "Table"))  # noqa: B009 - a class, not a method
        return table.from_arrays(found, schema=self._schema)

    def _moments(self, column: object) -> object:
        """Times of the site's clock as moments."""
        ahead = self._arrow.scalar(AHEAD_MS, self._arrow.duration("ms"))
        earlier = self._compute.subtract(column, ahead)
        return self._compute.cast(earlier, self._arrow.timestamp("us", "UTC"))
