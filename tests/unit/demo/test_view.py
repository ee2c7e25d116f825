"""The picture of the demo and its plain line."""

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from schemas.alert import Alert, AlertKind, AlertState, Severity, Target
from schemas.scenario_incident import RULES
from services.cases.registering.standard import standard_codes
from services.demo.fleet import Happened, Tally
from services.demo.intake import Intake, Rates
from services.demo.kinds import KINDS, kind_words
from services.demo.screen import LIVE_SPARE_LINES
from services.demo.view import Addresses, Snapshot, picture, plain_line
from services.demo.watch import HAPPENINGS
from services.store.alert_lists import ListedAlert
from services.store.newest import NewestReading

READING = NewestReading(
    datetime(2026, 1, 1, 0, 0, 5, tzinfo=UTC),
    "示例热电厂", "DA001", "88888888DE00000000000001", "a21026", 19.91, 20.3, "mg/m3", "C",
)  # fmt: skip
SNAPSHOT = Snapshot(
    Intake(1.0, stored=12, repeated=3, rejected=1, pending=2), Rates(4.5, 40.0, 0.057), [READING]
)
HAPPENING = Happened(1_767_225_600, "示例热电厂 DA001", "oxygen_dilution", honest=False)
PROVINCE = replace(
    SNAPSHOT,
    tallies=[Tally("通辽市", 3, 7, 12_345, 24, 2, 1, 0)] * 12,
    happening=[HAPPENING] * HAPPENINGS,
)
ADDRESSES = Addresses(
    "postgresql://a@127.0.0.1:1/q",
    "mqtt://a@127.0.0.1:2",
    "http://127.0.0.1:3/m",
    "http://a:4/m",
    "http://127.0.0.1:8000/console",
)


def drawn(snapshot: Snapshot, width: int = 140) -> str:
    paper = StringIO()
    console = Console(width=width, height=40, file=paper)
    console.print(picture(snapshot, ADDRESSES, standard_codes()))
    return paper.getvalue()


def test_the_picture_shows_readings_in_beijing_time_with_their_chinese_names() -> None:
    text = drawn(SNAPSHOT)

    for part in ("08:00:05", "示例热电厂", "DA001", "二氧化硫", "19.91", "20.3", "mg/m3", " C "):
        assert part in text


def test_the_picture_shows_numbers_and_addresses() -> None:
    text = drawn(SNAPSHOT)

    for part in (
        "4.5 messages/s",
        "40.0 readings/s",
        "57 ms",
        "stored 入库 12",
        "重复 3",
        "拒收 1",
    ):
        assert part in text
    for address in (ADDRESSES.database, ADDRESSES.mqtt, f"{ADDRESSES.metrics} :4"):
        assert address in text


def test_the_picture_shows_leagues_and_what_happens() -> None:
    text = drawn(PROVINCE)

    for part in (
        "通辽市",
        " 7 ",
        "12,345",
        "08:00 示例热电厂 DA001 稀释采样 oxygen dilution 弄虚作假 dishonest",
    ):
        assert part in text


def test_the_picture_fits_a_terminal_of_80_columns_and_24_lines() -> None:
    lines = drawn(PROVINCE, 80).splitlines()

    assert max(map(cell_len, lines)) <= 80
    assert len(lines) <= 24
    for part in ("08:00:05", "a21026", "19.91", "12,345"):
        assert sum(part in line for line in lines) > 0


CASE = ListedAlert(
    Alert(
        *(17, AlertKind.LIMIT_HOUR, Target(1, 2, 3), AlertState.OPEN, Severity.ORANGE),
        *(datetime(2026, 11, 21, 6, tzinfo=UTC), None, 2, datetime(2026, 11, 21, 7, tzinfo=UTC)),
        zh="示例自备电厂 DA001 二氧化硫 2026-11-21 14时 均值 123.4 mg/m3 超过限值 100（超标0.23倍）",
    ),
    *("P1", "示例自备电厂", "DA001", None),
)


def test_open_cases_are_shown_with_severity_and_time() -> None:
    paper = StringIO()
    Console(width=200, file=paper).print(
        picture(replace(PROVINCE, cases=[CASE]), ADDRESSES, standard_codes())
    )

    assert "橙 orange" in paper.getvalue()
    assert "小时均值超标 示例自备电厂 DA001 二氧化硫" in paper.getvalue()


def test_the_address_of_the_console_stands_first() -> None:
    first = drawn(Snapshot(Intake(0.0), Rates(), [])).splitlines()[0]

    assert "http://127.0.0.1:8000/console · one click signs in 一键登录" in first


