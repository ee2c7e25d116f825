"""A change of the registry in one transaction: rows, the change itself, and the wake-up call.

Order is all it adds to the files it calls: what is referred to is written first.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import psycopg
from psycopg.types.json import Jsonb
from psycopg.types.range import Range

from schemas.registry_rows import RegistryRows
from schemas.registry_words import BEIJING
from services.store.registry import NOTIFIED
from services.store.registry_channels import (
    check_bindings,
    overlap_of_mains,
    write_bindings,
    write_channels,
    write_devices,
    write_mns,
    write_points,
    write_settings,
)
from services.store.registry_ids import Progress, Writing
from services.store.registry_mending import touch_mended
from services.store.registry_places import (
    write_groups,
    write_plants,
    write_regions,
    write_subjects,
)

# One lock for all who change the registry; the number only has to be always the same.
REGISTRY_LOCK = 0x716B_7267
SENTENCES: Mapping[str, str] = {
    "one_device_per_mn": "two devices would hold one MN at a time",
    "one_mn_per_device": "a device would hold two MNs at a time",
    "one_channel_per_code": "a device would have two channels of one code",
    "one_binding_per_channel": "a device's code would be bound twice at a time",
    "one_main_per_point": "a point would have two main channels at a time",
    "one_setting_at_a_time": "a channel would have two settings at a time",
}


class RegistryConflict(Exception):  # noqa: N818 - it is a conflict, by whoever's error
    """A constraint of the database refuses; the message names both sides."""


@dataclass(frozen=True, slots=True)
class RegistryChange:
    """Who changed the registry, from which file, and what, as it is kept."""

    actor: str
    source: str
    summary: Mapping[str, object]


@contextmanager
def registry_lock(connection: psycopg.Connection) -> Generator[None]:
    """A transaction in which nobody else changes the registry; an exception rolls it back."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (REGISTRY_LOCK,))
        yield


def write_registry(
    connection: psycopg.Connection, rows: RegistryRows, change: RegistryChange, progress: Progress
) -> int:
    """Store the rows and the change within the caller's `registry_lock`; gives the new version.

    `progress` hears after each statement how many rows it stored. Raises RegistryConflict where
    a constraint refuses, psycopg.Error otherwise; nothing is stored then.
    """
    writing = Writing(connection, progress)
    try:
        for write in (write_regions, write_plants, write_subjects, write_groups):
            write(writing, rows)
        for write in (write_devices, write_mns, write_points, write_channels, write_settings):
            write(writing, rows)
        _bind(writing, rows)
    except psycopg.IntegrityError as error:
        raise RegistryConflict(_sentence(error)) from error
    touch_mended(writing, rows.mended)
    return record_change(connection, change)


def record_change(connection: psycopg.Connection, change: RegistryChange) -> int:
    """Keep who changed what, and wake whoever keeps a copy; gives the new version."""
    row = connection.execute(
        "INSERT INTO registry_change (actor, source, summary)"
        " VALUES (%(actor)s, %(source)s, %(summary)s) RETURNING version",
        {"actor": change.actor, "source": change.source, "summary": Jsonb(change.summary)},
    ).fetchone()
    version = cast("int", row[0]) if row else 0
    connection.execute("SELECT pg_notify(%s, %s)", (NOTIFIED, str(version)))
    return version


def _bind(writing: Writing, rows: RegistryRows) -> None:
    """Write the bindings; where two mains of a point meet, both are named with their times."""
    write_bindings(writing, rows)
    try:
        check_bindings(writing)
    except psycopg.errors.ExclusionViolation as error:
        found = overlap_of_mains(writing.connection)
        if found is None:
            raise
        sentence = (
            f"point {found.point} would have two main channels at a time: {found.one}"
            f" ({_times(found.one_valid)}) and {found.other} ({_times(found.other_valid)})."
            " Nothing was changed: give one of them `rank: spare`, or end it with `to`"
        )
        raise RegistryConflict(sentence) from error


def _times(valid: Range[datetime]) -> str:
    ends = [
        "open" if end is None else f"{end.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        for end in (valid.lower, valid.upper)
    ]
    return " → ".join(ends)


def _sentence(error: psycopg.IntegrityError) -> str:
    said = error.diag.message_detail or error.diag.message_primary or str(error)
    what = SENTENCES.get(error.diag.constraint_name or "", "a rule of the database would be broken")
    return f"{what}. {said} Nothing was changed: export the registry, compare, import again"
