"""Who speaks in whose name 冒用 MN: counted in the transaction that reads the batches, ended in time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, cast

from schemas.alert import AlertKind, Span
from schemas.watch import Refusals, Seen, WatchedDevice
from services.alerts.watch_settings import WatchSettings
from services.rules.alerting.watch_parameters import MismatchParameters
from services.store.session import Session
from services.store.watch_spans import Kept, refresh_span, standing_spans, write_spans

REASON: Final = "mn_mismatch"
SOURCE: Final = "rejects"
TOPICS: Final = 20
"""So many topics are named; the frames of others are counted together."""
OTHERS: Final = "others"


def note_mismatches(
    session: Session,
    refusals: Iterable[Refusals],
    devices: Mapping[int, WatchedDevice],
    now: datetime,
) -> None:
    """Add frames refused as another's to what is known of the device. Raises psycopg.Error."""
    of: defaultdict[int, list[Refusals]] = defaultdict(list)
    for one in refusals:
        if one.reason == REASON and one.device in devices:
            of[one.device].append(one)
    if not of:
        return
    kept = {
        one.seen.target.device: one
        for one in standing_spans(session, [AlertKind.MN_MISMATCH], now)
        if one.seen.span.until is None
    }
    for number, some in sorted(of.items()):
        known = kept.get(number)
        seen = _added(devices[number], some, None if known is None else known.seen.span)
        last = max(one.last for one in some)
        # A flood is told of when it begins, with each new topic, and each time it has doubled.
        if known is None or _is_news(known, seen):
            evidence = {**seen.span.evidence, "told": seen.span.evidence["frames"]}
            write_spans(session, [seen._replace(span=replace(seen.span, evidence=evidence))], last)
        else:
            evidence = {**seen.span.evidence, "told": known.seen.span.evidence["told"]}
            refresh_span(session, known.id, max(last, known.seen_at), evidence)


def end_mismatches(
    session: Session, devices: Mapping[int, WatchedDevice], settings: WatchSettings, now: datetime
) -> None:
    """End those of which nothing was seen for a while, at their last frame. Raises psycopg.Error."""
    over: list[Seen] = []
    for one in standing_spans(session, [AlertKind.MN_MISMATCH], now):
        device = devices.get(one.seen.target.device or 0)
        params = (
            settings.everywhere(MismatchParameters)
            if device is None
            else settings.of_device(MismatchParameters, device)
        )
        ends = one.seen_at + timedelta(hours=params.quiet_hours)
        if one.seen.span.until is None and now >= ends:
            over.append(one.seen._replace(span=replace(one.seen.span, until=one.seen_at)))
    write_spans(session, over, now)


def _added(device: WatchedDevice, some: Iterable[Refusals], known: Span | None) -> Seen:
    topics = _topics(known)
    since = min(one.first for one in some) if known is None else known.since
    for one in some:
        name = one.topic if one.topic in topics or len(topics) < TOPICS else OTHERS
        topics[name] = topics.get(name, 0) + one.frames
    frames = sum(topics.values())
    names = "、".join(list(topics)[:3])
    names_en = ", ".join(list(topics)[:3])
    span = Span(
        *(since, None),
        holds=True,
        zh=f"冒用 MN：{device.plant_name}数采仪 {device.mn} 的报文出现在主题 {names}，"
        f"共 {frames} 帧，均已拒收",
        en=f"somebody speaks in the name of logger {device.mn} of {device.plant_code}: {frames} "
        f"frames under {names_en}, all refused",
        source=SOURCE,
        evidence={"mn": device.mn, "frames": frames, "topics": topics},
    )
    return Seen(AlertKind.MN_MISMATCH, device.target, span)


def _topics(span: Span | None) -> dict[str, int]:
    if span is None:
        return {}
    return dict(cast("Mapping[str, int]", span.evidence.get("topics") or {}))


def _is_news(known: Kept, seen: Seen) -> bool:
    before = _topics(known.seen.span)
    told = cast("int", known.seen.span.evidence.get("told") or 0)
    now = _topics(seen.span)
    return now.keys() != before.keys() or sum(now.values()) >= 2 * told
