"""The published JSON Schema and the moments in it."""

import json
from datetime import datetime
from importlib.resources import files

import pytest
from pydantic import ValidationError

from schemas.message import Message, json_schema
from schemas.moment import microseconds, moment


def test_the_published_schema_is_what_the_models_say() -> None:
    published = files("schemas").joinpath("cems-v1.schema.json").read_text(encoding="utf-8")

    assert published == json_schema(), (
        "renew it: python -c 'import schemas.message as m; print(m.json_schema(), end=\"\")'"
        " > schemas/cems-v1.schema.json"
    )


def test_the_published_schema_says_that_units_are_the_registered_ones() -> None:
    schema = json.loads(json_schema())

    assert "in the unit that the channel is registered with" in schema["description"]


def test_a_message_cannot_be_changed_once_made() -> None:
    message = Message.model_validate({"events": [_event()]})

    with pytest.raises(ValidationError, match="frozen"):
        message.mn = "88888880000001"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        pytest.param("2026-01-01T08:00:00+08:00", "2026-01-01T00:00:00+00:00", id="Beijing"),
        pytest.param("2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00", id="Zulu"),
        pytest.param("2026-01-01t00:00:00z", "2026-01-01T00:00:00+00:00", id="small letters"),
        pytest.param("2026-01-01 00:00:00-00:30", "2026-01-01T00:30:00+00:00", id="blank"),
        pytest.param(
            "2026-01-01T00:00:00.123456789Z", "2026-01-01T00:00:00.123456+00:00", id="nanoseconds"
        ),
    ],
)
def test_a_moment_is_read_with_its_offset(text: str, same: str) -> None:
    assert microseconds(moment(text)) == microseconds(datetime.fromisoformat(same))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2026-01-01", id="a date"),
        pytest.param("20260101T000000Z", id="basic form"),
        pytest.param("2026-W01-1T00:00:00Z", id="a week"),
        pytest.param("2026-02-30T00:00:00Z", id="no such day"),
        pytest.param("2026-01-01T00:00:60Z", id="leap second"),
        pytest.param("2026-01-01T00:00:00+24:00", id="offset of a day"),
        pytest.param("２０２６-01-01T00:00:00Z", id="wide digits"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_not_rfc_3339_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an RFC 3339 time"):
        moment(text)


def test_a_moment_without_zone_is_refused_with_what_to_write() -> None:
    with pytest.raises(ValueError, match=r"no zone; write the offset .* for Beijing time"):
        moment("2026-01-01T08:00:00")


def _event() -> dict[str, str]:
    return {"time": "2026-01-01T08:00:00+08:00", "kind": "log", "text": "开机"}
