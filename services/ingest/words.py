"""Words of a sender as the database can keep them, and the rejects of a frame in bounded number.

Pure. The frame itself is kept byte for byte; these are what people read.
"""

import re
from collections.abc import Iterable, Sequence

from schemas.batch import RejectRow
from services.evidence.block import Entry
from services.ingest.record import Rejection

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
SUBSTITUTE = "\N{REPLACEMENT CHARACTER}"
LONGEST_TEXT = 4_096
LONGEST_NAME = 128
LONGEST_DETAIL = 500
MOST_CODES = 100
MOST_ROWS = 8


def readable(text: str, longest: int = LONGEST_TEXT) -> str:
    """The text without characters that no database or terminal takes, cut to a length."""
    return UNPRINTABLE.sub(SUBSTITUTE, text[:longest])


def readable_or_none(text: str | None, longest: int = LONGEST_NAME) -> str | None:
    """The same for a text that may be absent."""
    return None if text is None else readable(text, longest)


def reject_rows(entry: Entry, rejections: Sequence[Rejection], *, whole: bool) -> list[RejectRow]:
    """The rejects of one frame: one row a reason, sender and device, at most MOST_ROWS."""
    kinds: dict[tuple[str, str | None, int | None], list[Rejection]] = {}
    for rejection in rejections:
        key = (rejection.reason, rejection.mn, rejection.device)
        if key not in kinds and len(kinds) >= MOST_ROWS - 1:
            # One row stands for all further kinds.
            key = ("several", None, None)
        kinds.setdefault(key, []).append(rejection)
    return [
        RejectRow(
            seq=alike[0].seq,
            topic=readable(entry.topic),
            mn=readable_or_none(mn),
            device=device,
            reason=reason,
            detail=_detail(alike),
            codes=_codes(alike),
            whole=whole,
            received_us=entry.received_us,
            frame=entry.frame,
            policy=alike[0].policy,
        )
        for (reason, mn, device), alike in kinds.items()
    ]


def _detail(alike: Sequence[Rejection]) -> str:
    codes = sum(len(rejection.codes) for rejection in alike)
    more = f" (and {len(alike) - 1:,} more like it)" if len(alike) > 1 else ""
    more += f" ({codes:,} codes in all)" if codes > MOST_CODES else ""
    return readable(alike[0].detail, LONGEST_DETAIL) + more


def _codes(alike: Iterable[Rejection]) -> list[str]:
    codes = dict.fromkeys(code for rejection in alike for code in rejection.codes)
    return [readable(code, LONGEST_NAME) for code in list(codes)[:MOST_CODES]]
