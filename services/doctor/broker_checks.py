"""What a broker's behaviour means for what we promise. Pure: facts in, findings out."""

from collections.abc import Iterator

from services.doctor.broker_facts import NEVER_EXPIRES, BrokerFacts, Plan
from services.doctor.finding import NOTHING, Finding, Level, Subject, Words

# A device with a day's history in one message stays well below it.
SMALLEST_PACKET = 1024 * 1024
INGEST_PACKET = 16 * 1024 * 1024
# The usual default; a gateway with many devices waits for a round trip every so many messages.
SMALL_PUBLISHER_WINDOW = 100


def judge_broker(plan: Plan, facts: BrokerFacts) -> list[Finding]:
    """Everything there is to say about a broker that let us in."""
    if facts.subscription_refused is not None:
        return [_rights("read", "读取", plan, facts.subscription_refused)]
    if not facts.taken:
        return [_rights("write", "写入", plan, facts.publication_refused or "?")]
    return [
        *_session(facts),
        *_queue(plan, facts),
        *_window(plan, facts),
        *_packets(facts),
        *_publishers(facts),
        *_shared(facts),
        *_round_trip(facts),
    ]


def _found(level: Level, what: Words, do: Words = NOTHING) -> Finding:
    return Finding(level, Subject.BROKER, what, do)


def _rights(deed: str, deed_zh: str, plan: Plan, reason: str) -> Finding:
    user = plan.address.username or "-"
    return _found(
        Level.FAULT,
        Words(
            f"the account {user} may not {deed} {plan.topic}: {reason}",
            f"账户 {user} 不能{deed_zh} {plan.topic}：{reason}",
        ),
        Words(
            "allow it to read and write qingkong/doctor/+ (deploy/mosquitto/access), so that the "
            "broker's limits can be proved",
            "请允许其读写 qingkong/doctor/+（见 deploy/mosquitto/access），以便验证服务器的限制",
        ),
    )


def _session(facts: BrokerFacts) -> Iterator[Finding]:
    expiry = facts.announced.session_expiry_s
    if not facts.session_kept:
        yield _found(
            Level.FAULT,
            Words(
                "the broker forgot a sleeping session at once: what is queued there is lost",
                "服务器立即丢弃了离线会话：其中排队的消息会丢失",
            ),
            Words(
                "allow persistent sessions (clean start false) to this account",
                "请为此账户启用持久会话（clean start = false）",
            ),
        )
    elif expiry is not None and expiry < NEVER_EXPIRES:
        yield _found(
            Level.FAULT,
            Words(
                f"the broker lets sessions expire after {expiry} s",
                f"服务器使会话在 {expiry} 秒后过期",
            ),
            Words(
                "let them last for ever (Mosquitto: no persistent_client_expiration): a session "
                "is the queue",
                "请取消过期（Mosquitto：删去 persistent_client_expiration）：会话就是队列",
            ),
        )
    else:
        yield _found(
            Level.OK, Words("a sleeping session is kept, for ever", "离线会话保留且不过期")
        )


def _queue(plan: Plan, facts: BrokerFacts) -> Iterator[Finding]:
    lost = facts.taken - facts.arrived
    size = facts.taken * plan.payload_bytes / 1e6
    if facts.taken < plan.messages:
        yield _found(
            Level.WARNING,
            Words(
                f"only {facts.taken} of {plan.messages} messages were taken "
                f"({facts.publication_refused or 'time was up'})",
                f"{plan.messages} 条消息中只接收了 {facts.taken} 条"
                f"（{facts.publication_refused or '时间用尽'}）",
            ),
            Words("look at the broker's log and load", "检查服务器的日志和负载"),
        )
    if lost and facts.session_kept:
        yield _found(
            Level.FAULT,
            Words(
                f"the broker drops in silence: of {facts.taken} messages ({size:.1f} MB) that it "
                f"acknowledged for a sleeping session {lost} never came",
                f"服务器静默丢弃消息：为离线会话确认接收的 {facts.taken} 条（{size:.1f} MB）"
                f"中有 {lost} 条未送达",
            ),
            Words(
                "Mosquitto: max_queued_messages 1000000000 and max_queued_bytes 0 "
                "(deploy/mosquitto/mosquitto.conf); EMQX: mqtt.max_mqueue_len = infinity",
                "Mosquitto：max_queued_messages 1000000000、max_queued_bytes 0"
                "（见 deploy/mosquitto/mosquitto.conf）；EMQX：mqtt.max_mqueue_len = infinity",
            ),
        )
    elif facts.session_kept:
        yield _found(
            Level.OK,
            Words(
                f"all {facts.taken} messages ({size:.1f} MB) came back from a sleeping session",
                f"离线会话的 {facts.taken} 条消息（{size:.1f} MB）全部送达",
            ),
        )


