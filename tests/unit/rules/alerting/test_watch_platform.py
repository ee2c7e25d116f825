"""What is said of the platform itself."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from schemas.alert import Target
from schemas.watch import Deaf, Progress, Undelivered
from services.alerts.watch_clock import Skew
from services.rules.alerting.watch_parameters import PlatformLagParameters
from services.rules.alerting.watch_platform import (
    clock_troubles,
    deaf_seen,
    lag_trouble,
    notice_trouble,
    unattended,
)
from services.rules.alerting.watch_words import lasting_en, lasting_zh, moment_zh
from services.rules.settings_catalogue import listed_parameters
from tests.fixtures.watching import HOUR, MINUTE, SECOND, T0, logger

PARAMS = PlatformLagParameters()


@pytest.mark.parametrize(
    ("name", "minutes", "wrong"),
    [
        pytest.param("judging", 10, False, id="judging ten minutes behind"),
        pytest.param("judging", 11, True, id="judging eleven"),
        pytest.param("raising", 2, False, id="raising two"),
        pytest.param("raising", 3, True, id="raising three"),
        pytest.param("live", 3, True, id="the running hour three"),
    ],
)
def test_how_far_behind_each_loop_may_be(name: str, minutes: int, wrong: bool) -> None:  # noqa: FBT001 - a case
    assert (lag_trouble(name, minutes * MINUTE, PARAMS) is not None) == wrong


def test_a_lag_is_said_with_what_to_look_at() -> None:
    found = lag_trouble("judging", 25 * MINUTE, PARAMS)

    assert found is not None
    assert found.zh == "平台小时判定滞后25分，允许10分：检查判定进程与数据库"
    assert found.evidence == {"loop": "judging", "lag_s": 1500}


@pytest.mark.parametrize(
    ("dead", "waits", "wrong"),
    [
        pytest.param(0, None, False, id="nothing waits"),
        pytest.param(0, 15 * MINUTE, False, id="for a quarter of an hour"),
        pytest.param(0, 16 * MINUTE, True, id="for longer"),
        pytest.param(1, None, True, id="one was given up"),
    ],
)
def test_notices_that_do_not_arrive(dead: int, waits: timedelta | None, wrong: bool) -> None:  # noqa: FBT001 - a case
    undelivered = Undelivered(dead, None if waits is None else T0 - waits, {})

    assert (notice_trouble(undelivered, T0, PARAMS) is not None) == wrong


def progress(
    host: str, skew_s: float | None, ago: timedelta = SECOND, name: str = "clock"
) -> Progress:
    return Progress(name, host, 0.0, skew_s, T0 - ago)


def test_each_host_whose_clock_is_off_is_named_while_it_says_so() -> None:
    found = clock_troubles(
        [
            progress("a", 5.0),
            progress("b", -5.1),
            progress("c", 90.0, ago=HOUR),
            progress("d", 90.0, name="raising"),
            progress("e", None),
            progress("f", 3_600.0),
        ],
        T0,
        PARAMS,
    )

    assert sorted(found) == ["b", "f"]
    assert "主机 f 时钟比数据库时钟快1小时" in found["f"].zh
    assert "host b is 5 s behind the database's" in found["b"].en


def deaf(why: str, *, whole: bool) -> Deaf:
    return Deaf(T0, None, frozenset({1, 2}), 3, whole, why)


@pytest.mark.parametrize(
    ("why", "zh", "en"),
    [
        ("together", "平台收数中断", "the platform hears nothing"),
        ("gateway:GW1", "网关 GW1 收数中断", "nothing comes through gateway GW1"),
        ("region:1505", "地区 1505 收数中断", "nothing comes from region 1505"),
    ],
    ids=["platform", "gateway", "region"],
)
def test_whose_silence_it_is(why: str, zh: str, en: str) -> None:
    seen = deaf_seen(deaf(why, whole=False), [logger(1), logger(2), logger(3)])

    assert seen.target == Target()
    assert seen.span.zh.startswith(zh)
    assert seen.span.en.startswith(en)
    assert "3 台数采仪中 2 台" in seen.span.zh
    assert seen.span.evidence["loggers"] == ["MN1", "MN2"]


def test_all_who_are_explained_are_named_unless_everybody_is() -> None:
    devices = [logger(number) for number in range(1, 101)]
    silent = Deaf(T0, None, frozenset(range(1, 61)), 100, whole=False, why="together")

    some = deaf_seen(silent, devices).span.evidence
    everyone = deaf_seen(replace(silent, whole=True), devices).span.evidence

    assert (some["all_excused"], everyone["all_excused"]) == (False, True)
    assert len(cast("list[str]", some["loggers"])) == 60
    assert len(cast("list[str]", everyone["loggers"])) == 20


def test_without_an_ingest_it_says_what_to_start() -> None:
    span = unattended(T0, None, 12).span

    assert "qingkong ingest" in span.zh
    assert "since 2025-03-01 10:00:00 +08:00 (12 loggers)" in span.en


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0秒", "0 s"),
        (59.4, "59秒", "59 s"),
        (-61, "1分1秒", "1 min 1 s"),
        (3600, "1小时", "1 h"),
        (90_061, "1天1小时", "1 d 1 h"),
    ],
    ids=str,
)
def test_two_units_say_how_long(seconds: float, zh: str, en: str) -> None:
    long = timedelta(seconds=seconds)

    assert (lasting_zh(long), lasting_en(long)) == (zh, en)


def test_times_are_those_of_the_site() -> None:
    assert moment_zh(T0 + 14 * HOUR) == "2025年3月2日00:00:00"


@pytest.mark.parametrize(
    ("ahead", "doubt", "beyond"),
    [(5, 0, False), (6, 0, True), (-6, 0, True), (6, 2, False), (60, 2, True)],
    ids=["at it", "over", "under", "perhaps", "surely"],
)
def test_a_clock_is_off_only_where_that_is_sure(ahead: int, doubt: int, beyond: bool) -> None:  # noqa: FBT001 - a case
    skew = Skew(ahead * SECOND, doubt * SECOND)

    assert skew.beyond(5 * SECOND) == beyond


def test_every_figure_of_a_watch_can_be_set() -> None:
    names = {one.name for one in listed_parameters()}

    assert {
        "offline_parameters.minutes",
        "platform_silence_parameters.share",
        "device_clock_parameters.tolerance_s",
        "late_parameters.minutes",
        "mismatch_parameters.quiet_hours",
        "platform_lag_parameters.judging_minutes",
    } <= names
