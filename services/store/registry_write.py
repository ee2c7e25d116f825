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
from schemas.sentence import Sentence, SentenceError, same
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
SENTENCES: Mapping[str, Sentence] = {
    "one_device_per_mn": Sentence(
        "two devices would hold one MN at a time", "同一 MN 同一时间将属于两台数采仪"
    ),
    "one_mn_per_device": Sentence(
        "a device would hold two MNs at a time", "同一数采仪同一时间将有两个 MN"
    ),
    "one_channel_per_code": Sentence(
        "a device would have two channels of one code", "同一数采仪将有两个同编码的通道"
    ),
    "one_binding_per_channel": Sentence(
        "a device's code would be bound twice at a time", "同一通道同一时间将绑定到两个监测点"
    ),
    "one_main_per_point": Sentence(
        "a point would have two main channels at a time", "同一监测点同一时间将有两个主通道"
    ),
    "one_setting_at_a_time": Sentence(
        "a channel would have two settings at a time", "同一通道同一时间将有两组参数"
    ),
}
BROKEN = Sentence("a rule of the database would be broken", "将违反数据库的约束")


class RegistryConflict(SentenceError):  # noqa: N818 - it is a conflict, by whoever's error
    """A constraint of the database refuses; the sentence names both sides."""


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
        one, other = _times(found.one_valid), _times(found.other_valid)
        sentence = Sentence(
            f"point {found.point} would have two main channels at a time: {found.one}"
            f" ({one.en}) and {found.other} ({other.en})."
            " Nothing was changed: give one of them `rank: spare`, or end it with `to`",
            f"监测点 {found.point} 同一时间将有两个主通道：{found.one}（{one.zh}）和 {found.other}"
            f"（{other.zh}）。未作任何更改：请将其一设为 `rank: spare`，或以 `to` 结束",
        )
        raise RegistryConflict(sentence) from error


def _times(valid: Range[datetime]) -> Sentence:
    ends = [
        Sentence("open", "不限")
        if end is None
        else same(f"{end.astimezone(BEIJING):%Y-%m-%d %H:%M}")
        for end in (valid.lower, valid.upper)
    ]
    return Sentence(" → ".join(one.en for one in ends), " → ".join(one.zh for one in ends))


def _sentence(error: psycopg.IntegrityError) -> Sentence:
    said = error.diag.message_detail or error.diag.message_primary or str(error)
    what = SENTENCES.get(error.diag.constraint_name or "", BROKEN)
    return Sentence(
        f"{what.en}. {said} Nothing was changed: export the registry, compare, import again",
        f"{what.zh}，未作任何更改：请导出登记簿核对后重新导入",
    )
