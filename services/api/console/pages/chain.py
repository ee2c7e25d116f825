"""The proof: checkpoints, the chains of batches, what is covered, and a batch or frame by its number."""

from collections.abc import Sequence
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Depends, Query, Response
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.access import Within, require
from services.api.console.page import PageOf
from services.api.models.history import FrameModel
from services.api.models.rejects import BatchModel
from services.api.permissions import Permission
from services.api.routes.rejects_read import batch as batch_by_number
from services.api.routes.rejects_read import frame as frame_by_number
from services.evidence.checkpoint import (
    NO_PREVIOUS,
    Body,
    CheckpointError,
    SlotHead,
    parse_body,
    text_digest,
)
from services.store.accounting import one_snapshot
from services.store.chain_checkpoints import (
    ChainHead,
    SignedCheckpoint,
    chain_heads,
    newest_checkpoints,
)
from services.store.evidence_verdict import checkpoint_over

router = APIRouter()
FRAMES: Final = [require(Permission.READ_FRAMES)]
MOST: Final = 12
Number = Annotated[int | None, Query(ge=1, lt=1 << 63, description="A batch's number 批次号")]
Seq = Annotated[int | None, Query(ge=0, lt=1 << 31, description="A frame's place in it 批内序号")]


class Shown(NamedTuple):
    """A checkpoint as it is told of; `linked` False: it does not name the one before it.

    `body` None: its text is none that this version reads.
    """

    kept: SignedCheckpoint
    body: Body | None
    digest: str
    linked: bool | None


class SlotShown(NamedTuple):
    """A slot's chain now, and as far as the newest checkpoint covers it."""

    head: ChainHead
    covered: SlotHead | None

    @property
    def behind(self) -> int:
        """Batches that no checkpoint covers yet."""
        return self.head.number - (0 if self.covered is None else self.covered.number)


@router.get(
    "/console/chain",
    dependencies=[require(Permission.READ_HISTORY)],
    summary="The proof 存证",
    response_class=Response,
)
def chain(page: PageOf, within: Within, batch: Number = None, seq: Seq = None) -> Response:
    """Checkpoints, chains, and how to verify them from outside; with `batch`, on to that batch.

    Nothing here is about one plant: a checkpoint is made to be handed out.
    """
    if batch is not None:
        frame = "" if seq is None else f"/frames/{seq}"
        return RedirectResponse(f"/console/chain/batches/{batch}{frame}", 303)
    with one_snapshot(within.session):
        kept = newest_checkpoints(within.session, MOST + 1)
        heads = chain_heads(within.session)
    shown = _linked(kept)[:MOST]
    newest = shown[0].body if shown else None
    return page.show(
        "chain.html",
        {
            "checkpoints": shown,
            "newest": shown[0] if shown else None,
            "slots": [
                SlotShown(head, None if newest is None else newest.slots.get(head.slot))
                for head in heads
            ],
        },
    )


@router.get(
    "/console/chain/batches/{batch}",
    dependencies=FRAMES,
    summary="A batch 接收批次",
    response_class=HTMLResponse,
)
def batch_page(
    page: PageOf, within: Within, found: Annotated[BatchModel, Depends(batch_by_number)]
) -> HTMLResponse:
    """Its counts, digest and place in the chain, and the first checkpoint that covers it."""
    covering = checkpoint_over(within.session, int(found.position))
    return page.show("chain_batch.html", {"batch": found, "covering": covering})


@router.get(
    "/console/chain/batches/{batch}/frames/{seq}",
    dependencies=FRAMES,
    summary="A raw frame 一条原始报文",
    response_class=HTMLResponse,
)
def frame_page(
    page: PageOf, found: Annotated[FrameModel, Depends(frame_by_number)]
) -> HTMLResponse:
    """Byte for byte, with its digest; the look is put on record."""
    return page.show("chain_frame.html", {"frame": found})


def _linked(kept: Sequence[SignedCheckpoint]) -> list[Shown]:
    """Each with whether it names the one before it; None of the oldest that was read."""
    found: list[Shown] = []
    for place, one in enumerate(kept):
        body = _body(one)
        before = kept[place + 1] if place + 1 < len(kept) else None
        linked = None
        if body is not None and before is not None:
            linked = body.previous == text_digest(before.body)
        elif body is not None and body.previous == NO_PREVIOUS:
            linked = True
        found.append(Shown(one, body, text_digest(one.body), linked))
    return found


def _body(kept: SignedCheckpoint) -> Body | None:
    try:
        return parse_body(kept.body)
    except CheckpointError:
        return None
