"""Whether the registry and the clock admit what a sender stated: statement in, rows out.

Pure: the registry's snapshot and the time of receipt are arguments.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from schemas.batch import EventRow, ParameterRow
from schemas.lookup import Channel, Device, Lookup
from schemas.series import Series
from services.ingest.hj212_statement import span_of
from services.ingest.record import Rejection, Row
from services.ingest.statement import Refused, Said, Statement
from services.ingest.words import LONGEST_NAME, readable, readable_or_none

DAY_US = 86_400 * 1_000_000
HOUR_US = 3_600 * 1_000_000
TOPICS = ("hj212/", "cems/v1/")
# 2000-01-01T00:00:00Z; no logger of HJ 212 is older.
EARLIEST_US = 946_684_800_000_000
UNKNOWN_CODE = (
    "no channel is registered for these codes at that time: add them to the device in the registry"
)
# HJ 212-2017 table 8 has one letter, HJ 75 two; vendors up to four.
LONGEST_FLAG = 4


@dataclass(frozen=True, slots=True)
class ClockGuard:
    """How far from its receipt a reading's time may lie; beyond it nothing enters a hypertable."""

    future_us: int
    oldest_us: dict[Series, int]

    def admits(self, series: Series, time_us: int, received_us: int) -> bool:
        """Whether the time can be believed, but for the device's commissioning."""
        age_us = received_us - time_us
        return -self.future_us <= age_us <= self.oldest_us[series]

    def sending_refusal(self, sent_us: int | None, received_us: int) -> str | None:
        """Why a time of sending cannot be believed, in a sentence; None when it can.

        It decides which value is believed: one of the far future would hold for ever.
        """
        if sent_us is None or EARLIEST_US <= sent_us <= received_us + DAY_US:
            return None
        return (
            "its time of sending (QN, sent_at) lies before 2000 or ahead of receipt: set the clock"
        )

    def sampling_refusal(self, sampled_us: int | None, received_us: int) -> str | None:
        """The same for the time of sampling."""
        if sampled_us is None or EARLIEST_US <= sampled_us <= received_us + DAY_US:
            return None
        return "its time of sampling lies before 2000 or ahead of receipt: set the analyser's clock"

    def refusal(self, series: Series, time_us: int, device: Device, received_us: int) -> str | None:
        """Why the time cannot be believed, in a sentence; None when it can."""
        if time_us > received_us + self.future_us:
            ahead_s = (time_us - received_us) // 1_000_000
            return f"its time is {ahead_s} s ahead of receipt: set the device's clock"
        if time_us < device.commissioned_us:
            return "its time lies before the device's commissioning in the registry"
        if time_us < received_us - self.oldest_us[series]:
            return f"its time is older than {self.oldest_us[series] // DAY_US} days, the {series} series kept"
        return None


class Envelope(NamedTuple):
    """Where and when a frame arrived, and its place in the batch."""

    topic: str
    received_us: int
    seq: int

    @property
    def publisher(self) -> str:
        """Who the broker let publish there."""
        return publisher_of(self.topic)


def publisher_of(topic: str) -> str:
    """The last level of the topic."""
    for prefix in TOPICS:
        if topic.startswith(prefix):
            return topic.removeprefix(prefix)
    return topic


@dataclass(slots=True)
class Admitted:
    """What is to be stored of one frame, and what is not."""

    device: int | None = None
    rows: list[Row] = field(default_factory=list[Row])
    parameters: list[ParameterRow] = field(default_factory=list[ParameterRow])
    events: list[EventRow] = field(default_factory=list[EventRow])
    rejections: list[Rejection] = field(default_factory=list[Rejection])
    touched: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    notes: tuple[str, ...] = ()
    # Whether a policy, registered or not, decides what its readings are.
    hinges: bool = False

    @property
    def refused(self) -> bool:
        """Whether nothing of the frame could be used."""
        return bool(self.rejections) and not (self.rows or self.parameters or self.events)


def sender(mn: str, envelope: Envelope, lookup: Lookup) -> Device | Refused:
    """The registered device that speaks, if its publisher may speak for it.

    Refused reasons: no_mn, unknown_device, mn_mismatch.
    """
    if not mn:
        return Refused("no_mn", "the frame names no MN: it cannot be told whose values these are")
    device = lookup.device(mn, envelope.received_us)
    if device is None:
        detail = f"MN {mn[:40]} is not registered at this time: add the device with `qingkong registry import`"
        return Refused("unknown_device", detail, mn)
    if envelope.publisher not in {mn, device.gateway}:
        detail = (
            f"published under {envelope.topic[:80]}, but the frame speaks for MN {mn[:40]}: "
            "a sender speaks for its own MN only, unless registered as that device's gateway"
        )
        return Refused("mn_mismatch", detail, mn)
    return device


