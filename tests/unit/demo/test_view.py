"""The picture of the demo and its plain line."""

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

from rich.cells import cell_len
from rich.console import Console

from services.demo.fleet import Tally
from services.demo.intake import Intake, Rates
from services.demo.view import Addresses, Snapshot, picture, plain_line
from services.registry.standard import standard_codes
from services.simulate.world import Incident, Interval
from services.store.newest import NewestReading

READING = NewestReading(
    datetime(2026, 1, 1, 0, 0, 5, tzinfo=UTC),
    "示例热电厂", "DA001", "88888888DE00000000000001", "a21026", 19.91, 20.3, "mg/m3", "C",
)  # fmt: skip
SNAPSHOT = Snapshot(
    Intake(1.0, stored=12, repeated=3, rejected=1, pending=2), Rates(4.5, 40.0, 0.057), [READING]
)
HAPPENING = Incident("oxygen_dilution", "P1/DA001", Interval(1_767_225_600, 0), honest=False)
PROVINCE = replace(
    SNAPSHOT, tallies=[Tally("通辽市", 3, 7, 12_345)] * 12, happening=[HAPPENING] * 4
)
ADDRESSES = Addresses("postgresql://a@127.0.0.1:1/q", "mqtt://a@127.0.0.1:2", "http://127.0.0.1:3")


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
    for address in (ADDRESSES.database, ADDRESSES.mqtt, ADDRESSES.metrics):
        assert address in text


def test_the_picture_shows_leagues_and_what_happens() -> None:
    text = drawn(PROVINCE)

    for part in ("通辽市", "7台", "12,345", "08:00 P1/DA001 oxygen dilution 作假"):
        assert part in text


def test_the_picture_fits_a_terminal_of_80_columns_and_24_lines() -> None:
    lines = drawn(PROVINCE, 80).splitlines()

    assert max(map(cell_len, lines)) <= 80
    assert len(lines) <= 24
    for part in ("08:00:05", "a21026", "19.91", "12,345"):
        assert sum(part in line for line in lines) > 0


def test_the_picture_says_what_is_amiss() -> None:
    snapshot = Snapshot(Intake(1.0), Rates(), [], "ingest is starting, or does not answer")

    text = drawn(snapshot)

    assert "does not answer" in text
    assert "first readings are on their way" in text


def test_the_plain_line_is_one_line() -> None:
    line = plain_line(SNAPSHOT)

    assert line == (
        "4.5 messages/s 40.0 readings/s lag 延迟 57 ms stored 入库 12 repeated 重复 3 "
        "rejected 拒收 1 pending 待确认 2 | 08:00:05 示例热电厂 DA001 a21026 19.91 mg/m3 C"
    )
