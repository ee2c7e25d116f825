from datetime import UTC, datetime

import pytest

from schemas.moment import microseconds
from services.evidence.block import Entry, build_block, compress
from services.evidence.chain import GENESIS, batch_digest
from services.evidence.chain_judgement import Link, judge_batch, judge_rejects
from services.evidence.finding import Kind
from services.evidence.kept import Held, KeptBatch

AT = datetime(2026, 8, 1, tzinfo=UTC)
BLOCK = build_block(
    [Entry("hj212/A", b"one", microseconds(AT), 0), Entry("hj212/A", b"two", microseconds(AT), 1)]
)
UNSIGNED = KeptBatch(
    *(5, 0, 1, "mqtt", AT, AT, AT, 2, 1, 0, 1, 1, 0),
    devices=[1, 0],
    received_ms=[0, 0],
    outcomes="sx",
    block_bytes=len(BLOCK),
    previous=GENESIS,
    digest=b"",
)
BATCH = UNSIGNED._replace(digest=batch_digest(GENESIS, UNSIGNED.head(), BLOCK))
HELD = Held(BATCH, compress(BLOCK))


def test_a_right_batch_has_no_findings() -> None:
    judged = judge_batch(Link(), HELD, may_be_dropped=False)

    assert judged.findings == []
    assert judged.recomputed


@pytest.mark.parametrize(
    ("last", "held", "kinds"),
    [
        pytest.param(Link(1), HELD, [Kind.BATCH_DUPLICATE], id="number twice"),
        pytest.param(
            Link(), Held(BATCH._replace(number=4), None), [Kind.BATCHES_MISSING], id="gap"
        ),
        pytest.param(Link(0, b"x" * 32), HELD, [Kind.BATCH_UNLINKED], id="other predecessor"),
        pytest.param(
            Link(), Held(BATCH, compress(BLOCK[:-1])), [Kind.BLOCK_DAMAGED], id="block cut"
        ),
        pytest.param(Link(), Held(BATCH, b"rubbish"), [Kind.BLOCK_DAMAGED], id="no zstd"),
        pytest.param(
            Link(), Held(BATCH._replace(stored=2), HELD.packed), [Kind.BATCH_COUNTS], id="counts"
        ),
        pytest.param(
            Link(), Held(BATCH._replace(readings=2), HELD.packed), [Kind.BATCH_DIGEST], id="head"
        ),
        pytest.param(
            Link(),
            Held(BATCH, compress(BLOCK.replace(b"two", b"owt"))),
            [Kind.BATCH_DIGEST],
            id="frame",
        ),
    ],
)
def test_what_is_wrong_with_a_batch_is_named(last: Link, held: Held, kinds: list[Kind]) -> None:
    judged = judge_batch(last, held, may_be_dropped=True)

    assert [finding.kind for finding in judged.findings] == kinds


@pytest.mark.parametrize("may_be_dropped", [True, False])
def test_frames_that_are_gone_are_a_finding_unless_retention_dropped_them(
    *, may_be_dropped: bool
) -> None:
    judged = judge_batch(Link(), Held(BATCH, None), may_be_dropped=may_be_dropped)

    assert [finding.kind for finding in judged.findings] == [Kind.BLOCK_MISSING] * (
        not may_be_dropped
    )
    assert not judged.recomputed


def test_rejects_are_those_that_the_outcomes_name() -> None:
    assert judge_rejects(BATCH, {1}) == []
    assert [one.place.seq for one in judge_rejects(BATCH, set())] == [1]
    assert [one.kind for one in judge_rejects(BATCH, {0, 1})] == [Kind.REJECT_DIFFERS]
    assert judge_rejects(BATCH._replace(origin="retry"), set()) == []
