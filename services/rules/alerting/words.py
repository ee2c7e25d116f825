"""What is said of cases to people, in Chinese and English: one event, a plant's, a digest, an SMS.

Everything is plain text. Names and sentences of others are put on one line each and never read as
markup. It must not know who reads it, nor by what way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple, cast

from schemas.alert import PLATFORM, Event, Severity
from schemas.notice import Form, Language, Message, Told
from schemas.registry_words import BEIJING
from services.rules.alerting.kind_words import KIND_WORDS
from services.rules.alerting.routing import late
from services.rules.alerting.step_words import step_words
from services.rules.alerting.told_items import item_of, link_of
from services.rules.clause_words import clause_said

LISTED: Final = 30
"""A message tells so many events one by one; programs get MOST_ITEMS of them."""
MOST_ITEMS: Final = 200
SHORT: Final = 140
"""Characters of the short form: two short messages of 70."""
NAME: Final = 60
SENTENCE: Final = 400
SEVERITIES: Final[Mapping[Severity, str]] = {
    Severity.BLUE: "蓝色",
    Severity.YELLOW: "黄色",
    Severity.ORANGE: "橙色",
    Severity.RED: "红色",
}
EVENTS: Final[Mapping[Event, tuple[str, str]]] = {
    Event.PENDING: ("待确认", "pending"),
    Event.OPENED: ("新告警", "opened"),
    Event.RAISED: ("升级", "raised"),
    Event.EXTENDED: ("延续", "extended"),
    Event.LAPSED: ("未成立", "lapsed"),
    Event.ACKNOWLEDGED: ("已签收", "acknowledged"),
    Event.RESOLVED: ("已恢复", "recovered"),
    Event.REOPENED: ("再次发生", "reopened"),
    Event.DISPOSED: ("已甄别", "disposed"),
    Event.COMMENTED: ("备注", "commented"),
    Event.ASSIGNED: ("已指派", "assigned"),
    Event.ORDERED: ("已督办", "ordered"),
    Event.COVERED: ("涵盖其他告警", "covers others"),
}


class Saying(NamedTuple):
    """In which language, and where the console is (none: no links)."""

    language: Language = "zh"
    public_url: str | None = None


@dataclass(frozen=True, slots=True)
class _Words:
    """One event in one language, each part on one line and of bounded length."""

    severity: str
    event: str
    kind: str
    plant: str
    place: str
    sentence: str
    advice: str
    since: str
    until: str


def message_of(form: Form, told: Sequence[Told], saying: Saying) -> Message:
    """The message of these events, at least one, in their order."""
    if form is Form.DIGEST or len(told) > 1:
        title, text, short = _several(form, told, saying)
    else:
        title, text, short = _one(form, told[0], saying)
    return Message(
        form=form,
        title=title,
        text=text,
        short=short if len(short) <= SHORT else short[: SHORT - 1] + "…",
        link=link_of(told, saying.public_url),
        items=tuple(
            item_of(one, saying.language, link_of([one], saying.public_url))
            for one in told[:MOST_ITEMS]
        ),
        more=max(0, len(told) - MOST_ITEMS),
    )


def trial_message(receiver: str, saying: Saying) -> Message:
    """What a receiver gets that is tried out."""
    name = plain(receiver, NAME)
    title = _in(saying, "【晴空】测试消息", "[Qingkong] Test message")
    text = _in(
        saying,
        f"这是发给“{name}”的测试消息，请勿处置。收到即表示通知渠道可用。",
        f"A test message to {name}: nothing needs to be done. Having it shows that the way works.",
    )
    return Message(form=Form.TEST, title=title, text=text, short=f"{title} {name}")


def plain(text: str, most: int = SENTENCE) -> str:
    """On one line, without characters that show nothing or turn the direction of writing."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def event_words(what: Event, reason: str) -> tuple[str, str]:
    """What happened to a case in Chinese and English: a step of an order by its own name."""
    return step_words(what, reason) or EVENTS[what]


def _one(form: Form, told: Told, saying: Saying) -> tuple[str, str, str]:
    words = _words(told, saying)
    head = _in(saying, f"{words.severity}{words.event}", f"{words.severity} {words.event}")
    if form is Form.ESCALATION:
        head = _in(saying, f"无人签收·{head}", f"Unacknowledged: {head}")
    title = _in(
        saying,
        f"【晴空】{head}：{words.plant} {words.kind}",
        f"[Qingkong] {head}: {words.plant}, {words.kind}",
    )
    lines = [*_facts(told, words, saying)]
    link = link_of([told], saying.public_url)
    if link:
        lines.append(_in(saying, f"详情：{link}", f"More: {link}"))
    short = _in(
        saying,
        f"【晴空】{head} {words.plant}{words.place} {words.kind}{_over(told, saying, '，')}，"
        f"自{words.since}。告警{told.alert}",
        f"[Qingkong] {head}: {words.plant} {words.place} {words.kind}{_over(told, saying, ', ')}, "
        f"since {words.since}. Alert {told.alert}",
    )
    return title, "\n".join(lines), short


