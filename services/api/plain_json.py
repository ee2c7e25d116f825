"""Long answers written straight as JSON: rows of the store, which are not looked at a second time.

What is written must be what the route's model would write; tests hold both against each other.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import orjson
from fastapi import Response

from schemas.registry_words import BEIJING
from services.api.asof import HEADER, AsOf

EIGHT_HOURS: Final = timedelta(hours=8)
OFFSET: Final = "+08:00"


def plain(body: Mapping[str, object], known: AsOf) -> Response:
    """The answer, with the position that it was asked for. Times in it are on the sites' clock."""
    return Response(
        orjson.dumps(body),
        media_type="application/json",
        headers={HEADER: known.below},
    )


def site_text(time: datetime) -> str:
    """A time of the store (UTC) as text on the sites' clock: for long lists, where all else is slow."""
    return (time.replace(tzinfo=None) + EIGHT_HOURS).isoformat() + OFFSET


def at_site(time: datetime | None) -> datetime | None:
    """The moment on the sites' clock (+08:00)."""
    return None if time is None else time.astimezone(BEIJING)
