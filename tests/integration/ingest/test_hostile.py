"""One hostile message neither stops the intake nor harms its neighbours, whatever it holds.

Each runs through draft, writer and database; `Intake.take` asserts what holds for all of them.
"""

import random
import re
import string
from collections.abc import AsyncGenerator
from datetime import timedelta

import orjson
import pytest

from services.ingest.message import Message
from tests.fixtures.hostile import Intake, intake
from tests.fixtures.hostile_messages import (
    HOSTILE,
    START,
    STRANGER,
    from_hj212,
    from_json,
    iso,
    json_payload,
    json_reading,
    said,
)

YEAR_1, YEAR_9999 = "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-14:00"
NOISE = b"##0002&&0000\n"
MOST_PIECES = 1_002
MOST_CODES = 100
LATER_QN = "20260801080001000"
PARAMETER = {"time": iso(START), "code": "i13001"}
EVENT = {"time": iso(START), "kind": "log"}


@pytest.fixture
async def slot(database: str) -> AsyncGenerator[Intake]:
    async with intake(database) as opened:
        yield opened


def incompressible(length: int) -> str:
    letters = string.ascii_letters + string.digits
    return "".join(random.Random(1).choices(letters, k=length))  # noqa: S311 - no secret


async def test_noise_without_end_becomes_a_thousand_pieces_and_one_rest(slot: Intake) -> None:
    payload = said("a21026-Rtd=7") + NOISE * 66_000

    account = await slot.take(from_hj212(payload))

    assert account.outcomes[0] == "s"
    assert account.outcomes[1:].strip("x") == ""
    assert len(account.outcomes) <= MOST_PIECES
    assert slot.values(HOSTILE) == [7.0]
    rest = account.rejects[-1]
    assert (rest.reason, rest.whole) == ("noise", True)
    assert "too many pieces" in rest.detail
    assert rest.size > len(payload) * 0.9


@pytest.mark.parametrize("topic", ["hj212/NOBODY", "elsewhere", f"hj212/{HOSTILE}"])
async def test_heads_without_frames_over_eight_megabytes_take_bounded_time(
    slot: Intake, topic: str
) -> None:
    account = await slot.take(from_hj212(b"##0100" * 1_398_000, topic))

    assert account.outcomes.strip("x") == ""
    assert len(account.outcomes) <= MOST_PIECES
    assert account.rejects[-1].reason == "noise"


async def test_the_longest_topic_is_kept(slot: Intake) -> None:
    account = await slot.take(from_hj212(b"x", "hj212/" + "\N{REPLACEMENT CHARACTER}" * 65_000))

    assert account.outcomes == "x"
    assert len(account.rejects[0].topic) <= 4096


UNBELIEVABLE_SENDING = {
    f"json {what} sent in the year {year}": from_json(json_payload(sent_at=sent, **{what: items}))
    for year, sent in (("1", YEAR_1), ("9999", YEAR_9999), ("1999", "1999-12-31T00:00:00Z"))
    for what, items in (
        ("events", [EVENT | {"text": "x"}]),
        ("readings", [json_reading()]),
        ("parameters", [PARAMETER | {"value": "x"}]),
        ("states", [{"time": iso(START), "code": "SB1", "state": 1}]),
    )
} | {
    f"hj212 {cn} sent in the year {qn[:4]}": from_hj212(said(content, cn=cn, qn=qn))
    for qn in ("00010101000000000", "19991231235959000", "20990101000000000")
    for cn, content in (("2011", "a21026-Rtd=1"), ("3020", "PolId=a21026,i13001-Info=5"))
}


@pytest.mark.parametrize("message", UNBELIEVABLE_SENDING.values(), ids=UNBELIEVABLE_SENDING)
async def test_an_unbelievable_time_of_sending_refuses_the_frame(
    slot: Intake, message: Message
) -> None:
    account = await slot.take(message)

    assert account.outcomes == "x"
    assert account.reasons == ["clock"]


