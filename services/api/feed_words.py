"""The live feed as text/event-stream: what is written down a connection, and what comes back.

Pure. It must not know who listens.
"""

from datetime import datetime
from typing import Final

from schemas.registry_words import BEIJING
from services.api.feed_ring import Item
from services.api.models.feed import FeedEvent
from services.store.feed import Told

RETRY_MS: Final = 1000
MOST_DIGITS: Final = 18


def item_of(told: Told) -> Item:
    """An event as it is shown to everybody who may see it."""
    event = FeedEvent(
        number=told.number,
        about=told.source,
        key=told.key,
        version=told.version,
        what=told.what,
        reason=told.reason,
        actor=told.actor,
        at=told.at.astimezone(BEIJING),
        made_at=told.made_at.astimezone(BEIJING),
        state=told.state,
        kind=told.kind,
        severity=told.severity,
        since=_local(told.since),
        until=_local(told.until),
        order_number=told.order_number,
        plant=told.plant_code,
        plant_name=told.plant_zh,
        plant_name_en=told.plant_en,
        subject=told.subject,
        subject_name=told.subject_name,
        side=told.side,
        code=told.code,
        device=told.device,
        zh=told.zh,
        en=told.en,
    )
    # JSON has no line break outside of its texts, and none in them either: one line of data.
    text = f"id: {told.number}\nevent: {told.source}\ndata: {event.model_dump_json()}\n\n"
    return Item(told.number, told.source, told.plant, told.kind, told.severity, text.encode())


def greeting(position: int) -> bytes:
    """What a stream begins with: whoever loses it before the first event goes on from here."""
    return f"retry: {RETRY_MS}\nid: {position}\n\n".encode()


def heartbeat(position: int) -> bytes:
    """How far one has come though nothing was shown, and an event by which browsers notice life.

    The number goes with a comment, by which no event is dispatched; the event has no id of its own,
    and does not change what `Last-Event-ID` is to say. Scripts see no comments, only events.
    """
    return (
        f': heartbeat\nid: {position}\n\nevent: heartbeat\ndata: {{"number":{position}}}\n\n'
    ).encode()


def reset(position: int) -> bytes:
    """What the listener knows is not of this feed: he has to read the lists again."""
    return f'id: {position}\nevent: reset\ndata: {{"number":{position}}}\n\n'.encode()


def position_of(last_event_id: str | None) -> int | None:
    """The number that a listener has come to; None: he begins. Raises ValueError: it is none."""
    if last_event_id is None or not last_event_id.strip():
        return None
    text = last_event_id.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise ValueError("not the id of an event")
    return int(text)


def _local(time: datetime | None) -> datetime | None:
    return None if time is None else time.astimezone(BEIJING)
