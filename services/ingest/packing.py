"""Rows as PostgreSQL's binary COPY wants them. Pure: rows in, bytes out.

The layout is that of the reading tables (store's migration 0003): sixteen columns in order, each
a length (-1 for NULL) and big-endian bytes; times in microseconds since 2000 UTC.
"""

from collections.abc import Iterable
from functools import lru_cache
from struct import Struct

from services.ingest.record import Row

# Microseconds from 1970 to 2000, PostgreSQL's zero.
EPOCH_US = 946_684_800_000_000
NULL = -1
FLOATS = 7


@lru_cache(maxsize=4096)
def _row_struct(present: tuple[bool, ...], flag_bytes: int, *, sampled: bool, sent: bool) -> Struct:
    """The layout of a row with these columns present; absent ones are a length of -1 alone."""
    layout = [">hiqii"]
    layout += ["id" if there else "i" for there in present]
    layout.append("i" if flag_bytes == NULL else f"i{flag_bytes}s")
    layout.append("ii")
    layout += ["iq" if there else "i" for there in (sampled, sent)]
    layout.append("iqiqii")
    return Struct("".join(layout))


def pack_row(row: Row, batch: int) -> bytes:
    """One row of COPY, for the table of its series."""
    floats = row[3 : 3 + FLOATS]
    flag = None if row.flag is None else row.flag.encode()
    present = tuple(value is not None for value in floats)
    layout = _row_struct(
        present,
        NULL if flag is None else len(flag),
        sampled=row.sampled_us is not None,
        sent=row.sent_us is not None,
    )
    fields: list[int | float | bytes] = [16, 8, row.time_us - EPOCH_US, 4, row.channel]
    for value in floats:
        fields += (NULL,) if value is None else (8, value)
    fields += (NULL,) if flag is None else (len(flag), flag)
    fields += (4, row.span_s)
    for time_us in (row.sampled_us, row.sent_us):
        fields += (NULL,) if time_us is None else (8, time_us - EPOCH_US)
    fields += (8, row.received_us - EPOCH_US, 8, batch, 4, row.seq)
    return layout.pack(*fields)


def pack_rows(rows: Iterable[Row], batch: int) -> bytes:
    """Many rows, without header and trailer."""
    return b"".join([pack_row(row, batch) for row in rows])
