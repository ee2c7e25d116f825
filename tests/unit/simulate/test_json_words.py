"""The virtual JSON device says what the published schema allows."""

from schemas.message import Message
from services.simulate.plant import demo_loggers
from services.simulate.schedule import Pace, due

MINUTE = 1_767_225_600
BOILER = demo_loggers()[2]


def test_its_messages_are_as_the_schema_has_them() -> None:
    payloads = [message.payload for message in due(BOILER, Pace(), MINUTE)]

    messages = [Message.model_validate_json(payload) for payload in payloads[:3]]

    kinds = [{reading.kind for reading in message.readings} for message in messages]
    assert kinds == [{"realtime"}, {"minute"}, set()]
    assert messages[2].states[0].code == "SB1"
