"""What parameters of rules were set to, version upon version: written as new rows, read by position."""

from collections.abc import Iterable
from datetime import datetime
from typing import LiteralString, cast

import psycopg
from psycopg.types.json import Jsonb

from schemas.rule_settings import SettingVersion
from services.store.as_known import EVERYTHING
from services.store.connection import Connection
from services.store.limit_hours import PointSpan, touch_hours

COLUMNS: LiteralString = (
    "SELECT id, name, scope, scope_key, value, lower(valid), upper(valid), reason, actor,"
    " recorded_at, position::text FROM rule_setting"
)
ALL: LiteralString = (
    COLUMNS + " WHERE position < %(below)s::text::xid8 ORDER BY rule_setting.position, id"
)
Stored = tuple[int, datetime, str]
INSERT = """
INSERT INTO rule_setting (name, scope, scope_key, value, valid, reason, actor)
VALUES (%s, %s, %s, %s, tstzrange(%s, %s), %s, %s)
RETURNING id, recorded_at, position::text
"""


def write_setting(
    connection: psycopg.Connection, setting: SettingVersion, concerned: Iterable[int]
) -> SettingVersion:
    """Add a version within the caller's `belief_lock`; gives it as stored.

    The hours of the points concerned are marked to be judged anew. Raises psycopg.Error.
    """
    value = None if setting.value is None else Jsonb(setting.value)
    row = connection.execute(
        INSERT,
        (
            *(setting.name, setting.scope, setting.scope_key, value, setting.since, setting.until),
            *(setting.reason, setting.actor),
        ),
    ).fetchone()
    version, at, position = cast("Stored", row)
    spans: list[PointSpan] = [(point, setting.since, setting.until) for point in concerned]
    touch_hours(connection, spans)
    return setting._replace(version=version, recorded_at=at, position=int(position))


def read_settings(connection: psycopg.Connection, below: int = EVERYTHING) -> list[SettingVersion]:
    """All settings recorded below a position, the latest last. Raises psycopg.Error."""
    rows = connection.execute(ALL, {"below": str(below)}).fetchall()
    return [setting_of(row) for row in rows]


async def all_settings(connection: Connection, below: int = EVERYTHING) -> list[SettingVersion]:
    """The same for a service. Raises psycopg.Error."""
    cursor = await connection.execute(ALL, {"below": str(below)})
    return [setting_of(row) for row in await cursor.fetchall()]


def setting_of(row: tuple[object, ...]) -> SettingVersion:
    """A row of COLUMNS."""
    return SettingVersion._make((*row[:-1], int(cast("str", row[-1]))))
