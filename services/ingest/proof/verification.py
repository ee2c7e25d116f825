"""A whole verification: chains, checkpoints kept outside, and the readings, one after the other."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from schemas.series import Series
from services.evidence.finding import Finding
from services.ingest.proof.checkpoint_files import (
    checkpoint_files,
    public_key_file,
    read_public_key,
)
from services.ingest.proof.deep_judgement import names_of
from services.ingest.proof.redecode import trusting_lookup
from services.ingest.proof.verify import ChainCheck, ChainTotals
from services.ingest.proof.verify_against import (
    Outside,
    judge_heads,
    judge_histories,
    judge_kept,
    judge_signature,
    narrowed,
    newest_signed,
    read_outside,
)
from services.ingest.proof.verify_deep import DeepCheck, DeepTotals, Reading
from services.runtime.seal import Opener, nothing_opens, opener_of
from services.runtime.settings import Settings
from services.store.batch_walk import Span, extents
from services.store.connection import Connection, connect
from services.store.errors import DatabaseError
from services.store.registry import LookupRows, last_change, load_lookup

APPLICATION = "qingkong verify"
MOST_FINDINGS = 10_000
# What is being done, how many batches of it are done, of how many (0: cannot be told).
Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to verify: against which checkpoints (files or folders), by which keys, how deeply."""

    against: Sequence[Path] = ()
    public_keys: Sequence[Path] = ()
    deep: bool = False
    span: Span = field(default_factory=Span)


@dataclass(slots=True)
class Report:
    """What was found and what was looked at."""

    findings: list[Finding] = field(default_factory=list[Finding])
    chains: ChainTotals = field(default_factory=ChainTotals)
    deep: DeepTotals | None = None
    checkpoints: int = 0
    histories: dict[str, int] | None = None
    """Rows by table that were compared with a checkpoint; None: no signed one was known."""
    chain_s: float = 0.0
    deep_s: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong; warnings do not count."""
        return all(finding.warning for finding in self.findings)

    async def take(self, findings: AsyncIterator[Finding]) -> None:
        """Take findings in, up to a number that nobody reads to the end."""
        async for finding in findings:
            if len(self.findings) < MOST_FINDINGS:
                self.findings.append(finding)


async def verify_all(
    settings: Settings, database_url: str, order: Order, now: datetime, show: Show
) -> Report:
    """Verify as ordered.

    Raises KeyFileError when a public key cannot be read, psycopg.Error.
    """
    keys = public_keys_of(settings, order)
    async with await connect(database_url, "api", APPLICATION) as connection:
        run = _Run(connection, database_url, settings, now, show)
        begun = time.monotonic()
        await run.chains()
        run.report.chain_s = time.monotonic() - begun
        await run.against(order.against, keys)
        if order.deep:
            begun = time.monotonic()
            await run.deep(order.span)
            run.report.deep_s = time.monotonic() - begun
    return run.report


def public_keys_of(settings: Settings, order: Order) -> list[bytes]:
    """The keys that are trusted: those given, else the one beside this host's signing key."""
    own = public_key_file(settings)
    files = list(order.public_keys) or ([own] if own.exists() else [])
    return [read_public_key(file) for file in files]


def kept_from(settings: Settings, now: datetime) -> dict[Series, datetime]:
    """What is older may have been dropped by retention; hours and days never are."""
    return {
        Series.REALTIME: now - timedelta(days=settings.retention_realtime_days),
        Series.MINUTE: now - timedelta(days=settings.retention_minute_days),
        Series.FIVE_MINUTE: now - timedelta(days=settings.retention_minute_days),
        Series.STATE: now - timedelta(days=settings.retention_minute_days),
    }


@dataclass(frozen=True, slots=True)
class _Run:
    connection: Connection
    url: str
    settings: Settings
    now: datetime
    show: Show
    report: Report = field(default_factory=Report)

    async def chains(self) -> None:
        frames_kept_from = self.now - timedelta(days=self.settings.retention_frames_days)
        advance = await self._counted("chains 批次链", Span())
        check = ChainCheck(self.connection, frames_kept_from, advance, self.report.chains)
        await self.report.take(check.findings())

    async def against(self, places: Sequence[Path], keys: Sequence[bytes]) -> None:
        files = [file for place in places for file in checkpoint_files(place)]
        outside, unreadable = read_outside(files)
        self.report.findings += unreadable
        self.report.checkpoints = len(outside)
        self.show("checkpoints 检查点", 0, 0)
        self.report.findings += [found for one in outside for found in judge_signature(one, keys)]
        await self.report.take(judge_kept(self.connection, outside, keys))
        # A signature counts wherever the text is kept, as long as the key is known from outside.
        outside = outside or await newest_signed(self.connection, keys)
        if outside:
            self.report.findings += await self._heads(outside)
            self.report.histories = {}
            histories = judge_histories(self.connection, outside, self.report.histories)
            await self.report.take(histories)

    async def deep(self, span: Span) -> None:
        opener = opener_of(self.settings)
        rows = await self._registry(opener)
        reading = Reading(
            lookup=trusting_lookup(rows, opener),
            names=names_of(rows),
            registry_changed_at=await last_change(self.connection),
            kept_from=kept_from(self.settings, self.now),
        )
        advance = await self._counted("readings 监测数据", span)
        check = DeepCheck(self.connection, reading, span, advance)
        self.report.deep = check.totals
        await self.report.take(check.findings())

    async def _registry(self, opener: Opener) -> LookupRows:
        """The registry's rows, with keys where they could be opened and may be read."""
        if opener is not nothing_opens:
            try:
                async with await connect(self.url, "ingest", APPLICATION) as connection:
                    return await load_lookup(connection)
            except DatabaseError:
                # Who may only read verifies what is not encrypted.
                self.show("no keys 无密钥", 0, 0)
        return await load_lookup(self.connection)

    async def _heads(self, outside: Sequence[Outside]) -> list[Finding]:
        found = [one for each in outside async for one in judge_heads(self.connection, each)]
        return narrowed(found, [one.body for one in outside])

    async def _counted(self, what: str, span: Span) -> Callable[[int], None]:
        total = sum(extent.batches for extent in await extents(self.connection, span))
        done = 0

        def advance(batches: int) -> None:
            nonlocal done
            done += batches
            self.show(what, done, total)

        return advance