@pytest.mark.parametrize(
    "message",
    [
        from_hj212(said("a21026-Rtd=1", qn="20260802073000000")),
        from_hj212(said("a21026-Rtd=1", qn="20000101080000000")),
        from_json(json_payload(sent_at="2026-08-02T00:00:00Z", readings=[json_reading()])),
    ],
    ids=["hj212 a day ahead", "hj212 of the year 2000", "json a day ahead"],
)
async def test_a_time_of_sending_that_can_be_believed_refuses_nothing(
    slot: Intake, message: Message
) -> None:
    account = await slot.take(message)

    assert account.outcomes == "s"


UNBELIEVABLE_SAMPLING = {
    f"json {year}": from_json(
        json_payload(
            sent_at=iso(START),
            readings=[json_reading(sampled_at=at), json_reading(2.0, code="a21002")],
        )
    )
    for year, at in (("1", YEAR_1), ("9999", YEAR_9999), ("1999", "1999-12-31T00:00:00Z"))
} | {
    f"hj212 {at[:4]}": from_hj212(said(f"a21026-Avg=1,a21026-SampleTime={at};a21002-Avg=2", cn="2051"))
    for at in ("00010101000000", "19990101000000", "20990101000000")
}  # fmt: skip


@pytest.mark.parametrize("message", UNBELIEVABLE_SAMPLING.values(), ids=UNBELIEVABLE_SAMPLING)
async def test_an_unbelievable_time_of_sampling_refuses_that_reading_alone(
    slot: Intake, message: Message
) -> None:
    account = await slot.take(message)

    assert account.outcomes == "s"
    assert [(one.reason, one.codes, one.whole) for one in account.rejects] == [
        ("clock", ["a21026"], False)
    ]
    assert slot.rows("SELECT value FROM reading_minute") == [(2.0,)]


LONG = incompressible(4096)
LONG_TEXTS = {
    "event text": from_json(json_payload(events=[EVENT | {"text": LONG}])),
    "parameter value": from_json(json_payload(parameters=[PARAMETER | {"value": LONG}])),
    "hj212 Info": from_hj212(said(f"PolId=a21026,i13001-Info=//{LONG[:3500]}//", cn="3020")),
    "hj212 log": from_hj212(said(f"PolId=a21026,i11001-Info=//{LONG[:3500]}//", cn="3020")),
}


@pytest.mark.parametrize("message", LONG_TEXTS.values(), ids=LONG_TEXTS)
async def test_a_long_text_that_does_not_compress_is_stored_once(
    slot: Intake, message: Message
) -> None:
    first, again = await slot.take(message), await slot.take(message)

    kept = slot.rows("SELECT text FROM device_event UNION ALL SELECT value FROM parameter")
    assert (first.outcomes, again.outcomes) == ("s", "r")
    assert [str(text) for (text,) in kept] in ([LONG], [LONG[:3500]])


async def test_a_long_flag_refuses_its_code_and_not_the_frame_that_corrects_it(
    slot: Intake,
) -> None:
    flagged = said(f"a21026-Rtd=1,a21026-Flag={LONG[:3500]};a21002-Rtd=2,a21002-Flag=N")
    correct = said("a21026-Rtd=3,a21026-Flag=N;a21002-Rtd=4,a21002-Flag=N", qn=LATER_QN)

    first = await slot.take(from_hj212(flagged))
    second = await slot.take(from_hj212(correct))

    assert [(one.reason, one.codes) for one in first.rejects] == [("bad_flag", ["a21026"])]
    assert (first.outcomes, second.outcomes) == ("s", "s")
    assert slot.values(HOSTILE) == [3.0, 4.0]


def plain(number: int, *, flag: str = "N", qn: str | None = None) -> Message:
    """A frame of two values, of one form whatever the flag; sampled at a second of its own."""
    at = f"2026080108{number // 60:02}{number % 60:02}"
    content = f"a21026-Rtd=1,a21026-Flag={flag};a21002-Rtd=2,a21002-Flag=N"
    return from_hj212(said(content, at=at, qn=qn or f"{at}000"))