def test_large_numbers_and_trouble_fit_80_columns_and_24_lines_too() -> None:
    addresses = Addresses(
        "postgresql://qingkong_owner@127.0.0.1:54321/qingkong",
        "mqtt://qingkong@127.0.0.1:54321",
        "http://127.0.0.1:54321/metrics",
        "http://127.0.0.1:54322/metrics",
        "http://127.0.0.1:54323/console",
    )
    crowded = replace(
        PROVINCE,
        intake=Intake(1.0, stored=9_999_999, repeated=9_999_999, rejected=999_999, pending=12_345),
        rates=Rates(12_345.6, 123_456.7, 123.456),
        readings=[READING._replace(plant="示例自备电厂一号机组")] * (24 - LIVE_SPARE_LINES),
        trouble="ingest is starting, or does not answer",
        tallies=[Tally("锡林郭勒盟", 30, 700, 1_234_567, 1_234, 12, 34, 56)] * 12,
        kept=99_999_999,
        cases=[CASE, CASE],
    )
    paper = StringIO()
    Console(width=80, height=24, file=paper).print(picture(crowded, addresses, standard_codes()))
    lines = paper.getvalue().splitlines()

    assert max(map(cell_len, lines)) <= 80
    assert len(lines) <= 24
    for whole in (
        "9,999,999",
        "12,345 messages",
        "109,999,998",
        "1,234,567 1,234 12 34 56",
        "a21026",
        "mg/m3",
        "Flag",
        "/metrics :54322",
        "缺 no data",
    ):
        assert any(whole in line for line in lines), whole


def test_numbers_say_what_they_count_and_since_when() -> None:
    text = drawn(replace(PROVINCE, kept=100))

    assert "frames 条 since this start 自启动以来" in text
    assert "报文 sent; 24 h: 判 hours judged, 停 facilities off" in text
    assert "now: 超 over, 缺 no data" in text
    assert "kept in the database 库内累计 112" in text


@pytest.mark.parametrize(
    ("converted", "shown"),
    [
        pytest.param(None, "no value 无效", id="sentinel"),
        pytest.param(20.3, "no value 20.3", id="only the converted one"),
    ],
)
def test_a_value_that_is_none_is_said_to_be_none(converted: float | None, shown: str) -> None:
    reading = READING._replace(value=None, converted=converted)

    text = " ".join(drawn(replace(SNAPSHOT, readings=[reading])).split())

    assert shown in text
    assert "DA001 a21026 无效 no value C" in plain_line(replace(SNAPSHOT, readings=[reading]))


def test_each_league_says_what_was_judged_of_it() -> None:
    lines = drawn(PROVINCE).splitlines()

    heading = next(line for line in lines if "盟市" in line)
    league = next(line for line in lines if "通辽市" in line)
    assert heading.split()[:7] == ["盟市", "台", "报文", "判", "超", "缺", "停"]
    assert league.split()[:7] == ["通辽市", "7", "12,345", "24", "2", "1", "-"]


def test_the_plain_line_says_what_was_judged_in_all_leagues() -> None:
    line = plain_line(replace(PROVINCE, tallies=[Tally("通辽市", 3, 7, 0, 24, 2, 1, 3)] * 2))

    assert (
        "| judged 已判 48 outlet hours, now over 超标 4, no data 无数据 2, "
        "facilities off 设施停运 6 |"
    ) in line


def test_the_latest_incidents_have_a_heading() -> None:
    text = drawn(PROVINCE)

    assert "latest incidents" in text
    assert "最近事件" in text


def test_every_kind_of_incident_has_a_chinese_word() -> None:
    assert KINDS.keys() == RULES.keys()
    assert kind_words("bypass") == "旁路排放 bypass"


def test_the_picture_says_what_is_amiss() -> None:
    snapshot = Snapshot(Intake(1.0), Rates(), [], "ingest is starting, or does not answer")

    text = drawn(snapshot)

    assert "does not answer" in text
    assert "first readings are on their way" in text


def test_the_plain_line_is_one_line() -> None:
    line = plain_line(SNAPSHOT)

    assert line == (
        "since this start 自启动以来 4.5 messages/s 40.0 readings/s lag 延迟 57 ms stored 入库 12 "
        "repeated 重复 3 rejected 拒收 1 pending 待确认 2 messages "
        "kept in the database 库内累计 12 | 08:00:05 示例热电厂 DA001 a21026 19.91 mg/m3 C"
    )
