"""The demo's world: the same at every start, until its time is over."""

from pathlib import Path

from services.demo.preparing import publisher_account, seal_file
from services.demo.province import BACK_S, EXCEEDING, province, reaches_back_s

NOW_S = 1_780_000_123
DAY_S = 86_400


def test_the_world_begins_two_hours_back_at_a_full_hour(tmp_path: Path) -> None:
    begun = province(tmp_path, NOW_S, "small")

    assert begun.fresh
    assert begun.world.span.from_s % 3_600 == 0
    assert BACK_S <= NOW_S - begun.world.span.from_s < BACK_S + 3_600


def test_a_later_start_finds_the_same_world(tmp_path: Path) -> None:
    first = province(tmp_path, NOW_S, "small")

    second = province(tmp_path, NOW_S + DAY_S, "small")

    assert not second.fresh
    assert second.world.span == first.world.span
    assert second.world.registry == first.world.registry


def test_data_is_sent_from_a_full_hour_on_so_that_two_hours_are_whole() -> None:
    assert reaches_back_s(36_000) == 28_800
    assert reaches_back_s(39_599) == 28_800
    assert reaches_back_s(39_600) == 32_400


def test_when_its_time_is_over_another_world_begins(tmp_path: Path) -> None:
    province(tmp_path, NOW_S, "small")

    later = province(tmp_path, NOW_S + 3 * DAY_S, "small")

    assert later.fresh
    assert later.world.span.from_s > NOW_S + 2 * DAY_S


def test_the_key_to_seal_with_is_made_once_and_private(tmp_path: Path) -> None:
    file = seal_file(tmp_path)
    first = file.read_text()

    assert seal_file(tmp_path).read_text() == first
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_gateway_may_write_where_it_speaks_for_devices() -> None:
    assert publisher_account("example-gateway", "secret").write[0] == "hj212/example-gateway"
    assert publisher_account("88888888AB01", "secret").write[0] == "hj212/88888888AB01"


def test_a_plant_of_the_province_is_over_its_limit_from_the_second_hour_on(tmp_path: Path) -> None:
    made = province(tmp_path, NOW_S)

    began_s = made.world.span.from_s
    [bad] = [
        one
        for one in made.world.incidents
        if one.kind == "ineffective" and one.during.from_s == began_s + 3_600
    ]
    assert bad.subject.split("/")[0] == EXCEEDING
    assert bad.during.to_s - bad.during.from_s == 4 * 3_600
