"""Which files are taken 附件, and what is noted of them; their bytes are never interpreted. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from itertools import starmap

from schemas.attachment import NewAttachment
from services.rules.supervision.order_parameters import AttachmentParameters
from services.rules.supervision.refusals import Refused

LONGEST_NAME = 200
SAID: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "csv": "text/csv",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "doc": "application/msword",
    "ofd": "application/ofd",
    "mp4": "video/mp4",
}
UNKNOWN = "application/octet-stream"


def taken(
    files: Iterable[tuple[str, bytes]], rules: AttachmentParameters
) -> tuple[NewAttachment, ...]:
    """The files as they will be kept, each a name and bytes. Raises Refused.

    The type is what the name's ending says: nobody looks whether it is true.
    """
    given = list(files)
    if len(given) > rules.attachment_count:
        raise Refused(
            f"{len(given)} files are more than {rules.attachment_count}: put some into one",
            f"附件共 {len(given)} 个，超过上限 {rules.attachment_count} 个",
        )
    for name, content in given:
        _check(name, len(content), rules)
    return tuple(starmap(_kept, given))


def attached_detail(files: Iterable[NewAttachment]) -> list[dict[str, object]]:
    """Files for an event's detail: name, size, digest."""
    return [{"name": one.name, "bytes": len(one.content), "sha256": one.sha256} for one in files]


def _kept(name: str, content: bytes) -> NewAttachment:
    digest = hashlib.sha256(content).hexdigest()
    return NewAttachment(name, SAID.get(_ending(name), UNKNOWN), digest, content)


def _check(name: str, size: int, rules: AttachmentParameters) -> None:
    if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME or set(name) & set("/\\"):
        raise Refused(
            f"{name!r} is no name for a file: 1 to {LONGEST_NAME} printable characters, no slashes",
            "附件名称无效：须为 1–200 个可见字符，且不含斜杠",
        )
    if _ending(name) not in rules.attachment_types:
        endings = ", ".join(rules.attachment_types)
        raise Refused(
            f"{name} is of a type that is not taken: use {endings}",
            f"不接受该类型的附件 {name}：可用 {endings}",
        )
    if not 0 < size <= rules.attachment_bytes:
        raise Refused(
            f"{name} has {size:,} bytes: 1 to {rules.attachment_bytes:,} are taken",
            f"附件 {name} 为 {size:,} 字节：须为 1 至 {rules.attachment_bytes:,} 字节",
        )


def _ending(name: str) -> str:
    return name.rpartition(".")[2].casefold() if "." in name else ""
