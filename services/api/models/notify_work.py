"""Who is told of cases 告警通知, by what routes, and what became of it; addresses without their tokens."""

from collections.abc import Mapping

from pydantic import ConfigDict, Field, JsonValue, SecretStr

from schemas.notice import Channel, DeliveryState, Language, Route
from services.api.models.work_words import Asked, At, Told, Words


class ReceiverWanted(Asked):
    """A receiver as it shall be 接收者."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"channel": "email", "address": "duty@bureau.example", "reason": "值班"},
                {"channel": "webhook", "address": "https://room.example/hook", "language": "en"},
            ]
        }
    )

    channel: Channel
    address: SecretStr | None = Field(
        default=None,
        min_length=1,
        max_length=2000,
        description="https://…, duty@bureau.example or mqtts://…; null: address and secret as they are",
    )
    secret: SecretStr | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        description="What messages are signed with, or the broker's password; null: a webhook's is made",
    )
    language: Language = "zh"
    config: dict[str, JsonValue] = Field(
        default_factory=dict[str, JsonValue],
        max_length=20,
        description="topic of MQTT; body, headers, to, success of SMS",
    )
    reason: Words = ""


class ReceiverModel(Told):
    """A receiver 接收者; its address and secret are sealed, and are never shown again."""

    name: str
    channel: Channel
    address: str = Field(
        description="Without what may be a token", examples=["https://room.example/…"]
    )
    config: Mapping[str, JsonValue] = Field(description="Values of headers are not shown")
    has_sealed: bool
    language: str
    active: bool
    reason: str
    actor: str
    recorded_at: At
    version: int = Field(description="As in its ETag")


class ReceiverKept(ReceiverModel):
    """A receiver that was just written."""

    secret: str | None = Field(
        description="Made just now, and shown only now: verify messages with it"
    )


class RouteWanted(Asked):
    """A route as it shall be 路由; `rule` has all but its name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "rule": {
                        "receivers": ["duty"],
                        "least": "orange",
                        "region": "1505",
                        "escalations": [{"after_min": 30, "receivers": ["chief"]}],
                    },
                    "reason": "夜间值班",
                }
            ]
        }
    )

    rule: dict[str, JsonValue] = Field(max_length=50)
    reason: Words = ""


class RouteModel(Told):
    """A route in force 路由."""

    route: Route
    reason: str
    actor: str
    recorded_at: At
    version: int = Field(description="As in its ETag")


class ContactWanted(Asked):
    """Who it is 联系人."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"person": "环保科"}]})

    person: Words = ""


class ContactModel(Told):
    """A receiver who is told of what concerns a plant 企业联系人."""

    plant: str
    receiver: str
    person: str
    actor: str
    recorded_at: At


class DeliveryModel(Told):
    """A message on its way 通知消息: waiting, sent, or given up (dead 死信)."""

    delivery: int
    key: str = Field(description="The same at every try: repeats can be told by it")
    receiver: str
    state: DeliveryState
    form: str = Field(examples=["event"])
    title: str
    text: str
    tries: int
    made_at: At
    next_at: At | None = Field(description="When it is tried next; null: never")
    sent_at: At | None
    last_error: str


class DeliveryBegun(Told):
    """A message that waits in the outbox; the alert service sends it 已入发件箱."""

    delivery: int
