"""Verification against checkpoints that were kept outside of the database.

Pure judgement of what the store tells: signatures, heads that must still be in the chains, and
histories that must still begin as they were.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.evidence.checkpoint import NO_PREVIOUS as NOTHING_BEFORE
from services.evidence.checkpoint import (
    Body,
    CheckpointError,
    RegistryMark,
    Signed,
    TableMark,
    key_id_of,
    parse_body,
    parse_file,
    signed_by,
    text_digest,
)
from services.evidence.finding import Finding, Kind, Place
from services.evidence.row_chain import RowChain
from services.ingest.proof.checkpoint_maker import registry_mark
from services.store.checkpoints import all_checkpoints, digest_at, latest_checkpoint, numbers_beside
from services.store.connection import Connection
from services.store.histories import HISTORIES, history_lines, settled_view


@dataclass(frozen=True, slots=True)
class Outside:
    """A checkpoint that was kept outside: its name for people, what was signed, what it says."""

    name: str
    signed: Signed
    body: Body


def read_outside(files: Sequence[Path]) -> tuple[list[Outside], list[Finding]]:
    """Read checkpoint files; what is no checkpoint is a finding."""
    found: list[Outside] = []
    findings: list[Finding] = []
    for file in files:
        try:
            signed = parse_file(file.read_bytes())
            found.append(Outside(file.name, signed, parse_body(signed.text)))
        except (CheckpointError, OSError) as error:
            findings.append(Finding(Kind.CHECKPOINT_UNREADABLE, f"{file.name}: {error}"))
    return sorted(found, key=lambda one: one.body.number), findings


async def newest_signed(connection: Connection, public_keys: Sequence[bytes]) -> list[Outside]:
    """The newest checkpoint of the database, if one of the known keys signed it."""
    row = await latest_checkpoint(connection)
    if row is None:
        return []
    for key in public_keys:
        signed = Signed(row.body, row.key_id, row.signature, key)
        if signed_by(signed, key):
            return [Outside(f"checkpoint {row.id} of the database", signed, parse_body(row.body))]
    return []


def judge_signature(outside: Outside, public_keys: Sequence[bytes]) -> list[Finding]:
    """Whether one of the known keys signed it; without any, whether its own key did."""
    signed = outside.signed
    candidates = public_keys or [signed.public_key]
    if not any(signed_by(signed, key) for key in candidates):
        detail = f"{outside.name}: no key that is known signed this text"
        expected = ", ".join(key_id_of(key) for key in candidates)
        return [Finding(Kind.SIGNATURE, detail, found=signed.key_id, expected=expected)]
    if public_keys:
        return []
    detail = (
        f"{outside.name}: checked with the public key in the same file, so only as trustworthy "
        "as the file; give --public-key"
    )
    return [Finding(Kind.SIGNER_UNPROVEN, detail, found=signed.key_id)]


async def judge_heads(connection: Connection, outside: Outside) -> AsyncIterator[Finding]:
    """Whether the heads it names are still in the chains, with the same digest."""
    for slot, head in outside.body.slots.items():
        digest = await digest_at(connection, slot, head.number)
        if digest is None:
            beside = await numbers_beside(connection, slot, head.number)
            yield _gone(outside, slot, beside)
        elif digest.hex() != head.digest:
            detail = f"{outside.name}: slot {slot} was rewritten at or before batch {head.number}"
            place = Place(slot, head.number, head.batch)
            yield Finding(Kind.CHAIN_REWRITTEN, detail, place, digest.hex(), head.digest)


def _gone(outside: Outside, slot: int, beside: tuple[int | None, int | None]) -> Finding:
    head = outside.body.slots[slot]
    below, above = beside
    if below is None and above is None:
        detail = f"{outside.name}: slot {slot} is missing with all its {head.number} batches"
        return Finding(Kind.SLOT_MISSING, detail, Place(slot))
    first = (below or 0) + 1
    end = head.number if above is None else above - 1
    numbers = f"batch {first} is" if first == end else f"batches {first}..{end} are"
    detail = f"{outside.name}: slot {slot}: {numbers} missing"
    return Finding(Kind.CHAIN_CUT, detail, Place(slot, first))


def narrowed(findings: Sequence[Finding], bodies: Sequence[Body]) -> list[Finding]:
    """Of rewritten chains only the earliest checkpoint's finding, with where the rewriting begins.

    `bodies` in the order they were made.
    """
    kept: list[Finding] = []
    told = set[int | None]()
    for finding in findings:
        if finding.kind is not Kind.CHAIN_REWRITTEN:
            kept.append(finding)
            continue
        slot, number = finding.place.slot, finding.place.number or 0
        if slot in told:
            continue
        told.add(slot)
        heads = [
            body.slots[slot].number for body in bodies if slot is not None and slot in body.slots
        ]
        first = max((head for head in heads if head < number), default=0) + 1
        detail = f"{finding.detail}: the first batch that differs is one of {first}..{number}"
        kept.append(Finding(finding.kind, detail, finding.place, finding.found, finding.expected))
    return kept


async def judge_histories(
    connection: Connection, checkpoints: Sequence[Outside], seen: dict[str, int]
) -> AsyncIterator[Finding]:
    """Whether every history still begins with the rows it had, and the registry is as recorded.

    `seen` gets the number of rows of each history that a checkpoint covers.
    """
    async with settled_view(connection):
        for table in HISTORIES:
            marks = [
                (one, one.body.tables[table]) for one in checkpoints if table in one.body.tables
            ]
            if not marks:
                continue
            chain = RowChain()
            for finding in await _judge_history(connection, table, marks, chain):
                yield finding
            seen[table] = chain.rows
        now = await registry_mark(connection)
    for one in checkpoints:
        for finding in _judge_registry(one, now):
            yield finding


async def _judge_history(
    connection: Connection,
    table: str,
    marks: Sequence[tuple[Outside, TableMark]],
    chain: RowChain,
) -> list[Finding]:
    """The earliest checkpoint that the history contradicts; all later ones follow from it."""
    waiting = sorted(marks, key=lambda mark: mark[0].body.closed)
    below = waiting[-1][0].body.closed
    judged: list[Finding] = []
    async for position, line in history_lines(connection, table, 0, below):
        while position >= waiting[0][0].body.closed:
            judged += _judge_mark(table, waiting.pop(0), chain)
        chain.add(line)
    for mark in waiting:
        judged += _judge_mark(table, mark, chain)
    return judged[:1]


def _judge_mark(table: str, marked: tuple[Outside, TableMark], chain: RowChain) -> list[Finding]:
    outside, mark = marked
    if (chain.rows, chain.digest.hex()) == (mark.rows, mark.digest):
        return []
    if chain.rows < mark.rows:
        what = f"{mark.rows - chain.rows} rows are missing"
    elif chain.rows > mark.rows:
        what = f"{chain.rows - mark.rows} rows were put in"
    else:
        what = "a row was changed, or one was exchanged for another"
    detail = f"{outside.name}: {table} is not as it was: {what}"
    found, expected = f"{chain.rows} rows", f"{mark.rows} rows"
    return [Finding(Kind.TABLE_CHANGED, detail, found=found, expected=expected)]


def _judge_registry(outside: Outside, now: RegistryMark) -> list[Finding]:
    then = outside.body.registry
    if now.version < then.version:
        detail = f"{outside.name}: changes of the registry are gone"
    elif now.version == then.version and now.digest != then.digest:
        detail = f"{outside.name}: the registry was changed without a record of it"
    else:
        return []
    found, expected = f"version {now.version}", f"version {then.version}"
    return [Finding(Kind.REGISTRY_UNRECORDED, detail, found=found, expected=expected)]


async def judge_kept(
    connection: Connection, checkpoints: Sequence[Outside], public_keys: Sequence[bytes]
) -> AsyncIterator[Finding]:
    """Whether the checkpoints in the database are linked, signed, and those kept outside."""
    outside = {one.body.number: one for one in checkpoints}
    previous, number = NOTHING_BEFORE, 0
    async for row in all_checkpoints(connection):
        try:
            body = parse_body(row.body)
        except CheckpointError as error:
            yield Finding(Kind.CHECKPOINT_UNREADABLE, f"checkpoint row {row.id}: {error}")
            continue
        if (body.previous, body.number) != (previous, number + 1):
            detail = f"checkpoint row {row.id} does not follow the one before it"
            yield Finding(Kind.CHECKPOINT_UNLINKED, detail)
        previous, number = text_digest(row.body), body.number
        for finding in _judge_row(row.body, row.signature, outside, body.number, public_keys):
            yield finding
        outside.pop(body.number, None)
    for one in outside.values():
        detail = f"{one.name}: the database does not have this checkpoint any more"
        yield Finding(Kind.CHECKPOINT_MISSING, detail)


def _judge_row(
    text: str,
    signature: bytes,
    outside: Mapping[int, Outside],
    number: int,
    public_keys: Sequence[bytes],
) -> list[Finding]:
    same = outside.get(number)
    if same is not None and same.signed.text != text:
        detail = f"{same.name}: the database has another text for checkpoint {number}"
        return [Finding(Kind.CHECKPOINT_MISSING, detail)]
    signed = Signed(text, "", signature, b"")
    if public_keys and not any(signed_by(signed, key) for key in public_keys):
        detail = f"checkpoint {number} in the database is signed by no key that is known"
        return [Finding(Kind.SIGNATURE, detail)]
    return []
