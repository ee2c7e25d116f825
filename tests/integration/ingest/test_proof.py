"""Whatever is changed behind our back is found and named, also when the database's owner does it."""

from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from schemas.moment import microseconds
from services.evidence.block import build_block, compress, decompress, read_block
from services.evidence.chain import BatchHead, batch_digest
from services.evidence.checkpoint import file_text, parse_file, sign
from services.evidence.finding import Finding, Kind
from services.runtime.settings import Settings
from tests.fixtures.kept import NOW, START, STEP, Kept, fill, frame


@pytest.fixture
def kept(database: str, tmp_path: Path) -> Kept:
    settings = Settings(database_url=SecretStr(database), home=tmp_path)
    return Kept(database, settings)


def kinds(findings: Sequence[Finding]) -> set[Kind]:
    return {finding.kind for finding in findings}


async def test_an_untouched_database_verifies_clean(kept: Kept) -> None:
    await fill(kept)
    made = await kept.checkpoint()

    report = await kept.verify(made.file, deep=True)

    assert report.findings == []
    assert report.chains.batches == 8
    assert report.deep is not None
    assert report.deep.readings == report.chains.readings


async def test_what_others_write_meanwhile_disturbs_no_checkpoint(kept: Kept) -> None:
    await fill(kept)
    async with await psycopg.AsyncConnection.connect(kept.url) as other:
        await other.execute(
            "INSERT INTO parameter (device, code, value, effective_at, received_at, batch, seq)"
            " VALUES (1, 'i13004', '168', now(), now(), 1, 0)"
        )
        await kept.store([("MN-C", frame("MN-C", NOW))], NOW)

        first = await kept.checkpoint()
        while_open = await kept.verify(first.file, deep=True)

    second = await kept.checkpoint()
    after = await kept.verify(first.file.parent, deep=True)

    assert while_open.findings == after.findings == []
    assert first.body.slots[0].number == 6
    assert second.body.slots[0].number == 7
    assert (first.body.tables["parameter"].rows, second.body.tables["parameter"].rows) == (0, 1)
    assert after.checkpoints == 2


async def test_a_rewritten_frame_is_found_though_every_later_digest_was_made_again(
    kept: Kept,
) -> None:
    await fill(kept)
    made = await kept.checkpoint()

    forge_chain(kept, number=3)
    alone = await kept.verify()
    against = await kept.verify(made.file)
    deep = await kept.verify(made.file, deep=True)

    assert {Kind.CHAIN_REWRITTEN} == kinds(alone.findings) == kinds(against.findings)
    (found,) = [one for one in against.findings if one.kind is Kind.CHAIN_REWRITTEN]
    assert found.place.slot == 0
    assert "one of 1..6" in found.detail
    changed = [one for one in deep.findings if one.kind is Kind.READING_CHANGED]
    assert {(one.place.number, one.place.mn) for one in changed} == {(3, "MN-A")}
    assert ("2.0", "7.0") in {(one.found, one.expected) for one in changed}


async def test_a_second_checkpoint_narrows_where_the_rewriting_began(kept: Kept) -> None:
    await fill(kept)
    made = await kept.checkpoint()
    for step in (8, 9):
        await kept.store([("MN-A", frame("MN-A", START + step * STEP))], START + step * STEP)
    await kept.checkpoint()

    forge_chain(kept, number=7)
    report = await kept.verify(made.file.parent)

    (found,) = report.findings
    assert found.kind is Kind.CHAIN_REWRITTEN
    assert "one of 7..8" in found.detail


