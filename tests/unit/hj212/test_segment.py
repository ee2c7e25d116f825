import pytest

from services.hj212.frame import Crc, Frame, Info, State, Value, Warn
from services.hj212.segment import parse_segment

HEAD = "QN=20260801085857223;ST=32;CN=2011;PW=123456;MN=A1;Flag=4;"


def parsed(segment: str | bytes) -> Frame:
    frame = parse_segment(segment.encode() if isinstance(segment, str) else segment, Crc.HJ212)
    assert isinstance(frame, Frame)
    return frame


def content(text: str) -> Frame:
    return parsed(f"{HEAD}CP=&&{text}&&")


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        pytest.param(HEAD + "CP=&&&&", (), id="right"),
        pytest.param(HEAD.replace("QN", "XN"), (Warn.NO_CP, Warn.MISSING_QN), id="no QN, no CP"),
        pytest.param(HEAD + "USCC=1&&", (Warn.NO_CP,), id="no CP"),
        pytest.param(HEAD + "CP=x=1&&", (Warn.CP_NOT_CLOSED,), id="CP without &&"),
        pytest.param(HEAD + "CP=&&x=1", (Warn.CP_NOT_CLOSED,), id="CP not closed"),
        pytest.param(
            HEAD.replace("Flag=4;", "CP=&&&&;Flag=4"), (Warn.FIELDS_AFTER_CP,), id="Flag after CP"
        ),
        pytest.param(HEAD[:-1] + "CP=&&&&", (Warn.MISSING_SEPARATOR,), id="no separator before CP"),
        pytest.param(HEAD.replace(";MN", ";,MN") + "CP=&&&&", (Warn.STRAY_COMMA,), id="comma"),
        pytest.param(HEAD + "x;CP=&&&&", (Warn.STRAY_TEXT,), id="text without ="),
        pytest.param(HEAD.replace("Flag", "FLAG") + "CP=&&&&", (Warn.KEY_CASE,), id="FLAG"),
        pytest.param(
            HEAD[3:].replace("2026", "QN=2026123"), (Warn.NO_CP, Warn.QN_FORM), id="odd QN"
        ),
        pytest.param(
            HEAD.replace("20260801", "20260231") + "CP=&&&&", (Warn.QN_FORM,), id="31 February"
        ),
        pytest.param(
            "ST=32;CN=9011;MN=A1;Flag=4;CP=&&QN=20260801085857223&&",
            (Warn.QN_IN_CP,),
            id="QN in CP",
        ),
        pytest.param(HEAD.replace("ST=32;", "") + "CP=&&&&", (Warn.MISSING_ST,), id="no ST"),
        pytest.param(HEAD.replace("MN=A1;", "") + "CP=&&&&", (Warn.NO_MN,), id="no MN"),
        pytest.param(HEAD.replace("A1", "") + "CP=&&&&", (Warn.EMPTY_MN,), id="empty MN"),
        pytest.param(HEAD.replace("Flag=4;", "") + "CP=&&&&", (Warn.MISSING_FLAG,), id="no Flag"),
        pytest.param(HEAD.replace("=4", "=x") + "CP=&&&&", (Warn.FLAG_FORM,), id="Flag no number"),
        pytest.param(
            HEAD.replace("=4", "=6") + "CP=&&&&", (Warn.PNUM_MISSING,), id="D without PNUM"
        ),
        pytest.param(HEAD + "PNUM=a;PNO=1;CP=&&&&", (Warn.PNUM_FORM,), id="PNUM no number"),
        pytest.param(HEAD + "CP=&&PNUM=1;PNO=2&&", (Warn.PNUM_IN_CP,), id="PNUM in CP"),
        pytest.param(HEAD + "MN=A2;CP=&&&&", (Warn.DUPLICATE_KEY,), id="two MN"),
        pytest.param(
            HEAD.replace("=4", "=12") + "CP=&&&&", (Warn.VERSION_UNKNOWN,), id="version 3"
        ),
        pytest.param(
            HEAD.replace("=32", "=21").replace("=4", "=9") + "CP=&&&&",
            (Warn.VERSION_AMBIGUOUS,),
            id="ST=21",
        ),
        pytest.param(
            HEAD + "CP=&&DataTime=2026080108585799&&", (Warn.DATA_TIME_FORM,), id="16 digits"
        ),
        pytest.param(HEAD + "CP=&&DataTime=&&", (Warn.DATA_TIME_FORM,), id="empty DataTime"),
        pytest.param(
            HEAD + "CP=&&DataTime=20260801085857;DataTime=1&&",
            (Warn.SECOND_DATA_TIME,),
            id="two DataTime",
        ),
        pytest.param(HEAD + "CP=&&a-SampleTime=2026&&", (Warn.SAMPLE_TIME_FORM,), id="SampleTime"),
        pytest.param(HEAD + "CP=&&a-Rtd=1,a-Rtd=2&&", (Warn.DUPLICATE_KEY,), id="value twice"),
        pytest.param(HEAD + "CP=&&a-Flag=N,a-Flag=D&&", (Warn.DUPLICATE_KEY,), id="flag twice"),
        pytest.param(HEAD + "CP=&&SB1-RS=1,SB1-RS=0&&", (Warn.DUPLICATE_KEY,), id="state twice"),
        pytest.param(HEAD + "CP=&&x=1,x=0&&", (Warn.DUPLICATE_KEY,), id="other twice"),
        pytest.param(HEAD + "CP=&&i1-Info=1,i1-Info=0&&", (Warn.DUPLICATE_KEY,), id="info twice"),
        pytest.param(HEAD + "CP=&&a-Rtd=&&", (Warn.NOT_A_NUMBER,), id="empty value"),
        pytest.param(
            HEAD + "CP=&&SB1-RS=on;SB1-RT=x&&", (Warn.NOT_A_NUMBER,), id="state no number"
        ),
        pytest.param(HEAD + "CP=&&a-Flag=U&&", (Warn.FLAG_UNKNOWN,), id="unknown flag"),
        pytest.param(HEAD + "CP=&&just text&&", (Warn.STRAY_TEXT,), id="content without ="),
        pytest.param(HEAD + "CP=&&a\x01b&&", (Warn.ENCRYPTED_CP,), id="not printable"),
    ],
)
def test_what_is_odd_is_taken_with_a_warning(segment: str, expected: tuple[Warn, ...]):
    assert parsed(segment).warnings == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a-Rtd=1,a-Rtd=2", (("a-Rtd", "2"),), id="the second of a key"),
        pytest.param("a-Rtd=--", (("a-Rtd", "--"),), id="no number"),
        pytest.param(
            "a-Rtd=nan;b-Rtd=inf", (("a-Rtd", "nan"), ("b-Rtd", "inf")), id="no real number"
        ),
        pytest.param("a-Rtd=1e999", (("a-Rtd", "1e999"),), id="too large for a number"),
        pytest.param("a-Rtd=1_000", (("a-Rtd", "1_000"),), id="underscore"),
        pytest.param("a-Rtd=１", (("a-Rtd", "１"),), id="full-width digit"),
        pytest.param("Leq-Data=50.0", (("Leq-Data", "50.0"),), id="noise"),
        pytest.param("a01001=5", (("a01001", "5"),), id="no suffix"),
        pytest.param("-Rtd=5", (("-Rtd", "5"),), id="no code"),
        pytest.param("Flag=N", (("Flag", "N"),), id="bare flag"),
        pytest.param(
            "PolId=101,CTime=04,CTime=10",
            (("PolId", "101"), ("CTime", "04"), ("CTime", "10")),
            id="repeated",
        ),
        pytest.param("text", (("", "text"),), id="bare text"),
        pytest.param("w01018-SN=1", (("w01018-SN", "1"),), id="serial number"),
    ],
)
def test_what_has_no_place_of_its_own_is_kept(text: str, expected: tuple[tuple[str, str], ...]):
    frame = content(text)

    assert frame.other == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7.0),
        ("-0.041", -0.041),
        ("+1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-3", 0.001),
        (" 2 ", 2.0),
        ("007.10", 7.1),
    ],
    ids=str,
)
def test_decimal_numbers_are_read(text: str, number: float):
    assert content(f"w01018-Rtd={text}").values == (Value("w01018", rtd=number),)


