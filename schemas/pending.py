"""What a slot's worker has received and not yet committed, as it is counted beside a batch."""

from typing import NamedTuple


class HeldCount(NamedTuple):
    """So many messages of a publisher, received in the hour that begins at `hour_us`.

    The publisher is the topic's last level; the hour is in microseconds since 1970 UTC.
    """

    publisher: str
    hour_us: int
    messages: int
