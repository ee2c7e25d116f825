"""Files of orders and contests 附件, handed out as they came in: saved, and never shown."""

import base64
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Response

from schemas.attachment import Attachment
from services.api.access import Sight, Within, require
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.writing import WorkDep
from services.store.attachments import attachment_bytes, read_attachment
from services.store.places import PlantRef

router = APIRouter(tags=["work on orders 督办"])
BYTES: Final = "application/octet-stream"
MOST: Final = (1 << 63) - 1


@router.get(
    "/attachments/{attachment}",
    dependencies=[require(Permission.READ_ORDERS)],
    response_class=Response,
    responses={200: {"content": {BYTES: {}}, "description": "The bytes, as they were handed in"}},
    summary="Download a file 下载附件",
)
def download(attachment: int, work: WorkDep, within: Within) -> Response:
    """Its bytes with their SHA-256 (Repr-Digest). A browser saves it and never shows it.

    Who looked at it is written into the audit log.
    """
    known, plant = _known(attachment, work, within)
    with work.audited("attachment.read", f"attachment/{attachment}", plant.id) as entry:
        entry.detail.update({"sha256": known.sha256, known.owner: known.key})
        found = attachment_bytes(work.session, attachment)
    if found is None:
        raise not_found()
    return Response(found[1], media_type=BYTES, headers=_headers(known))


def _known(attachment: int, work: WorkDep, within: Sight) -> tuple[Attachment, PlantRef]:
    known = read_attachment(work.session, attachment) if 0 < attachment <= MOST else None
    if known is None:
        raise not_found()
    return known, within.order(known.key) if known.owner == "order" else within.contest(known.key)


def _headers(known: Attachment) -> dict[str, str]:
    digest = base64.b64encode(bytes.fromhex(known.sha256)).decode()
    # What a name may hold was checked when it came; here it is quoted whole, whatever it is.
    return {
        "Content-Disposition": f'attachment; filename="attachment-{known.attachment}";'
        f" filename*=UTF-8''{quote(known.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
        "Repr-Digest": f"sha-256=:{digest}:",
    }
