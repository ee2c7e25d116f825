"""History as answers show it: rows made models. It must not read anything itself."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from schemas.limits import LimitVersion
from schemas.marks import Mark
from services.api.models.history import (
    ChannelModel,
    EventModel,
    FrameModel,
    PointName,
    ReadingModel,
    SettingSaidModel,
    VerdictModel,
)
from services.api.models.history_law import BoundModel, DatedMark, LimitModel
from services.api.plain_json import site_text
from services.rules.flags import FlagParameters, Protocol, meaning
from services.rules.marks.kinds import kind_of
from services.store.history_beliefs import MeanLine, VerdictLine
from services.store.history_channels import ChannelRef
from services.store.history_readings import ReadingRow
from services.store.history_samples import Sample
from services.store.history_told import DeviceHappening, DeviceSetting, KeptFrame
from services.store.instruments import Instrument
from services.store.places import PointRef

OUTCOMES: Final = {"s": "stored", "r": "repeated", "x": "rejected"}
# Also where a frame is damaged: rather too much is hidden than a password shown.
PASSWORD: Final = re.compile(rb"(PW\s*=)[^;&]*", re.IGNORECASE)
SECRET_CODES: Final = frozenset({"PW", "NewPW"})
MASK: Final = "******"


def point_name(point: PointRef) -> PointName:
    return PointName(
        plant=point.subject.plant.code,
        subject=point.subject.code,
        side=point.side,
        code=point.code,
    )


def channel_models(
    pieces: Sequence[Instrument], channels: Mapping[int, ChannelRef]
) -> list[ChannelModel]:
    return [
        ChannelModel(
            id=one.channel,
            device=channels[one.channel].device,
            code=channels[one.channel].code,
            unit=one.unit,
            scale=one.scale,
            since=one.since,
            until=one.until,
        )
        for one in pieces
    ]


def reading_fields(row: ReadingRow, channels: Mapping[int, ChannelRef]) -> dict[str, object]:
    """The fields of a ReadingModel. A flag means what its protocol's table says."""
    return {**row._asdict(), "validity": validity(row, channels)}


def validity(row: ReadingRow, channels: Mapping[int, ChannelRef]) -> str:
    """What the flag means, or where there is none what the device means by that."""
    channel = channels[row.channel]
    flag = row.flag if row.flag is not None else channel.unflagged_as
    return meaning(flag, cast("Protocol", channel.protocol), FlagParameters()).kind


def reading_model(row: ReadingRow, channels: Mapping[int, ChannelRef]) -> ReadingModel:
    return ReadingModel.model_validate(reading_fields(row, channels))


def reading_lines(
    rows: Sequence[ReadingRow], channels: Mapping[int, ChannelRef]
) -> list[dict[str, object]]:
    """As ReadingModel writes them."""
    kinds: dict[tuple[int, str | None], str] = {}
    lines: list[dict[str, object]] = []
    for row in rows:
        known = kinds.get((row.channel, row.flag))
        if known is None:
            known = kinds[row.channel, row.flag] = validity(row, channels)
        lines.append(
            {
                "time": site_text(row.time),
                "channel": row.channel,
                "value": row.value,
                "minimum": row.minimum,
                "maximum": row.maximum,
                "converted": row.converted,
                "total": row.total,
                "flag": row.flag,
                "validity": known,
                "sentinel": row.sentinel,
                "span_s": row.span_s,
                "sampled_at": _text(row.sampled_at),
                "sent_at": _text(row.sent_at),
                "received_at": site_text(row.received_at),
                "batch": row.batch,
                "seq": row.seq,
            }
        )
    return lines


def sample_lines(samples: Sequence[Sample]) -> list[dict[str, object]]:
    """As SampleModel writes them."""
    lines: list[dict[str, object]] = []
    for one in samples:
        since = site_text(one.since)
        # Of a stretch with one reading all three are the same, and to write a time takes long.
        least = since if one.minimum_at == one.since else _text(one.minimum_at)
        greatest = least if one.maximum_at == one.minimum_at else _text(one.maximum_at)
        lines.append(
            {
                "since": since,
                "count": one.readings,
                "valued": one.valued,
                "flagged": one.flagged,
                "minimum": one.minimum,
                "minimum_at": least,
                "maximum": one.maximum,
                "maximum_at": greatest,
            }
        )
    return lines