def test_fields_are_grouped_by_code_whatever_separates_them():
    frame = content(" w1-Min=1; w1-Avg =2,w2-Rtd=9,w1-Max=3;w1-Cou=4;w1-Flag=N,w1-EFlag=A01;;")

    assert frame.values == (
        Value("w1", minimum=1, average=2, maximum=3, total=4, flag="N", eflag="A01"),
        Value("w2", rtd=9),
    )
    assert frame.warnings == ()


def test_converted_values_and_sample_times_have_their_place():
    frame = content("a-ZsRtd=1,a-ZsMin=2,a-ZsAvg=3,a-ZsMax=4,a-SampleTime=20260801080000")

    assert frame.values == (
        Value("a", zs_rtd=1, zs_min=2, zs_avg=3, zs_max=4, sample_time="20260801080000"),
    )


def test_a_code_may_hold_a_hyphen():
    assert content("Nh3-scr-Rtd=4.12656").values == (Value("Nh3-scr", rtd=4.12656),)


def test_facility_states_and_run_hours_are_told():
    frame = content("SB1-RS=1;SB2-RS=0;SB1-RT=1.1")

    assert frame.states == (State("SB1", rs=1, rt=1.1), State("SB2", rs=0))


def test_infos_belong_to_the_instrument_named_before_them():
    frame = content(
        "i1-Info=0;PolId=w1,i1-Info=1,i2-Info=//清洗;管路,x=1//;PolId=w2;i1-Info =2;PolId=w3"
    )

    assert frame.infos == (
        Info(None, "i1", "0"),
        Info("w1", "i1", "1"),
        Info("w1", "i2", "清洗;管路,x=1"),
        Info("w2", "i1", "2"),
    )
    assert frame.other == (("PolId", "w3"),)
    assert frame.warnings == ()