def _facts(told: Told, words: _Words, saying: Saying) -> list[str]:
    zh = saying.language == "zh"
    pairs = (
        ("企业" if zh else "Plant", words.plant),
        ("位置" if zh else "Where", words.place),
        ("事项" if zh else "What", words.kind),
        ("情况" if zh else "Found", words.sentence),
        ("数值" if zh else "Value", _value(told, zh=zh)),
        ("超标倍数" if zh else "Over by", _multiple(told, zh=zh)),
        ("起止" if zh else "When", f"{words.since} – {words.until}"),
        ("级别" if zh else "Severity", words.severity),
        ("依据" if zh else "By", plain(clause_said(told.clause, saying.language))),
        ("确定性" if zh else "Certainty", "" if told.sure else _in(saying, UNSURE_ZH, UNSURE_EN)),
        ("说明" if zh else "Note", _in(saying, LATE_ZH, LATE_EN) if late(told) else ""),
        ("操作人" if zh else "By whom", "" if told.actor == PLATFORM else plain(told.actor, NAME)),
        ("建议" if zh else "To do", words.advice),
        ("告警号" if zh else "Alert", str(told.alert)),
    )
    mark = "：" if zh else ": "
    return [f"{name}{mark}{value}" for name, value in pairs if value]


UNSURE_ZH: Final = "判定所依据的某个参数未经确认"
UNSURE_EN: Final = "a parameter that it rests on is not confirmed"
LATE_ZH: Final = "事后发现的历史情况，并非正在发生"
LATE_EN: Final = "found afterwards: it is long past, and not happening now"


def _several(form: Form, told: Sequence[Told], saying: Saying) -> tuple[str, str, str]:
    alerts = {one.alert: one for one in told}
    plants = list(dict.fromkeys(_words(one, saying).plant for one in told))
    worst = max((one.severity for one in told), key=lambda severity: severity.rank)
    level = _severity(worst, saying)
    where = (
        plants[0]
        if len(plants) == 1
        else _in(saying, f"{len(plants)}家企业", f"{len(plants)} plants")
    )
    count = _in(saying, f"{len(alerts)}条告警", f"{len(alerts)} alerts")
    kind = _in(saying, "汇总", "Digest") if form is Form.DIGEST else _in(saying, "合并", "Together")
    title = _in(
        saying,
        f"【晴空】{kind}：{where} {count}，最高{level}",
        f"[Qingkong] {kind}: {where}, {count}, up to {level}",
    )
    lines: list[str] = []
    shown = told[:LISTED]
    for plant in plants:
        of_plant = [one for one in shown if _words(one, saying).plant == plant]
        if of_plant:
            lines.append(f"■ {plant}")
            lines += [_line(one, saying) for one in of_plant]
    if len(told) > LISTED:
        left = len(told) - LISTED
        lines.append(_in(saying, f"……另有{left}条未列出", f"... and {left} more"))
    link = link_of(told, saying.public_url)
    if link:
        lines.append(_in(saying, f"详情：{link}", f"More: {link}"))
    return title, "\n".join(lines), title


def _line(told: Told, saying: Saying) -> str:
    words = _words(told, saying)
    place = f"{words.place} " if words.place else ""
    note = _in(saying, "（历史）", " (past)") if late(told) else ""
    return _in(
        saying,
        f"· {words.severity} {words.event} {place}{words.kind}{_over(told, saying, '，')}，"
        f"自{words.since}{note} [{told.alert}]",
        f"- {words.severity} {words.event}: {place}{words.kind}{_over(told, saying, ', ')}, "
        f"since {words.since}{note} [{told.alert}]",
    )


def _words(told: Told, saying: Saying) -> _Words:
    zh = saying.language == "zh"
    info = KIND_WORDS[told.kind]
    name = told.place.plant_zh if zh else told.place.plant_en
    plant = plain(name, NAME) or told.place.plant or _in(saying, "平台", "The platform")
    parts = (told.place.subject_zh or told.place.subject, told.place.point or told.place.device)
    ended = told.until
    return _Words(
        severity=_severity(told.severity, saying),
        event=event_words(told.what, told.reason)[0 if zh else 1],
        kind=info.zh if zh else info.en,
        plant=plant,
        place=plain(" ".join(filter(None, parts)), NAME),
        sentence=plain(told.zh if zh else told.en),
        advice=info.advice_zh if zh else info.advice_en,
        since=_time(told.since),
        until=_in(saying, "仍在持续", "still going on") if ended is None else _time(ended),
    )


def _severity(severity: Severity, saying: Saying) -> str:
    return _in(saying, SEVERITIES[severity], severity.value)


def _over(told: Told, saying: Saying, before: str) -> str:
    found = _multiple(told, zh=saying.language == "zh")
    return f"{before}{_in(saying, '超标' + found, found + ' over')}" if found else ""


def _multiple(told: Told, *, zh: bool) -> str:
    """超标倍数 with two decimals, as it is printed."""
    if told.worst is None or told.worst <= 0:
        return ""
    return f"{told.worst:.2f}倍" if zh else f"{told.worst:.2f} times"


def _value(told: Told, *, zh: bool) -> str:
    """The value against its limit, where the evidence holds both."""
    value, limit = _number(told.detail.get("value")), told.detail.get("limit")
    unit = told.detail.get("unit")
    if isinstance(limit, Mapping):
        fields = cast("Mapping[str, object]", limit)
        unit = unit or fields.get("unit")
        limit = fields.get("high") if fields.get("high") is not None else fields.get("low")
    bound = _number(limit)
    if not value or not bound:
        return ""
    tail = f" {plain(str(unit), 20)}" if unit else ""
    return f"{value}{tail}，限值 {bound}{tail}" if zh else f"{value}{tail}, limit {bound}{tail}"


def _number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return ""
    try:
        return f"{Decimal(str(value)):f}"
    except InvalidOperation:
        return ""


def _time(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def _in(saying: Saying, zh: str, en: str) -> str:
    return zh if saying.language == "zh" else en
