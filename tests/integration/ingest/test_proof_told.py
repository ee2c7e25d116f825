"""What a verification says it looked at: histories by table and row, or that none was compared."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from services.cli import app
from services.ingest.proof.tables import NOT_COMPARED, report_json, summary_lines
from services.runtime.settings import Settings
from tests.fixtures.histories import FILL, POINT
from tests.fixtures.kept import Kept

ROWS_EACH = 3


@pytest.fixture
def judged(database: str, tmp_path: Path) -> Kept:
    """A database with three rows in each history of judging."""
    kept = Kept(database, Settings(database_url=SecretStr(database), home=tmp_path))
    kept.owner(POINT, *(list(FILL.values()) * ROWS_EACH))
    return kept


def run(kept: Kept, tmp_path: Path, *words: str) -> Result:
    environment = {"QINGKONG_DATABASE_URL": kept.url, "QINGKONG_HOME": str(tmp_path)}
    return CliRunner().invoke(app, words, env=environment)


async def test_the_rows_that_a_checkpoint_covers_are_told_by_table(judged: Kept) -> None:
    made = await judged.checkpoint()
    judged.owner(*FILL.values())

    report = await judged.verify(made.file)

    assert report.histories is not None
    assert {table: report.histories[table] for table in FILL} == dict.fromkeys(FILL, ROWS_EACH)
    head, rows = [
        line for line in summary_lines(report) if "histories" in line or "verdict" in line
    ]
    assert head.endswith("rows up to the newest checkpoint")
    for table in FILL:
        assert f"{table} {ROWS_EACH}" in rows
    assert report_json(report)["histories"] == report.histories


async def test_without_a_signed_checkpoint_it_is_said_that_histories_are_not_compared(
    judged: Kept,
) -> None:
    report = await judged.verify()

    assert report.clean
    assert report.histories is None
    assert NOT_COMPARED in summary_lines(report)


def test_the_command_says_both(judged: Kept, tmp_path: Path) -> None:
    before = run(judged, tmp_path, "verify")
    made = run(judged, tmp_path, "checkpoint")
    after = run(judged, tmp_path, "verify")

    assert (before.exit_code, made.exit_code, after.exit_code) == (0, 0, 0), after.output
    assert "NOT compared 未校验" in before.stdout
    assert f"verdict {ROWS_EACH}" in " ".join(after.stdout.split())
