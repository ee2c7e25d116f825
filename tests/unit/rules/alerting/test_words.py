"""What people read, word for word, in both languages; and that nobody else's words become ours."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alert import AlertKind, AlertState, Event, Severity
from schemas.notice import Form, Place
from services.rules.alerting.kind_words import KIND_WORDS
from services.rules.alerting.words import LISTED, SHORT, Saying, message_of, plain, trial_message
from tests.fixtures.notices import NOW, PLACE, TOLD, told

ZH = Saying("zh", "https://alerts.example/")
EN = Saying("en", "https://alerts.example/")
ADVICE = KIND_WORDS[AlertKind.LIMIT_HOUR]
ONE_ZH = f"""企业：示例电厂
位置：1号烟囱 a21026
事项：小时均值超标
情况：11时二氧化硫小时均值57.0 mg/m3，超过限值35 mg/m3。
数值：57.0 mg/m3，限值 35 mg/m3
超标倍数：0.63倍
起止：2025-03-03 11:00 – 仍在持续
级别：橙色
依据：GB 13223-2011 表1
建议：{ADVICE.advice_zh}
告警号：7
详情：https://alerts.example/alerts/7"""
ONE_EN = f"""Plant: Example Power
Where: 1号烟囱 a21026
What: hourly mean over the limit
Found: The hourly mean of SO2 from 11:00 was 57.0 mg/m3, over the limit of 35 mg/m3.
Value: 57.0 mg/m3, limit 35 mg/m3
Over by: 0.63 times
When: 2025-03-03 11:00 – still going on
Severity: orange
By: GB 13223-2011 Table 1
To do: {ADVICE.advice_en}
Alert: 7
More: https://alerts.example/alerts/7"""
GROUP_ZH = """■ 示例电厂
· 橙色 新告警 1号烟囱 a21026 小时均值超标，超标0.63倍，自2025-03-03 11:00 [7]
· 橙色 已恢复 1号烟囱 a21026 小时均值超标，超标0.63倍，自2025-03-03 11:00 [7]
■ 另一厂
· 红色 新告警 1号烟囱 a21026 小时均值超标，超标0.63倍，自2025-03-03 11:00 [8]
详情：https://alerts.example/alerts"""
GROUP_EN = """■ Example Power
- orange opened: 1号烟囱 a21026 hourly mean over the limit, 0.63 times over, since 2025-03-03 11:00 [7]
- orange recovered: 1号烟囱 a21026 hourly mean over the limit, 0.63 times over, since 2025-03-03 11:00 [7]
■ Other Works
- red opened: 1号烟囱 a21026 hourly mean over the limit, 0.63 times over, since 2025-03-03 11:00 [8]
More: https://alerts.example/alerts"""
OTHER = PLACE._replace(plant="P2", plant_zh="另一厂", plant_en="Other Works")
GROUP = [
    TOLD,
    told(2, 7, what=Event.RESOLVED, state=AlertState.RESOLVED),
    told(3, 8, severity=Severity.RED, place=OTHER),
]


def test_one_event_in_chinese() -> None:
    found = message_of(Form.EVENT, [TOLD], ZH)

    assert found.title == "【晴空】橙色新告警：示例电厂 小时均值超标"
    assert found.text == ONE_ZH
    assert found.short == (
        "【晴空】橙色新告警 示例电厂1号烟囱 a21026 小时均值超标，超标0.63倍，"
        "自2025-03-03 11:00。告警7"
    )


def test_one_event_in_english() -> None:
    found = message_of(Form.EVENT, [TOLD], EN)

    assert found.title == "[Qingkong] orange opened: Example Power, hourly mean over the limit"
    assert found.text == ONE_EN
    assert found.short.startswith("[Qingkong] orange opened: Example Power 1号烟囱 a21026")


@pytest.mark.parametrize(
    ("saying", "title", "text"),
    [
        (ZH, "【晴空】合并：2家企业 2条告警，最高红色", GROUP_ZH),
        (EN, "[Qingkong] Together: 2 plants, 2 alerts, up to red", GROUP_EN),
    ],
    ids=["zh", "en"],
)
def test_several_events(saying: Saying, title: str, text: str) -> None:
    found = message_of(Form.GROUP, GROUP, saying)

    assert (found.title, found.text, found.short) == (title, text, title)


def test_a_digest_of_one_is_a_digest_all_the_same() -> None:
    past = told(1, 7, found_late=True, at=NOW - timedelta(days=2))

    found = message_of(Form.DIGEST, [past], ZH)

    assert found.title == "【晴空】汇总：示例电厂 1条告警，最高橙色"
    assert "（历史）" in found.text


def test_a_long_digest_names_the_first_and_counts_the_others() -> None:
    many = [told(n, n) for n in range(1, 301)]

    found = message_of(Form.DIGEST, many, EN)

    assert found.text.count("\n- ") == LISTED
    assert "... and 270 more" in found.text
    assert (len(found.items), found.more) == (200, 100)


def test_nobody_acknowledged_it() -> None:
    assert message_of(Form.ESCALATION, [TOLD], ZH).title.startswith("【晴空】无人签收·橙色新告警")
    assert "Unacknowledged: orange opened" in message_of(Form.ESCALATION, [TOLD], EN).title


def test_doubt_and_lateness_are_said() -> None:
    doubtful = told(1, 7, sure=False, found_late=True, at=NOW - timedelta(days=2))

    found = message_of(Form.EVENT, [doubtful], ZH).text

    assert "确定性：判定所依据的某个参数未经确认" in found
    assert "说明：事后发现的历史情况，并非正在发生" in found


def test_the_platform_has_no_plant_and_a_person_is_named() -> None:
    own = told(
        1, 7, place=Place(), kind=AlertKind.PLATFORM_LAG, actor="王\n工", worst=None, detail={}
    )

    found = message_of(Form.EVENT, [own], ZH)

    assert "企业：平台" in found.text
    assert "操作人：王 工" in found.text
    assert "数值" not in found.text


def test_without_an_address_of_the_console_there_is_no_link() -> None:
    found = message_of(Form.EVENT, [TOLD], Saying("zh"))

    assert found.link is None
    assert "详情" not in found.text


@pytest.mark.parametrize("kind", AlertKind)
@pytest.mark.parametrize("saying", [ZH, EN], ids=["zh", "en"])
def test_every_kind_and_event_has_words(kind: AlertKind, saying: Saying) -> None:
    for event in Event:
        found = message_of(Form.EVENT, [told(1, 7, kind=kind, what=event)], saying)
        assert "None" not in found.title + found.text


def test_a_test_message_says_so() -> None:
    assert "测试消息" in trial_message("duty", ZH).title
    assert "Test message" in trial_message("duty", EN).title


@given(st.text(), st.text(), st.text())
def test_a_name_or_sentence_adds_no_line_and_hides_nothing(name: str, zh: str, actor: str) -> None:
    odd = told(1, 7, place=PLACE._replace(plant_zh=name), zh=zh, actor=actor)

    found = message_of(Form.EVENT, [odd], ZH)

    lines = found.text.split("\n")
    assert len(lines) <= len(ONE_ZH.split("\n")) + 1
    assert len(found.short) <= SHORT
    assert all(line.isprintable() for line in (*lines, found.title, found.short))
    assert all("：" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\r\nb", "a b"), ("\u202eabc", "abc"), ("a\u200bb", "a b"), ("x" * 500, "x" * 399 + "…")],
    ids=["lines", "direction", "nothing to see", "long"],
)
def test_plain_text_is_one_line(text: str, shown: str) -> None:
    assert plain(text) == shown
