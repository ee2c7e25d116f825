"""Plants for the benchmarks of judging: stacks with three limited pollutants, and their minutes.

Registry and limits go through the store's functions, minutes by binary COPY. It must not know how
anything is judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import cast

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from schemas.limits import Bound, Law, LimitVersion
from schemas.registry_rows import (
    BindingRow,
    ChannelRow,
    DeviceRow,
    PlantRow,
    PointRow,
    RegionRow,
    RegistryRows,
    SettingRow,
    SubjectRow,
)
from services.store.as_known import belief_lock
from services.store.limits import write_limits
from services.store.merge import COPY_HEADER, COPY_TRAILER
from services.store.registry_read import read_registry
from services.store.registry_write import RegistryChange, registry_lock, write_registry

START = datetime(2025, 1, 31, 16, tzinfo=UTC)
"""Midnight in Beijing."""
HOUR = timedelta(hours=1)
MINUTES = 60
JUDGED = {"a21026": (30.0, 8.0), "a21002": (60.0, 10.0), "a34013": (6.0, 1.5)}
"""Mean and spread of the pollutants with a limit, mg/m3."""
BESIDE = {"a19001": (6.4, 0.4), "a00000": (182_000.0, 6_000.0)}
CODES = (*JUDGED, *BESIDE)
UNITS = {"a19001": "%", "a00000": "m3/h"}
HIGHS = {"a21026": "35", "a21002": "50", "a34013": "10"}
LAW = Law(
    "standard", "GB 13223-2011", "Table 1", "high", verified=True, source="read", catalogue=""
)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        *(("l_time", ">i4"), ("time", ">i8"), ("l_channel", ">i4"), ("channel", ">i4")),
        *(("l_value", ">i4"), ("value", ">f8"), ("l_minimum", ">i4"), ("minimum", ">f8")),
        *(("l_maximum", ">i4"), ("maximum", ">f8"), ("nulls", ">i4", 4)),
        *(("l_flag", ">i4"), ("flag", "S1"), ("l_span", ">i4"), ("span", ">i4")),
        *(("sampled", ">i4"), ("l_sent", ">i4"), ("sent", ">i8"), ("l_got", ">i4")),
        *(("got", ">i8"), ("l_batch", ">i4"), ("batch", ">i8"), ("l_seq", ">i4"), ("seq", ">i4")),
    ]
)
_NULL = -1
_LENGTHS = {
    **dict.fromkeys(("l_time", "l_value", "l_minimum", "l_maximum", "l_sent", "l_got"), 8),
    **dict.fromkeys(("l_channel", "l_span", "l_seq"), 4),
    "fields": 16,
    "l_flag": 1,
    "l_batch": 8,
    "nulls": _NULL,
    "sampled": _NULL,
}


@dataclass(frozen=True)
class Fleet:
    """What was registered: channels by code in the order of outlets, and the plants."""

    outlets: int
    channels: dict[str, NDArray[np.int64]]


def register(connection: psycopg.Connection, plants: int, outlets: int) -> Fleet:
    """So many plants with so many stacks each: three pollutants, oxygen and flow; limits by the hour."""
    with registry_lock(connection):
        change = RegistryChange("bench", "bench", {})
        write_registry(connection, _rows(plants, outlets), change, lambda _kind, _rows: None)
    rows = read_registry(connection)
    versions = [
        LimitVersion(
            *(0, -point.id, point.id, None, None, _bound(point.code), LAW, "assign", ""),
            *("bench", None, START, 0),
        )
        for point in rows.points.values()
        if point.code in JUDGED
    ]
    with belief_lock(connection):
        write_limits(connection, versions)
    by_code = {
        code: np.array(sorted(one.id for one in rows.channels.values() if one.code == code))
        for code in CODES
    }
    return Fleet(plants * outlets, by_code)


def fill(connection: psycopg.Connection, fleet: Fleet, since: datetime, hours: int) -> int:
    """Minutes of all channels over the hours, a day at a time; gives their number."""
    dice = np.random.default_rng(1)
    filled = 0
    for first in range(0, hours, 24):
        some = min(24, hours - first)
        with connection.cursor().copy("COPY reading_minute FROM STDIN (FORMAT binary)") as copy:
            copy.write(COPY_HEADER)
            for part in _parts(fleet, since + first * HOUR, some, dice):
                copy.write(part)
                filled += len(part) // _ROW.itemsize
            copy.write(COPY_TRAILER)
    return filled


def touch(connection: psycopg.Connection, since: datetime, hours: int, times: int) -> None:
    """What ingest leaves behind: each hour of each outlet touched so many times."""
    connection.execute(
        "INSERT INTO touched (subject, hour, batch) SELECT id, hour, batch FROM outlet,"
        " generate_series(%s::timestamptz, %s::timestamptz, INTERVAL '1 hour') AS hour,"
        " generate_series(1, %s) AS batch",
        (since, since + (hours - 1) * HOUR, times),
    )


def _parts(fleet: Fleet, since: datetime, hours: int, dice: np.random.Generator) -> Iterator[bytes]:
    """Rows in the order of time as they come, 500 outlets at once."""
    minutes = (since - _EPOCH) // _US + np.arange(hours * MINUTES) * 60_000_000
    for begin in range(0, fleet.outlets, 500):
        several = [fleet.channels[code][begin : begin + 500] for code in CODES]
        count = len(several[0])
        rows = np.zeros((len(minutes), count, len(CODES)), _ROW)
        for name, length in _LENGTHS.items():
            rows[name] = length
        rows["time"] = minutes[:, None, None]
        rows["channel"] = np.stack(several, axis=1)[None]
        for place, (mean, spread) in enumerate((*JUDGED.values(), *BESIDE.values())):
            decimals = 0 if mean > 10_000 else 2
            around = mean + dice.normal(0, spread, (1, count)) / 2
            values = around + dice.normal(0, spread, (len(minutes), count)) / 2
            rows["value"][:, :, place] = np.round(values, decimals)
            rows["minimum"][:, :, place] = np.round(values - spread / 10, decimals)
            rows["maximum"][:, :, place] = np.round(values + spread / 10, decimals)
        rows["flag"], rows["span"], rows["batch"] = b"N", 60, 1
        rows["sent"] = rows["got"] = rows["time"] + 61_000_000
        yield rows.tobytes()


def _bound(code: str) -> Bound:
    high = Decimal(HIGHS[code])
    return Bound("<=", None, high, "mg/m3", "concentration", "hour", Decimal(6))


def _rows(plants: int, outlets: int) -> RegistryRows:
    rows = RegistryRows(regions={"15": RegionRow("15", "bench", None, None)})
    for plant in range(1, plants + 1):
        nothing = (None,) * 5
        rows.plants[-plant] = PlantRow(-plant, f"P{plant}", "bench", None, "15", *nothing)
        for number in range(outlets):
            _outlet(rows, plant, plant * outlets + number + 1)
    return rows


def _outlet(rows: RegistryRows, plant: int, key: int) -> None:
    rows.subjects[-key] = SubjectRow(
        -key,
        -plant,
        "outlet",
        f"DA{key:03}",
        "bench",
        medium="air",
        reference_oxygen=6.0,
        role="discharge",
    )
    crc, commissioned = "strict", datetime(2024, 1, 1, tzinfo=UTC)
    rows.devices[-key] = DeviceRow(
        *(-key, -plant, f"D{key}", "hj212-2017", crc, 28_800, 30, 60, None, commissioned, None)
    )
    for place, code in enumerate(CODES):
        number = -(key * len(CODES) + place)
        rows.points[number] = PointRow(number, -key, "out", code)
        rows.channels[number] = ChannelRow(number, -key, code)
        rows.bindings[number] = [BindingRow(number, number, "main", commissioned, None)]
        rows.settings[number] = [SettingRow(number, None, None, UNITS.get(code, "mg/m3"))]


def wipe(connection: psycopg.Connection) -> None:
    """Forget all that was judged, so that it can be judged again."""
    with connection.transaction():
        # What only grows refuses this; a replica's session leaves triggers alone.
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("TRUNCATE mean, verdict, performance, finding, judging, touched")
    connection.execute("CHECKPOINT")


def counted(connection: psycopg.Connection, table: str) -> int:
    count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    row = connection.execute(count).fetchone()
    return cast("int", row[0]) if row else 0