@pytest.mark.parametrize(
    ("statements", "kind", "said"),
    [
        pytest.param(
            ["DELETE FROM batch WHERE slot = 0 AND number = 6"],
            Kind.CHAIN_CUT,
            "slot 0: batch 6 is missing",
            id="newest cut",
        ),
        pytest.param(
            ["DELETE FROM batch WHERE slot = 0 AND number >= 3"],
            Kind.CHAIN_CUT,
            "slot 0: batches 3..6 are missing",
            id="tail cut",
        ),
        pytest.param(
            ["DELETE FROM batch WHERE slot = 0 AND number BETWEEN 2 AND 3"],
            Kind.BATCHES_MISSING,
            "slot 0: batches 2..3 are missing",
            id="middle cut",
        ),
        pytest.param(
            ["DELETE FROM batch WHERE slot = 1"],
            Kind.SLOT_MISSING,
            "slot 1 is missing with all its 2 batches",
            id="slot removed",
        ),
        pytest.param(
            ["DELETE FROM reject"], Kind.REJECT_MISSING, "the reject is gone", id="reject deleted"
        ),
        pytest.param(
            ["DELETE FROM reject"],
            Kind.TABLE_CHANGED,
            "reject is not as it was: 1 rows are missing",
            id="reject deleted, by the checkpoint",
        ),
        pytest.param(
            [
                "DELETE FROM reading_revision WHERE ctid = (SELECT ctid FROM reading_revision LIMIT 1)"
            ],
            Kind.TABLE_CHANGED,
            "reading_revision is not as it was: 1 rows are missing",
            id="revision deleted",
        ),
        pytest.param(
            ["UPDATE reading_revision SET value = 5 WHERE value = 4"],
            Kind.TABLE_CHANGED,
            "reading_revision is not as it was: a row was changed",
            id="revision changed",
        ),
        pytest.param(
            ["UPDATE batch SET position = '5' WHERE slot = 1", "DELETE FROM batch WHERE slot = 0"],
            Kind.SLOT_MISSING,
            "slot 0 is missing with all its 6 batches",
            id="slot removed, positions changed",
        ),
        pytest.param(
            ["UPDATE channel SET code = 'a99999' WHERE id = 1"],
            Kind.REGISTRY_UNRECORDED,
            "the registry was changed without a record",
            id="registry changed unrecorded",
        ),
        pytest.param(
            [
                "DELETE FROM batch_block WHERE batch = (SELECT id FROM batch WHERE number = 2 LIMIT 1)"
            ],
            Kind.BLOCK_MISSING,
            "frames are gone",
            id="frames deleted",
        ),
        pytest.param(
            ["UPDATE batch SET outcomes = replace(outcomes, 'x', 's') WHERE rejected > 0"],
            Kind.BATCH_COUNTS,
            "counts do not add up",
            id="outcome changed",
        ),
        pytest.param(
            ["UPDATE batch SET readings = readings + 1 WHERE slot = 0 AND number = 5"],
            Kind.BATCH_DIGEST,
            "changed after they were stored",
            id="count changed",
        ),
        pytest.param(
            ["DELETE FROM checkpoint"],
            Kind.CHECKPOINT_MISSING,
            "does not have this checkpoint any more",
            id="checkpoint deleted",
        ),
    ],
)
async def test_an_attack_by_the_owner_is_named(
    kept: Kept, statements: Sequence[str], kind: Kind, said: str
) -> None:
    await fill(kept)
    made = await kept.checkpoint()

    kept.owner(*statements)
    report = await kept.verify(made.file)

    (found, *_) = [one for one in report.findings if one.kind is kind]
    assert said in found.detail
    assert not report.clean


async def test_a_forged_checkpoint_is_found_in_the_database_and_in_its_file(kept: Kept) -> None:
    await fill(kept)
    made = await kept.checkpoint()
    thief = Ed25519PrivateKey.generate()
    text = parse_file(made.file.read_bytes()).text
    forged = sign(text.replace('"rejected":1', '"rejected":0'), thief)
    made.file.write_bytes(file_text(forged))
    with psycopg.connect(kept.url, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(
            "UPDATE checkpoint SET body = %s, signature = %s, key_id = %s",
            (forged.text, forged.signature, forged.key_id),
        )

    report = await kept.verify(made.file)

    assert forged.text != text
    assert [one.kind for one in report.findings] == [Kind.SIGNATURE, Kind.SIGNATURE]
    assert not report.clean


def forge_chain(kept: Kept, number: int) -> None:
    """Rewrite the first frame of a batch in slot 0, and every digest from there on."""
    with psycopg.connect(kept.url, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        rows = owner.execute(
            "SELECT batch.id, slot, number, origin, batch.received_from, received_to, readings,"
            " revised, devices, received_ms, outcomes, previous, block FROM batch"
            " JOIN batch_block ON batch_block.batch = batch.id"
            " WHERE slot = 0 AND number >= %s ORDER BY number",
            (number,),
        ).fetchall()
        digest = rows[0][11]
        for row in rows:
            block = decompress(row[12])
            if row[2] == number:
                entries = read_block(block)
                at = START + (number - 1) * STEP
                entries[0] = entries[0]._replace(frame=frame("MN-A", at, 7.0))
                block = build_block(entries)
            head = BatchHead(
                *(row[0], row[1], row[2], row[3], microseconds(row[4]), microseconds(row[5])),
                *(row[6], row[7], row[8], row[9], row[10]),
            )
            previous, digest = digest, batch_digest(digest, head, block)
            owner.execute(
                "UPDATE batch SET previous = %s, digest = %s, block_bytes = %s WHERE id = %s",
                (previous, digest, len(block), row[0]),
            )
            owner.execute(
                "UPDATE batch_block SET block = %s WHERE batch = %s", (compress(block), row[0])
            )