@pytest.mark.parametrize(
    ("text", "infos"),
    [
        pytest.param("i1-Info=//open;a-Rtd=1", [("i1", "//open")], id="never closed"),
        pytest.param(
            "i1-Info=//open;i2-Info=//b//", [("i1", "//open"), ("i2", "b")], id="next closed"
        ),
        pytest.param("a=1,i1-Info=//x// , b=2", [("i1", "x")], id="blank behind"),
        pytest.param("i1-Info=////", [("i1", "")], id="empty"),
        pytest.param("i1-Info=//a//b//", [("i1", "a//b")], id="slashes inside"),
    ],
)
def test_log_texts_stand_between_slashes(text: str, infos: list[tuple[str, str]]):
    assert [(info.code, info.text) for info in content(text).infos] == infos


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        pytest.param("Flag=0;", 2005, id="0"),
        pytest.param("", 2005, id="absent"),
        pytest.param("Flag=7;", 2017, id="7"),
        pytest.param("Flag=9;", 2025, id="9"),
        pytest.param("Flag=255;", 2025, id="unknown"),
        pytest.param("ST=21;Flag=9;", 2017, id="surface water"),
        pytest.param("ST=21;Flag=9;QN=20190430101750562;", 2017, id="surface water in 2019"),
        pytest.param("ST=21;Flag=9;QN=20260801085857223;", 2025, id="surface water since 2026"),
        pytest.param("ST=21;Flag=9;RF=1;", 2025, id="surface water with RF"),
    ],
)
def test_the_version_comes_from_the_flag(segment: str, expected: int):
    assert parsed(f"{segment}CN=2011;MN=A1;CP=&&&&").version == expected


