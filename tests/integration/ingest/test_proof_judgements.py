"""What is judged, and by what, cannot be rewritten unseen either."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from services.evidence.finding import Kind
from services.runtime.settings import Settings
from tests.fixtures.histories import FILL, POINT
from tests.fixtures.kept import Kept

REWRITE = {
    "limit_version": "UPDATE limit_version SET high = 900",
    "rule_setting": "UPDATE rule_setting SET value = '9000'",
    "mark": "UPDATE mark SET planned = false",
    "manual_result": "UPDATE manual_result SET value = 1",
    "mean": "UPDATE mean SET value = 1",
    "verdict": "UPDATE verdict SET outcome = 'compliant'",
    "performance": "UPDATE performance SET numerator = 720",
    "finding": "UPDATE finding SET standing = false",
    "receiver": "UPDATE receiver SET active = false",
    "route": "UPDATE route SET active = false",
    "plant_contact": "UPDATE plant_contact SET person = 'somebody else'",
    "silence": "UPDATE silence SET withdrawn = true",
    "alert_event": "UPDATE alert_event SET reason = 'cleared'",
    "order_event": "UPDATE order_event SET actor = 'somebody else'",
    "contest_event": "UPDATE contest_event SET actor = 'somebody else'",
    "attachment": "UPDATE attachment SET name = 'b.txt'",
    "audit": "UPDATE audit SET actor = 'somebody else'",
    "export": "UPDATE export SET rows = 1",
}


@pytest.fixture
def judged(database: str, tmp_path: Path) -> Kept:
    """A database with a row in each history of judging."""
    kept = Kept(database, Settings(database_url=SecretStr(database), home=tmp_path))
    kept.owner(POINT, *FILL.values())
    return kept


async def test_what_is_judged_later_disturbs_no_checkpoint(judged: Kept) -> None:
    first = await judged.checkpoint()
    judged.owner(*FILL.values())
    await judged.checkpoint()

    report = await judged.verify(first.file.parent)

    assert report.findings == []
    assert report.checkpoints == 2
    assert {table: first.body.tables[table].rows for table in FILL} == dict.fromkeys(FILL, 1)


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        pytest.param(REWRITE, "a row was changed", id="rewritten"),
        pytest.param(
            {table: f"DELETE FROM {table}" for table in FILL},  # noqa: S608 - constants
            "1 rows are missing",
            id="deleted",
        ),
        pytest.param(FILL, None, id="added, which is no attack"),
        pytest.param(
            {table: f"{fill}; UPDATE {table} SET position = '5'" for table, fill in FILL.items()},  # noqa: S608 - constants
            "1 rows were put in",
            id="dated back",
        ),
    ],
)
async def test_an_attack_by_the_owner_is_named_table_by_table(
    judged: Kept, attack: dict[str, str], said: str | None
) -> None:
    made = await judged.checkpoint()

    judged.owner(*attack.values())
    report = await judged.verify(made.file)

    changed = [one.detail for one in report.findings if one.kind is Kind.TABLE_CHANGED]
    assert len(changed) == (len(FILL) if said else 0)
    for table, detail in zip(FILL, changed, strict=False):
        assert f"{table} is not as it was: {said}" in detail