def _text(time: datetime | None) -> str | None:
    return None if time is None else site_text(time)


def mean_lines(rows: Sequence[MeanLine]) -> list[dict[str, object]]:
    """As MeanModel writes them."""
    return [
        {
            "start": site_text(row.start),
            "stage": row.stage,
            "source": row.source,
            "value": row.value,
            "converted": {oxygen: float(value) for oxygen, value in row.converted.items()},
            "valid_s": row.valid_s,
            "due_s": row.due_s,
            "valid": row.valid,
            "at_least": row.at_least,
            "mass": row.mass,
            "id": row.id,
            "position": row.position,
            "rules": row.rules,
        }
        for row in rows
    ]


def verdict_model(row: VerdictLine, link: str) -> VerdictModel:
    return VerdictModel.model_validate({**row._asdict(), "link": f"{link}/{row.id}"})


def setting_model(row: DeviceSetting, *, secrets: bool) -> SettingSaidModel:
    """A password that a device tells is masked, but for those who may see it."""
    hidden = not secrets and row.code in SECRET_CODES
    return SettingSaidModel.model_validate(
        {**row._asdict(), "value": MASK if hidden else row.value}
    )


def event_model(row: DeviceHappening) -> EventModel:
    return EventModel.model_validate(row._asdict())


def frame_model(row: KeptFrame, *, secrets: bool) -> FrameModel:
    """A frame; its password is masked, but for those who may see it."""
    frame = row.frame
    if frame is not None and not secrets:
        frame = masked(frame)
    return FrameModel(
        batch=row.batch,
        seq=row.seq,
        slot=row.slot,
        number=row.number,
        outcome=OUTCOMES[row.outcome],  # pyright: ignore[reportArgumentType] - one of three words
        received_at=row.received_at,
        topic=row.topic,
        text=None if frame is None else text_of(frame),
        kept=frame is not None,
        sha256=None if row.sha256 is None else row.sha256.hex(),
        batch_digest=row.digest.hex(),
    )


def masked(frame: bytes) -> bytes:
    """The frame without its passwords, PW and NewPW (HJ 212-2017 section 6.3)."""
    return PASSWORD.sub(rb"\g<1>" + MASK.encode(), frame)


def text_of(frame: bytes) -> str:
    """A frame's bytes as text, whatever they are."""
    try:
        return frame.decode()
    except UnicodeDecodeError:
        return frame.decode("latin-1")


def mark_model(one: Mark, subjects: Mapping[int, str], points: Mapping[int, str]) -> DatedMark:
    kind = kind_of(one.kind)
    return DatedMark(
        id=one.mark,
        version=one.version,
        kind=one.kind,
        zh=kind.zh,
        en=kind.en,
        effect=kind.effect,
        subject=subjects.get(one.subject, ""),
        point=None if one.point is None else points.get(one.point),
        since=one.since,
        until=one.until,
        origin=one.origin,
        planned=one.planned,
        entered_at=one.entered_at,
        actor=one.actor,
        evidence=one.evidence,
        review=one.review,
        reviewer=one.reviewer,
        reason=one.reason,
        position=str(one.position),
    )


def limit_model(one: LimitVersion, points: Mapping[int, str]) -> LimitModel:
    law = one.law
    return LimitModel(
        limit=one.limit,
        version=one.version,
        point=points.get(one.point, ""),
        since=one.since,
        until=one.until,
        bound=None if one.bound is None else BoundModel.model_validate(one.bound._asdict()),
        origin=law.origin,
        standard=law.standard,
        clause=law.clause,
        confidence=law.confidence,
        verified=law.verified,
        source=law.source,
        act=one.act,
        reason=one.reason,
        actor=one.actor,
        approver=one.approver,
        recorded_at=one.recorded_at,
        position=str(one.position),
    )
