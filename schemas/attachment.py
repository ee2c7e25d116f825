"""A file that somebody hands in 附件: bytes with their digest. What is in them is never interpreted."""

from datetime import datetime
from typing import Literal, NamedTuple

Owner = Literal["order", "contest"]


class NewAttachment(NamedTuple):
    """A file that is about to be kept; `name` is text alone and never a path."""

    name: str
    media_type: str
    sha256: str
    content: bytes


class Attachment(NamedTuple):
    """A file as kept, without its bytes; it came with the version `version` of what owns it."""

    attachment: int
    owner: Owner
    key: int
    version: int
    name: str
    media_type: str
    size: int
    sha256: str
    actor: str
    added_at: datetime
