"""An auditor's question, answered by the documented script over a real API process and `qingkong verify`."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import httpx
import psycopg
import pytest
from pydantic import SecretStr

from schemas.access import Role
from schemas.limits import LimitVersion
from services.embedded.postgres import Postgres
from services.evidence.block import decompress
from services.evidence.chain import GENESIS, batch_digest
from services.runtime.settings import Settings
from services.store.batch_walk import Span, extents, walk
from services.store.connection import connect
from tests.fixtures.answered import Answered, copy_of, judged_once
from tests.fixtures.evaluated import believe
from tests.fixtures.kept import Kept
from tests.fixtures.servers import GivenServer
from tests.fixtures.serving import serving, token_of

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "auditor" / "what_was_known.py"
# `qingkong verify` without all the other commands: it begins sooner.
PROGRAM = """
import typer
from services.ingest.proof.commands import checkpoint, verify
app = typer.Typer()
app.command()(verify)
app.command()(checkpoint)
app()
"""
VERIFY = shlex.join([sys.executable, "-c", PROGRAM])


@pytest.fixture
def answered(postgres: Postgres | GivenServer, template: str) -> Iterator[Answered]:
    with judged_once(postgres, template) as made:
        yield made


@pytest.fixture
def database(postgres: Postgres | GivenServer, answered: Answered) -> Iterator[str]:
    with copy_of(postgres, answered.name) as url:
        yield url


@dataclass
class Auditor:
    """Asks, and is answered with an exit status and words."""

    base: str
    token: str
    database: str
    home: Path

    def position(self) -> str:
        """What is closed now."""
        answer = httpx.get(
            f"{self.base}/api/v1/plants/P1/outlets/DA001/status",
            headers={"Authorization": f"Bearer {self.token}"},
        )
        return answer.headers["Qingkong-Position"]

    def asks(self, known_on: str, checkpoints: Path, token: str | None = None) -> tuple[int, str]:
        words = [
            *(
                sys.executable,
                str(SCRIPT),
                "--api",
                self.base,
                "--plant",
                "P1",
                "--outlet",
                "DA001",
            ),
            *("--day", "2026-08-10", "--known-on", known_on, "--against", str(checkpoints)),
            *("--keep", str(self.home / "answer"), "--qingkong", VERIFY),
        ]
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "QINGKONG_TOKEN": self.token if token is None else token,
            "QINGKONG_DATABASE_URL": self.database,
            "QINGKONG_HOME": str(self.home),
        }
        done = subprocess.run(  # noqa: S603 - the words are ours
            words, env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr


def corrected(database: str, limit: LimitVersion) -> None:
    """The bureau corrects the limit, as it may, with a reason."""
    assert limit.bound is not None
    with psycopg.connect(database, autocommit=True) as owner:
        believe(
            owner,
            limit._replace(
                bound=limit.bound._replace(high=Decimal(150)),
                act="correct",
                reason="permit renewed",
                actor="officer",
                approver="head",
            ),
        )


async def sealed(database: str) -> None:
    """Give the scene's one batch the digest that ingest would have given it."""
    kept = "UPDATE batch SET received_ms = '{0,0,0}', previous = %s, digest = %s"
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(kept, (GENESIS, GENESIS))
        # And the scene's readings its first frame.
        owner.execute("UPDATE reading_hour SET seq = 0")
        async with await connect(database, "ingest", "test") as connection:
            [extent] = await extents(connection, Span())
            [held] = [one async for window in walk(connection, extent, Span()) for one in window]
        assert held.packed is not None
        digest = batch_digest(GENESIS, held.batch.head(), decompress(held.packed))
        owner.execute(kept, (GENESIS, digest))


async def test_what_was_known_is_told_and_whether_it_was_altered(
    database: str, answered: Answered, tmp_path: Path
) -> None:
    await sealed(database)
    kept = Kept(database, Settings(database_url=SecretStr(database), home=tmp_path))
    with serving(database, tmp_path) as served:
        token = token_of(database, "auditor", Role.OPERATOR)
        auditor = Auditor(served.base, token, database, tmp_path)
        before = auditor.position()
        corrected(database, answered.place.limit)
        late = await kept.checkpoint()
        unaltered = auditor.asks(before, late.file)
        kept.owner(
            "UPDATE verdict SET outcome = 'compliant' WHERE outcome = 'exceeding'",
            "UPDATE limit_version SET high = 900",
        )
        altered = auditor.asks(before, late.file)
        stranger = auditor.asks(before, late.file, token="qk_nobody")  # noqa: S106 - nobody's

    assert unaltered[0] == 0, unaltered[1]
    for said in (
        "UNALTERED 未被改动",
        "permit renewed",
        "officer",
        "120 > 100",
        "frame 报文 1/0 sha256",
    ):
        assert said in unaltered[1], unaltered[1]
    assert (tmp_path / "answer" / "manifest.json").exists()
    assert altered[0] == 1, altered[1]
    assert "verdict is not as it was" in altered[1]
    assert "limit_version is not as it was" in altered[1]
    # What cannot be told is never called unaltered.
    assert stranger[0] == 2
    assert "401" in stranger[1]


@pytest.mark.soak
async def test_a_checkpoint_made_before_proves_nothing(database: str, tmp_path: Path) -> None:
    await sealed(database)
    kept = Kept(database, Settings(database_url=SecretStr(database), home=tmp_path))
    with serving(database, tmp_path) as served:
        token = token_of(database, "auditor", Role.OPERATOR)
        auditor = Auditor(served.base, token, database, tmp_path)
        early = await kept.checkpoint()
        token_of(database, "somebody")
        code, said = auditor.asks(auditor.position(), early.file)

    assert code == 2, said
    assert "no checkpoint of --against covers" in said