def refused(envelope: Envelope, device: int | None, why: Refused) -> Admitted:
    """The outcome of a frame of which nothing can be used."""
    rejection = Rejection(
        envelope.seq, why.mn, device, why.reason, why.detail, (), whole=True, policy=why.policy
    )
    return Admitted(device, rejections=[rejection])


def admit(
    statement: Statement, device: Device, envelope: Envelope, lookup: Lookup, guard: ClockGuard
) -> Admitted:
    """Sort the statement into rows to store and codes to reject.

    Rejection reasons: clock, unknown_code, bad_flag.
    """
    received_us = envelope.received_us
    if why := guard.sending_refusal(statement.sent_us, received_us):
        return refused(envelope, device.id, Refused("clock", why, device.mn))
    admitted = Admitted(device.id)
    failures: dict[tuple[str, str], list[str]] = {}
    for said in statement.readings:
        channel = lookup.channel(device.id, said.code, said.time_us)
        if failure := _failure(said, channel, device, received_us, guard):
            failures.setdefault(failure, []).append(said.code)
        elif channel is not None:
            admitted.rows.append(_row(said, channel.id, statement, envelope, device))
            admitted.touched.add((channel.subject, said.time_us // HOUR_US * HOUR_US))
    _add_parameters(admitted, statement, device, envelope, guard)
    for (reason, why), codes in failures.items():
        admitted.rejections.append(_rejection(envelope, device, reason, why, codes))
    return _whole(admitted)


def _failure(
    said: Said, channel: Channel | None, device: Device, received_us: int, guard: ClockGuard
) -> tuple[str, str] | None:
    """Reason and sentence why the reading cannot be stored; None when it can."""
    if why := guard.refusal(said.series, said.time_us, device, received_us):
        return "clock", why
    if why := guard.sampling_refusal(said.sampled_us, received_us):
        return "clock", why
    if channel is None:
        return "unknown_code", UNKNOWN_CODE
    if said.flag is not None and (
        len(said.flag) > LONGEST_FLAG or readable(said.flag) != said.flag
    ):
        return "bad_flag", f"a flag has one to {LONGEST_FLAG} printable characters"
    return None


def _row(said: Said, channel: int, statement: Statement, envelope: Envelope, device: Device) -> Row:
    return Row(
        said.series,
        said.time_us,
        channel,
        said.value,
        said.minimum,
        said.maximum,
        said.converted,
        said.converted_min,
        said.converted_max,
        said.total,
        said.flag if said.flag is not None else device.unflagged_as,
        said.span_s if said.span_s is not None else span_of(said.series, device),
        said.sampled_us,
        statement.sent_us,
        envelope.received_us,
        envelope.seq,
    )


def _add_parameters(
    admitted: Admitted, statement: Statement, device: Device, envelope: Envelope, guard: ClockGuard
) -> None:
    sent_us, received_us, seq = statement.sent_us, envelope.received_us, envelope.seq
    for item in statement.parameters:
        if why := guard.refusal(Series.DAY, item.effective_us, device, received_us):
            admitted.rejections.append(_rejection(envelope, device, "clock", why, [item.code]))
        else:
            named = (readable_or_none(item.about), readable(item.code, LONGEST_NAME))
            said = (*named, readable(item.value), item.effective_us)
            admitted.parameters.append(ParameterRow(device.id, *said, sent_us, received_us, seq))
    for event in statement.events:
        if why := guard.refusal(Series.DAY, event.happened_us, device, received_us):
            admitted.rejections.append(
                _rejection(envelope, device, "clock", why, [event.code or event.kind])
            )
        else:
            kind = (readable(event.kind, LONGEST_NAME), readable_or_none(event.about))
            named = (*kind, readable_or_none(event.code))
            told = (*named, readable(event.text), event.happened_us)
            admitted.events.append(EventRow(device.id, *told, sent_us, received_us, seq))


def _rejection(
    envelope: Envelope, device: Device, reason: str, why: str, codes: list[str]
) -> Rejection:
    mn, seq = device.mn, envelope.seq
    return Rejection(seq, mn, device.id, reason, why, tuple(codes), whole=False)


def _whole(admitted: Admitted) -> Admitted:
    if admitted.refused:
        admitted.rejections = [rejection._replace(whole=True) for rejection in admitted.rejections]
    return admitted
