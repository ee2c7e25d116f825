import pytest

from services.hj212.clock import beijing, beijing_ms, epoch_ms, parse_datetime, shortened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("20240229235959", "2024-02-29T23:59:59+08:00", id="leap day"),
        pytest.param("2024112320423050", "2024-11-23T20:42:30+08:00", id="16 digits"),
        pytest.param("20160824003817000", "2016-08-24T00:38:17+08:00", id="17 digits"),
    ],
)
def test_digits_are_beijing_time(text: str, expected: str):
    moment = beijing(text)

    assert moment is not None
    assert moment.isoformat() == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024",
        "20230229000000",
        "20241301000000",
        "20240101240000",
        "20240101006000",
        "20240101 00000",
        "２０２４0101000000",
        "202401010000001",
        "00000101000000",
        "202401010000000000",
    ],
)
def test_what_is_no_second_of_the_calendar_is_none(text: str):
    assert beijing(text) is None
    assert beijing_ms(text) is None
    assert parse_datetime(text) is None


def test_a_request_number_has_milliseconds():
    moment = beijing_ms("20240101000000007")

    assert moment is not None
    assert moment.microsecond == 7000
    assert beijing_ms("20240101000000") is None


def test_components_need_exactly_14_digits():
    assert parse_datetime("20240229235958") == (2024, 2, 29, 23, 59, 58)
    assert parse_datetime("20240229235958000") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0000000000000", "1970-01-01T08:00:00+08:00"),
        ("1785545937223", "2026-08-01T08:58:57.223000+08:00"),
        ("9999999999999", "2286-11-21T01:46:39.999000+08:00"),
    ],
)
def test_13_digits_are_milliseconds_since_1970(text: str, expected: str):
    moment = epoch_ms(text)

    assert moment is not None
    assert moment.isoformat() == expected


@pytest.mark.parametrize("text", ["", "178554593722", "17855459372233", "-785545937223", "１" * 13])
def test_anything_else_is_no_time_since_1970(text: str):
    assert epoch_ms(text) is None


@pytest.mark.parametrize(
    "text", ["2026080108585", "20260801085857", "202608010858571234", "2" * 16]
)
def test_what_is_no_longer_time_is_not_shortened(text: str):
    assert shortened(text) is None


@pytest.mark.parametrize("digits", ["0", "12", "999"])
def test_a_longer_time_is_shortened_to_its_second(digits: str):
    assert shortened("20260801085857" + digits) == "20260801085857"