def _window(plan: Plan, facts: BrokerFacts) -> Iterator[Finding]:
    wanted = min(plan.receive_maximum, facts.arrived)
    what = Words(
        f"{facts.window} messages were handed out unacknowledged ({plan.receive_maximum} asked)",
        f"未确认即发出 {facts.window} 条（请求 {plan.receive_maximum} 条）",
    )
    if facts.window < wanted:
        yield _found(
            Level.WARNING,
            what,
            Words(
                "batches close by age below QINGKONG_RECEIVE_MAXIMUM; raise the broker's limit "
                "(EMQX: mqtt.max_inflight)",
                "低于 QINGKONG_RECEIVE_MAXIMUM 时批次只能按时间结束；"
                "请提高服务器限制（EMQX：mqtt.max_inflight）",
            ),
        )
    elif facts.session_kept:
        yield _found(Level.OK, what)


def _packets(facts: BrokerFacts) -> Iterator[Finding]:
    size = facts.announced.max_packet_size
    if size is None or size > INGEST_PACKET:
        shown = "no limit" if size is None else f"{size} bytes"
        yield _found(
            Level.WARNING,
            Words(
                f"max packet size: {shown}; ingest takes {INGEST_PACKET} bytes",
                f"最大报文：{'无限制' if size is None else f'{size} 字节'}；"
                f"ingest 接收上限 {INGEST_PACKET} 字节",
            ),
            Words(
                "set it to 8388608: what is larger than its reader takes, the broker drops in "
                "silence",
                "请设为 8388608：超过接收方上限的报文会被服务器静默丢弃",
            ),
        )
        return
    what = Words(f"max packet size: {size} bytes", f"最大报文：{size} 字节")
    if size < SMALLEST_PACKET:
        do = Words("set it to 8388608", "请设为 8388608")
        yield _found(Level.WARNING, what, do)
    else:
        yield _found(Level.OK, what)


def _publishers(facts: BrokerFacts) -> Iterator[Finding]:
    window = facts.announced.publisher_window
    if window < SMALL_PUBLISHER_WINDOW:
        yield _found(
            Level.WARNING,
            Words(
                f"a publisher may have {window} messages unacknowledged",
                f"发布方最多 {window} 条消息未确认",
            ),
            Words(
                "set max_inflight_messages 1000: it brakes gateways and resends",
                "请设 max_inflight_messages 1000：否则网关和补传会变慢",
            ),
        )


def _shared(facts: BrokerFacts) -> Iterator[Finding]:
    if not facts.announced.shared_subscriptions:
        yield _found(
            Level.WARNING,
            Words("no shared subscriptions", "不支持共享订阅"),
            Words("keep QINGKONG_SLOTS=1", "请保持 QINGKONG_SLOTS=1"),
        )


def _round_trip(facts: BrokerFacts) -> Iterator[Finding]:
    if facts.round_trip_s is not None:
        ms = facts.round_trip_s * 1000
        yield _found(Level.OK, Words(f"a round trip takes {ms:.1f} ms", f"往返 {ms:.1f} 毫秒"))
