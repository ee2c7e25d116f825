"""A broker's limits by experiment: put a session to sleep, publish, wake it, count what comes.

Uses a client id and a topic of its own and takes both away again. It concludes nothing.
"""

import ssl
import time
from contextlib import suppress
from dataclasses import replace

from mqtt5 import DisconnectPacket, PubAckPacket, PublishPacket, QoS

from services.doctor.broker_facts import NEVER_EXPIRES, Announced, BrokerFacts, Plan
from services.doctor.finding import Cause, Unreachable
from services.doctor.wire import (
    ANSWER_S,
    FAILED,
    CannotConnectError,
    LoginRefusedError,
    Opening,
    TalkError,
    Wire,
    reason,
)
from services.runtime.broker_address import tls_context

# Should the doctor die in between, its session does not stay for ever.
ASLEEP_S = 300
# Nothing for so long: nothing more comes.
QUIET_S = 1.0
PUBLISH_WINDOW = 1000


def probe_broker(plan: Plan) -> BrokerFacts | Unreachable:
    """Run the experiment; always leaves the broker as it was found."""
    place = f"{plan.address.host}:{plan.address.port}"
    try:
        tls = tls_context(plan.tls) if plan.address.tls else None
    except OSError as error:
        return Unreachable(Cause.TLS, place, f"certificate files: {error.strerror or error}")
    try:
        return _Experiment(plan, tls).run()
    except CannotConnectError as error:
        return error.why
    except LoginRefusedError as error:
        return Unreachable(Cause.LOGIN, place, str(error))
    except ssl.SSLError as error:
        return Unreachable(Cause.TLS, place, str(error))
    except (TalkError, OSError) as error:
        return Unreachable(Cause.OTHER, place, str(error))


class _Experiment:
    def __init__(self, plan: Plan, tls: ssl.SSLContext | None) -> None:
        self._plan = plan
        self._tls = tls
        self._deadline = time.monotonic() + plan.limit_s

    def run(self) -> BrokerFacts:
        try:
            facts = self._fall_asleep()
            if facts.subscription_refused is None:
                facts = self._publish(facts)
            if facts.taken:
                facts = self._wake(facts)
            return facts
        finally:
            with suppress(CannotConnectError, LoginRefusedError, TalkError, OSError):
                self._forget()

    def _open(self, *, clean_start: bool, expiry_s: int, name: str = "") -> Wire:
        plan = self._plan
        return Wire(
            Opening(
                address=plan.address,
                tls=self._tls,
                client_id=name or plan.name,
                clean_start=clean_start,
                session_expiry_s=expiry_s,
                receive_maximum=plan.receive_maximum,
            )
        )

    def _fall_asleep(self) -> BrokerFacts:
        # As ingest does it: never clean, never expiring.
        with self._open(clean_start=False, expiry_s=NEVER_EXPIRES) as wire:
            said = wire.welcome
            announced = Announced(
                session_expiry_s=said.session_expiry_interval,
                max_packet_size=said.max_packet_size,
                publisher_window=said.receive_max,
                shared_subscriptions=said.shared_subscription_available,
            )
            refused = wire.subscribe(self._plan.topic)
            wire.leave(ASLEEP_S)
        return BrokerFacts(announced, subscription_refused=refused)

    def _publish(self, facts: BrokerFacts) -> BrokerFacts:
        """Publish all with QoS 1 while the reader sleeps, and count what the broker took."""
        window = min(facts.announced.publisher_window, PUBLISH_WINDOW)
        sent = answered = taken = 0
        refused: str | None = None
        name = f"{self._plan.name}-writer"
        with self._open(clean_start=True, expiry_s=0, name=name) as wire:
            while answered < self._plan.messages and self._time_left():
                room = min(window - (sent - answered), self._plan.messages - sent)
                wire.send(b"".join(self._message(sent + n) for n in range(1, room + 1)))
                sent += room
                answer = wire.receive(ANSWER_S)
                if isinstance(answer, PubAckPacket):
                    answered += 1
                    failed = int(answer.reason_code) >= FAILED
                    taken += not failed
                    refused = refused or (reason(answer.reason_code) if failed else None)
                elif answer is None or isinstance(answer, DisconnectPacket):
                    refused = refused or "no answer"
                    break
            wire.leave()
        return replace(facts, sent=sent, taken=taken, publication_refused=refused)

    def _message(self, number: int) -> bytes:
        payload = str(number).encode().ljust(self._plan.payload_bytes)
        return PublishPacket(
            self._plan.topic, payload, qos=QoS.AT_LEAST_ONCE, packet_id=number
        ).write()

    def _wake(self, facts: BrokerFacts) -> BrokerFacts:
        with self._open(clean_start=False, expiry_s=ASLEEP_S) as wire:
            # Nothing is acknowledged until the broker sends no more: that is its window.
            wanted = min(self._plan.receive_maximum, facts.taken)
            held = self._collect(wire, wanted, acknowledge=False)
            wire.acknowledge([message.packet_id or 0 for message in held])
            rest = self._collect(wire, facts.taken - len(held), acknowledge=True)
            arrived = {message.payload for message in [*held, *rest]}
            round_trip_s = self._round_trip(wire) if wire.welcome.session_present else None
            wire.leave(0)
        return replace(
            facts,
            session_kept=wire.welcome.session_present,
            arrived=len(arrived),
            window=len(held),
            round_trip_s=round_trip_s,
        )

    def _collect(self, wire: Wire, wanted: int, *, acknowledge: bool) -> list[PublishPacket]:
        messages: list[PublishPacket] = []
        while len(messages) < wanted and self._time_left():
            packet = wire.receive(QUIET_S)
            if packet is None:
                break
            if isinstance(packet, PublishPacket):
                messages.append(packet)
                if acknowledge:
                    wire.acknowledge([packet.packet_id or 0])
        return messages

    def _round_trip(self, wire: Wire) -> float | None:
        start = time.monotonic()
        wire.send(self._message(1))
        back = self._collect(wire, 1, acknowledge=True)
        return time.monotonic() - start if back else None

    def _forget(self) -> None:
        with self._open(clean_start=True, expiry_s=0) as wire:
            wire.leave()

    def _time_left(self) -> bool:
        return time.monotonic() < self._deadline
