"""The commands that the demo names at its end."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.demo.intake import Intake, Rates
from services.demo.screen import first_hints, hints, named_home
from services.demo.view import Snapshot
from services.store.judged_overview import JudgedOutlet, Overview

SINCE = datetime(2026, 1, 1, 17, tzinfo=UTC)
SNAPSHOT = Snapshot(Intake(1.0), Rates(), [])
JUDGED = Overview(
    (
        JudgedOutlet("P1", "DA001", 3, over=False, silent=True),
        JudgedOutlet("P1", "DA002", 3, over=True, silent=False),
    )
)


def test_an_outlet_over_its_limit_is_asked_about() -> None:
    told = hints([replace(SNAPSHOT, judged=JUDGED)], "P9/DA001", SINCE)

    assert told[0] == "qingkong judge --outlet P1/DA002 --from 2026-01-02T01:00 --explain"


@pytest.mark.parametrize(
    "seen",
    [pytest.param([], id="nothing was seen"), pytest.param([SNAPSHOT], id="nothing is over")],
)
def test_where_none_is_over_an_example_is_asked_about(seen: list[Snapshot]) -> None:
    told = hints(seen, "P9/DA001", SINCE)

    assert "--outlet P9/DA001 " in told[0]
    assert told[1:] == ["qingkong alerts list", "qingkong limits list", "qingkong marks kinds"]


UP = "qingkong embedded up"
NAMED = "eval \"$(qingkong embedded env --home '/a b')\""


@pytest.mark.parametrize(
    ("home", "running", "told"),
    [
        pytest.param(None, True, [], id="the usual servers run"),
        pytest.param(None, False, [UP], id="the usual servers are down"),
        pytest.param(Path("/a b"), True, [NAMED], id="others run"),
        pytest.param(Path("/a b"), False, [f"{UP} --home '/a b'", NAMED], id="others are down"),
    ],
)
def test_what_must_be_done_before_is_said(
    home: Path | None,
    running: bool,  # noqa: FBT001 - a case of the table
    told: list[str],
) -> None:
    assert first_hints(home, running=running) == told


@pytest.mark.parametrize(
    ("home", "environ", "named"),
    [
        pytest.param(None, {}, None, id="the usual one"),
        pytest.param(None, {"QINGKONG_HOME": "/a b"}, Path("/a b"), id="by the environment"),
        pytest.param(Path("/c"), {"QINGKONG_HOME": "/a b"}, Path("/c"), id="the option wins"),
        pytest.param(Path("d"), {}, Path.cwd() / "d", id="from wherever it is typed again"),
    ],
)
def test_a_folder_that_was_asked_for_is_named_in_the_hints(
    home: Path | None, environ: dict[str, str], named: Path | None
) -> None:
    assert named_home(home, environ) == named