@pytest.mark.parametrize(
    ("hostile", "outcome", "reason"),
    [
        (plain(30, flag=LONG[:3500]), "s", "bad_flag"),
        (plain(30, flag="NNNNN"), "s", "bad_flag"),
        (plain(30, flag="\x01"), "x", "unsupported_command"),
        (plain(30, qn="20990101000000000"), "x", "clock"),
        (plain(30, qn="19991231235959000"), "x", "clock"),
        (plain(3_599), "x", "clock"),
    ],
    ids=["long flag", "flag of 5", "flag of a control character", "2099", "1999", "ahead"],
)
async def test_a_form_seen_before_is_judged_no_less(
    slot: Intake, hostile: Message, outcome: str, reason: str
) -> None:
    for first in range(0, 20, 5):
        await slot.take(*map(plain, range(first, first + 5)))

    account = await slot.take(plain(20), hostile, plain(40))

    assert account.outcomes == f"s{outcome}s"
    assert account.reasons == [reason]


@pytest.mark.parametrize("count", [3_000, 8_000])
async def test_a_list_of_unknown_senders_gives_few_rejects(slot: Intake, count: int) -> None:
    stranger = {"mn": STRANGER, "readings": [json_reading()]}

    account = await slot.take(from_json(orjson.dumps([stranger] * count)))

    assert account.outcomes == "x"
    assert set(account.reasons) == {"unknown_device"}


async def test_a_list_of_senders_that_all_differ_gives_few_rejects(slot: Intake) -> None:
    strangers = [{"mn": f"X{number}", "readings": [json_reading()]} for number in range(3_000)]

    account = await slot.take(from_json(orjson.dumps(strangers)))

    assert account.outcomes == "x"


async def test_thousands_of_readings_of_the_future_give_few_rejects(slot: Intake) -> None:
    ahead = START + timedelta(days=30)
    readings = [json_reading(time=iso(ahead + timedelta(seconds=n))) for n in range(3_000)]

    account = await slot.take(from_json(json_payload(sent_at=iso(START), readings=readings)))

    assert account.outcomes == "x"
    assert set(account.reasons) == {"clock"}


async def test_thousands_of_unknown_codes_are_named_in_part_and_counted(slot: Intake) -> None:
    readings = [json_reading(code=f"u{number}") for number in range(2_000)]

    account = await slot.take(from_json(json_payload(readings=readings)))

    (reject,) = account.rejects
    assert (account.outcomes, reject.reason) == ("x", "unknown_code")
    assert len(reject.codes) == MOST_CODES
    assert re.search(r"\b(1,?900|2,?000)\b", reject.detail)


async def test_a_flag_that_cannot_be_printed_is_refused_in_json_too(slot: Intake) -> None:
    account = await slot.take(from_json(json_payload(readings=[json_reading(flag="\x7f")])))

    assert (account.outcomes, account.reasons) == ("x", ["bad_flag"])


CHECKED = ";".join(f"{number:x}-Rtd=1" for number in range(500))
SHARED = ";".join(f"x{number}={'y' * 6}" for number in range(400))


async def test_a_check_of_many_codes_takes_no_more_room_than_it_was_sent_with(slot: Intake) -> None:
    payload = said(f"{SHARED};{CHECKED}", cn="2062")

    account = await slot.take(from_hj212(payload))

    assert account.outcomes == "s"
    ((letters,),) = slot.rows("SELECT sum(length(text)) FROM device_event")
    assert int(str(letters)) < 3 * len(payload)


async def test_more_than_ten_thousand_settings_in_a_message_are_to_be_sent_apart(
    slot: Intake,
) -> None:
    settings = ";".join(f"{number:x}=1" for number in range(1_500))

    account = await slot.take(from_hj212(said(settings, cn="3017") * 8))

    assert account.outcomes == "s" + "r" * 5 + "xx"
    assert set(account.reasons) == {"schema"}


@pytest.mark.parametrize("form", ["one message", "a list of two"])
async def test_more_than_ten_thousand_readings_in_a_message_are_to_be_split(
    slot: Intake, form: str
) -> None:
    readings = [json_reading(time=iso(START - timedelta(seconds=n))) for n in range(10_001)]
    message = {"sent_at": iso(START), "readings": readings}
    parts = [{**message, "readings": part} for part in (readings[:6_000], readings[6_000:])]

    account = await slot.take(from_json(orjson.dumps(parts if "list" in form else message)))

    assert account.outcomes == "x"
    assert account.reasons == ["schema"]
    assert "split" in account.rejects[0].detail
