"""Times and numbers as answers show them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.registry_words import BEIJING


def at_site(time: datetime) -> datetime:
    """The same moment on the sites' clock (+08:00)."""
    return time.astimezone(BEIJING)


SiteTime = Annotated[
    datetime,
    AfterValidator(at_site),
    Field(description="+08:00 (Beijing time 北京时间)", examples=["2026-08-01T09:00:00+08:00"]),
]
Number = Annotated[float, Field(description="Every digit that was kept 保留全部有效数字")]
