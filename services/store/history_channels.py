"""What channels are called, and by which protocol they speak. It must not know what they measure."""

from collections.abc import Iterable
from typing import NamedTuple

from services.store.session import Session


class ChannelRef(NamedTuple):
    """A channel: its device's code and protocol, and the code the device names it by."""

    id: int
    device: str
    code: str
    protocol: str
    unflagged_as: str | None


CHANNELS = """
SELECT channel.id, device.code, channel.code, device.protocol, device.unflagged_as
FROM channel JOIN device ON device.id = channel.device
WHERE channel.id = ANY(%s) ORDER BY channel.id
"""


def channel_refs(session: Session, channels: Iterable[int]) -> dict[int, ChannelRef]:
    """These channels by id. Raises psycopg.Error."""
    rows = session.execute(CHANNELS, (sorted(set(channels)),)).fetchall()
    found = [ChannelRef._make(row) for row in rows]
    return {one.id: one for one in found}
