"""`qingkong alerts` and `qingkong silence` as people and programs run them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from schemas.judgement import Outcome
from services.cli import app
from services.store.connection import connect_now
from tests.fixtures.raised import HOUR, MINUTE, PLANT, Found, Said, find, judge, raised
from tests.fixtures.registry import stored

Run = Callable[..., Result]
START = datetime(2026, 3, 1, 6, tzinfo=UTC)  # 14:00 in Beijing
NOW = START + HOUR + 2 * MINUTE


@pytest.fixture
def run(database: str) -> Run:
    """Three open cases: an exceeded hour, an outlet without data, a facility off."""
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, PLANT)
    with connect_now(database, "alerts", "test") as session:
        judge(session, Said(START, "123.4"))
        judge(session, Said(START, None, point=3, outcome=Outcome.NO_DATA, valid_s=0))
        find(session, Found(START))
        raised(session, NOW)

    def call(*words: str) -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": "80"}
        return CliRunner().invoke(app, words, env=environment)

    return call


def listed(run: Run, *words: str) -> list[dict[str, object]]:
    result = run("alerts", "list", "--json", *words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def number_of(run: Run, kind: str) -> str:
    [found] = listed(run, "--kind", kind)
    return str(found["alert"])


def shown(run: Run, number: str) -> dict[str, list[dict[str, object]]]:
    result = run("alerts", "show", number, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_list_says_what_where_when_in_80_columns(run: Run) -> None:
    result = run("alerts", "list")

    assert result.exit_code == 0, result.output
    assert "小时均值超标" in result.stdout
    assert "P1 示例厂 DA001" in result.stdout
    assert "2026-03-01 14:00" in result.stdout
    assert max(cell_len(line) for line in result.stdout.splitlines()) <= 80


def test_programs_get_every_field_in_beijing_time(run: Run) -> None:
    [found] = listed(run, "--kind", "limit_hour", "--region", "15")

    assert (found["plant"], found["subject"], found["state"]) == ("P1", "DA001", "open")
    assert (found["since"], found["worst"]) == ("2026-03-01T14:00:00+08:00", "0.234")
    assert listed(run, "--region", "11") == []


def test_a_list_goes_on_after_its_last_case(run: Run) -> None:
    first = listed(run, "--most", "2")

    rest = listed(run, "--most", "2", "--after", str(first[-1]["alert"]))

    assert len({one["alert"] for one in (*first, *rest)}) == 3


def test_a_case_is_shown_with_its_history_and_advice(run: Run) -> None:
    result = run("alerts", "show", number_of(run, "limit_hour"))

    assert result.exit_code == 0, result.output
    said = "".join(result.stdout.split())
    assert "均值123.4mg/m3超过限值100（超标0.23倍）" in said
    assert "新告警opened（判定已确定）" in said
    assert "立即核对治理设施" in said


def test_a_case_goes_from_open_to_disposed(run: Run) -> None:
    number = number_of(run, "limit_hour")

    for words in (
        ("ack", number, "--note", "收到"),
        ("assign", number, "--to", "li"),
        ("comment", number, "风机故障"),
        ("resolve", number, "--as", "confirmed", "--cause", "facility_fault"),
        ("reopen", number, "--reason", "仍在超标"),
        ("resolve", number, "--as", "test", "--cause", "test", "--note", "通标气"),
        ("dispose", number, "--as", "instrument", "--cause", "calibration"),
    ):
        result = run("alerts", *words, "--actor", "wang")
        assert result.exit_code == 0, result.output

    case = shown(run, number)
    assert (case["state"], case["disposition"], case["cause"]) == (
        "resolved", "instrument", "calibration",
    )  # fmt: skip
    persons = [one["what"] for one in case["events"] if one["actor"] == "wang"]
    assert persons == [
        "acknowledged", "assigned", "commented", "resolved", "reopened", "resolved", "disposed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("ack", "999"), "there is no case 999", id="no such case"),
        pytest.param(("ack",), "say which", id="nothing named"),
        pytest.param(("reopen", "1", "--reason", "x"), "case 1 is open", id="not over"),
        pytest.param(
            ("resolve", "1", "--as", "duplicate", "--cause", "test", "--of", "77"),
            "there is no case 77",
            id="repeats a case that is not there",
        ),
        pytest.param(("show", "999"), "there is no case 999", id="show"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    result = run("alerts", *words)

    assert result.exit_code != 0
    assert said in " ".join(result.output.split())


def test_all_open_cases_of_a_filter_are_acknowledged_at_once(run: Run) -> None:
    result = run("alerts", "ack", "--plant", "P1", "--actor", "wang")

    assert result.exit_code == 0, result.output
    assert "3 cases acknowledged" in result.stdout
    assert {one["acknowledged_by"] for one in listed(run)} == {"wang"}


def test_what_can_be_acknowledged_is_though_another_cannot(run: Run) -> None:
    number = number_of(run, "no_data")
    run("alerts", "ack", number)

    result = run("alerts", "ack", number, number_of(run, "limit_hour"))

    assert result.exit_code == 1
    assert "1 cases acknowledged" in result.output
    assert "was acknowledged by" in " ".join(result.output.split())


def test_a_shift_is_handed_over_with_what_is_open_and_what_was_said(run: Run) -> None:
    number = number_of(run, "limit_hour")
    run("alerts", "comment", number, "风机故障", "--actor", "wang")
    run("alerts", "ack", number_of(run, "no_data"))

    # Raised at the time of the data, spoken of by the clock.
    result = run("alerts", "handover", "--from", "2026-03-01T08:00", "--json")

    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (len(said["opened"]), len(said["closed"]), len(said["unacknowledged"])) == (3, 0, 2)
    assert {one["what"] for one in said["remarks"]} == {"commented", "acknowledged"}
    assert "风机故障" in run("alerts", "handover", "--from", "2026-03-01T08:00").stdout


def test_rates_say_how_many_were_what(run: Run) -> None:
    number = number_of(run, "limit_hour")
    run("alerts", "resolve", number, "--as", "instrument", "--cause", "instrument_fault")

    result = run("alerts", "rates", "--json")

    found = {one["kind"]: one for one in json.loads(result.stdout)}
    assert (found["limit_hour"]["cases"], found["limit_hour"]["instrument"]) == (1, 1)
    assert found["facility_off"]["rule"] == "facility_off"
    table = run("alerts", "rates").stdout
    assert max(cell_len(line) for line in table.splitlines()) <= 80


def ahead(hours: int) -> str:
    now = datetime.now(UTC)  # noqa: TID251 - a silence ends after the command's own clock
    return (now + timedelta(hours=hours)).isoformat()


def silence(run: Run, *words: str) -> dict[str, object]:
    result = run("silence", "add", "--reason", "检修", "--to", ahead(5), "--json", *words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_silence_shows_what_it_keeps_quiet(run: Run) -> None:
    made = silence(
        run, "--plant", "P1", "--subject", "DA001", "--from", "2026-03-01", "--maintenance"
    )

    result = run("silence", "show", str(made["silence"]), "--json")

    quiet = json.loads(result.stdout)["quiet"]
    assert {(one["kind"], one["subject"]) for one in quiet} == {
        ("limit_hour", "DA001"),
        ("facility_off", "DA001"),
    }


@pytest.mark.parametrize(
    ("words", "count"),
    [
        pytest.param(("--mn", "MN-A"), 3, id="logger: the outlets that it serves"),
        pytest.param(("--region", "15"), 3, id="region with all below it"),
        pytest.param(("--kind", "no_data"), 1, id="kind"),
        pytest.param(("--plant", "P1", "--severity", "blue"), 0, id="up to a severity"),
    ],
)
def test_a_silence_is_about_a_place_or_a_kind(run: Run, words: tuple[str, ...], count: int) -> None:
    made = silence(run, "--from", "2026-03-01", *words)

    result = run("silence", "show", str(made["silence"]), "--json")

    assert len(json.loads(result.stdout)["quiet"]) == count


def test_a_withdrawn_silence_is_listed_only_when_asked_for(run: Run) -> None:
    key = str(silence(run, "--plant", "P1")["silence"])

    result = run("silence", "withdraw", key, "--reason", "提前结束")
    again = run("silence", "withdraw", key, "--reason", "x")

    assert result.exit_code == 0, result.output
    assert again.exit_code == 1
    assert json.loads(run("silence", "list", "--json").stdout) == []
    [found] = json.loads(run("silence", "list", "--all", "--json").stdout)
    assert (found["withdrawn"], found["reason"]) == (True, "提前结束")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param((), "say what", id="about nothing"),
        pytest.param(("--plant", "P9"), "P9 is not registered", id="unknown plant"),
        pytest.param(("--plant", "P1", "--to", "2020-01-01"), "must lie ahead", id="over"),
        pytest.param(("--region", "15", "--subject", "DA001"), "give --plant", id="whose outlet"),
    ],
)
def test_a_silence_that_makes_no_sense_is_refused(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    end = () if "--to" in words else ("--to", ahead(5))

    result = run("silence", "add", "--reason", "检修", *end, *words)

    assert result.exit_code != 0
    assert said in " ".join(result.output.split())
