"""What readings that frames and tables do not agree about mean. Pure.

Both sides come in as rows; the registry decides whether an innocent cause is possible.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from schemas.series import Series
from services.evidence.finding import Finding, Kind, Place
from services.evidence.kept import KeptBatch
from services.store.proof import HeldRow
from services.store.registry import LookupRows

# Columns that follow from the registry as much as from the frame.
REGISTERED = frozenset({"time", "channel", "flag", "span_s", "sampled_at", "sent_at"})
# A worker's copy of the registry may be this much older than the registry.
COPY_LAG = timedelta(minutes=1)


class SeriesRow(NamedTuple):
    """A row and its series."""

    series: Series
    row: HeldRow


@dataclass(frozen=True, slots=True)
class Names:
    """The MN and code of a channel, and the flag that its device's unflagged values get."""

    codes: Mapping[int, str]
    mns: Mapping[int, Sequence[tuple[str, datetime | None]]]
    flags: Mapping[int, str | None]

    def mn(self, channel: int, at: datetime) -> str | None:
        """The MN that the channel's device held then, or last before."""
        held = [mn for mn, since in self.mns.get(channel, ()) if since is None or since <= at]
        return held[-1] if held else None


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of the batches in question.

    `missing` was expected and not found, `extra` was found and not expected; `refused_now` are
    frames that the registry as it is now refuses in whole or part, (batch, seq); `swayed`
    are those of which a policy changed since decides the readings, `locked` those whose key is not at hand.
    """

    missing: Sequence[SeriesRow]
    extra: Sequence[SeriesRow]
    batches: Mapping[int, KeptBatch]
    refused_now: frozenset[tuple[int, int]]
    swayed: frozenset[tuple[int, int]]
    locked: frozenset[tuple[int, int]]
    registry_changed_at: datetime | None
    names: Names


def names_of(rows: LookupRows) -> Names:
    """Names from the registry's rows, past bindings among them."""
    held = {
        device.id: sorted(
            ((one.mn, one.since) for one in device.mns),
            key=lambda one: (one[1] is not None, one[1]),
        )
        for device in rows.devices
    }
    flags = {device.id: device.unflagged_as for device in rows.devices}
    return Names(
        {channel.id: channel.code for channel in rows.channels},
        {channel.id: held.get(channel.device, []) for channel in rows.channels},
        {channel.id: flags.get(channel.device) for channel in rows.channels},
    )


def judge_case(case: Case) -> list[Finding]:
    """Pair what was expected with what was found, and name what is wrong with each."""
    waiting: dict[tuple[object, ...], list[SeriesRow]] = {}
    for one in case.missing:
        waiting.setdefault(_key(case, one), []).append(one)
    findings: list[Finding] = []
    for found in case.extra:
        candidates = waiting.get(_key(case, found), [])
        if candidates:
            nearest = min(candidates, key=lambda one: abs(one.row.time - found.row.time))
            candidates.remove(nearest)
            findings.append(_differs(case, found, nearest))
        else:
            findings.append(_unexplained(case, found))
    left = (one for candidates in waiting.values() for one in candidates)
    return findings + [_missing(case, one) for one in left]


def _key(case: Case, one: SeriesRow) -> tuple[object, ...]:
    code = case.names.codes.get(one.row.channel, one.row.channel)
    return one.series, one.row.batch, one.row.seq, code


def _differs(case: Case, found: SeriesRow, expected: SeriesRow) -> Finding:
    columns = [
        name for name in HeldRow._fields if getattr(found.row, name) != getattr(expected.row, name)
    ]
    shown = [_shown(one.row, columns) for one in (found, expected)]
    place = _place(case, found)
    registered = (found.row.batch, found.row.seq) in case.swayed or (
        REGISTERED.issuperset(columns) and _as_registered(case, found.row, expected.row)
    )
    if registered and _registry_may_explain(case, found):
        detail = "read with the registry as it is now, the frame gives another row"
        return Finding(Kind.REGISTRY_DIFFERS, detail, place, *shown)
    detail = f"the reading is not what its frame says: {', '.join(columns)}"
    return Finding(Kind.READING_CHANGED, detail, place, *shown)


def _unexplained(case: Case, found: SeriesRow) -> Finding:
    place, shown = _place(case, found), _shown(found.row, ["value"])
    frame = (found.row.batch, found.row.seq)
    if frame in case.locked:
        detail = (
            "the frame is encrypted and its key is not at hand, so the reading cannot be compared"
            " 无密钥: set QINGKONG_SEAL_KEY or QINGKONG_SEAL_KEY_FILE"
        )
        return Finding(Kind.NO_KEY, detail, place, shown)
    refused = frame in case.refused_now or frame in case.swayed
    if refused and _registry_may_explain(case, found):
        detail = "the registry as it is now refuses what says it, so the reading cannot be proven"
        return Finding(Kind.REGISTRY_DIFFERS, detail, place, shown)
    where = "no frame says this reading"
    if found.row.batch not in case.batches:
        where = f"there is no batch {found.row.batch}"
    return Finding(Kind.READING_UNEXPLAINED, where, place, shown)


def _missing(case: Case, expected: SeriesRow) -> Finding:
    detail = "the frame says this reading, and it is not there"
    shown = _shown(expected.row, ["value"])
    swayed = (expected.row.batch, expected.row.seq) in case.swayed
    if swayed and _registry_may_explain(case, expected):
        detail = "a policy registered since reads more out of the frame than was stored"
        return Finding(Kind.REGISTRY_DIFFERS, detail, _place(case, expected), expected=shown)
    return Finding(Kind.READING_MISSING, detail, _place(case, expected), expected=shown)


def _as_registered(case: Case, found: HeldRow, expected: HeldRow) -> bool:
    """Whether a flag comes from the registry, and all times moved together, as by an offset."""
    if found.flag != expected.flag and expected.flag != case.names.flags.get(expected.channel):
        return False
    if found.sent_at is None or expected.sent_at is None:
        return found.sent_at is expected.sent_at
    return found.time - expected.time == found.sent_at - expected.sent_at


def _registry_may_explain(case: Case, one: SeriesRow) -> bool:
    batch, changed_at = case.batches.get(one.row.batch), case.registry_changed_at
    # The time of receipt, because the digest covers it.
    return (
        batch is not None and changed_at is not None and changed_at + COPY_LAG > batch.received_to
    )


def _place(case: Case, one: SeriesRow) -> Place:
    row, batch = one.row, case.batches.get(one.row.batch)
    return Place(
        slot=None if batch is None else batch.slot,
        number=None if batch is None else batch.number,
        batch=row.batch,
        seq=row.seq,
        mn=case.names.mn(row.channel, row.time),
        code=case.names.codes.get(row.channel, f"channel {row.channel}"),
        series=one.series.value,
        time=row.time.isoformat(),
    )


def _shown(row: HeldRow, columns: Sequence[str]) -> str:
    values: list[object] = [getattr(row, name) for name in columns]
    if columns == ["value"]:
        return str(values[0])
    return ", ".join(f"{name} {value}" for name, value in zip(columns, values, strict=True))
