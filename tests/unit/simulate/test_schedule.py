"""What virtual loggers publish: right frames, now and then a repeat or a garbled line."""

from importlib.resources import files

import pytest

from schemas.registry import RegistryDocument
from services.hj212.frame import Crc
from services.hj212.stream import decode
from services.registry.document import parse_document
from services.simulate.plant import VirtualLogger, demo_loggers
from services.simulate.schedule import Outgoing, Pace, due

COAL, SEWAGE, BOILER = demo_loggers()
PACE = Pace()
MINUTE = 1_767_225_600
HOUR = range(MINUTE, MINUTE + 3_600)


def said(logger: VirtualLogger, seconds: range = HOUR) -> list[Outgoing]:
    return [message for second in seconds for message in due(logger, PACE, second)]


def frames(messages: list[Outgoing]):
    return [piece for message in messages for piece in decode(message.payload)]


def registered() -> RegistryDocument:
    text = files("services.simulate").joinpath("demo_registry.yaml").read_text(encoding="utf-8")
    parsed = parse_document(text)
    assert parsed.problems == []
    assert parsed.document is not None
    return parsed.document


@pytest.mark.parametrize("logger", [COAL, SEWAGE], ids=["coal", "sewage"])
def test_every_frame_passes_the_strict_decoder_without_a_warning(logger: VirtualLogger) -> None:
    pieces = frames(said(logger))

    good = [piece.frame for piece in pieces if piece.frame]
    assert all(frame.warnings == () and frame.crc is Crc.HJ212 for frame in good)
    assert {frame.cn for frame in good} == {"2011", "2051", "2021"}


def test_a_run_can_be_told_again() -> None:
    assert said(COAL) == said(COAL)


@pytest.mark.parametrize("logger", demo_loggers(), ids=["coal", "sewage", "boiler"])
def test_some_messages_are_repeated(logger: VirtualLogger) -> None:
    payloads = [message.payload for message in said(logger)]

    repeats = len(payloads) - len(set(payloads))
    assert 10 < repeats < 150


def test_some_lines_are_garbled_and_fail_the_check_sum() -> None:
    refused = [piece for piece in frames(said(COAL)) if piece.refusal]

    assert 3 < len(refused) < 60


def test_states_are_sent_each_minute_and_when_they_change() -> None:
    states = [piece.frame for piece in frames(said(SEWAGE)) if piece.frame and piece.frame.states]

    assert len(states) > 60
    assert {state.rs for frame in states for state in frame.states} == {1, 3}


def test_every_code_sent_is_registered() -> None:
    document = registered()

    channels = {
        device.mn[0].mn: {channel.code for channel in device.channels}
        for plant in document.plants
        for device in plant.devices
    }

    assert channels == {
        logger.mn: {*logger.spots("a", MINUTE), *logger.facilities} for logger in demo_loggers()
    }


def test_each_logger_publishes_to_its_own_topic_alone() -> None:
    assert {message.topic for message in said(BOILER)} == {f"cems/v1/{BOILER.mn}"}
    assert {message.topic for message in said(COAL)} == {f"hj212/{COAL.mn}"}
