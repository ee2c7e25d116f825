"""A JSON message of readings alone whose places are all known, as rows: the short way. Pure."""

from typing import NamedTuple

from services.evidence.block import Entry
from services.ingest.admit import HOUR_US, ClockGuard
from services.ingest.plan import Named, Plans
from services.ingest.record import Row
from services.ingest.statement import Statement

JSON_TOPIC = "cems/v1/"


class Known(NamedTuple):
    """The rows of a message, the hours of subjects that they touch, and whose they are."""

    device: int
    rows: list[Row]
    touched: list[tuple[int, int]]


def known_readings(
    entry: Entry, statement: Statement, plans: Plans, guard: ClockGuard, seq: int
) -> Known | None:
    """The rows of the message that is the batch's `seq`th; None when a question is open."""
    received_us = entry.received_us
    if (
        statement.parameters
        or statement.events
        or guard.sending_refusal(statement.sent_us, received_us) is not None
    ):
        return None
    mn = statement.mn or entry.topic.removeprefix(JSON_TOPIC)
    rows, touched, device = list[Row](), list[tuple[int, int]](), 0
    for said in statement.readings:
        time_us = said.time_us
        named = Named(entry.topic, mn, said.series, said.code)
        spot = plans.spot(named, received_us, time_us)
        if (
            spot is None
            or not guard.admits(said.series, time_us, received_us)
            or said.sampled_us is not None
            or (said.flag is not None and not said.flag.isprintable())
        ):
            return None
        device = spot.device
        rows.append(
            Row(
                said.series, time_us, spot.channel, *said[3:10],
                said.flag if said.flag is not None else spot.unflagged_as,
                said.span_s if said.span_s is not None else spot.span_s,
                said.sampled_us, statement.sent_us, received_us, seq,
            )
        )  # fmt: skip
        touched.append((spot.subject, time_us // HOUR_US * HOUR_US))
    return Known(device, rows, touched)