@pytest.mark.parametrize(
    ("encoding", "warnings"),
    [("utf-8", ()), ("gb18030", (Warn.GB18030,))],
)
def test_log_texts_are_read_in_both_encodings(encoding: str, warnings: tuple[Warn, ...]):
    frame = parsed((HEAD + "CP=&&i11001-Info=//时间校准//&&").encode(encoding))

    assert frame.infos == (Info(None, "i11001", "时间校准"),)
    assert frame.warnings == warnings


def test_a_content_that_is_no_text_is_kept_as_hex():
    frame = parsed(HEAD.encode() + b"CP=&&\xff\xff\x80;\xe4&&")

    assert frame.other == (("CP", "ffff803be4"),)
    assert frame.warnings == (Warn.UNREADABLE_TEXT, Warn.ENCRYPTED_CP)


def test_header_fields_come_in_any_order_and_unknown_ones_are_kept():
    frame = parsed(
        "ST=39; CN=2011 ;IMEI=1;PNO=1;PNUM=2;RF=1;PW=;MN=x;Flag=6;QN=20260801085857223;CP= &&&&"
    )

    assert (frame.st, frame.cn, frame.pw, frame.rf) == ("39", "2011", "", "1")
    assert (frame.pnum, frame.pno, frame.flag) == (2, 1, 6)
    assert frame.other == (("IMEI", "1"),)
    assert frame.warnings == ()


def test_times_of_a_frame_are_beijing_time():
    frame = content("DataTime=20260801085857")

    assert frame.data_time is not None
    assert frame.data_time.isoformat() == "2026-08-01T08:58:57+08:00"
    assert frame.qn_time is not None
    assert frame.qn_time.isoformat() == "2026-08-01T08:58:57.223000+08:00"


def test_times_that_were_not_sent_are_none():
    frame = parsed("CN=9014")

    assert frame.data_time is None
    assert frame.qn_time is None


@pytest.mark.parametrize("station", ["44", "45"])
def test_letters_of_power_use_and_production_condition_are_words(station: str):
    text = HEAD.replace("ST=32", f"ST={station}").replace("Flag=4", "Flag=8")

    frame = parsed(text + "CP=&&p10001-Rtd=St,p10001-Flag=N;d10001-Rtd=12.5&&")

    assert frame.words == (("p10001", "St"),)
    assert frame.other == (("p10001-Rtd", "St"),)
    assert frame.values == (Value("p10001", flag="N"), Value("d10001", rtd=12.5))
    assert (frame.version, frame.warnings) == (2025, ())


def test_letters_of_other_stations_are_words_that_are_warned_of():
    frame = content("a01001-Rtd=N")

    assert (frame.words, frame.warnings) == ((("a01001", "N"),), (Warn.NOT_A_NUMBER,))


@pytest.mark.parametrize("field", ["a01001-Rtd=1.2.3", "a01001-Rtd=", "a01001-Avg=N", "a01001=N"])
def test_only_letters_as_a_value_are_words(field: str):
    assert content(field).words == ()


@pytest.mark.parametrize(
    ("flag", "version"), [(8, 2025), (9, 2025), (10, 2025), (11, 2025), (4, 2017), (3, 2005)]
)
def test_the_mark_of_a_resend_stands_behind_the_packet_numbers(flag: int, version: int):
    header = HEAD.replace("Flag=4;", f"Flag={flag};PNUM=02;PNO=01;RF=1;")

    frame = parsed(header + "CP=&&x=1&&")

    assert (frame.version, frame.pnum, frame.pno, frame.rf) == (version, 2, 1, "1")


def test_codes_of_2005_are_texts():
    frame = content("011-Rtd=1;01-Rtd=2;001-Rtd=3")

    assert [value.code for value in frame.values] == ["011", "01", "001"]
